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

  @Test("Small pages of two connectors that bring findings of the same hosts at once count each of them once")
  func sameHosts() async throws {
    let (database, lone) = (try TestPostgreSQL(), try TestPostgreSQL())
    let harnesses = try (0..<2).map { _ in
      try ScriptedHarness(store: PostgreSQLStore(database.address, newSeed: 7))
    }
    let inTurn = try ScriptedHarness(store: PostgreSQLStore(lone.address, newSeed: 7))
    for round in 0..<6 {
      var contents = ScriptedSource.Contents()
      // Few hosts and many small pages: nearly each meets one of the other connector's.
      contents.pageSize = 3
      for host in 0..<4 {
        contents.hosts.append(Row.vm("vm-\(host)"))
        for key in 0..<24 {
          let status = (host + key + round) % 3 == 0 ? "Healthy" : "Unhealthy"
          contents.findings.append(Row.finding("vm-\(host)", "key-\(key)", status))
        }
      }
      let rows = contents
      async let first = harnesses[0].sync(rows, day: round) { $0.connector = "one" }
      async let second = harnesses[1].sync(rows, day: round) { $0.connector = "two" }
      for report in try await [first, second] {
        #expect(report.result == "succeeded", "\(report.error?.summary ?? "")")
      }
      for connector in ["one", "two"] { try await inTurn.sync(rows, day: round) { $0.connector = connector } }
      let wrong = try await harnesses[0].store.read { try ($0 as? SQLReader)?.wrongCounts() ?? ["no numbers"] }
      #expect(wrong == [], "round \(round)")
      #expect(try await harnesses[0].shown() == inTurn.shown(), "round \(round)")
    }
  }
}

extension ScriptedHarness {
  /// What each host counts, and how many findings are shown of it.
  fileprivate func shown() async throws -> [String] {
    let rows = try await rows()
    let findings = Dictionary(grouping: rows.findings) { $0["assetName"]?.string ?? "" }
    return rows.assets.map { asset in
      let name = asset["assetName"]?.string ?? ""
      let score = asset["truRiskScore"]?.text() ?? ""
      return "\(name) \(score) \(asset["openFindings"]?.text() ?? "") \(findings[name]?.count ?? 0)"
    }.sorted()
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
