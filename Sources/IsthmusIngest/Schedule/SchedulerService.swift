package import IsthmusConnect
package import IsthmusCore

/// Starts what ``Scheduler`` decides, for as long as the process lasts.
package actor SchedulerService {
  /// What is configured, and how things stand.
  package struct Situation: Sendable {
    package var connectors: [ScheduledConnector]
    package var marks: [ProfileName: ScheduleMark]
    package var requests: [Scheduler.Request]

    package init(
      connectors: [ScheduledConnector], marks: [ProfileName: ScheduleMark], requests: [Scheduler.Request] = []
    ) {
      self.connectors = connectors
      self.marks = marks
      self.requests = requests
    }
  }

  package enum Event: Sendable {
    case started(Scheduler.Order)
    case ended(Scheduler.Order, RunReport)
    /// What is configured could not be read, or a mark not be kept: what was known before stays in force.
    case failed(any Error)
  }

  /// What the service is given from outside.
  package struct Environment: Sendable {
    /// The clock that schedules go by.
    package var now: @Sendable () -> Timestamp
    package var time: ClientTime
    /// Asked before each decision, so at least once in ``maximumPause``.
    package var load: @Sendable () async throws -> Situation
    package var keep: @Sendable (Scheduler.Changes) async throws -> Void
    /// Runs a profile to its end. When its task is cancelled it asks the stop whether a person did that; see
    /// ``RunEnvironment/isShuttingDown``.
    package var perform: @Sendable (Scheduler.Order, RunStop) async -> RunReport
    package var report: @Sendable (Event) -> Void

    package init(
      now: @escaping @Sendable () -> Timestamp, time: ClientTime,
      load: @escaping @Sendable () async throws -> Situation,
      keep: @escaping @Sendable (Scheduler.Changes) async throws -> Void,
      perform: @escaping @Sendable (Scheduler.Order, RunStop) async -> RunReport,
      report: @escaping @Sendable (Event) -> Void
    ) {
      self.now = now
      self.time = time
      self.load = load
      self.keep = keep
      self.perform = perform
      self.report = report
    }
  }

  /// After this time it looks again in any case: the system's clock may have been set, or another process have
  /// changed what is configured.
  package static let maximumPause = Duration.seconds(60)
  /// The same where what is configured could not be read.
  package static let failedPause = Duration.seconds(5)

  private let environment: Environment
  private var scheduler: Scheduler
  /// Of the runs that are on, by connector.
  private var stops: [String: RunStop] = [:]
  private var isOn = false
  /// How many times it was looked, and which of them is in force: one that was overtaken tells what was before.
  private var looks = (begun: 0, applied: 0)
  /// Whether the last look failed: what made it necessary is still to be seen.
  private var hasFailed = false
  private let wake = WakeSignal()

  package init(_ environment: Environment, maximumRuns: Int = 4) {
    self.environment = environment
    scheduler = Scheduler(maximumRuns: maximumRuns)
  }

  /// Goes on until its task is cancelled. Then the runs that are on are cancelled too, so that each finishes its page
  /// and can be resumed, and their end is waited for. Only one call at a time does anything.
  package func run() async {
    if isOn { return }
    isOn = true
    defer { isOn = false }
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        await load()
        if Task.isCancelled { break }
        for order in scheduler.start(at: environment.now()) {
          let stop = RunStop()
          stops[order.profile.connector] = stop
          group.addTask { await self.perform(order, stop) }
        }
        await pause()
      }
    }
  }

  /// The runs that are on.
  package var runs: [Scheduler.Order] { scheduler.runs }

  /// *Cancel*: the run ends at its next page and is over. Returns its profile; nil if none of the connector is on here.
  package func cancel(_ connector: String) -> ProfileName? {
    stops[connector]?.cancel()
    return scheduler.runs.first { $0.profile.connector == connector }?.profile
  }

  /// Looks again at once: what is configured has changed, or somebody asked for a run.
  package nonisolated func lookAgain() { wake.signal() }

  private func load() async {
    looks.begun += 1
    let look = looks.begun
    do {
      let situation = try await environment.load()
      guard look > looks.applied else { return }
      looks.applied = look
      let changes = scheduler.configure(
        situation.connectors, marks: situation.marks, requests: situation.requests, at: environment.now())
      if !changes.isEmpty { try await environment.keep(changes) }
      hasFailed = false
    } catch {
      hasFailed = true
      if !Task.isCancelled { environment.report(.failed(error)) }
    }
  }

  private func pause() async {
    let now = environment.now()
    let next = scheduler.lookAgain(after: now)
    let longest = hasFailed ? Self.failedPause : Self.maximumPause
    let wait = next.map { min($0.elapsed(since: now), longest) } ?? longest
    await wake.wait(atMost: max(wait, .zero), environment.time)
  }

  private func perform(_ order: Scheduler.Order, _ stop: RunStop) async {
    environment.report(.started(order))
    let report = await cancellable(order, stop)
    scheduler.ended(order, as: report.outcome, at: environment.now())
    stops[order.profile.connector] = nil
    environment.report(.ended(order, report))
    wake.signal()
  }

  private nonisolated func cancellable(_ order: Scheduler.Order, _ stop: RunStop) async -> RunReport {
    await withTaskGroup(of: RunReport?.self) { group in
      group.addTask { [perform = environment.perform] in await perform(order, stop) }
      group.addTask {
        await stop.wait()
        return nil
      }
      // Whichever comes first; after a stop the run is cancelled and its own end is waited for.
      while let ended = await group.next() {
        group.cancelAll()
        if let report = ended { return report }
      }
      preconditionFailure("a run always gives a report")
    }
  }
}

extension RunReport {
  fileprivate var outcome: Scheduler.Outcome {
    switch hindrance {
    case .busy: .busy
    case .overtaken: .overtaken
    case .unavailable: .unavailable
    case nil: result == RunReport.interrupted ? .interrupted : .ended
    }
  }
}

extension Timestamp {
  fileprivate func elapsed(since earlier: Timestamp) -> Duration {
    .microseconds(microseconds - earlier.microseconds)
  }
}
