import AzureSimulator
import IsthmusCore
import IsthmusIngest
import TestSupport
import Testing

@testable import IsthmusStore

@Suite(
  "Runs of several processes at once",
  .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct SimultaneousRunsTests {
  @Test(
    "Two tenants with common machines, pulled at once by two processes, give what one after the other gives",
    arguments: [1, 2, 3] as [UInt64])
  func commonMachines(seed: UInt64) async throws {
    let simulator = try await SyncHarness.tenant(hosts: 60, findingsPerHost: 12, seed: seed, secondTenant: 0.6)
    let second = try #require(simulator.secondTenant)
    let database = try TestPostgreSQL()
    let lone = try TestPostgreSQL()
    let (one, other) = (
      try SyncHarness(simulator: simulator, store: PostgreSQLStore(database.address, newSeed: 7)),
      try SyncHarness(simulator: simulator, store: PostgreSQLStore(database.address, newSeed: 7))
    )
    let inTurn = try SyncHarness(simulator: simulator, store: PostgreSQLStore(lone.address, newSeed: 7))
    for day in [0, 1, 4, 9] {
      try simulator.setDay(day)
      async let first = one.sync()
      async let beside = other.sync(second: second)
      for report in try await [first, beside] {
        #expect(report.result == "succeeded", "\(report.error?.summary ?? "")")
      }
      try await inTurn.sync()
      try await inTurn.sync(second: second)
      #expect(try await one.wrongNumbers() == [], "seed \(seed), day \(day)")
      // By the source's own ids: which connector's value of an attribute is shown follows from who came first.
      let (seen, expected) = (try await one.findings(), try await inTurn.findings())
      #expect(Set(seen).symmetricDifference(expected) == [], "seed \(seed), day \(day)")
      #expect(seen.count == expected.count)
      #expect(try await one.groups() == inTurn.groups(), "seed \(seed), day \(day)")
    }
    await simulator.stop()
  }
}

extension SyncHarness {
  /// Kept numbers that are not those of the findings, in words.
  fileprivate func wrongNumbers() async throws -> [String] {
    try await store.read { try ($0 as? SQLReader)?.wrongCounts() ?? ["no numbers"] }
  }

  /// Each finding that counts, also absent ones, by what the source and its life say of it.
  fileprivate func findings() async throws -> [String] {
    try await store.read { inventory in
      var lines: [String] = []
      try inventory.forEachFinding(Listing(limit: nil, includesAbsent: true)) { row in
        let id = row["externalFindingId"]?.string?.lowercased() ?? ""
        let dates = ["firstFoundOn", "lastFoundOn", "lastFixedOn", "reopenedOn"]
        let shown = (["posture", "status", "severity", "qds"] + dates).map { row[$0]?.text() ?? "" }
        lines.append("\(id) \(shown.joined(separator: " "))")
      }
      return lines.sorted()
    }
  }
}
