/// When a profile runs: once, or again and again, by the clocks of a time zone.
///
/// Every schedule that can be made has a run, and finding the next one takes a bounded number of steps. Where the
/// clocks are changed, a time that does not exist runs at the first moment after the gap, and one that exists twice
/// runs at the first. Two times of a schedule that become one moment so are one run.
package struct Schedule: Sendable {
  package enum Timing: Sendable, Hashable {
    case once(LocalDateTime)
    case recurring(Recurrence)
  }

  package let timing: Timing
  package let rules: any LocalTimeRules

  /// - Throws: ``ScheduleError`` for a year outside ``years``.
  package init(once time: LocalDateTime, in rules: any LocalTimeRules) throws(ScheduleError) {
    guard Self.days.contains(time.day) else { throw ScheduleError(.once, Self.outsideYears(time)) }
    timing = .once(time)
    self.rules = rules
  }

  /// - Throws: ``ScheduleError`` for what can't be, or would never run.
  package init(_ recurrence: Recurrence, in rules: any LocalTimeRules) throws(ScheduleError) {
    try Self.check(recurrence)
    timing = .recurring(recurrence)
    self.rules = rules
    guard let end = recurrence.end else { return }
    if let start = recurrence.start, lowest(start) > highest(end) {
      throw ScheduleError(.end, "\(end) is before the start, \(start)")
    }
    if recurrence.start != nil, next(after: Timestamp(microseconds: .min)) == nil {
      throw ScheduleError(.end, "no run falls between the start and \(end)")
    }
  }

  /// The years that a schedule may name.
  package static let years = 1970...9998

  private static let days =
    LocalDay(
      year: Int64(years.lowerBound), month: 1, clamping: 1)...LocalDay(
      year: Int64(years.upperBound), month: 12, clamping: 31)

  private static func outsideYears(_ what: some CustomStringConvertible) -> String {
    "\(what) is not within the years \(years.lowerBound) to \(years.upperBound)"
  }

  private static func check(_ recurrence: Recurrence) throws(ScheduleError) {
    let maximum = Recurrence.maximumInterval(recurrence.unit)
    guard (1...maximum).contains(recurrence.interval) else {
      throw ScheduleError(.every, "\(recurrence.interval) is not from 1 to \(maximum), which is ten years")
    }
    for (key, bound) in [(ScheduleError.Key.start, recurrence.start), (.end, recurrence.end)] {
      if let bound, !days.contains(bound.day) { throw ScheduleError(key, outsideYears(bound)) }
    }
    let weekdays = recurrence.weekdays
    guard !weekdays.isEmpty else { return }
    switch recurrence.unit {
    case .hours where recurrence.interval > 24:
      // It could miss the chosen days for ever.
      throw ScheduleError(.weekdays, "weekdays go with at most 24 hours; write days or weeks instead")
    case .days where recurrence.interval.isMultiple(of: 7) && !weekdays.contains(recurrence.anchor.day.weekday):
      let weekday = recurrence.anchor.day.weekday.name
      throw ScheduleError(.weekdays, "every run falls on a \(weekday), which is not among them; write weeks instead")
    default: break
    }
  }
}

// MARK: - Runs

extension Schedule {
  /// The first run after `moment`; nil if there is none any more.
  package func next(after moment: Timestamp) -> Timestamp? {
    switch timing {
    case .once(let time):
      let run = rules.firstMoment(of: time)
      return run > moment ? run : nil
    case .recurring(let recurrence):
      guard moment < Self.last else { return nil }
      var earliest = max(Timestamp(microseconds: moment.microseconds + 1), Self.first)
      if let start = recurrence.start { earliest = max(earliest, lowest(start)) }
      let run =
        recurrence.unit == .hours ? elapsed(recurrence, from: earliest) : daily(recurrence, from: earliest)
      guard let run, run <= Self.last, recurrence.end.map({ run <= highest($0) }) != false else { return nil }
      return run
    }
  }

  /// The next `count` runs after `moment`; fewer if there are no more.
  package func upcoming(_ count: Int, after moment: Timestamp) -> [Timestamp] {
    var runs: [Timestamp] = []
    while runs.count < count, let run = next(after: runs.last ?? moment) { runs.append(run) }
    return runs
  }

  /// All of ``years`` in every zone is between these two.
  private static let first = Timestamp(seconds: (days.lowerBound.number - 1) * 86_400)
  private static let last = Timestamp(seconds: (days.upperBound.number + 2) * 86_400)

  private func lowest(_ start: LocalBound) -> Timestamp {
    switch start {
    case .day(let day): rules.firstMoment(of: LocalDateTime(day: day, time: .midnight))
    case .time(let time): rules.firstMoment(of: time)
    }
  }

  private func highest(_ end: LocalBound) -> Timestamp {
    switch end {
    case .day(let day):
      let after = rules.firstMoment(of: LocalDateTime(day: day.advanced(by: 1), time: .midnight))
      return Timestamp(microseconds: after.microseconds - 1)
    case .time(let time): return rules.firstMoment(of: time)
    }
  }

  private func daily(_ recurrence: Recurrence, from earliest: Timestamp) -> Timestamp? {
    // The clock may have been set back since it showed a run's time: by a day at most, which a zone did once.
    var from = rules.local(at: earliest).day.advanced(by: -2)
    // At most four days are too early.
    while let day = recurrence.day(onOrAfter: from) {
      let run = rules.firstMoment(of: LocalDateTime(day: day, time: recurrence.time))
      if run >= earliest { return run }
      from = day.advanced(by: 1)
    }
    return nil
  }

  private func elapsed(_ recurrence: Recurrence, from earliest: Timestamp) -> Timestamp? {
    let anchor = rules.firstMoment(of: recurrence.anchor).microseconds
    let size = Int64(recurrence.interval) * 3_600_000_000
    var earliest = earliest
    while earliest <= Self.last {
      var count = (earliest.microseconds - anchor + size - 1).dividedFloor(by: size).quotient
      if recurrence.start != nil { count = max(count, 0) }
      let run = Timestamp(microseconds: anchor + count * size)
      let day = rules.local(at: run).day
      if recurrence.weekdays.isEmpty || recurrence.weekdays.contains(day.weekday) { return run }
      // With at most 24 hours between runs the next chosen day has one, unless it is a short one.
      let chosen = day.advanced(by: 1).first(of: recurrence.weekdays)
      let begin = rules.firstMoment(of: LocalDateTime(day: chosen, time: .midnight))
      earliest = max(begin, Timestamp(microseconds: run.microseconds + 1))
    }
    return nil
  }
}

extension Schedule: Hashable {
  package static func == (a: Schedule, b: Schedule) -> Bool { a.timing == b.timing && a.rules.name == b.rules.name }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(timing)
    hasher.combine(rules.name)
  }
}
