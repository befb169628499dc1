import DefenderForCloud
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("What begins a run in one of several processes")
struct RunAdmissionTests {
  private static let name = ProfileName(connector: "test", profile: "default")

  private static func run(
    _ store: any InventoryStore, day: Int, _ reason: Scheduler.Order.Reason, requests: [Int64] = []
  ) async -> RunReport {
    let kind = DefenderForCloud.descriptor
    let plan = RunPlan(
      connector: name.connector, kind: kind, profile: name.profile, map: kind.defaultMap, scoreMap: .standard,
      selection: kind.defaultSelection)
    let now = SyncHarness.noon(ofDay: day)
    let environment = RunEnvironment(now: { now }, time: ManualTime().client, meter: TrafficMeter(), report: { _ in })
    let order = Scheduler.Order(profile: name, reason: reason, requests: requests, startedAt: now)
    return await SyncService(store: store, environment: environment)
      .run(plan, over: ScriptedSource(StuckSource.contents), admission: RunAdmission(order))
  }

  @Test("A time that is due is run by the first process alone")
  func due() async throws {
    let harness = try ScriptedHarness()
    defer { withExtendedLifetime(harness) {} }
    let store = harness.store
    let due = SyncHarness.noon(ofDay: 1)
    #expect(await Self.run(store, day: 1, .schedule(due)).result == "succeeded")
    let second = await Self.run(store, day: 1, .schedule(due))
    #expect(second.hindrance == .overtaken && second.run == nil)
    #expect(await Self.run(store, day: 2, .schedule(SyncHarness.noon(ofDay: 2))).hindrance == nil)
    #expect(try await store.read { try $0.runs(connector: "test", limit: nil) }.count == 2)
  }

  @Test("What a person asked for is begun once, and is there until it is")
  func request() async throws {
    let harness = try ScriptedHarness()
    defer { withExtendedLifetime(harness) {} }
    let store = harness.store
    for _ in 0..<2 {
      try await store.write {
        try $0.insertRunRequest(connector: "test", profile: "default", .run, at: SyncHarness.noon(ofDay: 0))
      }
    }
    let asked = try await store.read { try $0.runRequests() }
    #expect(asked.map(\.task) == [.run], "asked twice is asked once")
    let ids = asked.map(\.id)
    #expect(await Self.run(store, day: 1, .request, requests: ids).result == "succeeded")
    #expect(try await store.read { try $0.runRequests() }.isEmpty)
    #expect(await Self.run(store, day: 1, .request, requests: ids).hindrance == .overtaken)
  }

  @Test("Where the inventory can't be used before the run begins, it is wanted as before", arguments: 0..<2)
  func unavailable(transactions: Int) async throws {
    let harness = try ScriptedHarness()
    defer { withExtendedLifetime(harness) {} }
    let away = AwayStore(base: harness.store) { $0 == transactions }
    try await harness.store.write {
      try $0.insertRunRequest(connector: "test", profile: "default", .run, at: SyncHarness.noon(ofDay: 0))
    }
    let ids = try await harness.store.read { try $0.runRequests() }.map(\.id)
    let failed = await Self.run(away, day: 1, .request, requests: ids)
    #expect(failed.hindrance == .unavailable && failed.run == nil)
    #expect(try await harness.store.read { try $0.runRequests() }.map(\.id) == ids)
    #expect(await Self.run(away, day: 1, .request, requests: ids).result == "succeeded")
  }

  @Test("A run whose last transaction is done stays as it ended, though nobody was told of it")
  func lostAnswer() async throws {
    let whole = try ScriptedHarness()
    let counting = AwayStore(base: whole.store) { _ in false }
    #expect(await Self.run(counting, day: 1, .schedule(SyncHarness.noon(ofDay: 1))).result == "succeeded")

    let harness = try ScriptedHarness()
    // After it there are those that delete what is old.
    let last = try #require(
      counting.ends.firstIndex(of: "succeeded"), "the run ends in one of its transactions")
    let losing = AwayStore(base: harness.store, losesAnswer: true) { $0 == last }
    let report = await Self.run(losing, day: 1, .schedule(SyncHarness.noon(ofDay: 1)))
    #expect(report.result == "succeeded" && report.error == nil)
    let run = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: 1) }.first)
    #expect(run.result == "succeeded" && run.error == nil && run.id == report.run)
    #expect(try await harness.snapshot() == whole.snapshot())
  }

  @Test("A run that another process has resumed and ended is not begun anew")
  func resumption() async throws {
    let harness = try ScriptedHarness()
    defer { withExtendedLifetime(harness) {} }
    let store = harness.store
    #expect(await Self.run(store, day: 1, .resumption).hindrance == .overtaken)
    #expect(try await store.read { try $0.runs(connector: "test", limit: nil) }.isEmpty)
  }

  /// An inventory whose runs lose their right after some transactions.
  private struct Losing: InventoryStore {
    struct Lock: RunLock {
      let base: any RunLock
      func release() { base.release() }
      func verify(_ transaction: any InventoryTransaction) throws {
        // From the second page of findings on somebody else has it.
        guard let run = try transaction.lastRuns(ConnectorNumber(1), limit: 1).first,
          run.counters["findings"]?["fetched"]?.integer ?? 0 >= 10
        else { return }
        throw StoreError(.lost, "Another process has it.", remedy: "None.")
      }
    }

    let base: any InventoryStore
    var seed: UInt64 { base.seed }
    func write<T: Sendable>(
      _ extent: WriteExtent, _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
    ) async throws -> T {
      try await base.write(extent, body)
    }
    func read<T: Sendable>(_ body: @escaping @Sendable (any InventoryReader) throws -> T) async throws -> T {
      try await base.read(body)
    }
    func rehearsal() async throws -> any InventoryStore { try await base.rehearsal() }
    func isLocked(_ connector: ConnectorNumber) throws -> Bool { try base.isLocked(connector) }
    func lock(_ connector: ConnectorNumber) throws -> (any RunLock)? {
      try base.lock(connector).map { Lock(base: $0) }
    }
  }

  @Test("A run that loses its right writes nothing more, not even its end, and goes on elsewhere")
  func lost() async throws {
    let harness = try ScriptedHarness()
    let report = await Self.run(Losing(base: harness.store), day: 1, .schedule(SyncHarness.noon(ofDay: 1)))
    #expect(report.result == RunReport.interrupted)
    let stopped = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: 1) }.first)
    #expect(stopped.result == nil && stopped.counters["findings"]?["fetched"] == .integer(10))

    let whole = try ScriptedHarness()
    #expect(await Self.run(whole.store, day: 1, .schedule(SyncHarness.noon(ofDay: 1))).result == "succeeded")
    let resumed = await Self.run(harness.store, day: 1, .resumption)
    #expect(resumed.result == "succeeded" && resumed.run == stopped.id)
    #expect(try await harness.snapshot() == whole.snapshot())
  }
}
