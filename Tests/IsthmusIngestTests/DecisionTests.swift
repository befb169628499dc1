import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

extension InventoryService {
  /// A decision on one finding: the score of its host before and after.
  func decide(
    _ finding: FindingID, _ kind: FindingDecision.Kind?, reason: String, until: Timestamp?
  ) async throws -> (before: Double, after: Double) {
    let change = try await decide(.listed([finding]), kind, reason: reason, until: until)
    let asset = try #require(change.findings.first?.asset)
    let scores = try #require(change.scores[asset])
    return (scores.before, scores.after)
  }
}

@Suite("Decisions on many findings")
struct DecisionTests {
  private static func harness() async throws -> ScriptedHarness {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = ["a", "b", "c"].map { Row.vm($0) }
    contents.findings = ["a", "b", "c"].flatMap { host in
      [("high", "High"), ("low", "Low")].map { Row.finding(host, $0.0, "Unhealthy", severity: $0.1) }
    }
    try await harness.sync(contents)
    return harness
  }

  private static func query(_ text: String) throws -> Query {
    try Query(text, for: .finding, now: SyncHarness.noon(ofDay: 1))
  }

  /// By host, as lists show them.
  private static func scores(_ harness: ScriptedHarness) async throws -> [Int64] {
    try await harness.rows().assets.sorted { ($0["assetName"]?.string ?? "") < ($1["assetName"]?.string ?? "") }
      .compactMap { $0["truRiskScore"]?.integer }
  }

  private static func turns(_ finding: FindingID, _ harness: ScriptedHarness) async throws -> [String] {
    let history = try await harness.store.read { try $0.finding(finding) }?["history"]?.array ?? []
    return history.compactMap { $0["turn"]?.string }
  }

  @Test("What a query finds is decided on as one finding after the other would be, and says what changed")
  func byQuery() async throws {
    let together = try await Self.harness()
    let apart = try await Self.harness()
    let high = try Self.query("finding.severity: 4 and asset.name: [a, b]")
    let people = together.people(onDay: 1)
    let change = try await people.decide(.found(high, most: 2), .ignored, reason: "By design", until: nil)
    #expect(change.findings.count == 2 && change.findings.allSatisfy(\.isChanged))
    // 2 × (1.6 × 80 + 0.4 × 39) = 287.2, without the high one 31.2.
    #expect(change.scores.count == 2)
    #expect(change.scores.values.allSatisfy { $0.before.rounded() == 287 && $0.after.rounded() == 31 })
    #expect(try await Self.scores(together) == [31, 31, 287])
    for finding in change.findings {
      _ = try await apart.people(onDay: 1).decide(finding.id, .ignored, reason: "By design", until: nil)
    }
    #expect(try await together.snapshot() == apart.snapshot())
    for finding in change.findings { #expect(try await Self.turns(finding.id, together) == ["ignored"]) }

    // A script says it again, of one more: what holds already is not made again.
    let all = try Self.query("finding.severity: 4")
    let again = try await people.decide(.found(all, most: nil), .ignored, reason: "By design", until: nil)
    #expect(again.findings.map(\.isChanged).count { $0 } == 1 && again.findings.count == 3)
    for finding in again.findings { #expect(try await Self.turns(finding.id, together) == ["ignored"]) }
    #expect(try await Self.scores(together) == [31, 31, 31])

    // Taken back where there is something to take back.
    let everything = try Self.query("")
    let back = try await people.decide(.found(everything, most: nil), nil, reason: "No more", until: nil)
    #expect(
      back.findings.count == 6 && Set(back.findings.filter(\.isChanged).map(\.id)) == Set(again.findings.map(\.id)))
    #expect(try await Self.scores(together) == [287, 287, 287])
    let none = try await people.decide(
      .found(try Self.query("asset.name: z"), most: 1), .ignored, reason: "x", until: nil)
    #expect(none.findings.isEmpty && none.scores.isEmpty)
  }

  @Test("Of several findings all are decided on or none, and each once")
  func listed() async throws {
    let harness = try await Self.harness()
    let people = harness.people(onDay: 1)
    let before = try await harness.snapshot()
    let cases: [(DecidedFindings, FindingDecision.Kind?, ChangeError.Kind)] = [
      (.listed([FindingID(1), FindingID(99)]), .ignored, .notFound),
      (.listed([FindingID(1), FindingID(2)]), nil, .invalid),
      (.found(try Self.query("finding.severity: 4"), most: 2), .ignored, .invalid),
    ]
    for (subject, kind, expected) in cases {
      let error = await #expect(throws: ChangeError.self) {
        _ = try await people.decide(subject, kind, reason: "x", until: nil)
      }
      #expect(error?.kind == expected, "\(error?.description ?? "")")
    }
    #expect(try await harness.snapshot() == before)
    #expect(try await Self.turns(FindingID(1), harness).isEmpty)
    let twice = DecidedFindings.listed([FindingID(2), FindingID(1), FindingID(2)])
    let change = try await people.decide(twice, .riskAccepted, reason: "x", until: SyncHarness.noon(ofDay: 2))
    #expect(change.findings.map(\.id) == [FindingID(2), FindingID(1)] && change.scores.count == 1)
    #expect(change.scores.values.first?.after == 0)
    #expect(try await Self.turns(FindingID(2), harness) == ["riskAccepted"])
  }

  @Test("Both findings of two connectors may be named: each is decided on once")
  func bothTwins() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("vm")]
    contents.findings = [Row.finding("vm", "key", "Unhealthy")]
    for (day, name) in ["first", "second"].enumerated() {
      try await harness.sync(contents, day: day) { $0.connector = name }
    }
    let people = harness.people(onDay: 2)
    let both = DecidedFindings.listed([FindingID(1), FindingID(2)])
    for (kind, reason) in [(.ignored, "x"), (nil, "y")] as [(FindingDecision.Kind?, String)] {
      let change = try await people.decide(both, kind, reason: reason, until: nil)
      #expect(change.findings.map(\.isChanged) == [true, true])
    }
    for number in 1...2 as ClosedRange<Int64> {
      #expect(try await Self.turns(FindingID(number), harness) == ["ignored", "decisionTakenBack"])
      let history = try await harness.store.read { try $0.finding(FindingID(number)) }?["history"]?.array ?? []
      #expect(history.map { $0["by"]?.string } == ["test", "test"])
    }
  }
}
