import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Two connectors that list the same machines")
struct IdentityTests {
  private static let mac = "00:0d:3a:1b:c7:21"

  /// `web` as one connector has it, and as the other one does, under another name and id.
  private static func contents(_ name: String, offer: String = "ubuntu") -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.machine(name, computer: "WEB01", macs: [mac], offer: offer), Row.machine("only-\(name)")]
    contents.findings = [Row.finding(name, "key-\(name)", "Unhealthy")]
    return contents
  }

  private static let orders: [[String]] = [["azure", "arc"], ["arc", "azure"]]

  @Test("Host name and hardware address merge, whichever is synced first", arguments: orders)
  func merges(order: [String]) async throws {
    let harness = try ScriptedHarness()
    for (day, name) in order.enumerated() {
      try await harness.sync(Self.contents(name), day: day) { $0.connector = name }
    }
    let rows = try await harness.rows()
    #expect(rows.assets.count == 3)
    let merged = try #require(rows.assets.first { $0["openFindings"] == .integer(2) }, "findings of both count")
    #expect(merged["id"] == .string("A1"), "the asset that was there stays")
    let id = try #require(merged["id"]?.string.flatMap { AssetID(text: $0) })
    let log = try #require(await harness.explanation(of: id)?["identificationLog"]?.array)
    #expect(log.contains { $0["rule"] == .string("hostname-mac") && $0["run"] == .string("R2") })
    // A further run changes nothing.
    for (day, name) in order.enumerated() {
      let again = try await harness.sync(Self.contents(name), day: 2 + day) { $0.connector = name }
      #expect(again.changedNothing)
    }
  }

  @Test("Whose values a merged asset shows follows the order of trust, not of runs", arguments: orders)
  func trust(order: [String]) async throws {
    let harness = try ScriptedHarness()
    let settings = IdentificationSettings(trust: ["arc"], trustByAttribute: ["operatingSystemName": ["azure"]])
    for (day, name) in order.enumerated() {
      try await harness.sync(Self.contents(name, offer: "os of \(name)"), day: day) {
        $0.connector = name
        $0.identification = settings
      }
    }
    let merged = try #require(await harness.rows().assets.first { $0["openFindings"] == .integer(2) })
    #expect(merged["assetName"] == .string("arc") && merged["operatingSystemName"] == .string("os of azure"))
    let id = try #require(merged["id"]?.string.flatMap { AssetID(text: $0) })
    let seed = harness.store.seed
    let record = try await harness.store.read {
      try AssetExplanation($0, seed: seed, at: SyncHarness.noon(ofDay: 2)).record(of: id)
    }
    let origins = try #require(record?["valueOrigins"])
    #expect(origins["assetName"] == .string("id-arc of arc"))
    #expect(origins["operatingSystemName"] == .string("id-azure of azure"))
    #expect(record?["sourceRecords"]?.array?.count == 2)
    // The order changes: the next run shows the other one's values, without a row that has changed.
    let reversed = IdentificationSettings(trust: ["azure"])
    try await harness.sync(Self.contents("arc", offer: "os of arc"), day: 3) {
      $0.connector = "arc"
      $0.identification = reversed
    }
    let after = try #require(await harness.rows().assets.first { $0["openFindings"] == .integer(2) })
    #expect(after["assetName"] == .string("azure") && after["id"] == merged["id"])
  }

  @Test("A rule that is turned off splits what it had joined; on again it joins it to the same asset")
  func rulesChange() async throws {
    let harness = try ScriptedHarness()
    for (day, name) in ["azure", "arc"].enumerated() {
      try await harness.sync(Self.contents(name), day: day) { $0.connector = name }
    }
    let merged = try #require(await harness.rows().assets.first { $0["openFindings"] == .integer(2) }?["id"])
    let off: Set<String> = ["hostname-mac", "mac-address", "hostname"]
    try await harness.sync(Self.contents("arc"), day: 2) {
      $0.connector = "arc"
      $0.disabledRules = off
    }
    var assets = try await harness.rows().assets
    #expect(assets.count == 4 && assets.allSatisfy { ($0["openFindings"]?.integer ?? 9) <= 1 })
    let arc = try #require(await harness.id("arc"))
    let log = try #require(await harness.explanation(of: arc)?["identificationLog"]?.array)
    #expect(log.last?["outcome"]?.string?.hasPrefix("split: id-arc of arc") == true)
    let trials = try #require(
      await harness.explanation(of: arc)?["identification"]?["sources"]?.array?.first?["trials"]?.array)
    #expect(
      trials.contains { $0["rule"] == .string("hostname") && $0["outcome"]?.string?.contains("turned off") == true })
    try await harness.sync(Self.contents("arc"), day: 3) { $0.connector = "arc" }
    assets = try await harness.rows().assets
    #expect(assets.count == 3 && assets.first { $0["openFindings"] == .integer(2) }?["id"] == merged)
  }

  @Test(
    "However rules came to be turned off, hosts are as if they had been so from the start",
    arguments: SeededGenerator.seeds(4))
  func rulesChangeOften(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let connectors = ["azure", "arc", "other"]
    var contents: [String: ScriptedSource.Contents] = [:]
    for connector in connectors {
      var listed = ScriptedSource.Contents()
      listed.hosts = (0..<8).map { number in
        Row.machine(
          "\(connector)-\(number)", computer: random.chance(4) ? nil : "host-\(random.number(1...12))",
          macs: random.chance(2) ? [] : ["00:11:22:33:44:1\(random.number(0...9))"],
          fqdn: random.chance(2) ? nil : "host-\(random.number(1...12)).contoso.com")
      }
      contents[connector] = listed
    }
    let harness = try ScriptedHarness()
    var disabled: [String: Set<String>] = [:]
    let changes = (0..<6).map { _ in random.pick(connectors) }
    for (day, connector) in (connectors + changes).enumerated() {
      let rules = ["hostname-mac", "fqdn", "mac-address", "hostname", "ip-address"].filter { _ in random.chance(4) }
      disabled[connector] = Set(rules)
      try await harness.sync(contents[connector] ?? .init(), day: day) {
        $0.connector = connector
        $0.disabledRules = Set(rules)
      }
    }
    let expected = try ScriptedHarness()
    for (day, connector) in connectors.shuffled(using: &random).enumerated() {
      try await expected.sync(contents[connector] ?? .init(), day: day) { [disabled] in
        $0.connector = connector
        $0.disabledRules = disabled[connector] ?? []
      }
    }
    #expect(try await harness.store.groups() == expected.store.groups(), "seed \(seed)")
    #expect(try await expected.rows().assets.count < 24)
  }

  @Test("An own rule joins by its attributes, and the run that brings it re-identifies what was there")
  func ownRule() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.machine("one", offer: "a very special image")]
    try await harness.sync(contents) { $0.connector = "first" }
    contents.hosts = [Row.machine("two", offer: "a very special image")]
    try await harness.sync(contents, day: 1) { $0.connector = "second" }
    #expect(try await harness.rows().assets.count == 2)
    let own = IdentificationRule(name: "image", attributes: ["operatingSystemName"])
    try await harness.sync(contents, day: 2) {
      $0.connector = "second"
      $0.identification = IdentificationSettings(own: [own])
    }
    let assets = try await harness.rows().assets
    #expect(assets.count == 1)
    let explanation = try #require(await harness.explanation(of: AssetID(1)))
    #expect(explanation["identificationLog"]?.array?.last?["rule"] == .string("image"))
  }

  @Test("A finding that two connectors list is one: it counts once, and a decision holds for both")
  func twins() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("vm")]
    contents.findings = [Row.finding("vm", "key", "Unhealthy")]
    for (day, name) in ["first", "second"].enumerated() {
      try await harness.sync(contents, day: day) { $0.connector = name }
    }
    var rows = try await harness.rows()
    #expect(rows.assets.count == 1 && rows.findings.count == 1)
    #expect(rows.assets[0]["openFindings"] == .integer(1) && rows.assets[0]["truRiskScore"] == .integer(256))
    let people = harness.people(onDay: 2)
    let shown = try #require(rows.findings[0]["id"]?.string.flatMap { FindingID(text: $0) })
    let score = try await people.decide(shown, .ignored, reason: "A test machine", until: nil)
    #expect(score.before == 256 && score.after == 0)
    for id in [FindingID(1), FindingID(2)] {
      let record = try await harness.store.read { try $0.finding(id) }
      #expect(record?["decision"]?["reason"] == .string("A test machine"), "\(id)")
      #expect(record?["history"]?.array?.last?["turn"] == .string("ignored"), "\(id)")
    }
    // The one that was shown is fixed; the other connector still has it open.
    contents.findings = [Row.finding("vm", "key", "Healthy")]
    try await harness.sync(contents, day: 3) { $0.connector = "first" }
    rows = try await harness.rows()
    #expect(rows.findings.count == 1 && rows.findings[0]["posture"] == .string("FAIL"))
    #expect(rows.assets[0]["truRiskScore"] == .integer(0), "the decision goes on")
    let open = try #require(rows.findings[0]["id"]?.string.flatMap { FindingID(text: $0) })
    #expect(try await people.decide(open, nil, reason: "It matters", until: nil).after == 256)
  }

  @Test("A decision holds for the same finding of a connector that comes later")
  func laterTwin() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("vm")]
    contents.findings = [Row.finding("vm", "key", "Unhealthy")]
    try await harness.sync(contents) { $0.connector = "first" }
    _ = try await harness.people(onDay: 0).decide(FindingID(1), .riskAccepted, reason: "Known", until: nil)
    try await harness.sync(contents, day: 1) { $0.connector = "second" }
    let asset = try await harness.rows().assets[0]
    #expect(asset["truRiskScore"] == .integer(0) && asset["openFindings"] == .integer(0))
    let second = try await harness.store.read { try $0.finding(FindingID(2)) }
    #expect(second?["decision"]?["kind"] == .string("riskAccepted"))
  }
}
