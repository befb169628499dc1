import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Replay")
struct ReplayTests {
  private static func keep(_ plan: inout RunPlan) { plan.keepsPages = true }

  /// The default map, with the location as a custom attribute, without the impact.
  private static func remap(_ plan: inout RunPlan) {
    plan.map.version = 2
    plan.map.rows.append(TransformRow("location", "custom.place"))
    plan.map.rows.removeAll { $0.target == "impact" }
  }

  @Test("A changed map brings from kept pages what it would have brought from the source")
  func changedMap() async throws {
    let contents = ScriptedSource.Contents.sample(hosts: 9)
    let harness = try ScriptedHarness()
    let run = try #require(try await harness.sync(contents, change: Self.keep).run)
    let replay = try await harness.service().replay(run, harness.plan(Self.remap))
    #expect(replay.result == "succeeded" && replay.counters.traffic.requests == 0)
    #expect(replay.counters.assets.updated == 9 && replay.counters.assets.created == 0)
    let direct = try ScriptedHarness()
    try await direct.sync(contents)
    try await direct.sync(contents, change: Self.remap)
    #expect(try await harness.snapshot().map(withoutStatus) == direct.snapshot().map(withoutStatus))
    let assets = try await harness.rows().assets
    #expect(assets.allSatisfy { $0["custom.place"]?.string == "westeurope" })
    let stored = try await harness.store.read { try $0.run(try #require(replay.run)) }
    #expect(stored?.mode == .replay && stored?.replayOf == run && stored?.mapVersion == 2)
    // It is no second listing: what was NEW stays so.
    let statuses = Set(try await harness.rows().findings.compactMap { $0["status"]?.string })
    #expect(statuses == ["NEW"])
  }

  @Test("Only the connector's last whole run is played: to an earlier one all that is newer would be absent")
  func olderRun() async throws {
    var contents = ScriptedSource.Contents.sample()
    let harness = try ScriptedHarness()
    let first = try #require(try await harness.sync(contents, change: Self.keep).run)
    contents.hosts.append(Row.vm("vm-new"))
    let second = try #require(try await harness.sync(contents, day: 1, change: Self.keep).run)
    let before = try await harness.snapshot()
    let refused = try await harness.service(day: 2).replay(first, harness.plan(Self.remap))
    #expect(refused.run == nil && refused.error?.kind == "configuration")
    #expect(refused.error?.summary.contains("\(second) came after it") == true)
    #expect(try await harness.snapshot() == before)
    // A run that brought nothing, and a replay of the same run, don't count.
    var failing = contents
    failing.failsAt = 0
    failing.hosts = []
    failing.totals[.hosts] = 0
    #expect(try await harness.sync(failing, day: 2).result != "succeeded")
    for _ in 0..<2 {
      let replay = try await harness.service(day: 2).replay(second, harness.plan())
      #expect(replay.result == "succeeded" && replay.changedNothing)
    }
  }

  @Test("What the run did not list stays closed: played at once, it changes nothing")
  func closesAsThen() async throws {
    var contents = ScriptedSource.Contents.sample()
    let harness = try ScriptedHarness()
    try await harness.sync(contents)
    contents.findings.removeFirst()
    contents.hosts.removeLast()
    let whole = try await harness.sync(contents, day: 1, change: Self.keep)
    let before = try await harness.snapshot()
    let replay = try await harness.service(day: 1).replay(try #require(whole.run), harness.plan())
    #expect(replay.changedNothing)
    #expect(try await harness.snapshot() == before)
  }

  @Test("Runs that are no whole listing, or keep no pages, are refused")
  func refused() async throws {
    let contents = ScriptedSource.Contents.sample()
    let harness = try ScriptedHarness()
    let plain = try #require(try await harness.sync(contents).run)
    await #expect(throws: ConnectorError.self) { try await harness.service().replay(plain, harness.plan()) }
    await #expect(throws: ConnectorError.self) { try await harness.service().replay(RunID(4711), harness.plan()) }
    let staged = await harness.service().stage(
      harness.plan(), over: ScriptedSource(contents), keepsPages: true)
    let replay = try await harness.service().replay(try #require(staged.run), harness.plan())
    #expect(replay.error?.summary.contains("is a staged run") == true)
  }
}
