package import IsthmusCore

/// Decides which runs start and when to look again; does nothing itself and has no clock.
///
/// - A time that passed while nothing could start, since no server was on or another run of the connector was, runs
///   once, however many times passed.
/// - One run of a connector at a time. What waits starts when it has ended: an interrupted run first, then what people
///   asked for, then what is due, the longest due first.
/// - Inactive profiles never start by themselves, nor does an interrupted run of one go on.
/// - A schedule that is new, changed or active again counts from then, never from before.
package struct Scheduler: Sendable {
  /// A run that is to start, or is on.
  package struct Order: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
      /// It was due at that time.
      case schedule(Timestamp)
      /// A person asked for it.
      case request
      /// It was interrupted and goes on.
      case resumption
    }

    package var profile: ProfileName
    package var reason: Reason
    /// What people asked for that this run answers, by number.
    package var requests: [Int64]
    package var startedAt: Timestamp

    package init(profile: ProfileName, reason: Reason, requests: [Int64] = [], startedAt: Timestamp) {
      self.profile = profile
      self.reason = reason
      self.requests = requests
      self.startedAt = startedAt
    }
  }

  /// A person wants a run of the profile now; of an inactive one too.
  package struct Request: Sendable, Hashable {
    package var id: Int64
    package var profile: ProfileName

    package init(id: Int64, profile: ProfileName) {
      self.id = id
      self.profile = profile
    }
  }

  /// What is to be kept of a look at what is configured.
  package struct Changes: Sendable, Hashable {
    package var marks: [MarkChange]
    /// Requests for profiles that there are not.
    package var withdrawn: [Int64]

    package var isEmpty: Bool { marks.isEmpty && withdrawn.isEmpty }
  }

  package enum Outcome: Sendable, Hashable {
    /// It came to an end of any kind.
    case ended
    /// It was cut short by the end of the process, and goes on later.
    case interrupted
    /// Another process has a run of the connector on.
    case busy
    /// Another process has begun or ended it before this one.
    case overtaken
    /// The inventory could not be used before it began.
    case unavailable
  }

  /// After this time a connector is tried again that another process has.
  package static let retryDelay = Duration.seconds(60)
  /// After this time one is tried again that nobody has, and whose run could not be begun or ended, or was left.
  package static let leftRetryDelay = Duration.seconds(10)
  /// What a clock may be set back by before what it said is no longer believed.
  private static let trustedClockError = Duration.seconds(86_400)

  private let maximumRuns: Int
  private var connectors: [ScheduledConnector] = []
  private var marks: [ProfileName: ScheduleMark] = [:]
  /// By connector.
  private var running: [String: Order] = [:]
  /// In the order in which people asked.
  private var requests: [Request] = []
  private var ends: [String: (at: Timestamp, outcome: Outcome)] = [:]

  /// - Parameter maximumRuns: At most so many runs, of as many connectors, at a time.
  package init(maximumRuns: Int = 4) { self.maximumRuns = maximumRuns }

  /// The runs that are on.
  package var runs: [Order] { running.values.sorted { $0.profile.connector < $1.profile.connector } }

  // MARK: - Events

  /// Takes what is configured now, the marks that were kept, and what people asked for.
  package mutating func configure(
    _ connectors: [ScheduledConnector], marks kept: [ProfileName: ScheduleMark], requests asked: [Request] = [],
    at now: Timestamp
  ) -> Changes {
    self.connectors = connectors
    var marks: [ProfileName: ScheduleMark] = [:]
    for connector in connectors {
      for profile in connector.profiles where profile.isActive {
        guard let written = profile.schedule?.written else { continue }
        let name = ProfileName(connector: connector.name, profile: profile.name)
        // Another process may have marked a later run, or this one's last mark was not kept.
        let known = [kept[name], self.marks[name]].compactMap { $0 }.filter { $0.schedule == written }
        var counted = known.map(\.countedFrom).filter { isBelieved($0, at: now) }.max() ?? now
        if let started = profile.lastStarted, isBelieved(started, at: now) { counted = max(counted, started) }
        marks[name] = ScheduleMark(schedule: written, countedFrom: counted)
      }
    }
    self.marks = marks
    let begun = Set(running.values.flatMap(\.requests))
    requests = asked.filter { profile($0.profile) != nil && !begun.contains($0.id) }
    let names = Set(marks.keys).union(kept.keys)
    let changes = names.filter { marks[$0] != kept[$0] }.map { MarkChange(profile: $0, mark: marks[$0]) }
    return Changes(
      marks: changes.sorted {
        ($0.profile.connector, $0.profile.profile) < ($1.profile.connector, $1.profile.profile)
      }, withdrawn: asked.filter { profile($0.profile) == nil }.map(\.id))
  }

  /// The runs to start now; they count as on until ``ended(_:as:at:)``.
  package mutating func start(at now: Timestamp) -> [Order] {
    var orders: [Order] = []
    let candidates = connectors.compactMap { candidate(of: $0, at: now) }.sorted { $0.rank < $1.rank }
    for candidate in candidates where running.count < maximumRuns {
      let answered = requests.filter { $0.profile == candidate.profile }.map(\.id)
      let order = Order(profile: candidate.profile, reason: candidate.reason, requests: answered, startedAt: now)
      running[order.profile.connector] = order
      requests.removeAll { $0.profile == order.profile }
      orders.append(order)
    }
    return orders
  }

  package mutating func ended(_ order: Order, as outcome: Outcome, at now: Timestamp) {
    let connector = order.profile.connector
    running[connector] = nil
    ends[connector] = (now, outcome)
    switch outcome {
    case .ended where order.reason == .resumption:
      // It counts from when it first began: a time that passed while it lay is due all the same.
      break
    case .ended:
      // A run that could not even begin has no row, and is not due again all the same.
      if let mark = marks[order.profile], mark.countedFrom < order.startedAt {
        marks[order.profile]?.countedFrom = order.startedAt
      }
    // What was asked for and not begun stands where it was kept.
    case .interrupted, .busy, .overtaken, .unavailable: break
    }
  }

  /// When something may start by itself for which nothing but time must pass; nil if there is no such thing.
  package func lookAgain(after now: Timestamp) -> Timestamp? {
    connectors.compactMap { connector -> Timestamp? in
      if running[connector.name] != nil { return nil }
      if let retry = retry(connector, at: now) { return retry }
      return due(connector).map(\.at).filter { $0 > now }.min()
    }.min()
  }

  // MARK: - Decisions

  private struct Candidate {
    var profile: ProfileName
    var reason: Order.Reason
    /// The smallest starts first.
    var rank: (Int, Timestamp)
  }

  private func candidate(of connector: ScheduledConnector, at now: Timestamp) -> Candidate? {
    guard running[connector.name] == nil, retry(connector, at: now) == nil else { return nil }
    if let name = interrupted(connector) { return Candidate(profile: name, reason: .resumption, rank: (0, now)) }
    if let place = requests.firstIndex(where: { $0.profile.connector == connector.name }) {
      // In the order in which people asked.
      return Candidate(
        profile: requests[place].profile, reason: .request, rank: (1, Timestamp(microseconds: Int64(place))))
    }
    guard let first = due(connector).filter({ $0.at <= now }).min(by: { $0.at < $1.at }) else { return nil }
    let name = ProfileName(connector: connector.name, profile: first.profile)
    return Candidate(profile: name, reason: .schedule(first.at), rank: (2, first.at))
  }

  private func interrupted(_ connector: ScheduledConnector) -> ProfileName? {
    guard let profile = connector.profiles.first(where: { $0.name == connector.interrupted }) else { return nil }
    let name = ProfileName(connector: connector.name, profile: profile.name)
    return profile.isActive || requests.contains { $0.profile == name } ? name : nil
  }

  /// When each of the connector's profiles is due next, in the past too.
  private func due(_ connector: ScheduledConnector) -> [ScheduledConnector.PlannedRun] {
    connector.profiles.compactMap { profile in
      let name = ProfileName(connector: connector.name, profile: profile.name)
      guard let schedule = profile.schedule, let mark = marks[name] else { return nil }
      if let held = connector.held, held != profile.name { return nil }
      return schedule.next(after: mark.countedFrom).map { .init(profile: profile.name, at: $0) }
    }
  }

  /// When the connector may be tried again, if that is later than `now`.
  private func retry(_ connector: ScheduledConnector, at now: Timestamp) -> Timestamp? {
    guard let end = ends[connector.name] else { return nil }
    // A run whose end could not be written shows as interrupted at once; one that another process had, when that died.
    let isLeft = connector.interrupted != nil
    let delay: Duration
    switch end.outcome {
    case .busy where !isLeft: delay = Self.retryDelay
    case .busy, .unavailable: delay = Self.leftRetryDelay
    case .ended, .interrupted, .overtaken:
      guard isLeft else { return nil }
      delay = Self.leftRetryDelay
    }
    let retry = end.at.advanced(by: delay)
    return end.at <= now && now < retry ? retry : nil
  }

  private func profile(_ name: ProfileName) -> ScheduledProfile? {
    connectors.first { $0.name == name.connector }?.profiles.first { $0.name == name.profile }
  }

  /// A time far ahead was written by a clock that was wrong; no schedule waits for it.
  private func isBelieved(_ moment: Timestamp, at now: Timestamp) -> Bool {
    moment <= now.advanced(by: Self.trustedClockError)
  }
}
