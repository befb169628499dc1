import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

/// Two connectors list the same tenant, so that each finding is there twice and counts once.
@Suite("Recommendations and days, as the inventory gives them")
struct ControlRowTests {
  private struct Effect: Hashable {
    var hosts = 0
    var open = 0
    var reduction = 0.0
  }

  private static func contents(_ random: inout SeededGenerator) -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    for host in 0..<5 {
      contents.hosts.append(Row.machine("vm-\(host)", publicAddress: host == 0 ? "20.50.2.17" : nil))
      for key in 0..<5 where !random.chance(5) {
        let severity = ["Low", "Medium", "High", "Critical", "High"][key]
        let status = random.chance(3) ? "Healthy" : "Unhealthy"
        contents.findings.append(Row.finding("vm-\(host)", "key-\(key)", status, severity: severity))
      }
    }
    return contents
  }

  @Test("After runs, decisions and tags they are what a look at each host gives", arguments: SeededGenerator.seeds(6))
  func likeNaive(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let harness = try ScriptedHarness()
    for day in 0..<3 {
      let contents = Self.contents(&random)
      for connector in ["one", "two"] {
        try await harness.sync(contents, day: day) { plan in
          plan.connector = connector
          plan.maximumAbsentShare = 1
        }
      }
      try await Self.check(harness, day: day)
      let open = try await harness.rows().findings.filter { $0["posture"] == .string("FAIL") }
      let chosen = try #require(open.randomElement(using: &random)?["id"]?.string.flatMap { FindingID(text: $0) })
      let people = harness.people(onDay: day)
      _ = try await people.decide(chosen, .ignored, reason: "Lab", until: SyncHarness.noon(ofDay: day + 1))
      try await Self.check(harness, day: day)
      _ = try await people.setTag(
        StoredTag(
          name: "T", query: "asset.name: vm-\(random.number(0...4))", criticality: random.number(1...5), colour: nil,
          isExposed: random.chance(2)))
      try await Self.check(harness, day: day)
    }
  }

  private static func check(_ harness: ScriptedHarness, day: Int) async throws {
    let (assets, findings) = try await harness.rows(absent: true)
    let controls = Dictionary(
      findings.map { ($0["id"], $0["controlId"]?.string ?? "") }, uniquingKeysWith: { first, _ in first })
    var expected: [String: Effect] = [:]
    for asset in assets {
      let id = try #require(asset["id"]?.string.flatMap { AssetID(text: $0) })
      let explanation = try #require(await harness.explanation(of: id, day: day))
      let open = (explanation["openFindings"]?.array ?? []).filter { $0["sameAs"]?.isNull ?? true }
      func score(without control: String?) -> Double {
        var counts: [Int: Int] = [:]
        for finding in open where finding["counts"] == .bool(true) && controls[finding["id"]] != control {
          counts[Int(finding["qds"]?.integer ?? 0), default: 0] += 1
        }
        return AssetScore(
          counts: counts, criticality: Int(explanation["criticality"]?.integer ?? 0),
          isExposed: explanation["internetExposed"] == .bool(true), settings: ScoreSettings()
        ).value
      }
      for control in Set(open.compactMap { controls[$0["id"]] }) {
        expected[control, default: Effect()].hosts += 1
        expected[control, default: Effect()].open += open.count { controls[$0["id"]] == control }
        expected[control, default: Effect()].reduction += score(without: nil) - score(without: control)
      }
    }
    let rows = try await harness.store.read { try $0.controlRows(limit: nil) }
    #expect(rows.count == 10 && !expected.isEmpty)
    for row in rows {
      let effect = expected[row["id"]?.string ?? ""] ?? Effect()
      #expect(
        row["failingHosts"] == .integer(Int64(effect.hosts)) && row["openFindings"] == .integer(Int64(effect.open)))
      #expect(abs(Double(row["scoreReduction"]?.integer ?? -1) - effect.reduction) <= 0.500001, "\(row) \(effect)")
    }
    let reductions = rows.compactMap { $0["scoreReduction"]?.integer }
    #expect(reductions == reductions.sorted(by: >))
    try await checkChanges(harness, findings, day: day)
  }

  private static func checkChanges(_ harness: ScriptedHarness, _ findings: [JSONValue], day: Int) async throws {
    let date = SyncHarness.noon(ofDay: day).description.prefix(10)
    func isOn(_ finding: JSONValue, _ name: String) -> Bool { finding[name]?.string?.hasPrefix(date) == true }
    let open = findings.filter { ["NEW", "ACTIVE", "REOPENED"].contains($0["status"]?.string) }
    let changes = try await harness.store.read { try $0.inventoryHistory() }.last?["changes"]
    let new = open.count { isOn($0, "firstFoundOn") && ($0["reopenedOn"]?.isNull ?? true) }
    let fixed = findings.count { isOn($0, "lastFixedOn") && $0["status"] == .string("FIXED") }
    #expect(changes?["new"] == .integer(Int64(new)))
    #expect(changes?["reopened"] == .integer(Int64(open.count { isOn($0, "reopenedOn") })))
    #expect(changes?["fixed"] == .integer(Int64(fixed)))
  }
}
