import IsthmusCore
import IsthmusIngest

/// A scheduler on the first days of December 2026, with what was kept of it.
struct SchedulerDesk {
  var scheduler = Scheduler()
  var kept: [ProfileName: ScheduleMark] = [:]
  var connectors: [ScheduledConnector]
  var now = SchedulerDesk.at("01T00:00")
  /// What people asked for, as it is kept.
  var asked: [Scheduler.Request] = []

  init(_ connectors: ScheduledConnector...) { self.connectors = connectors }

  /// A moment of December 2026, in UTC: `01T02:00`.
  static func at(_ time: String) -> Timestamp { Timestamp(iso8601: "2026-12-\(time)Z")! }

  static func schedule(_ written: WrittenSchedule) throws -> Schedule {
    try Schedule(written) { SystemTimeZone($0) }
  }

  /// What starts at that time.
  mutating func starts(at time: String) -> [Scheduler.Order] {
    now = Self.at(time)
    configure()
    return scheduler.start(at: now)
  }

  mutating func configure() {
    let changes = scheduler.configure(connectors, marks: kept, requests: asked, at: now)
    for change in changes.marks { kept[change.profile] = change.mark }
    asked.removeAll { changes.withdrawn.contains($0.id) }
  }

  mutating func ask(_ connector: String, _ profile: String) {
    asked.append(.init(id: (asked.last?.id ?? 0) + 1, profile: .init(connector: connector, profile: profile)))
  }

  mutating func end(_ order: Scheduler.Order, as outcome: Scheduler.Outcome = .ended, at time: String) {
    now = Self.at(time)
    scheduler.ended(order, as: outcome, at: now)
    // A run that begins takes them along.
    if outcome == .ended || outcome == .interrupted { asked.removeAll { order.requests.contains($0.id) } }
    configure()
  }

  /// Another process, which knows what was kept.
  mutating func restart() { scheduler = Scheduler() }

  func lookAgain() -> Timestamp? { scheduler.lookAgain(after: now) }
}

extension ScheduledProfile {
  static func daily(
    _ name: String, at time: String, isActive: Bool = true
  ) throws -> ScheduledProfile {
    let schedule = try SchedulerDesk.schedule(WrittenSchedule(every: "1d", at: time))
    return ScheduledProfile(name: name, isActive: isActive, schedule: schedule)
  }
}

extension [Scheduler.Order] {
  /// `connector/profile`
  var names: [String] { map { "\($0.profile.connector)/\($0.profile.profile)" } }
}
