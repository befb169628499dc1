import AzureSimulator
import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Staged runs")
struct StagedRunTests {
  private func stage(
    _ harness: ScriptedHarness, _ contents: ScriptedSource.Contents, day: Int, keepsPages: Bool = true,
    change: (inout RunPlan) -> Void = { _ in }
  ) async throws -> RunReport {
    await harness.service(day: day).stage(harness.plan(change), over: ScriptedSource(contents), keepsPages: keepsPages)
  }

  /// One of each kind of change against the sample.
  private static func changed(_ contents: ScriptedSource.Contents) -> ScriptedSource.Contents {
    var changed = contents
    changed.hosts.append(Row.vm("vm-new"))
    changed.hosts[1] = Row.vm("vm-1", offer: "debian")
    changed.hosts[2] = #"{"id":"\#(Row.id("vm-2"))","subscriptionId":"sub"}"#
    changed.hosts.remove(at: 3)
    changed.findings.removeAll { $0.contains("virtualmachines/vm-3/") }
    changed.findings = changed.findings.map { row in
      row.contains("vm-0/") && row.contains("key-0") ? Row.finding("vm-0", "key-0", "Healthy") : row
    }
    changed.findings.append(Row.finding("vm-new", "key-0", "Unhealthy"))
    changed.findings.append(#"{"id":"odd"}"#)
    return changed
  }

  @Test("A staged run changes nothing, tells what it would do, and does just that when it is applied")
  func stagedThenApplied() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample()
    try await harness.sync(contents)
    let before = try await harness.snapshot()
    let staged = try await stage(harness, Self.changed(contents), day: 1)
    #expect(staged.result == "staged")
    #expect(try await harness.snapshot() == before)
    let id = try #require(staged.run)
    let stored = try #require(try await harness.store.read { try $0.preview(of: id) })
    #expect(stored == staged.preview)
    let applied = try await harness.service(day: 1).apply(id, harness.plan())
    #expect(applied.result == stored["result"]?.string)
    #expect(applied.counters.assets == staged.counters.assets)
    #expect(applied.counters.findings == staged.counters.findings)
    #expect(applied.counters.leftOut == staged.counters.leftOut)
    #expect(applied.counters.assets.created == 1 && applied.counters.findings.fixed > 0)
    let direct = try ScriptedHarness()
    try await direct.sync(contents)
    try await direct.sync(Self.changed(contents), day: 1)
    #expect(try await harness.snapshot() == direct.snapshot())
    #expect(try await harness.store.read { try $0.run(id)?.result } == "applied")
    #expect(try await harness.store.read { try $0.kept.keptRuns() }.isEmpty)
  }

  @Test("Samples name the records, with what changes of them, scores and bands too")
  func samples() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample()
    try await harness.sync(contents)
    let preview = try #require(try await stage(harness, Self.changed(contents), day: 1).preview)
    let (assets, findings) = (preview["samples"]?["assets"], preview["samples"]?["findings"])
    func names(_ list: JSONValue?) -> [String] { list?.array?.compactMap { ($0["name"] ?? $0["title"])?.string } ?? [] }
    #expect(names(assets?["created"]) == ["vm-new"] && assets?["created"]?.array?.first?["id"] == .null)
    #expect(names(assets?["updated"]) == ["vm-1"] && names(assets?["gone"]) == ["vm-3"])
    let system = assets?["updated"]?.array?.first?["changes"]?.array?.first {
      $0["field"]?.string == "operatingSystemName"
    }
    #expect(system?["before"]?.string == "ubuntu" && system?["after"]?.string == "debian")
    #expect(assets?["rejected"]?.array?.count == 1 && findings?["rejected"]?.array?.count == 1)
    let fixed = try #require(findings?["fixed"]?.array?.first { $0["assetName"]?.string == "vm-0" })
    let status = fixed["changes"]?.array?.first { $0["field"]?.string == "status" }
    #expect(status?["before"]?.string == "NEW" && status?["after"]?.string == "FIXED")
    #expect(fixed["title"]?.string == "Title" && fixed["id"]?.string?.hasPrefix("F") == true)
    for act in ["created", "fixed", "gone"] {
      let count = preview["counters"]?["findings"]?[act]?.integer ?? 0
      #expect(findings?[act]?.array?.count == min(Int(count), 20), "\(act)")
    }
    // vm-0 has one open finding less.
    #expect((preview["scores"]?["changedScores"]?.integer ?? 0) > 0)
    let moved = preview["scores"]?["changedBands"]?.integer ?? 0
    #expect(assets?["band"]?.array?.count == Int(moved))
  }

  @Test(
    "What a staged run says equals what applying it does, over days with faults", arguments: SeededGenerator.seeds(2))
  func equalsOverDays(seed: UInt64) async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant(hosts: 16, seed: seed))
    let settings = try FaultSettings("error500=0.05", "error503=0.05", "reset=0.05", "malformed=0.02")
    var generator = SeededGenerator(seed: seed)
    for day in 0..<5 {
      try harness.simulator.setDay(day)
      try harness.simulator.setFaults(generator.chance(2) ? settings : FaultSettings())
      let before = try await harness.snapshot()
      let staged = try await harness.connected { service, connection in
        await service.stage(harness.plan(), over: connection, keepsPages: true)
      }
      guard let id = staged.run, staged.result == "staged" else {
        Issue.record("day \(day): \(staged.result) \(staged.error?.summary ?? "")")
        continue
      }
      #expect(try await harness.snapshot() == before)
      let applied = try await harness.service(meter: TrafficMeter(), time: ManualTime().client).apply(
        id, harness.plan())
      #expect(applied.result == staged.preview?["result"]?.string, "day \(day)")
      #expect(applied.counters.assets == staged.counters.assets, "day \(day)")
      #expect(applied.counters.findings == staged.counters.findings, "day \(day)")
      #expect(applied.counters.leftOut == staged.counters.leftOut, "day \(day)")
      #expect(applied.counters.traffic.requests == 0)
      // Runs that ask the source go on beside.
      if generator.chance(2) { try await harness.sync() }
    }
    await harness.simulator.stop()
  }

  @Test("A staged run is refused once another run has ended, or the configuration is another one; anyway applies it")
  func refused() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample()
    try await harness.sync(contents)
    let first = try #require(try await stage(harness, Self.changed(contents), day: 1).run)
    let other = try await harness.service(day: 1).apply(
      first, harness.plan { $0.selection = FindingSelection(statuses: ["Unhealthy"], excludedCategories: []) })
    #expect(other.run == nil && other.error?.summary.contains("the selection has changed") == true)
    let renamed = try await harness.service(day: 1).apply(first, harness.plan { $0.map.version = 9 })
    #expect(renamed.error?.summary.contains("the transform map was") == true)
    let rules = try await harness.service(day: 1).apply(first, harness.plan { $0.disabledRules = ["hostname"] })
    #expect(rules.error?.summary.contains("identification rules") == true)
    let later = try #require(try await harness.sync(contents, day: 1).run)
    let stale = try await harness.service(day: 2).apply(first, harness.plan())
    #expect(stale.error?.summary.contains("\(later) has run since") == true && stale.error?.kind == "configuration")
    let anyway = try await harness.service(day: 2).apply(first, harness.plan(), anyway: true)
    #expect(anyway.result == "partial" || anyway.result == "succeeded")
    await #expect(throws: ConnectorError.self) { try await harness.service(day: 2).apply(first, harness.plan()) }
  }

  @Test("An applied run that is interrupted goes on when it is applied again; a sync ends it")
  func interruptedApplication() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample(hosts: 9)
    contents.pageSize = 5
    let id = try #require(try await stage(harness, contents, day: 0).run)
    try await harness.breakOff(afterPages: 4) { try await $0.apply(id, harness.plan()) }
    let resumed = try await harness.service().apply(id, harness.plan())
    #expect(resumed.result == "succeeded")
    let run = try await harness.store.read { try $0.run(try #require(resumed.run)) }
    #expect(run?.resumptions == 1 && run?.replayOf == id)
    let direct = try ScriptedHarness()
    try await direct.sync(contents)
    #expect(try await harness.snapshot() == direct.snapshot())
    let second = try #require(try await stage(harness, contents, day: 1).run)
    try await harness.breakOff(afterPages: 4) { try await $0.apply(second, harness.plan()) }
    let last = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: 1) }.first?.id)
    let synced = try await harness.sync(contents, day: 1)
    #expect(synced.run != last && synced.result == "succeeded")
    let ended = try await harness.store.read { try $0.run(last) }
    #expect(ended?.result == "failed" && ended?.error?["kind"]?.string == "interrupted")
  }

  @Test("Staged runs leave an interrupted run, a held run and the last run as they are")
  func leavesOthers() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample()
    contents.pageSize = 4
    try await harness.sync(contents)
    try await harness.interrupt(contents, day: 1, atPage: 3)
    _ = try await stage(harness, contents, day: 1)
    let resumed = try await harness.sync(contents, day: 1)
    #expect(resumed.run?.number == 2 && resumed.result == "succeeded")
    var fewer = contents
    fewer.findings = Array(fewer.findings.prefix(3))
    fewer.removed = Set(contents.findings.compactMap { try? JSONValue(parsing: $0)["id"]?.string?.lowercased() })
    let held = try await harness.sync(fewer, day: 2) { $0.maximumAbsentShare = 0.3 }
    #expect(held.result == "held")
    let staged = try await stage(harness, fewer, day: 2) { $0.maximumAbsentShare = 0.3 }
    #expect(staged.result == "staged" && staged.preview?["result"]?.string == "held")
    #expect(staged.preview?["error"]?["remedy"]?.string?.contains("approve") == false)
    let approval = try await harness.service(day: 2).approve(try #require(held.run))
    #expect(approval.closed.findings.gone > 0)
  }

  @Test("A dry run keeps no pages; a discarded one can't be applied")
  func dryRun() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample()
    let dry = try #require(try await stage(harness, contents, day: 0, keepsPages: false).run)
    #expect(try await harness.store.read { try $0.kept.keptRuns() }.isEmpty)
    #expect(try await harness.service().discard(dry))
    await #expect(throws: ConnectorError.self) { try await harness.service().apply(dry, harness.plan()) }
    let staged = try #require(try await stage(harness, contents, day: 0).run)
    #expect(try await harness.service().discard(staged))
    #expect(try await harness.store.read { try $0.kept.keptRuns() }.isEmpty)
    await #expect(throws: ConnectorError.self) { try await harness.service().apply(staged, harness.plan()) }
    #expect(try await harness.rows(absent: true).assets.isEmpty)
  }

  @Test("A source that fails while a run is staged leaves no pages, and the row tells why")
  func failingSource() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample()
    contents.pageSize = 4
    contents.failsAt = 2
    let report = try await stage(harness, contents, day: 0)
    #expect(report.result == "failed" && report.error?.kind == "unavailable" && report.preview == nil)
    let run = try await harness.store.read { try $0.run(try #require(report.run)) }
    #expect(run?.result == "failed" && run?.error?["summary"]?.string == "The source failed.")
    #expect(try await harness.store.read { try $0.kept.keptRuns() }.isEmpty)
  }
}
