import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@Suite("Identities by hand")
struct PersonTests {
  private static let mac = "00:0d:3a:1b:c7:21"

  /// `azure` and `arc` list one machine; `other` is one that nothing links with it.
  private static func synced() async throws -> ScriptedHarness {
    let harness = try ScriptedHarness()
    for (day, name) in ["azure", "arc", "other"].enumerated() {
      try await harness.sync(contents(name), day: day) { $0.connector = name }
    }
    return harness
  }

  private static func contents(_ name: String) -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    contents.hosts = [
      name == "other" ? Row.machine(name, computer: "OTHER") : Row.machine(name, computer: "WEB01", macs: [mac])
    ]
    contents.findings = [Row.finding(name, "key-\(name)", "Unhealthy")]
    return contents
  }

  private static func syncAll(_ harness: ScriptedHarness, day: Int) async throws {
    for name in ["azure", "arc", "other"] {
      let report = try await harness.sync(contents(name), day: day) { $0.connector = name }
      #expect(report.changedNothing)
    }
  }

  @Test("A merge holds in later runs, says why, and its undoing restores ids, values and scores")
  func mergeAndUndo() async throws {
    let harness = try await Self.synced()
    let before = try await harness.rows()
    #expect(before.assets.count == 2)
    let people = harness.people(onDay: 3)
    let change = try await people.merge(AssetID(2 + 1), with: AssetID(1), reason: "Same rack")
    #expect(change.step == 1)
    let merged = try await harness.rows()
    #expect(merged.assets.map { $0["id"] } == [.string("A1")] && merged.assets[0]["openFindings"] == .integer(3))
    let log = try #require(await harness.explanation(of: AssetID(1))?["identificationLog"]?.array?.last)
    #expect(log["rule"] == .string("person") && log["run"] == .null)
    #expect(log["outcome"]?.string?.hasSuffix("a person's step 1: Same rack") == true)
    let old = try await harness.store.read { try $0.asset(AssetID(3)) }
    #expect(old?["mergedInto"] == .string("A1") && old?["truRiskScore"] == .integer(0))
    #expect(old?["identificationLog"]?.array?.last?["outcome"]?.string?.hasPrefix("left: id-other of other") == true)

    try await Self.syncAll(harness, day: 4)
    #expect(try await harness.rows().assets.count == 1, "runs obey")
    _ = try await harness.people(onDay: 5).undo(step: 1)
    let after = try await harness.rows()
    #expect(after.assets.map { $0["id"] } == before.assets.map { $0["id"] })
    for (one, other) in zip(before.assets, after.assets) {
      for name in ["assetName", "externalAssetId", "hostName", "truRiskScore", "openFindings", "macAddress"] {
        #expect(one[name] == other[name], "\(name)")
      }
    }
    #expect(try await harness.store.read { try $0.asset(AssetID(3)) }?["mergedInto"] == nil)
    try await Self.syncAll(harness, day: 6)
    #expect(try await harness.rows().assets.count == 2)
  }

  @Test("A split survives the next run of both connectors; merged again by hand it is one asset again")
  func split() async throws {
    let harness = try await Self.synced()
    let people = harness.people(onDay: 3)
    let change = try await people.split(AssetID(1), sources: ["ID-ARC"], reason: "A clone")
    #expect(change.assets.count == 2)
    #expect(try await harness.id("azure") == AssetID(1))
    let arc = try #require(await harness.id("arc"))
    #expect(try await harness.rows().assets.count == 3)
    try await Self.syncAll(harness, day: 4)
    #expect(try await harness.rows().assets.count == 3, "the rule that joined them does not any more")
    let trials = try #require(
      await harness.explanation(of: arc)?["identification"]?["sources"]?.array?.first?["trials"]?.array)
    let apart = try #require(trials.first { $0["rule"] == .string("hostname-mac") })
    #expect(
      apart["outcome"] == .string("kept apart: id-azure of azure (A1)") && apart["assets"] == .array([.string("A1")]))
    // The later decision holds.
    let merged = try await people.merge(arc, with: AssetID(1), reason: "It is not")
    #expect(merged.step == 2)
    #expect(try await harness.rows().assets.count == 2)
    // Without it the one before holds again, without that the rules.
    _ = try await people.undo(step: 2)
    #expect(try await harness.rows().assets.count == 3)
    #expect(try await harness.id("arc") == arc)
    _ = try await people.undo(step: 1)
    #expect(try await harness.rows().assets.count == 2)
  }

  @Test("All rows of both assets are one after a merge, also those that the rules would take apart")
  func mergeTakesAll() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.machine("a", computer: "WEB01", macs: [Self.mac])]
    try await harness.sync(contents) { $0.connector = "azure" }
    // `b` is the same machine by the rule; `c` stands beside it in the same listing, so no rule joins the two.
    contents.hosts = [
      Row.machine("b", computer: "WEB01", macs: [Self.mac]), Row.machine("c", computer: "C", macs: []),
    ]
    try await harness.sync(contents, day: 1) { $0.connector = "arc" }
    #expect(try await harness.rows().assets.count == 2)
    let c = try #require(await harness.id("c"))
    _ = try await harness.people(onDay: 2).merge(AssetID(1), with: c, reason: "Two names of one machine")
    #expect(try await harness.rows().assets.map { $0["id"] } == [.string("A1")])
    try await harness.sync(contents, day: 3) { $0.connector = "arc" }
    #expect(try await harness.rows().assets.count == 1)
  }

  @Test("Of two connectors that give a source the same id, the one that is named leaves")
  func splitByConnector() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("vm")]
    for (day, name) in ["first", "second"].enumerated() {
      try await harness.sync(contents, day: day) { $0.connector = name }
    }
    let people = harness.people(onDay: 2)
    await #expect(throws: ChangeError.self) { _ = try await people.split(AssetID(1), sources: ["id-vm"], reason: "x") }
    let change = try await people.split(AssetID(1), sources: ["id-vm of Second"], reason: "x")
    #expect(change.assets.first { $0.id == AssetID(1) }?.sources == ["id-vm of first"])
    #expect(try await harness.rows().assets.count == 2)
  }

  @Test("An ambiguous case is listed with its candidates until a person decides it, either way")
  func ambiguous() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = ["one", "two"].map { Row.machine($0, computer: "WEB") }
    try await harness.sync(contents) { $0.connector = "azure" }
    contents.hosts = [Row.machine("three", computer: "WEB")]
    try await harness.sync(contents, day: 1) { $0.connector = "arc" }
    #expect(try await harness.rows().assets.count == 3)
    func cases(day: Int) async throws -> [JSONValue] {
      let seed = harness.store.seed
      return try await harness.store.read {
        try AssetExplanation($0, seed: seed, at: SyncHarness.noon(ofDay: day)).ambiguities()
      }
    }
    let three = try #require(await harness.id("three"))
    let found = try await cases(day: 1)
    #expect(found.count == 1)
    #expect(found[0]["asset"] == .string(three.description) && found[0]["rule"] == .string("hostname"))
    #expect(found[0]["value"] == .string("web"))
    #expect(found[0]["candidates"] == .array([.string("A1"), .string("A2")]))
    #expect(found[0]["candidateNames"] == .array([.string("one"), .string("two")]))
    let log = try #require(await harness.explanation(of: three)?["identificationLog"]?.array)
    #expect(log.count == 1)
    #expect(
      log[0]["outcome"] == .string("new: hostname web: ambiguous: id-one of azure (A1), id-two of azure (A2)"))
    try await harness.sync(contents, day: 2) { $0.connector = "arc" }
    #expect(try await cases(day: 2).first?["since"] == found[0]["since"], "a case keeps its date")

    let people = harness.people(onDay: 3)
    _ = try await people.keepApart(three, from: [AssetID(1), AssetID(2)], reason: "Another company's")
    #expect(try await cases(day: 3).isEmpty)
    #expect(try await harness.rows().assets.count == 3)
    _ = try await people.undo(step: 1)
    #expect(try await cases(day: 3).count == 1)
    _ = try await people.merge(three, with: AssetID(2), reason: "Seen on site")
    #expect(try await cases(day: 3).isEmpty)
    #expect(try await harness.rows().assets.count == 2)
  }

  @Test("What can't be done is refused, and nothing is changed")
  func refusals() async throws {
    let harness = try await Self.synced()
    let people = harness.people(onDay: 3)
    let before = try await harness.snapshot()
    func refused(_ kind: ChangeError.Kind, _ body: () async throws -> IdentityChange) async {
      let error = await #expect(throws: ChangeError.self) { _ = try await body() }
      #expect(error?.kind == kind, "\(error?.description ?? "")")
    }
    await refused(.invalid) { try await people.merge(AssetID(1), with: AssetID(1), reason: "x") }
    await refused(.notFound) { try await people.merge(AssetID(1), with: AssetID(99), reason: "x") }
    await refused(.invalid) { try await people.merge(AssetID(1), with: AssetID(3), reason: " ") }
    await refused(.notFound) { try await people.split(AssetID(1), sources: ["nobody"], reason: "x") }
    await refused(.invalid) { try await people.split(AssetID(1), sources: ["id-arc", "id-azure"], reason: "x") }
    await refused(.invalid) { try await people.split(AssetID(1), sources: [], reason: "x") }
    await refused(.invalid) { try await people.keepApart(AssetID(1), from: [AssetID(1)], reason: "x") }
    await refused(.notFound) { try await people.undo(step: 1) }
    #expect(try await harness.snapshot() == before)
    _ = try await people.merge(AssetID(1), with: AssetID(3), reason: "x")
    await refused(.invalid) { try await people.split(AssetID(3), sources: ["id-other"], reason: "x") }
    _ = try await people.undo(step: 1)
    await refused(.notFound) { try await people.undo(step: 1) }
  }
}
