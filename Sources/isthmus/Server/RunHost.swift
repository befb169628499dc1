import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore
import Logging
import ServiceLifecycle

/// Works on runs, by the connectors' schedules and as people ask, for as long as the process lasts. Any number of
/// processes may do so on one inventory.
struct RunHost: Service {
  /// How often it is looked whether another process was asked for something.
  private static let watchPause = Duration.seconds(1)
  private static let runsLookedAt = 100
  private static let unfinished: RunFilter = {
    var filter = RunFilter()
    filter.result = RunFilter.unfinished
    return filter
  }()

  private let store: any InventoryStore
  private let performer: RunPerformer
  private let scheduler: SchedulerService
  private let logger: Logger
  private let wake = WakeSignal()

  init(_ builder: AppBuilder, _ store: any InventoryStore, pacers: PacerRegistry, logger: Logger) {
    let performer = RunPerformer(builder: builder, store: store, pacers: pacers, logger: logger)
    let schedule = ScheduleSource(builder: builder, store: store)
    self.store = store
    self.performer = performer
    self.logger = logger
    scheduler = SchedulerService(
      .init(
        now: builder.clock, time: .system, load: { try await schedule.load() }, keep: { try await schedule.keep($0) },
        perform: { order, stop in await performer.perform(order, stop: stop) }, report: { performer.note($0) }))
  }

  /// What people want of runs, with this process as the first to hear of it.
  func desk(_ builder: AppBuilder) -> RunDesk {
    RunDesk(
      builder: builder, store: store,
      noticed: {
        scheduler.lookAgain()
        wake.signal()
      }, stop: { _ = await scheduler.cancel($0) })
  }

  /// Ends when the server is asked to: runs finish their page, and go on at the next start.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await scheduler.run() }
        var watch = RequestWatch()
        while !Task.isCancelled {
          for request in await news(&watch) { group.addTask { await play(request) } }
          await wake.wait(atMost: Self.watchPause)
        }
      }
    }
  }

  /// What another run than a profile's own is asked for, and nobody has taken yet; tells the scheduler of the rest.
  private func news(_ watch: inout RequestWatch) async -> [StoredRunRequest] {
    do {
      let (requests, change, unfinished) = try await store.read { inventory in
        (
          try inventory.runRequests(), try inventory.audit.auditEntries(AuditFilter(limit: 1)).first?.number,
          try inventory.runs(Self.unfinished, limit: Self.runsLookedAt)
        )
      }
      // Whoever was on them is dead, or was stopped for too long.
      let left = try unfinished.filter { try !store.isLocked($0.connector) }.map(\.id)
      if watch.isNew(requests, change, left) { scheduler.lookAgain() }
      return requests.filter { $0.task != .run }
    } catch {
      if !Task.isCancelled {
        logger.error("What people ask for can't be read.", metadata: ["error": "\(error)"])
      }
      return []
    }
  }

  /// Of several processes that see the request, the one that deletes it works on it. If that dies the person asks again.
  private func play(_ request: StoredRunRequest) async {
    do {
      guard try await store.write({ try $0.deleteRunRequest(request.id) }) else { return }
    } catch {
      logger.error("A request for a run can't be taken.", metadata: ["error": "\(error)"])
      return
    }
    switch request.task {
    case .run: break
    case .stage: await performer.stage(request.name)
    case .apply(let id, let anyway): await performer.play(id, .apply(anyway: anyway), by: request.name)
    case .replay(let id): await performer.play(id, .replay, by: request.name)
    }
  }
}

/// Tells whether anything has changed that the scheduler goes by.
private struct RequestWatch {
  private var newest: Int64 = 0
  private var change: Int64?
  private var left: Set<RunID> = []

  /// - Parameters:
  ///   - change: Number of the last entry in the audit log: each change of configuration has one.
  ///   - left: Runs that nobody is on and that have not ended.
  mutating func isNew(_ requests: [StoredRunRequest], _ change: Int64?, _ left: [RunID]) -> Bool {
    let last = requests.last?.id ?? 0
    let isNew = last > newest || change != self.change || !self.left.isSuperset(of: left)
    newest = max(newest, last)
    self.change = change
    self.left = Set(left)
    return isNew
  }
}
