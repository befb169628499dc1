import Foundation
import GRDB
import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Packed findings")
struct FindingPackTests {
  private static func entry(_ random: inout SeededGenerator) -> FindingPack.Entry {
    func number(_ random: inout SeededGenerator) -> Int64? {
      switch random.number(0...3) {
      case 0: nil
      case 1: Int64(random.number(0...200))
      case 2: RandomInventory.now.microseconds + Int64(random.number(-1_000_000...1_000_000))
      default: random.pick([Int64.min, Int64.max, -1, 0])
      }
    }
    return FindingPack.Entry(
      control: random.chance(20) ? Int64.max : Int64(random.number(1...900)), variant: number(&random),
      posture: random.pick([nil, 0, 1, 2]), life: Int64(random.number(0...3)), openedListing: number(&random),
      sourceUpdated: number(&random), firstFound: number(&random))
  }

  private static func read(_ pack: FindingPack, withDates: Bool = true) throws -> [FindingPack.Entry] {
    try pack.states.withUnsafeBytes { states in
      try pack.dates.withUnsafeBytes { dates in
        var reader = FindingPackReader(states: states, dates: withDates ? dates : nil)
        var entries: [FindingPack.Entry] = []
        while try reader.next() { entries.append(reader.entry) }
        return entries
      }
    }
  }

  @Test("What is packed is read again", arguments: SeededGenerator.seeds(20))
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let entries = (0..<random.number(0...40)).map { _ in Self.entry(&random) }
      let pack = FindingPack(entries)
      #expect(try Self.read(pack) == entries)
      #expect(try Self.read(pack, withDates: false).map(\.control) == entries.map(\.control))
    }
  }

  @Test("Bytes that are no pack are refused, and read no further than they go", arguments: SeededGenerator.seeds(20))
  func damaged(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var refused = 0
    for _ in 0..<200 {
      let pack = FindingPack((0..<random.number(1...10)).map { _ in Self.entry(&random) })
      var states = pack.states
      if random.chance(2) { states.removeLast(random.number(1...states.count)) }
      for _ in 0..<random.number(1...4) where !states.isEmpty {
        states[random.number(0...states.count - 1)] = UInt8(random.number(0...255))
      }
      let cut = Array(pack.dates.dropLast(random.number(0...pack.dates.count)))
      do {
        try states.withUnsafeBytes { states in
          try cut.withUnsafeBytes { dates in
            var reader = FindingPackReader(states: states, dates: dates)
            while try reader.next() {}
          }
        }
      } catch { refused += 1 }
    }
    #expect(refused > 20)
  }

  @Test("Most queries are counted by packs, and as by the findings themselves", arguments: SeededGenerator.seeds(4))
  func agree(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(folder: folder.path, newSeed: 1)
    _ = try await store.write { try RandomInventory(seed: seed, $0) }
    let database = try DatabaseQueue(path: folder.file("isthmus.sqlite").path(percentEncoded: false))
    try await database.read { db in
      try FindingTally.register(in: db)
      try ValueMatcher.register(in: db)
      var generator = QueryGenerator(seed: 70 + seed, now: RandomInventory.now)
      var packed = 0
      for _ in 0..<200 {
        let text = generator.query(for: .finding).text
        let query = try Query(text, for: .finding, now: RandomInventory.now)
        // One counts by packs where it can, and keeps nothing from one query to the next; the other never does.
        let byPacks = try SQLReader(SQLiteSession(db), memory: ListMemory())
        let byRows = try SQLReader(SQLiteSession(db))
        if try byPacks.packed(byPacks.findingFilter(Listing(query, limit: nil))) != nil { packed += 1 }
        let fields: [QueryField] = [.findingSeverity, .findingStatus, .cloudRegion, .findingTitle]
        let listing = Listing(query, limit: nil)
        #expect(try byPacks.countFindings(listing) == byRows.countFindings(listing), "\(text)")
        #expect(
          try byPacks.facets(fields, of: .finding, listing) == byRows.facets(fields, of: .finding, listing), "\(text)")
      }
      #expect(packed > 60)
    }
  }
}
