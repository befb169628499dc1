import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("What runs make of hosts, findings and controls")
struct RecordLifeTests {
  @Test("The life of a finding over runs: NEW, ACTIVE, FIXED, REOPENED, ACTIVE, with its dates")
  func life() async throws {
    let harness = try ScriptedHarness()
    var expected: [(status: String, found: String?, fixed: String?)] = []
    let days = ["Unhealthy", "Unhealthy", "Healthy", "Healthy", "Unhealthy", "Unhealthy", nil, "Unhealthy"]
    expected = [
      ("NEW", "2026-06-01T12:00:00Z", nil), ("ACTIVE", "2026-06-02T12:00:00Z", nil),
      ("FIXED", "2026-06-02T12:00:00Z", "2026-06-03T12:00:00Z"),
      ("FIXED", "2026-06-02T12:00:00Z", "2026-06-03T12:00:00Z"),
      ("REOPENED", "2026-06-05T12:00:00Z", "2026-06-03T12:00:00Z"),
      ("ACTIVE", "2026-06-06T12:00:00Z", "2026-06-03T12:00:00Z"),
      ("FIXED", "2026-06-06T12:00:00Z", "2026-06-07T12:00:00Z"),
      ("REOPENED", "2026-06-08T12:00:00Z", "2026-06-07T12:00:00Z"),
    ]
    for (day, status) in days.enumerated() {
      var contents = ScriptedSource.Contents()
      contents.hosts = [Row.vm("vm")]
      contents.findings = [Row.finding("vm", "other", "Healthy")]
      if let status { contents.findings.append(Row.finding("vm", "key", status)) }
      try await harness.sync(contents, day: day)
      let finding = try #require(
        await harness.rows(absent: true).findings.first { $0["findingName"] == .string("key") })
      #expect(finding["status"] == .string(expected[day].status), "day \(day)")
      #expect(finding["firstFoundOn"] == .string("2026-06-01T12:00:00Z"), "day \(day)")
      #expect(finding["lastFoundOn"]?.string == expected[day].found, "day \(day)")
      #expect(finding["lastFixedOn"]?.string == expected[day].fixed, "day \(day)")
      #expect((finding["posture"]?.isNull == true) == (status == nil), "an absent finding has no posture")
    }
  }

  @Test("A host that is gone takes its findings with it; made anew it is the same asset")
  func hostGone() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a"), Row.vm("b")]
    contents.findings = [Row.finding("a", "key", "Unhealthy"), Row.finding("b", "key", "Unhealthy")]
    try await harness.sync(contents)
    let id = try #require(await harness.rows().assets.first { $0["assetName"] == .string("b") }?["id"])

    var without = contents
    without.hosts.removeLast()
    let gone = try await harness.sync(without, day: 1)
    #expect(gone.counters.assets.gone == 1)
    #expect(gone.counters.findings.fixed == 1)
    #expect(gone.counters.leftOut.deletedHost == 1, "its row is still listed")
    let rows = try await harness.rows(absent: true)
    #expect(rows.findings.first { $0["assetName"] == .string("b") }?["fixCause"] == .string("hostGone"))
    #expect(rows.assets.first { $0["assetName"] == .string("b") }?["truRiskScore"] == .integer(0))
    #expect(try await harness.rows().assets.count == 1)

    contents.hosts[1] = Row.vm("b", vmID: "another")
    let anew = try await harness.sync(contents, day: 2)
    #expect(anew.counters.assets.created == 0 && anew.counters.assets.merged == 1)
    #expect(anew.counters.findings.reopened == 1)
    let back = try #require(await harness.rows().assets.first { $0["assetName"] == .string("b") })
    #expect(back["id"] == id)
    #expect(back["externalAssetId"] == .string("another"))
  }

  @Test("A host made anew between two runs keeps its findings open")
  func madeAnew() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a"), Row.vm("b")]
    contents.findings = [Row.finding("a", "key", "Unhealthy"), Row.finding("b", "key", "Unhealthy")]
    try await harness.sync(contents)
    contents.hosts[1] = Row.vm("b", vmID: "another")
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.findings.fixed == 0 && report.counters.findings.unchanged == 2)
    #expect(report.counters.assets.gone == 0)
    let open = try await harness.rows().findings.filter { $0["status"] == .string("ACTIVE") }
    #expect(open.count == 2)
    let again = try await harness.sync(contents, day: 2)
    #expect(again.changedNothing)
  }

  @Test("Two machines that say the same vmId are two assets")
  func clones() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a", vmID: "same"), Row.vm("b", vmID: "same")]
    #expect(try await harness.sync(contents).counters.assets.created == 2)
    #expect(try await harness.sync(contents, day: 1).counters.assets.unchanged == 2)
    #expect(try await harness.rows().assets.count == 2)
  }

  @Test("A control has the text of its finding with the smallest id; another text stays on its finding")
  func controlTexts() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = ["a", "b", "c"].map { Row.vm($0) }
    contents.findings = ["c", "b", "a"].map { Row.finding($0, "key", "Unhealthy", text: $0 == "b" ? "odd" : "usual") }
    try await harness.sync(contents)
    func texts() async throws -> [String?] {
      let rows = try await harness.rows().findings
      return ["a", "b", "c"].map { name in
        rows.first { $0["assetName"] == .string(name) }?["policyDescription"]?.string
      }
    }
    func control() async throws -> String? {
      try await harness.store.read { inventory in
        try inventory.control(key: "key").flatMap { try inventory.control($0) }?["policyDescription"]?.string
      }
    }
    #expect(try await texts() == ["usual", "odd", "usual"])
    #expect(try await control() == "usual")
    // The usual text is written anew for all: one change of the control, none of the findings.
    contents.findings = ["a", "b", "c"].map { Row.finding($0, "key", "Unhealthy", text: $0 == "b" ? "odd" : "new") }
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.findings.updated == 0 && report.counters.findings.unchanged == 3)
    #expect(try await texts() == ["new", "odd", "new"])
    #expect(try await control() == "new")
  }

  @Test("A control gets its new text though a known subscription can't be read, whose findings keep what they say")
  func controlTextsWithoutAScope() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.scopes = ["a", "b"].map { SourceScope(id: $0, name: $0) }
    contents.hosts = ["a", "b"].map { Row.vm($0, subscription: $0) }
    func list(_ text: String, alone: Bool = false) {
      contents.findings = ["a", "b"].map { Row.finding($0, "key", "Unhealthy", text: text, subscription: $0) }
      if alone { contents.findings.append(Row.finding("a", "other", "Unhealthy", text: text, subscription: "a")) }
    }
    func texts() async throws -> [String?] {
      let rows = try await harness.rows().findings.filter { $0["findingName"] == .string("key") }
      let ofFindings = ["a", "b"].map { name in
        rows.first { $0["assetName"] == .string(name) }?["policyDescription"]?.string
      }
      let ofControls = try await harness.store.read { inventory in
        try ["key", "other"].map { key in
          try inventory.control(key: key).flatMap { try inventory.control($0) }?["policyDescription"]?.string
        }
      }
      return ofFindings + ofControls
    }
    list("old", alone: true)
    try await harness.sync(contents)
    #expect(try await texts() == ["old", "old", "old", "old"])
    // The unreadable one has the smaller ids.
    contents.unreadable = ["a"]
    list("new", alone: true)
    for day in 1...2 {
      #expect(try await harness.sync(contents, day: day).result == "partial")
      let shown = try await texts()
      #expect(shown == ["old", "new", "new", "old"], "nothing else is known of \"other\"")
    }
    contents.unreadable = []
    try await harness.sync(contents, day: 3)
    #expect(try await texts() == ["new", "new", "new", "new"])
  }

  @Test("Texts that no finding has any more are not kept, whatever took the findings from them")
  func unusedTexts() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = ["a", "b", "c"].map { Row.vm($0) }
    func list(_ text: String, categories: [String?] = [nil, nil, nil]) {
      contents.findings = zip(["a", "b", "c"], categories).map { name, category in
        Row.finding(name, "key", "Unhealthy", category: category, text: "\(text) \(name)", cause: "\(text) \(name)")
      }
    }
    list("first")
    try await harness.sync(contents)
    #expect(try harness.textCounts() == [3, 3])
    list("second")
    try await harness.sync(contents, day: 1)
    #expect(try harness.textCounts() == [3, 3], "all are written anew")
    list("second", categories: [nil, nil, "SoftwareUpdate"])
    try await harness.sync(contents, day: 2)
    #expect(try harness.textCounts() == [2, 2], "one is left out as it came")
    contents.findings.removeLast(2)
    try await harness.sync(contents, day: 3)
    #expect(try harness.textCounts() == [2, 2], "what is absent may come back")
    try await harness.sync(contents, day: 4) { plan in
      plan.selection = FindingSelection(statuses: plan.selection.statuses, excludedCategories: [""])
    }
    #expect(try harness.textCounts() == [2, 1], "the control's own stays, and those of the absent one")
  }

  @Test("A severity that changes re-scores the hosts it stands on")
  func severityChange() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a")]
    contents.findings = [Row.finding("a", "key", "Unhealthy", severity: "High")]
    try await harness.sync(contents)
    #expect(try await harness.rows().assets[0]["truRiskScore"] == .integer(256))
    contents.findings = [Row.finding("a", "key", "Unhealthy", severity: "Strange")]
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.findings.updated == 1)
    #expect(report.counters.unexpectedSeverities == ["Strange": 1])
    // Default severity 3, QDS 55: 2 × 1.0 × 55.
    #expect(try await harness.rows().assets[0]["truRiskScore"] == .integer(110))
  }

  @Test("Updates are left out; a known finding that becomes one is removed, not fixed")
  func updates() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a")]
    contents.findings = [Row.finding("a", "key", "Unhealthy"), Row.finding("a", "keep", "Unhealthy")]
    try await harness.sync(contents)
    contents.findings[0] = Row.finding("a", "key", "Unhealthy", category: "SoftwareUpdate")
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.leftOut.updates == 1)
    #expect(report.counters.findings.fixed == 0)
    let rows = try await harness.rows(absent: true)
    #expect(rows.findings.map { $0["findingName"]?.string } == ["keep"])
    #expect(rows.assets[0]["openFindings"] == .integer(1))
  }

  @Test("A host that is restored to an earlier row shows that row's values again")
  func restored() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    for (day, (id, offer)) in [("one", "ubuntu"), ("two", "debian"), ("one", "ubuntu")].enumerated() {
      contents.hosts = [Row.vm("a", vmID: id, offer: offer)]
      try await harness.sync(contents, day: day)
      let asset = try #require(await harness.rows().assets.first)
      #expect(asset["externalAssetId"] == .string(id) && asset["operatingSystemName"] == .string(offer), "day \(day)")
    }
    #expect(try await harness.rows(absent: true).assets.count == 1)
  }

  @Test("Machines that are all made anew are no reason to hold a run")
  func allMadeAnew() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample()
    try await harness.sync(contents)
    contents.hosts = (0..<7).map { Row.vm("vm-\($0)", vmID: "new-\($0)") }
    let report = try await harness.sync(contents, day: 1) { $0.maximumAbsentShare = 0.3 }
    #expect(report.result == "succeeded")
    #expect(report.counters.assets.gone == 0 && report.counters.findings.fixed == 0)
  }

  @Test("A recommendation's key may be written with escapes")
  func escapedKey() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a"), Row.vm("b")]
    contents.findings = ["a", "b"].map { Row.finding($0, "caf\\u00e9", "Unhealthy") }
    #expect(try await harness.sync(contents).counters.findings.created == 2)
    #expect(try await harness.sync(contents, day: 1).changedNothing)
    #expect(try await harness.rows().findings.map { $0["findingName"] } == [.string("café"), .string("café")])
  }

  @Test("Severities that no row expects are counted by finding")
  func unexpectedSeverities() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a"), Row.vm("b")]
    contents.findings = ["a", "b"].map { Row.finding($0, "key", "Unhealthy", severity: "Odd") }
    #expect(try await harness.sync(contents).counters.unexpectedSeverities == ["Odd": 2])
  }

  @Test("A clone that is listed before the machine it was made from is an asset of its own")
  func clonesInAnyOrder() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("b", vmID: "same")]
    contents.findings = [Row.finding("b", "key", "Unhealthy")]
    try await harness.sync(contents)
    contents.hosts = [Row.vm("a", vmID: "same"), Row.vm("b", vmID: "same")]
    contents.findings.append(Row.finding("a", "key", "Unhealthy"))
    try await harness.sync(contents, day: 1)
    let rows = try await harness.rows()
    #expect(Set(rows.assets.compactMap { $0["assetName"]?.string }) == ["a", "b"])
    #expect(rows.assets.allSatisfy { $0["openFindings"] == .integer(1) && $0["truRiskScore"] == .integer(256) })
  }

  @Test("A recommendation's key in another case is the same recommendation")
  func keyCase() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a")]
    contents.findings = [Row.finding("a", "abc", "Unhealthy")]
    try await harness.sync(contents)
    contents.findings = [Row.finding("a", "ABC", "Unhealthy")]
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.findings.created == 0 && report.counters.findings.fixed == 0)
    #expect(try await harness.rows(absent: true).findings.count == 1)
  }
}
