import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Invariants of a run")
struct InvariantTests {
  @Test("Pages of any size and in any order give the same inventory", arguments: SeededGenerator.seeds(12))
  func pageSizes(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var contents = ScriptedSource.Contents.sample()
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
    var contents = ScriptedSource.Contents.sample(hosts: 2)
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
    var contents = ScriptedSource.Contents.sample()
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
    var contents = ScriptedSource.Contents.sample()
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
    var contents = ScriptedSource.Contents.sample()
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
    let all = ScriptedSource.Contents.sample(hosts: 3)
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
    let all = ScriptedSource.Contents.sample(hosts: 3)
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
    var contents = ScriptedSource.Contents.sample()
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

  @Test("Rows that a moving listing missed are asked for by id, and stay")
  func missedRows() async throws {
    let harness = try ScriptedHarness()
    let all = ScriptedSource.Contents.sample()
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
    var contents = ScriptedSource.Contents.sample(hosts: 2)
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
    var contents = ScriptedSource.Contents.sample(hosts: 10, keys: 6)
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

  @Test("A run that was interrupted at any page goes on and reconciles as one that was not", arguments: 0..<5)
  func resumed(page: Int) async throws {
    let (harness, whole) = (try ScriptedHarness(), try ScriptedHarness())
    var contents = ScriptedSource.Contents.sample()
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
    let all = ScriptedSource.Contents.sample()
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

  @Test("An unchanged listing writes no finding, whatever its size")
  func writesNothing() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample(hosts: 20, keys: 10)
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
  line.replacing(/"(lastFoundOn|lastSeenOn)":("[^"]*"|null)/, with: "").replacing(/"status":"(NEW|ACTIVE)"/, with: "")
}
