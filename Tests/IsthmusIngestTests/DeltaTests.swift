import AzureSimulator
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Runs that bring changes alone")
struct DeltaTests {
  private static func delta(_ plan: inout RunPlan) { plan.mode = .delta }

  private static func dated(_ contents: ScriptedSource.Contents) -> ScriptedSource.Contents {
    var contents = contents
    contents.datesChanges = true
    return contents
  }

  /// Dates of the runs, and what they decide, taken out.
  private static func undated(_ line: String) -> String {
    var line = withoutStatus(line)
    for field in [
      "firstFoundOn", "lastFoundOn", "lastFixedOn", "reopenedOn", "ingestedOn", "lastSeenOn", "goneOn",
    ] {
      line = line.replacing(try! Regex("\"\(field)\":(\"[^\"]*\"|null),?"), with: "")
    }
    return line
  }

  @Test(
    "After runs that bring changes and then a whole one the inventory is that of whole runs alone; between, it has all that changed",
    arguments: [1, 2] as [UInt64])
  func simulatedDays(seed: UInt64) async throws {
    let tenant = try await SyncHarness.tenant(hosts: 20, seed: seed)
    let (whole, delta) = (try SyncHarness(simulator: tenant), try SyncHarness(simulator: tenant))
    var rows = (whole: 0, delta: 0)
    for day in 0...9 {
      try tenant.setDay(day)
      let full = try await whole.sync()
      let report = try await delta.sync { plan in
        Self.delta(&plan)
        plan.fullEvery = 5
      }
      #expect(report.result == "succeeded" && full.result == "succeeded")
      let isWhole = day % 5 == 0
      #expect(report.mode == (isWhole ? .full : .delta), "day \(day)")
      let (expected, found) = (try await whole.snapshot(), try await delta.snapshot())
      if isWhole {
        #expect(found.map(Self.undated).sorted() == expected.map(Self.undated).sorted(), "day \(day)")
        continue
      }
      rows.whole += Self.fetched(full)
      rows.delta += Self.fetched(report)
      #expect(report.counters.assets.gone == 0 && report.counters.findings.gone == 0)
      // What changed since the last run, by its date, is in as the source says.
      let since = SyncHarness.noon(ofDay: day - 1)
      let changes = try await whole.findings(changedSince: since)
      #expect(!changes.isEmpty)
      let stored = try await delta.findings(changedSince: since)
      #expect(Set(changes).isSubset(of: stored), "day \(day)")
    }
    #expect(rows.delta * 2 < rows.whole, "\(rows)")
    await tenant.stop()
  }

  private static func fetched(_ report: RunReport) -> Int {
    Int(report.counters.json["findings"]?["fetched"]?.integer ?? 0)
  }

  @Test("Changes close nothing, and make nothing NEW into ACTIVE")
  func closesNothing() async throws {
    let contents = Self.dated(.sample())
    let harness = try ScriptedHarness()
    try await harness.sync(contents, change: Self.delta)
    let before = try await harness.snapshot()
    var later = contents
    later.hosts.removeLast()
    later.findings.removeFirst(4)
    let report = try await harness.sync(later, day: 1, change: Self.delta)
    #expect(report.mode == .delta && report.result == "succeeded" && report.changedNothing)
    #expect(try await harness.snapshot() == before)
    later.findings.append(Row.finding("vm-0", "key-9", "Unhealthy", changed: "2026-06-02T10:00:00Z"))
    let third = try await harness.sync(later, day: 2, change: Self.delta)
    #expect(third.counters.findings.created == 1)
    let whole = try await harness.sync(later, day: 3)
    #expect(whole.mode == .full && whole.counters.assets.gone == 1)
    let statuses = try await harness.rows().findings.filter { $0["findingName"] == .string("key-9") }
    #expect(statuses.map { $0["status"]?.string } == ["NEW"], "its first whole listing")
  }

  private func mode(
    _ harness: ScriptedHarness, _ contents: ScriptedSource.Contents, day: Int,
    change: (inout RunPlan) -> Void = { _ in }
  ) async throws -> (mode: RunMode, log: String) {
    let report = try await harness.sync(contents, day: day) { plan in
      Self.delta(&plan)
      change(&plan)
    }
    let run = try #require(report.run)
    let (stored, log) = try await harness.store.read { (try $0.run(run), try $0.log(of: run)) }
    #expect(stored?.mode == report.mode)
    return (report.mode, log.compactMap { $0["message"]?.string }.joined(separator: " "))
  }

  @Test(
    "Everything is listed first, when the map or the selection changed, every few runs, and where the source can't tell"
  )
  func whenFull() async throws {
    let contents = Self.dated(.sample())
    let harness = try ScriptedHarness()
    let first = try await mode(harness, contents, day: 0)
    #expect(first.mode == .full && first.log.contains("no run of the profile has listed everything yet"))
    #expect(try await mode(harness, contents, day: 1).mode == .delta)
    let mapped = try await mode(harness, contents, day: 2) { $0.map.version = 2 }
    #expect(mapped.mode == .full && mapped.log.contains("the transform map has changed since R2"))
    let selected = try await mode(harness, contents, day: 3) { plan in
      plan.map.version = 2
      plan.selection = FindingSelection(statuses: ["Unhealthy"], excludedCategories: [])
    }
    #expect(selected.mode == .full && selected.log.contains("takes other findings than in R3"))
    let other = try await mode(harness, contents, day: 4) { $0.profile = "another" }
    #expect(other.mode == .full)
    let again = try ScriptedHarness()
    var modes: [RunMode] = []
    for day in 0..<7 { modes.append(try await mode(again, contents, day: day) { $0.fullEvery = 3 }.mode) }
    #expect(modes == [.full, .delta, .delta, .full, .delta, .delta, .full])
    let cannot = try await mode(again, .sample(), day: 7)
    #expect(cannot.mode == .full && cannot.log.contains("can't tell what changed"))
  }

  @Test("A run that did not succeed is not counted from: what it missed comes with the next one")
  func countsFromSuccess() async throws {
    let contents = Self.dated(.sample())
    let harness = try ScriptedHarness()
    try await harness.sync(contents)
    var failing = contents
    failing.findings.append(Row.finding("vm-0", "key-9", "Unhealthy", changed: "2026-06-03T13:00:00Z"))
    failing.failsAt = 0
    #expect(try await harness.sync(failing, day: 3, change: Self.delta).result == "failed")
    failing.failsAt = nil
    let report = try await harness.sync(failing, day: 9, change: Self.delta)
    #expect(report.mode == .delta && report.counters.findings.created == 1)
    // Counted from day 9, this late row would not come.
    failing.findings.append(Row.finding("vm-1", "key-9", "Unhealthy", changed: "2026-06-03T13:00:00Z"))
    #expect(try await harness.sync(failing, day: 10, change: Self.delta).counters.findings.created == 0)
    #expect(try await harness.sync(failing, day: 11).counters.findings.created == 1)
  }

  @Test("A subscription that was not read before is listed whole")
  func newSubscription() async throws {
    let tenant = try await SyncHarness.tenant()
    let harness = try SyncHarness(simulator: tenant)
    let all = tenant.subscriptions
    try await harness.sync(subscriptions: Array(all.prefix(2)), change: Self.delta)
    let same = try await harness.sync(subscriptions: Array(all.prefix(2)), change: Self.delta)
    #expect(same.mode == .delta)
    let more = try await harness.sync(subscriptions: all, change: Self.delta)
    #expect(more.mode == .full && more.result == "succeeded")
    #expect(try await harness.counts() == tenant.truth.counts)
    await tenant.stop()
  }

  @Test("A run of changes that is interrupted goes on with the same changes; a whole one takes its place")
  func interrupted() async throws {
    var contents = Self.dated(.sample())
    contents.pageSize = 3
    let harness = try ScriptedHarness()
    try await harness.sync(contents)
    for host in 0..<7 {
      contents.findings.append(Row.finding("vm-\(host)", "key-9", "Unhealthy", changed: "2026-06-02T10:00:00Z"))
    }
    try await harness.interrupt(contents, day: 2, atPage: 1, change: Self.delta)
    let resumed = try await harness.sync(contents, day: 8, change: Self.delta)
    #expect(resumed.mode == .delta && resumed.run == RunID(2) && resumed.counters.findings.created == 7)
    try await harness.interrupt(contents, day: 2, atPage: 0, change: Self.delta)
    let whole = try await harness.sync(contents, day: 9)
    #expect(whole.mode == .full && whole.run == RunID(4) && whole.result == "succeeded")
  }

  @Test("After a replay changes are counted from when its pages were listed")
  func afterReplay() async throws {
    var contents = Self.dated(.sample())
    let harness = try ScriptedHarness()
    let first = try #require(
      try await harness.sync(contents) { plan in
        plan.keepsPages = true
        Self.delta(&plan)
      }.run)
    _ = try await harness.service(day: 8).replay(first, harness.plan { $0.map.version = 2 })
    contents.findings.append(Row.finding("vm-0", "key-9", "Unhealthy", changed: "2026-06-03T10:00:00Z"))
    let report = try await harness.sync(contents, day: 9) { plan in
      Self.delta(&plan)
      plan.map.version = 2
    }
    #expect(report.mode == .delta && report.counters.findings.created == 1)
  }
}

extension SyncHarness {
  /// Id, posture and date of the findings that the source dates at or after `since`.
  func findings(changedSince since: Timestamp) async throws -> [String] {
    try await store.read { inventory in
      var lines: [String] = []
      try inventory.forEachFinding(Listing(limit: nil)) { row in
        guard let date = row["updatedOn"]?.string.flatMap({ Timestamp(iso8601: $0) }), date >= since else { return }
        let parts = ["externalFindingId", "posture", "updatedOn"].map { row[$0]?.string ?? "" }
        lines.append(parts.joined(separator: " "))
      }
      return lines
    }
  }
}
