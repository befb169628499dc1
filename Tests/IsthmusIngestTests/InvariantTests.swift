import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Invariants of a run")
struct InvariantTests {
  private func contents(hosts: Int = 7, keys: Int = 5) -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    for host in 0..<hosts {
      contents.hosts.append(Row.vm("vm-\(host)"))
      for key in 0..<keys {
        let status = ["Unhealthy", "Healthy", "NotApplicable"][(host * 3 + key * 5) % 3]
        let severity = ["High", "Medium", "Low"][key % 3]
        contents.findings.append(Row.finding("vm-\(host)", "key-\(key)", status, severity: severity))
      }
    }
    return contents
  }

  @Test("Pages of any size and in any order give the same inventory", arguments: SeededGenerator.seeds(12))
  func pageSizes(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var contents = contents()
    // Texts of one control differ on some resources.
    contents.findings[2] = Row.finding("vm-0", "key-2", "Unhealthy", text: "Another why")
    contents.findings[17] = Row.finding("vm-3", "key-2", "Unhealthy", text: "Yet another")
    let reference = try ScriptedHarness()
    try await reference.sync(contents)
    contents.hosts.shuffle(using: &generator)
    contents.findings.shuffle(using: &generator)
    contents.pageSize = generator.number(1...9)
    let shuffled = try ScriptedHarness()
    let report = try await shuffled.sync(contents)
    #expect(report.result == "succeeded")
    #expect(try await shuffled.snapshot() == reference.snapshot())
  }

  @Test("Two pages of hosts with the same row, and rows that come twice, count once")
  func duplicates() async throws {
    var contents = contents(hosts: 2)
    contents.pageSize = 2
    contents.findings.append(contents.findings[0])
    contents.hosts.append(contents.hosts[0])
    let harness = try ScriptedHarness()
    let report = try await harness.sync(contents)
    #expect(report.counters.assets.created == 2 && report.counters.assets.unchanged == 0)
    let rows = try await harness.rows()
    #expect(rows.assets.count == 2)
    #expect(Set(rows.findings.compactMap { $0["externalFindingId"]?.string }).count == rows.findings.count)
  }

  @Test("A listing that starts over counts nothing twice and ends the same")
  func startsOver() async throws {
    var contents = contents()
    contents.pageSize = 6
    contents.startsOverAt = 3
    let harness = try ScriptedHarness()
    let report = try await harness.sync(contents)
    #expect(report.result == "succeeded")
    let plain = try ScriptedHarness()
    contents.startsOverAt = nil
    let expected = try await plain.sync(contents)
    #expect(report.counters.findings == expected.counters.findings)
    #expect(report.counters.leftOut == expected.counters.leftOut)
    #expect(try await harness.snapshot() == plain.snapshot())
  }

  @Test("Rows that do not add up are listed once more; if they still do not, nothing is closed there")
  func relisting() async throws {
    let harness = try ScriptedHarness()
    var contents = contents()
    try await harness.sync(contents)
    let before = try await harness.rows().findings.count
    var missing = contents
    missing.findings.removeLast(10)
    missing.relisted[.findings] = contents.findings
    missing.totals[.findings] = contents.findings.count
    let healed = try await harness.sync(missing, day: 1)
    #expect(healed.result == "succeeded")
    #expect(healed.counters.findings.fixed == 0)
    missing.relisted = [:]
    let short = try await harness.sync(missing, day: 2)
    #expect(short.result == "partial")
    #expect(short.counters.findings.fixed == 0)
    #expect(try await harness.rows().findings.count == before)
    contents.findings.removeLast(10)
    let true10 = try await harness.sync(contents, day: 3)
    #expect(true10.counters.findings.gone > 0, "a whole listing without them closes them")
  }

  @Test("A second listing counts its rejected and left-out rows once")
  func relistingCountsOnce() async throws {
    let harness = try ScriptedHarness()
    var contents = contents()
    contents.findings.append(Row.finding("vm-0", "odd", "Healthy").replacing(#""name":"odd""#, with: #""name":7"#))
    contents.relisted[.findings] = contents.findings
    contents.totals[.findings] = contents.findings.count
    var short = contents
    short.findings.removeFirst()
    short.relisted[.findings] = contents.findings
    let report = try await harness.sync(short)
    let plain = try await ScriptedHarness().sync(contents)
    #expect(report.counters.findings == plain.counters.findings)
    #expect(report.counters.leftOut == plain.counters.leftOut)
    let run = try #require(report.run)
    let rejects = try await harness.store.read { inventory in
      var count = 0
      try inventory.forEachReject(run) { _ in count += 1 }
      return count
    }
    #expect(rejects == 1)
  }

  @Test("A row that is bad in the first listing and good in the second counts once, and is brought in")
  func badThenGood() async throws {
    let harness = try ScriptedHarness()
    let all = contents(hosts: 3)
    try await harness.sync(all)
    var changed = all
    changed.hosts = ["vm-0", "vm-1", "vm-2"].map { Row.vm($0, offer: "debian") }
    var bad = changed
    bad.hosts[1] = Row.vm("vm-1", offer: "debian").replacing(#""name":"vm-1""#, with: #""name":7"#)
    bad.totals[.hosts] = 4
    bad.relisted[.hosts] = changed.hosts
    bad.totals[.findings] = all.findings.count
    let report = try await harness.sync(bad, day: 1)
    #expect(report.counters.assets.updated == 3 && report.counters.assets.rejected == 0)
    let offers = try await harness.rows().assets.map { $0["operatingSystemName"]?.string }
    #expect(offers == ["debian", "debian", "debian"])
  }

  @Test("A host that vanished between two listings of one run is gone")
  func vanishedBetween() async throws {
    let harness = try ScriptedHarness()
    let all = contents(hosts: 3)
    try await harness.sync(all)
    var moving = all
    moving.hosts.append(all.hosts[0])
    moving.relisted[.hosts] = Array(all.hosts.dropLast())
    moving.totals[.hosts] = 2
    moving.totals[.findings] = all.findings.count
    moving.removed = ["/subscriptions/sub/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm-2"]
    let report = try await harness.sync(moving, day: 1)
    #expect(report.result == "succeeded")
    #expect(report.counters.assets.gone == 1)
    #expect(report.counters.leftOut.deletedHost > 0)
    #expect(try await harness.rows().assets.count == 2)
  }

  @Test("A run that goes on with another selection lists anew, and adds up")
  func resumedWithAnotherSelection() async throws {
    let harness = try ScriptedHarness()
    var contents = contents()
    contents.findings.append(Row.finding("vm-0", "update", "Unhealthy", category: "SoftwareUpdate"))
    contents.pageSize = 8
    try await harness.interrupt(contents, day: 0, atPage: 3)
    let wide = FindingSelection(statuses: ["Healthy", "Unhealthy", "NotApplicable"], excludedCategories: [])
    let report = try await harness.sync(contents) { $0.selection = wide }
    #expect(report.run == RunID(1) && report.result == "succeeded")
    let counters = report.counters.findings
    #expect(counters.created + counters.updated + counters.unchanged == contents.findings.count)
    let fresh = try ScriptedHarness()
    try await fresh.sync(contents) { $0.selection = wide }
    #expect(try await harness.snapshot() == fresh.snapshot())
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
    var contents = contents()
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

  @Test("Rows that a moving listing missed are asked for by id, and stay")
  func missedRows() async throws {
    let harness = try ScriptedHarness()
    let all = contents()
    try await harness.sync(all)
    let before = try await harness.snapshot()
    var shifted = all
    // Two findings and a host fall between the pages; the count is as small as the list.
    shifted.findings.removeAll {
      $0.contains("vm-2/") || $0.contains("vm-4/providers/Microsoft.Security/assessments/key-1")
    }
    shifted.hosts.removeAll { $0.contains("vm-2") }
    for row in all.hosts + all.findings {
      if let id = try JSONValue(parsing: row)["id"]?.string { shifted.hidden.insert(id.lowercased()) }
    }
    let report = try await harness.sync(shifted, day: 1)
    #expect(report.counters.findings.fixed == 0 && report.counters.assets.gone == 0)
    #expect(try await harness.snapshot().map(withoutTimes) == before.map(withoutTimes))
  }

  @Test("A row with a rubbish id proves nothing, and closes nothing")
  func rubbishID() async throws {
    let harness = try ScriptedHarness()
    var contents = contents(hosts: 2)
    try await harness.sync(contents)
    contents.findings[0] = contents.findings[0].replacing(#"{"id":"/subscriptions"#, with: #"{"id":"garbage","x":""#)
      .replacing(#""status":{"#, with: #""status":null,"y":{"#)
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.findings.rejected == 1)
    #expect(report.counters.findings.fixed == 0)
    #expect(report.result == "partial")
  }

  @Test("The guard counts the findings that go with their hosts")
  func guardCountsFindings() async throws {
    let harness = try ScriptedHarness()
    var contents = contents(hosts: 10, keys: 6)
    try await harness.sync(contents)
    contents.hosts.removeLast(5)
    contents.totals[.findings] = 1
    let report = try await harness.sync(contents, day: 1) { $0.maximumAbsentShare = 0.3 }
    #expect(report.result == "held")
    #expect(report.counters.assets.gone == 0 && report.counters.findings.fixed == 0)
  }

  @Test("A finding whose category is left out now, and whose row vanished, does not stay open")
  func vanishedUpdate() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a")]
    contents.findings = [
      Row.finding("a", "key", "Unhealthy"), Row.finding("a", "update", "Unhealthy", category: "SoftwareUpdate"),
    ]
    try await harness.sync(contents) {
      $0.selection = FindingSelection(statuses: ["Unhealthy"], excludedCategories: [])
    }
    #expect(try await harness.rows().findings.count == 2)
    contents.findings.removeLast()
    let report = try await harness.sync(contents, day: 1)
    #expect(report.counters.findings.fixed == 0)
    #expect(try await harness.rows(absent: true).findings.count == 1)
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

  @Test("A run that was interrupted at any page goes on and reconciles as one that was not", arguments: 0..<5)
  func resumed(page: Int) async throws {
    let (harness, whole) = (try ScriptedHarness(), try ScriptedHarness())
    var contents = contents()
    contents.pageSize = 8
    for target in [harness, whole] { try await target.sync(contents) }
    contents.hosts.removeLast()
    contents.findings.removeFirst()
    // Killed while the findings are listed: the process is gone before the run's end is written.
    try await harness.interrupt(contents, day: 1, atPage: page)
    let report = try await harness.sync(contents, day: 1)
    #expect(report.result == "succeeded" && report.run == RunID(2))
    let expected = try await whole.sync(contents, day: 1)
    #expect(report.counters.findings == expected.counters.findings)
    #expect(report.counters.assets == expected.counters.assets)
    #expect(try await harness.snapshot() == whole.snapshot())
  }

  @Test("A source that fails in the middle keeps what came and closes nothing")
  func failsInTheMiddle() async throws {
    let harness = try ScriptedHarness()
    let all = contents()
    try await harness.sync(all)
    let before = try await harness.snapshot()
    var failing = all
    failing.pageSize = 5
    failing.failsAt = 3
    let report = try await harness.sync(failing, day: 1)
    #expect(report.result == "failed")
    #expect(report.error?.summary == "The source failed.")
    #expect(try await harness.snapshot() == before)
  }

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

  @Test("An unchanged listing writes no finding, whatever its size")
  func writesNothing() async throws {
    let harness = try ScriptedHarness()
    let contents = contents(hosts: 20, keys: 10)
    try await harness.sync(contents)
    try await harness.sync(contents, day: 1)
    let before = try await harness.snapshot()
    let report = try await harness.sync(contents, day: 1)
    #expect(report.changedNothing)
    #expect(try await harness.snapshot() == before)
  }
}

/// The line without what a further listing moves.
func withoutTimes(_ line: String) -> String {
  line.replacing(/"lastFoundOn":("[^"]*"|null)/, with: "").replacing(/"status":"(NEW|ACTIVE)"/, with: "")
}
