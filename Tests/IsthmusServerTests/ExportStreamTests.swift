import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusServer

@Suite("Exports")
struct ExportStreamTests {
  private let folder: TemporaryFolder
  private let store: any InventoryStore

  init() throws {
    folder = try TemporaryFolder()
    store = try TestStore.open(in: folder.path, newSeed: 1)
  }

  private func rows(_ entity: QueryEntity, _ query: Query?) async throws -> [JSONValue] {
    try await store.read { reader in
      var rows: [JSONValue] = []
      let listing = Listing(query, limit: nil, order: [.init("id", descending: false)])
      try entity == .asset
        ? reader.forEachAsset(listing) { rows.append($0) } : reader.forEachFinding(listing) { rows.append($0) }
      return rows
    }
  }

  private static func lines(_ bytes: [UInt8]) throws -> [JSONValue] {
    try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: String(decoding: $0, as: UTF8.self)) }
  }

  private func export(
    _ entity: QueryEntity, _ query: Query? = nil, _ format: ExportFormat = .jsonl, columns: [String] = [],
    pageRows: Int = 1000, betweenPieces: () async throws -> Void = {}
  ) async throws -> [UInt8] {
    let stream = try await ExportStream(entity, of: store, query, as: format, columns: columns, pageRows: pageRows)
    var bytes: [UInt8] = []
    let rows = try await stream.write { piece in
      bytes += piece
      try await betweenPieces()
    }
    if format != .csv { #expect(rows == bytes.count { $0 == UInt8(ascii: "\n") }) }
    return bytes
  }

  @Test(
    "It holds each row that the query finds once, by number, whatever the pages' size", arguments: QueryEntity.allCases)
  func everything(entity: QueryEntity) async throws {
    _ = try await store.write { try RandomInventory(seed: 21, hosts: 20, $0) }
    for text in ["", "asset.name: w*", "finding.severity > 2", "finding.status: FIXED", "asset.name: nothing-at-all"] {
      let query = try? Query(text, for: entity, now: RandomInventory.now)
      let expected = try await rows(entity, query)
      for size in [1, 2, 7, 1000] {
        let lines = try Self.lines(try await export(entity, query, pageRows: size))
        #expect(lines == expected, "\(text), pages of \(size)")
      }
    }
    #expect(try await rows(entity, nil).count > 10)
  }

  @Test("Pieces are at most 64 KiB")
  func pieces() async throws {
    _ = try await store.write { try RandomInventory(seed: 21, hosts: 60, $0) }
    let stream = try await ExportStream(.finding, of: store, as: .jsonl)
    var sizes: [Int] = []
    try await stream.write { sizes.append($0.count) }
    #expect(sizes.count > 1 && sizes.allSatisfy { (1...65_536).contains($0) })
  }

  @Test("What is added or removed meanwhile does not move what stays")
  func changes() async throws {
    _ = try await store.write { try RandomInventory(seed: 22, hosts: 20, $0) }
    let before = try await rows(.finding, nil).compactMap { $0["id"]?.string }
    let removed = Set([before[0], before[3], before[before.count - 1]])
    let stream = try await ExportStream(.finding, of: store, nil, as: .jsonl, columns: [], pageRows: 4)
    var ids: [String] = []
    let store = store
    try await stream.write { piece in
      ids += try Self.lines(Array(piece)).compactMap { $0["id"]?.string }
      // After the first page.
      try await store.write { transaction in
        for id in removed.compactMap(FindingID.init(text:)) { try transaction.deleteFinding(id) }
      }
    }
    #expect(ids == before.filter { before.prefix(4).contains($0) || !removed.contains($0) })
  }

  @Test("Columns are chosen by name, and none is invented")
  func columns() async throws {
    try await store.write { _ = try ExampleWriter($0) }
    let csv = try await export(.asset, nil, .csv, columns: ["assetName", "id", "custom.owner"])
    #expect(String(decoding: csv, as: UTF8.self).hasPrefix("assetName,id,custom.owner\r\nweb-01,A1,Team Blue\r\n"))
    let lines = try Self.lines(try await export(.asset, columns: ["id", "custom.none"]))
    #expect(lines.first == .object(["id": .string("A1"), "custom.none": .null]))
    for (entity, column) in [
      (QueryEntity.asset, "asetName"), (.finding, "truRiskScore"), (.asset, "custom."), (.asset, ""),
    ] {
      await #expect(throws: ExportError.self) { try await export(entity, columns: [column]) }
    }
    let error = await #expect(throws: ExportError.self) { try await export(.asset, columns: ["asetName"]) }
    #expect(error?.description.contains("Did you mean assetName?") == true)
    await #expect(throws: ExportError.self) { try await export(.asset, nil, .ocsf, columns: ["id"]) }
  }

  @Test("A query that can't be answered is refused before the first byte")
  func refusesQuery() async throws {
    let words = (0..<6000).map { "w\($0)" }.joined(separator: " and ")
    let query = try Query(words, for: .asset, now: RandomInventory.now)
    await #expect(throws: QueryError.self) { try await ExportStream(.asset, of: store, query, as: .csv) }
  }

  @Test("It ends with the error of what it is written to, at once")
  func sinkFails() async throws {
    struct Full: Error {}
    _ = try await store.write { try RandomInventory(seed: 21, $0) }
    var pieces = 0
    let stream = try await ExportStream(.finding, of: store, nil, as: .jsonl, columns: [], pageRows: 2)
    await #expect(throws: Full.self) {
      try await stream.write { _ in
        pieces += 1
        if pieces == 3 { throw Full() }
      }
    }
    #expect(pieces == 3)
  }

  @Test("An export of nothing has its header only")
  func nothing() async throws {
    #expect(try await export(.finding, nil, .jsonl).isEmpty)
    #expect(try await export(.finding, nil, .ocsf).isEmpty)
    let header = String(decoding: try await export(.finding, nil, .csv), as: UTF8.self)
    #expect(header.hasPrefix("id,assetId,") && header.hasSuffix("\r\n"))
    #expect(header.unicodeScalars.count { $0 == "\n" } == 1)
  }
}
