import Foundation
import GRDB
import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

/// Numbers that are kept: in the tables, as findings change, and in a process, as long as nobody writes.
@Suite("Kept numbers of lists")
struct ListNumbersTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> SQLiteStore { try SQLiteStore(folder: folder.path, newSeed: 1) }

  private struct Numbers: Hashable, Sendable {
    var findings: Int
    var facets: [Facet]
    var hosts: Int
  }

  /// As pages ask for them.
  private func numbers(_ store: SQLiteStore, _ query: String = "") async throws -> Numbers {
    let query = query.isEmpty ? nil : try Query(query, for: .finding, now: RandomInventory.now)
    return try await store.read { reader in
      let listing = Listing(query, limit: nil)
      let facets = try reader.facets(
        [.findingSeverity, .findingStatus, .cloudRegion, .tagName], of: .finding, listing)
      return Numbers(
        findings: try reader.countFindings(listing), facets: facets, hosts: try reader.countAssets(Listing(limit: nil)))
    }
  }

  private func damage() throws -> [String] {
    try DatabaseInspection(folder: folder.path).damage(.wholeWithReferences)
  }

  private static let queries = ["", "finding.severity: [3, 4]", "asset.name is not null", "finding.status: NEW"]

  @Test("After each commit numbers are those of the findings, whoever wrote", arguments: SeededGenerator.seeds(4))
  func afterEachCommit(seed: UInt64) async throws {
    // Each is what a process of its own is to the other: they share nothing but the file.
    let (store, other) = (try open(), try open())
    _ = try await store.write { try RandomInventory(seed: 40 + seed, $0) }
    var random = SeededGenerator(seed: seed)
    for step in 0..<12 {
      let change = random.next()
      let writer = random.chance(2) ? store : other
      try await writer.write { try Self.change(seed: change, $0) }
      for query in Self.queries {
        // Nothing was kept by this one.
        let expected = try await numbers(try open(), query)
        for reader in [store, other, store] {
          #expect(try await numbers(reader, query) == expected, "seed \(seed), step \(step): \(query)")
        }
      }
      #expect(try damage().isEmpty, "seed \(seed), step \(step)")
    }
  }

  /// Some findings come, some go, some are fixed or open again; twins too. Hosts lose all of theirs, are merged, and get
  /// another region; scopes are listed, and resources are listed in another one.
  private static func change(seed: UInt64, _ transaction: any InventoryTransaction) throws {
    var random = SeededGenerator(seed: seed)
    for resource in (1...10 as ClosedRange<Int64>).shuffled(using: &random).prefix(4) {
      for var finding in try transaction.findings(resource: resource) where random.chance(2) {
        switch random.number(0...3) {
        case 0: try transaction.deleteFinding(finding.id)
        case 1:
          finding.externalID = "more-\(random.next())"
          _ = try transaction.insertFinding(finding, resource: resource, scope: nil, ingested: RandomInventory.now)
        case 2:
          finding.life.posture = random.pick([.fail, .pass, .notApplicable, nil])
          finding.life.openedInListing = random.chance(2) ? nil : Int64(random.number(0...3))
          try transaction.updateFinding(finding)
        default:
          finding.life.lastFixed = random.chance(2) ? nil : RandomInventory.now
          try transaction.updateFinding(finding)
        }
      }
    }
    for asset in 1...6 as ClosedRange<Int64> { try transaction.settleTwins(of: AssetID(asset)) }
    if random.chance(3) {
      for finding in try transaction.findings(resource: Int64(random.number(1...10))) {
        try transaction.deleteFinding(finding.id)
      }
    }
    let connector = try transaction.connector(named: "more", kind: "kind", productName: "Product", vendorName: "Vendor")
    let scopes = try (1...2).map {
      try transaction.scope(connector, stream: "findings", name: "scope-\($0)", title: "Scope \($0)").id
    }
    if random.chance(2) { try transaction.setListed(scope: random.pick(scopes), at: RandomInventory.now) }
    if random.chance(2) {
      try transaction.setFindingScope(
        resource: Int64(random.number(1...10)), scope: random.pick(scopes), assessedID: "/assessed/\(random.next())")
    }
    if random.chance(2) {
      try transaction.move(source: Int64(random.number(1...6)), to: AssetID(Int64(random.number(1...6))))
    }
    if random.chance(2) {
      let source = try transaction.sourceRow(Int64(random.number(1...6)))
      if let source {
        let asset = AssetID(Int64(random.number(1...6)))
        try transaction.attach(resource: source.resource, source: source.id, asset: asset)
      }
    }
    if random.chance(2) {
      var values = AttributeValues()
      values["cloudRegion"] = .string(random.pick(["northeurope", "westus2"]))
      try transaction.setAttributes(AssetID(Int64(random.number(1...6))), values, hasPublicAddress: false)
    }
  }

  @Test("What a transaction that failed changed is not counted")
  func rollsBack() async throws {
    struct Stopped: Error {}
    let store = try open()
    _ = try await store.write { try RandomInventory(seed: 3, $0) }
    let before = try await numbers(store)
    await #expect(throws: Stopped.self) {
      try await store.write { transaction -> Void in
        for finding in try transaction.findings(resource: 1) { try transaction.deleteFinding(finding.id) }
        throw Stopped()
      }
    }
    #expect(try await numbers(store) == before)
    #expect(try damage().isEmpty)
    try await store.write { _ in }
    #expect(try await numbers(store) == before)
    #expect(try damage().isEmpty)
  }

  @Test("A number that is kept is not counted again, until somebody writes")
  func keepsUntilWritten() async throws {
    let store = try open()
    _ = try await store.write { try RandomInventory(seed: 5, $0) }
    let query = "finding.status: [NEW, ACTIVE]"
    let counted = try await numbers(store, query)
    // A change behind the program's back, which does not say that it is one: only what was kept can hide it.
    let database = try DatabaseQueue(path: folder.file("isthmus.sqlite").path(percentEncoded: false))
    try await database.write {
      try $0.execute(
        sql: "UPDATE finding_pack SET states = x'', dates = x'', changed = 1 + (SELECT number FROM data_version)")
    }
    #expect(try await numbers(store, query) == counted)
    // Nor do a run's progress and who was here change what lists show.
    try await store.write { transaction in
      let connector = try #require(try transaction.connectorNumbers().values.first)
      let run = try transaction.insertRun(
        NewRun(
          connector: connector, profile: "nightly", startedAt: RandomInventory.now, map: "map", mapVersion: 1,
          scoreMap: "default"))
      try transaction.appendLog(run, at: RandomInventory.now, level: "info", message: "begins")
    }
    #expect(try await numbers(store, query) == counted)
    try await database.write { try $0.execute(sql: "UPDATE data_version SET number = number + 1") }
    #expect(try await numbers(store, query).findings < counted.findings)
  }

  @Test("Kept numbers that are wrong are told as damage")
  func tellsWrongNumbers() async throws {
    let store = try open()
    _ = try await store.write { try RandomInventory(seed: 6, $0) }
    #expect(try damage().isEmpty)
    let database = try DatabaseQueue(path: folder.file("isthmus.sqlite").path(percentEncoded: false))
    try await database.write {
      try $0.execute(sql: "UPDATE control_count SET findings = findings + 1 WHERE control_id = 1")
      try $0.execute(sql: "DELETE FROM finding_pack WHERE resource_id = 1")
    }
    let told = try damage()
    #expect(told.contains { $0.contains("control_count") } && told.contains { $0.contains("finding_pack") })
  }
}
