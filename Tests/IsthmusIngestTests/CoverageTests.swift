import AzureSimulator
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@Suite("Coverage")
struct CoverageTests {
  @Test(
    "A subscription that turns unreadable beside a readable one fixes nothing", arguments: ["forbid", "hide", "empty"])
  func unreadableSubscription(kind: String) async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    _ = try await harness.sync()
    let before = try await harness.snapshot()
    try harness.simulator.setFaults(FaultSettings("\(kind)=2"))
    let report = try await harness.sync()
    // Listed as readable and empty: a person may say that it is so.
    #expect(report.result == (kind == "empty" ? "held" : "partial"))
    #expect(report.counters.findings.fixed == 0)
    #expect(report.counters.assets.gone == 0)
    #expect(try await harness.snapshot().map(withoutStatus) == before.map(withoutStatus))
    // Readable again: as if nothing had been.
    try harness.simulator.setFaults(FaultSettings())
    let back = try await harness.sync()
    #expect(back.result == "succeeded" && back.changedNothing)
    await harness.simulator.stop()
  }

  @Test("A subscription that is taken off the list is left out, not fixed")
  func deselectedSubscription() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    let all = harness.simulator.subscriptions
    _ = try await harness.sync(subscriptions: all)
    let held = try await harness.sync(subscriptions: [all[0]], maximumAbsentShare: 0.1)
    #expect(held.result == "held", "a list that was cut short by mistake removes nothing")
    let report = try await harness.sync(subscriptions: Array(all.dropLast()), maximumAbsentShare: 1)
    #expect(report.result == "succeeded")
    #expect(report.counters.findings.fixed == 0 && report.counters.assets.gone > 0)
    let kept = try await harness.store.read { inventory in
      var accounts: Set<String> = []
      try inventory.forEachAsset(Listing(limit: nil)) { accounts.insert($0["cloudAccountId"]?.string ?? "") }
      return accounts
    }
    #expect(kept == Set(all.dropLast()))
    _ = try await harness.sync(subscriptions: all)
    #expect(try await harness.counts() == harness.simulator.truth.counts)
    await harness.simulator.stop()
  }

  @Test("Where all subscriptions are unreadable the run says so and changes nothing")
  func nothingReadable() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    _ = try await harness.sync()
    let before = try await harness.snapshot()
    try harness.simulator.setFaults(FaultSettings("forbid=1", "forbid=2", "forbid=3"))
    let report = try await harness.sync()
    #expect(report.result == "unauthorised")
    #expect(report.error?.remedy.contains("Reader") == true)
    #expect(try await harness.snapshot() == before)
    await harness.simulator.stop()
  }

  @Test("Malformed rows are rejected with a reason, the rest lands, and nothing is wrongly fixed")
  func malformedRows() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 30)
    let harness = try SyncHarness(simulator: simulator)
    _ = try await harness.sync()
    let truth = simulator.truth.counts
    try simulator.setFaults(FaultSettings("malformed=0.05"))
    let report = try await harness.sync()
    #expect(report.counters.findings.rejected > 0)
    #expect(report.counters.findings.fixed == 0, "absence and rubbish fix nothing")
    #expect(report.counters.assets.gone == 0)
    #expect(try await harness.counts().open >= truth.open)
    let run = try #require(report.run)
    let rejects = try await harness.store.read { inventory in
      var reasons: [String] = []
      try inventory.forEachReject(run) { reasons.append($0["reason"]?.string ?? "") }
      return reasons
    }
    #expect(rejects.count >= report.counters.findings.rejected)
    #expect(rejects.allSatisfy { !$0.isEmpty })
    try simulator.setFaults(FaultSettings())
    _ = try await harness.sync()
    #expect(try await harness.counts() == truth)
    await simulator.stop()
  }

  @Test("Malformed rows from the first day on: the rest lands")
  func malformedFirst() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 30)
    let harness = try SyncHarness(simulator: simulator)
    try simulator.setFaults(FaultSettings("malformed=0.03"))
    let report = try await harness.sync()
    let counters = report.counters
    let leftOut = counters.leftOut
    let total = simulator.truth
    let rows = total.pass + total.fail + total.notApplicable + total.nonHost + total.deletedHost + total.updates
    let counted =
      counters.findings.created + counters.findings.rejected + leftOut.notApplicable + leftOut.nonHost
      + leftOut.deletedHost + leftOut.updates + leftOut.keptAside + leftOut.unselected
    #expect(counted == rows, "no row is dropped silently")
    #expect(counters.findings.created > (total.pass + total.fail) / 2)
    try simulator.setFaults(FaultSettings())
    _ = try await harness.sync()
    #expect(try await harness.counts() == simulator.truth.counts)
    await simulator.stop()
  }

  @Test("A run that would close too much is held, changes nothing, and closes it after a yes")
  func heldRun() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    _ = try await harness.sync()
    let before = try await harness.snapshot()
    try harness.simulator.setDay(10)
    let report = try await harness.sync(maximumAbsentShare: 0.0001)
    #expect(report.result == "held")
    #expect(report.error?.remedy.contains("approve") == true)
    #expect(report.counters.findings.gone == 0 && report.counters.assets.gone == 0)
    #expect(try await harness.snapshot() != before, "what came is in")
    let run = try #require(report.run)
    let service = SyncService(store: harness.store, environment: environment(day: 10))
    let approval = try await service.approve(run)
    #expect(approval.closed.assets.gone > 0 && approval.failure == nil)
    #expect(try await harness.counts() == harness.simulator.truth.counts)
    // A second yes finds nothing to say yes to.
    await #expect(throws: ConnectorError.self) { try await service.approve(run) }
    #expect(try await harness.counts() == harness.simulator.truth.counts)
    await harness.simulator.stop()
  }

  private func environment(day: Int) -> RunEnvironment {
    RunEnvironment(
      now: { SyncHarness.noon(ofDay: day) }, time: .system, meter: TrafficMeter(), report: { _ in })
  }

  @Test("An emptied subscription is closed after a yes, and the others are reconciled without it")
  func emptied() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    _ = try await harness.sync()
    let subscription = harness.simulator.subscriptions[1]
    func accounts() async throws -> Set<String> {
      try await harness.store.read { inventory in
        var accounts: Set<String> = []
        try inventory.forEachAsset(Listing(limit: nil)) { accounts.insert($0["cloudAccountId"]?.string ?? "") }
        return accounts
      }
    }
    try harness.simulator.setFaults(FaultSettings("empty=2"))
    try harness.simulator.setDay(10)
    let report = try await harness.sync()
    #expect(report.result == "held")
    #expect(report.error?.summary.contains(subscription) == true)
    #expect(report.counters.findings.fixed > 0, "the other subscriptions moved on")
    #expect(try await accounts().contains(subscription))
    let before = try await harness.counts()
    let run = try #require(report.run)
    let closed = try await SyncService(store: harness.store, environment: environment(day: 10)).approve(run).closed
    #expect(closed.assets.gone > 0)
    #expect(try await !accounts().contains(subscription))
    #expect(try await harness.counts().assets == before.assets - closed.assets.gone)
    await harness.simulator.stop()
  }

  @Test("A failed run changes nothing by absence, and the next one is whole")
  func failedRun() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    _ = try await harness.sync()
    try harness.simulator.setDay(3)
    try harness.simulator.setFaults(FaultSettings("error500=1"))
    let report = try await harness.sync()
    #expect(report.result == "failed")
    #expect(report.counters.findings.fixed == 0)
    try harness.simulator.setFaults(FaultSettings())
    _ = try await harness.sync()
    #expect(try await harness.counts() == harness.simulator.truth.counts)
    await harness.simulator.stop()
  }
}
