import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@Suite("Tags, business entities and decisions")
struct TagTests {
  private static func contents(_ offers: [String]) -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    for (index, offer) in offers.enumerated() {
      contents.hosts.append(Row.machine("h\(index)", offer: offer))
      contents.findings.append(Row.finding("h\(index)", "key", "Unhealthy"))
    }
    return contents
  }

  private static func tag(
    _ name: String, _ query: String, criticality: Int? = nil, isExposed: Bool = false
  ) -> StoredTag {
    StoredTag(name: name, query: query, criticality: criticality, colour: nil, isExposed: isExposed)
  }

  private static func scores(_ harness: ScriptedHarness) async throws -> [String: Int64] {
    let pairs = try await harness.rows().assets.map {
      ($0["assetName"]?.string ?? "", $0["truRiskScore"]?.integer ?? -1)
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  @Test("A tag is given at once and after each run, and its criticality and exposure count")
  func lifeOfATag() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(Self.contents(["debian", "ubuntu"]))
    let people = harness.people(onDay: 0)
    let change = try await people.setTag(Self.tag("Debian", "operatingSystem: debian", criticality: 4))
    #expect(change == TagChange(assets: 1, changedScores: 1))
    // 4 × 1.6 × 80, and 2 × 1.6 × 80 without a tag.
    #expect(try await Self.scores(harness) == ["h0": 512, "h1": 256])
    // The second host becomes one of the tag, the first one does not bear it any more.
    try await harness.sync(Self.contents(["ubuntu", "debian"]), day: 1)
    #expect(try await Self.scores(harness) == ["h0": 256, "h1": 512])
    // The highest criticality of several counts; exposure multiplies by 1.2.
    _ = try await people.setTag(Self.tag("All", "asset.type: HOST", criticality: 3, isExposed: true))
    #expect(try await Self.scores(harness) == ["h0": 461, "h1": 614])
    // The same query with another criticality.
    let raised = try await people.setTag(Self.tag("All", "asset.type: HOST", criticality: 5, isExposed: true))
    #expect(raised == TagChange(assets: 2, changedScores: 2))
    #expect(try await Self.scores(harness) == ["h0": 768, "h1": 768])
    _ = try await people.deleteTag("All")
    #expect(try await Self.scores(harness) == ["h0": 256, "h1": 512])
    let id = try #require(await harness.id("h1"))
    let explanation = try #require(await harness.explanation(of: id, day: 1))
    #expect(explanation["criticalityBy"] == .array([.string("tag \"Debian\"")]))
    #expect(explanation["exposedBy"] == .array([]))
  }

  @Test("An unchanged tag costs no write, and setting it again changes nothing")
  func settingAgain() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(Self.contents(["debian"]))
    let people = harness.people(onDay: 0)
    let tag = Self.tag("T", "operatingSystem: debian", criticality: 4)
    #expect(try await people.setTag(tag).assets == 1)
    #expect(try await people.setTag(tag) == TagChange())
  }

  @Test(
    "A query that tests what tags decide is refused",
    arguments: [
      "tags.name: Other", "asset.businessEntity.name: Shop", "asset.criticalityScore > 3", "asset.riskScore > 500",
      "internetExposed: true", "not (asset.name: web and tags.name: x)",
    ])
  func decidedByTags(query: String) async throws {
    let harness = try ScriptedHarness()
    let people = harness.people(onDay: 0)
    let error = await #expect(throws: ChangeError.self) { _ = try await people.setTag(Self.tag("T", query)) }
    #expect(error?.kind == .invalid && error?.description.contains("which tags themselves decide") == true)
    #expect(try await harness.store.read { try $0.tagRows() }.isEmpty)
  }

  @Test("A query that can't be read is refused with the place")
  func unreadable() async throws {
    let people = try ScriptedHarness().people(onDay: 0)
    for (query, part) in [("operatingSistem: x", "Did you mean"), ("asset.name: (", "Character"), (" ", "empty")] {
      let error = await #expect(throws: ChangeError.self) { _ = try await people.setTag(Self.tag("T", query)) }
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
    for tag in [
      Self.tag(" ", "asset.name: x"), Self.tag("a\nb", "asset.name: x"), Self.tag("T", "asset.name: x", criticality: 6),
    ] {
      await #expect(throws: ChangeError.self) { _ = try await people.setTag(tag) }
    }
  }

  @Test("An entity's mean and worst scores follow its tags, and its days are kept where they differ")
  func entities() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(Self.contents(["debian", "ubuntu", "suse"]))
    let people = harness.people(onDay: 0)
    _ = try await people.setTag(Self.tag("D", "operatingSystem: debian", criticality: 4))
    _ = try await people.setTag(Self.tag("U", "operatingSystem: ubuntu"))
    let error = await #expect(throws: ChangeError.self) {
      try await people.setEntity(StoredEntity(name: "Shop", description: "", tags: ["D", "X"]))
    }
    #expect(error?.description.contains("\"X\"") == true)
    try await people.setEntity(StoredEntity(name: "Shop", description: "Sells", tags: ["U", "D"]))
    func shop() async throws -> JSONValue? { try await harness.store.read { try $0.entity(named: "Shop") } }
    var record = try #require(await shop())
    #expect(record["assets"] == .integer(2) && record["meanScore"] == .integer(384))
    #expect(record["worstScore"] == .integer(512) && record["tags"] == .array([.string("D"), .string("U")]))
    #expect(record["worstAssets"]?.array?.first?["assetName"] == .string("h0"))
    try await harness.sync(Self.contents(["debian", "ubuntu", "suse"]), day: 1)
    #expect(try await shop()?["scoreHistory"]?.array?.count == 1, "the second day was like the first")
    try await harness.sync(Self.contents(["suse", "ubuntu", "suse"]), day: 2)
    record = try #require(await shop())
    #expect(record["assets"] == .integer(1))
    let days = try #require(record["scoreHistory"]?.array)
    #expect(days.map { $0["day"] } == [.string("2026-06-01"), .string("2026-06-03")])
    #expect(days.map { $0["meanScore"] } == [.integer(384), .integer(256)])
    _ = try await people.deleteTag("U")
    #expect(try await shop()?["tags"] == .array([.string("D")]))
    try await people.deleteEntity("Shop")
    await #expect(throws: ChangeError.self) { try await people.deleteEntity("Shop") }
    #expect(try await shop() == nil)
  }

  @Test("A finding that is ignored until a day counts again from the next run on, and its history says all")
  func expiry() async throws {
    let harness = try ScriptedHarness()
    var contents = Self.contents(["debian"])
    contents.findings.append(Row.finding("h0", "low", "Unhealthy", severity: "Low"))
    try await harness.sync(contents)
    let high = try #require(
      await harness.rows().findings.first { $0["severity"] == .integer(4) }?["id"]?.string
        .flatMap { FindingID(text: $0) })
    // 2 × (1.6 × 80 + 0.4 × 39) = 287.2, without the high one 31.2.
    #expect(try await Self.scores(harness) == ["h0": 287])
    let until = SyncHarness.noon(ofDay: 2)
    let people = harness.people(onDay: 0)
    let score = try await people.decide(high, .riskAccepted, reason: "Replaced soon", until: until)
    #expect(score.before.rounded() == 287 && score.after.rounded() == 31)
    let asset = try #require(await harness.id("h0"))
    let during = try #require(await harness.explanation(of: asset, day: 1))
    let open = try #require(during["openFindings"]?.array?.first)
    #expect(open["counts"] == .bool(false) && open["decision"] == .string("riskAccepted"))
    #expect(open["until"] == .string(until.description) && during["scoreDue"] == nil)
    try await harness.sync(contents, day: 1)
    #expect(try await Self.scores(harness) == ["h0": 31])
    #expect(try await harness.explanation(of: asset, day: 2)?["scoreDue"] == .integer(287), "it has run out")
    try await harness.sync(contents, day: 2)
    #expect(try await Self.scores(harness) == ["h0": 287])
    let record = try #require(await harness.store.read { try $0.finding(high) })
    #expect(record["decision"] == nil)
    let history = try #require(record["history"]?.array)
    #expect(history.map { $0["turn"] } == [.string("riskAccepted"), .string("decisionEnded")])
    #expect(history[0]["cause"] == .string("Replaced soon") && history[0]["run"] == .null)
    #expect(history[1]["run"] == .string("R3"))
    let days = try #require(await harness.store.read { try $0.asset(asset) }?["scoreHistory"]?.array)
    #expect(days.map { $0["truRiskScore"] } == [.integer(31), .integer(287)], "the last value of a day is kept")
  }

  @Test("A decision is refused without a finding, a reason, a future, or anything to take back")
  func refusedDecisions() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(Self.contents(["debian"]))
    let people = harness.people(onDay: 1)
    let past = SyncHarness.noon(ofDay: 0)
    let cases: [(Int64, FindingDecision.Kind?, String, Timestamp?, ChangeError.Kind)] = [
      (99, .ignored, "x", nil, .notFound), (1, .ignored, " ", nil, .invalid), (1, .ignored, "x", past, .invalid),
      (1, nil, "x", nil, .invalid),
    ]
    for (finding, kind, reason, until, expected) in cases {
      let error = await #expect(throws: ChangeError.self) {
        _ = try await people.decide(FindingID(finding), kind, reason: reason, until: until)
      }
      #expect(error?.kind == expected, "\(error?.description ?? "")")
    }
    #expect(try await Self.scores(harness) == ["h0": 256])
  }

  @Test("What if: the score without some findings, rises included; what does not count is refused")
  func whatIf() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("h")]
    contents.findings = [Row.finding("h", "a", "Unhealthy"), Row.finding("h", "b", "Unhealthy", severity: "Odd one")]
    contents.findings.append(Row.finding("h", "c", "Unhealthy", severity: "Lesser"))
    let rows = [
      ScoreMap.Row(severity: 1, expected: [], qds: 20), ScoreMap.Row(severity: 2, expected: [], qds: 39),
      ScoreMap.Row(severity: 3, expected: ["Lesser"], qds: 70), ScoreMap.Row(severity: 4, expected: ["High"], qds: 89),
      ScoreMap.Row(severity: 5, expected: ["Critical"], qds: 95),
    ]
    let map = try ScoreMap(name: "own", rows: rows, defaultSeverity: 2)
    try await harness.sync(contents) { $0.scoreMap = map }
    let asset = AssetID(1)
    let findings = try #require(await harness.explanation(of: asset)?["openFindings"]?.array)
    func id(_ qds: Int64) throws -> FindingID {
      try #require(findings.first { $0["qds"] == .integer(qds) }?["id"]?.string.flatMap { FindingID(text: $0) })
    }
    // High band: 89 and 70, mean 79.5; low band 39.
    let now = try #require(await harness.explanation(of: asset)?["truRiskScore"]?.integer)
    let lesser = findings.first { $0["qds"] == .integer(70) }?["scoreIfFixed"]?.integer ?? 0
    #expect(lesser > now, "the mean of the band rises")
    let both = try await harness.explanation(of: asset, fixing: [id(89), id(70)])
    #expect(both?["whatIf"]?["truRiskScore"] == .integer(31))
    #expect(both?["whatIf"]?["change"] == .integer(31 - now))
    _ = try await harness.people(onDay: 0).decide(id(39), .ignored, reason: "x", until: nil)
    for wrong in [try id(39), FindingID(99)] {
      await #expect(throws: ChangeError.self) { _ = try await harness.explanation(of: asset, fixing: [wrong]) }
    }
  }

  @Test("Another score map re-scores findings that did not change, at the next sync or at once")
  func scoreMaps() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(Self.contents(["debian"]))
    let rows = ScoreMap.standard.rows.map { row in
      ScoreMap.Row(severity: row.severity, expected: row.expected, qds: row.severity == 4 ? 89 : row.qds)
    }
    let map = try ScoreMap(name: "strict", rows: rows, defaultSeverity: 3)
    let people = harness.people(onDay: 0)
    let preview = try await people.rescore(settings: nil, maps: ["test": map], isPreview: true)
    #expect(preview.assets == 1 && preview.changed == 1 && preview.moves.isEmpty)
    #expect(try await Self.scores(harness) == ["h0": 256], "a preview changes nothing")
    let report = try await harness.sync(Self.contents(["debian"]), day: 1) { $0.scoreMap = map }
    #expect(report.counters.findings.unchanged == 1 && report.counters.findings.updated == 0)
    #expect(try await Self.scores(harness) == ["h0": 285])
    #expect(try await harness.rows().findings[0]["qds"] == .integer(89))
    var settings = ScoreSettings()
    settings.defaultCriticality = 5
    let applied = try await people.rescore(settings: settings, maps: ["test": .standard], isPreview: false)
    #expect(applied.moves == [ScoreChange.Move(from: .low, to: .medium): 1])
    #expect(try await Self.scores(harness) == ["h0": 640])
  }
}
