import DefenderForCloud
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Synchronization
import TestSupport
import Testing

/// A service on a clock that the test moves, with what it is told and what it tells.
private final class Bench: Sendable {
  struct Broken: Error {}

  let time = SteppedTime(at: Timestamp(iso8601: "2026-12-01T00:00:00Z")!)
  private let state: Mutex<State>
  private let reports: AsyncStream<String>.Continuation
  /// `started nightly`, `ended nightly succeeded`, `failed`.
  let events: AsyncStream<String>

  private struct State {
    var situation: SchedulerService.Situation
    var isBroken = false
  }

  init(_ profiles: ScheduledProfile...) {
    let connector = ScheduledConnector(name: "test", profiles: profiles)
    state = Mutex(State(situation: .init(connectors: [connector], marks: [:])))
    (events, reports) = AsyncStream.makeStream()
  }

  var marks: [ProfileName: ScheduleMark] { state.withLock { $0.situation.marks } }
  func change(_ body: (inout ScheduledConnector) -> Void) { state.withLock { body(&$0.situation.connectors[0]) } }
  func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

  func service(
    perform: @escaping @Sendable (Scheduler.Order, RunStop) async -> RunReport
  ) -> SchedulerService {
    SchedulerService(
      .init(
        now: { self.time.now }, time: time.client, load: { try self.load() }, keep: { self.keep($0) },
        perform: { order, stop in
          let report = await perform(order, stop)
          if report.hindrance == nil { self.begin(order) }
          return report
        }, report: { self.reports.yield(Self.text($0)) }))
  }

  private func load() throws -> SchedulerService.Situation {
    try state.withLock { state in
      if state.isBroken { throw Broken() }
      return state.situation
    }
  }

  private func keep(_ changes: Scheduler.Changes) {
    state.withLock { state in
      for change in changes.marks { state.situation.marks[change.profile] = change.mark }
      state.situation.requests.removeAll { changes.withdrawn.contains($0.id) }
    }
  }

  /// *Run now*, as any process may keep it.
  func ask(_ profile: String) {
    state.withLock { state in
      let id = Int64(state.situation.requests.count + 1)
      state.situation.requests.append(.init(id: id, profile: .init(connector: "test", profile: profile)))
    }
  }

  /// What the beginning of a run does in the inventory.
  func begin(_ order: Scheduler.Order) {
    state.withLock { $0.situation.requests.removeAll { order.requests.contains($0.id) } }
  }

  private static func text(_ event: SchedulerService.Event) -> String {
    switch event {
    case .started(let order): "started \(order.profile.profile)"
    case .ended(let order, let report): "ended \(order.profile.profile) \(report.result)"
    case .failed: "failed"
    }
  }

  static func report(_ result: String) -> RunReport {
    var report = RunReport(refused: "test", ConnectorError(.configuration, "", remedy: ""))
    report.result = result
    return report
  }

  /// Runs the service beside `body`, and ends it after.
  func whileOn(_ service: SchedulerService, _ body: () async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      await body()
      group.cancelAll()
    }
  }
}

/// A source that stops at a page of findings and waits there until its run is cancelled.
struct StuckSource: SourceConnection {
  let source: ScriptedSource
  /// The page of findings, from 0.
  let page: Int
  let isStuck: AsyncStream<Void>.Continuation

  func check() async -> ConnectionCheck { await source.check() }
  func scopes() async throws(ConnectorError) -> ReadableScopes { try await source.scopes() }
  func totals(of stream: SourceStream, in scopes: [SourceScope]) async throws(ConnectorError) -> [SourceScope: Int] {
    try await source.totals(of: stream, in: scopes)
  }
  func existing(
    _ stream: SourceStream, ids: [String], in scopes: [SourceScope]
  ) async throws(ConnectorError) -> Set<String> { try await source.existing(stream, ids: ids, in: scopes) }

  func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
    let listing = source.list(stream, in: scopes, after: cursor)
    return stream == .hosts ? listing : Listing(listing: listing, left: page, isStuck: isStuck)
  }

  private actor Listing: SourceListing {
    private let listing: any SourceListing
    private var left: Int
    private let isStuck: AsyncStream<Void>.Continuation
    private let never = SteppedTime(at: Timestamp(microseconds: 0))

    init(listing: any SourceListing, left: Int, isStuck: AsyncStream<Void>.Continuation) {
      self.listing = listing
      self.left = left
      self.isStuck = isStuck
    }

    func next() async throws(ConnectorError) -> SourcePage? {
      if left == 0 {
        isStuck.yield()
        do {
          try await never.client.sleep(.seconds(1))
        } catch {
          throw ConnectorError(.cancelled, "The run was cancelled.", remedy: "What came is kept.")
        }
      }
      left -= 1
      return try await listing.next()
    }
  }
}

@Suite("Scheduler service")
struct SchedulerServiceTests {
  private static func profile(_ name: String, every: String?) throws -> ScheduledProfile {
    let schedule = try every.map { try Schedule(WrittenSchedule(every: $0)) { SystemTimeZone($0) } }
    return ScheduledProfile(name: name, isActive: true, schedule: schedule)
  }

  private static let hour = Duration.seconds(3600)

  @Test("A run starts when it is due and again at the next time, and its mark is kept")
  func due() async throws {
    let bench = Bench(try Self.profile("hourly", every: "1h"))
    let orders = Mutex<[Scheduler.Order]>([])
    let service = bench.service { order, _ in
      orders.withLock { $0.append(order) }
      return Bench.report("succeeded")
    }
    let begin = bench.time.now
    await bench.whileOn(service) {
      var events = bench.events.makeAsyncIterator()
      for _ in 1...3 {
        for _ in 0..<60 { await bench.time.pass(.seconds(60)) }
        #expect(await events.next() == "started hourly")
        #expect(await events.next() == "ended hourly succeeded")
      }
    }
    let hours = (1...3).map { begin.advanced(by: Self.hour * $0) }
    #expect(orders.withLock { $0.map(\.reason) } == hours.map { .schedule($0) })
    #expect(orders.withLock { $0.map(\.startedAt) } == hours)
    #expect(bench.marks[ProfileName(connector: "test", profile: "hourly")] != nil)
    #expect(await service.runs.isEmpty)
  }

  @Test("Run now starts without the clock, and what was configured since is known")
  func request() async throws {
    let bench = Bench()
    let service = bench.service { _, _ in Bench.report("succeeded") }
    let profile = try Self.profile("manual", every: nil)
    await bench.whileOn(service) {
      var events = bench.events.makeAsyncIterator()
      bench.change { $0.profiles = [profile] }
      bench.ask("manual")
      service.lookAgain()
      #expect(await events.next() == "started manual")
      #expect(await events.next() == "ended manual succeeded")
    }
  }

  @Test("What can't be read now is told, and what was known before stays in force")
  func broken() async throws {
    let bench = Bench(try Self.profile("hourly", every: "1h"))
    let service = bench.service { _, _ in Bench.report("succeeded") }
    await bench.whileOn(service) {
      var events = bench.events.makeAsyncIterator()
      await bench.time.sleeping()
      bench.setBroken(true)
      for _ in 0..<60 {
        await bench.time.pass(.seconds(60))
        #expect(await events.next() == "failed")
      }
      #expect(await events.next() == "started hourly")
    }
  }

  @Test("What could not be read is read again in seconds, not at the next minute")
  func brokenForAMoment() async throws {
    let bench = Bench(try Self.profile("default", every: nil))
    let service = bench.service { _, _ in Bench.report("succeeded") }
    await bench.whileOn(service) {
      var events = bench.events.makeAsyncIterator()
      await bench.time.sleeping()
      bench.setBroken(true)
      bench.ask("default")
      service.lookAgain()
      #expect(await events.next() == "failed")
      bench.setBroken(false)
      await bench.time.pass(SchedulerService.failedPause)
      #expect(await events.next() == "started default")
    }
  }

  @Test("A person's cancel ends the run at its next page: it is over, and is not resumed")
  func personCancels() async throws {
    let harness = try ScriptedHarness()
    let bench = Bench(try Self.profile("default", every: nil))
    let (stuck, isStuck) = AsyncStream<Void>.makeStream()
    let service = bench.service { _, stop in await harness.run(StuckSource(at: 2, isStuck), stop) }
    await bench.whileOn(service) {
      var events = bench.events.makeAsyncIterator()
      #expect(await service.cancel("test") == nil)
      bench.ask("default")
      service.lookAgain()
      var places = stuck.makeAsyncIterator()
      await places.next()
      #expect(await service.cancel("test") == .init(connector: "test", profile: "default"))
      #expect(await events.next() == "started default")
      #expect(await events.next() == "ended default cancelled")
      #expect(await service.runs.isEmpty)
    }
    let run = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: nil) }.first)
    #expect(run.result == "cancelled")
    #expect(run.finishedAt != nil)
    // The pages that came are in.
    #expect(run.counters["findings"]?["fetched"] == .integer(20))
  }

  @Test("A run that is on at shutdown finishes its page and stays resumable; resumed, all is as if it had not been cut")
  func shutdown() async throws {
    let harness = try ScriptedHarness()
    let whole = try ScriptedHarness()
    try await whole.sync(StuckSource.contents)
    let bench = Bench(try Self.profile("default", every: nil))
    let (stuck, isStuck) = AsyncStream<Void>.makeStream()
    let service = bench.service { _, stop in await harness.run(StuckSource(at: 2, isStuck), stop) }
    await bench.whileOn(service) {
      bench.ask("default")
      service.lookAgain()
      var places = stuck.makeAsyncIterator()
      await places.next()
    }
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == "started default")
    #expect(await events.next() == "ended default interrupted")
    let open = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: nil) }.first)
    #expect(open.result == nil)
    #expect(open.finishedAt == nil)
    #expect(open.counters["findings"]?["fetched"] == .integer(20))
    #expect(open.activeSeconds >= 0)

    // The next process: what is interrupted goes on by itself, under the same id.
    let next = Bench(try Self.profile("default", every: nil))
    next.change { $0.interrupted = "default" }
    let resumed = next.service { order, stop in
      #expect(order.reason == .resumption)
      next.change { $0.interrupted = nil }
      return await harness.run(ScriptedSource(StuckSource.contents), stop)
    }
    await next.whileOn(resumed) {
      var events = next.events.makeAsyncIterator()
      #expect(await events.next() == "started default")
      #expect(await events.next() == "ended default succeeded")
    }
    let runs = try await harness.store.read { try $0.runs(connector: "test", limit: nil) }
    #expect(runs.map(\.id) == [open.id])
    #expect(runs.first?.resumptions == 1)
    #expect(try await harness.snapshot() == whole.snapshot())
  }

  @Test("A run of the connector in another process: busy, begun by nobody, and tried again after a minute")
  func busy() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(StuckSource.contents)
    let connector = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: 1) }.first)
    let lock = try #require(try harness.store.lock(connector.connector))
    let bench = Bench(try Self.profile("default", every: nil))
    let service = bench.service { _, stop in
      // The retries for the lock are waited for on a clock of their own.
      await harness.run(ScriptedSource(StuckSource.contents), stop)
    }
    await bench.whileOn(service) {
      var events = bench.events.makeAsyncIterator()
      bench.ask("default")
      service.lookAgain()
      #expect(await events.next() == "started default")
      #expect(await events.next() == "ended default failed")
      lock.release()
      // Not before its time.
      for _ in 0..<59 { await bench.time.pass(.seconds(1)) }
      #expect(await service.runs.isEmpty)
      await bench.time.pass(.seconds(1))
      #expect(await events.next() == "started default")
      #expect(await events.next() == "ended default succeeded")
    }
    #expect(try await harness.store.read { try $0.runs(connector: "test", limit: nil) }.count == 2)
  }
}

extension StuckSource {
  static let contents: ScriptedSource.Contents = {
    var contents = ScriptedSource.Contents.sample()
    contents.pageSize = 10
    return contents
  }()

  init(at page: Int, _ isStuck: AsyncStream<Void>.Continuation) {
    self.init(source: ScriptedSource(Self.contents), page: page, isStuck: isStuck)
  }
}

extension ScriptedHarness {
  /// A run as the server starts one.
  fileprivate func run(_ source: some SourceConnection, _ stop: RunStop) async -> RunReport {
    let kind = DefenderForCloud.descriptor
    var plan = RunPlan(
      connector: "test", kind: kind, profile: "default", map: kind.defaultMap, scoreMap: .standard,
      selection: kind.defaultSelection)
    plan.maximumAbsentShare = 1
    let now = SyncHarness.noon(ofDay: 0)
    var environment = RunEnvironment(now: { now }, time: ManualTime().client, meter: TrafficMeter(), report: { _ in })
    environment.isShuttingDown = { !stop.isByPerson }
    return await SyncService(store: store, environment: environment).run(plan, over: source)
  }
}
