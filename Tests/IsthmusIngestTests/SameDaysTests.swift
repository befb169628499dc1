import AzureSimulator
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite(
  "The same days in both databases", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct SameDaysTests {
  private let folder: TemporaryFolder
  private let database: TestPostgreSQL

  init() throws {
    folder = try TemporaryFolder()
    database = try TestPostgreSQL()
  }

  @Test("Days of two tenants give the same inventory in SQLite and in PostgreSQL, in every list and number")
  func sameInventories() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 16, findingsPerHost: 12, secondTenant: 0.4)
    let second = try #require(simulator.secondTenant)
    let both = [
      try SyncHarness(simulator: simulator, store: SQLiteStore(folder: folder.path, newSeed: 7)),
      try SyncHarness(simulator: simulator, store: PostgreSQLStore(database.address, newSeed: 7)),
    ]
    for day in 0...4 {
      try simulator.setDay(day)
      var seen: [[String]] = []
      for harness in both {
        let reports = [try await harness.sync(), try await harness.sync(second: second)]
        #expect(reports.map(\.result) == ["succeeded", "succeeded"])
        seen.append(
          reports.map { "\($0.counters.findings) \($0.counters.assets)" } + (try await Self.lists(harness.store)))
      }
      #expect(seen[0].count > 100)
      for (lite, postgres) in zip(seen[0], seen[1]) { #expect(lite == postgres, "day \(day)") }
      #expect(seen[0].count == seen[1].count, "day \(day)")
    }
    await simulator.stop()
  }

  /// All that lists show, in every order that they have, with each host's and some findings' own pages.
  private static func lists(_ store: any InventoryStore) async throws -> [String] {
    try await store.read { reader in
      var lines: [String] = []
      for entity in QueryEntity.allCases {
        for field in [nil] + QueryCatalogue.listFields(for: entity, use: .sort).map(\.name) {
          let order = field.map { [Listing.Order($0, descending: $0.count % 2 == 0)] } ?? []
          let listing = Listing(limit: nil, order: order, includesAbsent: true)
          lines.append("\(entity) by \(field ?? "")")
          switch entity {
          case .asset: try reader.forEachAsset(listing) { lines.append($0.text()) }
          case .finding: try reader.forEachFinding(listing) { lines.append($0["id"]?.string ?? "") }
          }
        }
        let fields = QueryCatalogue.listFields(for: entity, use: .facet).map(\.field)
        for facet in try reader.facets(fields, of: entity, Listing(limit: nil)) { lines.append("\(facet)") }
      }
      try reader.forEachFinding(Listing(limit: nil)) { lines.append($0.text()) }
      for number in 1...20 {
        lines.append(try reader.asset(AssetID(Int64(number)))?.text() ?? "no asset")
        lines.append(try reader.finding(FindingID(Int64(number * 7)))?.text() ?? "no finding")
        lines.append(
          try reader.explanation(of: AssetID(Int64(number)), at: SyncHarness.noon(ofDay: 9))?.text() ?? "no asset")
      }
      lines += try reader.controlRows(limit: nil).map { $0.text() } + reader.inventoryHistory().map { $0.text() }
      lines.append(try reader.summary().text())
      return lines
    }
  }
}
