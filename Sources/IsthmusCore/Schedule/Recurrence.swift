/// What recurs: every so many hours, days, weeks or months.
///
/// The anchor is where the intervals are counted from: the day of `start` or, without one, Monday 2024-01-01, at `at`
/// or else at the time of `start` or else at midnight. With a start there is no run before it.
///
/// - hours: as time that has gone by since the anchor, so that the time of day moves with each change of the clocks.
///   Of those, the runs that fall on `weekdays` in local time.
/// - days: every Nth calendar day. Of those, the ones that are `weekdays`.
/// - weeks: `weekdays` of every Nth week, from Monday to Sunday; without any the anchor's weekday.
/// - months: the anchor's day of every Nth month, or the month's last one where it has fewer days. With `weekdays`
///   the first of them on or after that day: the first Monday of the month is day 1 and Monday.
package struct Recurrence: Sendable, Hashable {
  package enum Unit: Sendable, Hashable, CaseIterable { case hours, days, weeks, months }

  /// From 1 to ``maximumInterval``.
  package var interval: Int
  package var unit: Unit
  package var at: TimeOfDay?
  /// Empty for any.
  package var weekdays: Set<Weekday>
  /// Included: runs at this very time too.
  package var start: LocalBound?
  /// Included: a day to its end, a time with itself.
  package var end: LocalBound?

  package init(
    every interval: Int, _ unit: Unit, at: TimeOfDay? = nil, weekdays: Set<Weekday> = [], start: LocalBound? = nil,
    end: LocalBound? = nil
  ) {
    self.interval = interval
    self.unit = unit
    self.at = at
    self.weekdays = weekdays
    self.start = start
    self.end = end
  }

  /// Ten years, in any unit.
  package static func maximumInterval(_ unit: Unit) -> Int {
    switch unit {
    case .hours: 87_600
    case .days: 3650
    case .weeks: 520
    case .months: 120
    }
  }

  /// Where intervals are counted from if there is no start: the first day of a week, a month and a year.
  package static let standardAnchor = LocalDay(year: 2024, month: 1, clamping: 1)

  /// The time of day of each run of days, weeks and months.
  package var time: TimeOfDay {
    if let at { return at }
    if case .time(let start) = start { return start.time }
    return .midnight
  }

  package var anchor: LocalDateTime { LocalDateTime(day: start?.day ?? Self.standardAnchor, time: time) }
}

// MARK: - Days

extension Recurrence {
  /// The first day on or after `day` that the intervals fall on; nil if there is none. Not for hours.
  func day(onOrAfter day: LocalDay) -> LocalDay? {
    switch unit {
    case .hours: nil
    case .days: dayOfDays(onOrAfter: day)
    case .weeks: dayOfWeeks(onOrAfter: day)
    case .months: dayOfMonths(onOrAfter: day)
    }
  }

  /// The first number from `lowest` on that is a whole number of intervals after `origin`, and not before it if there
  /// is a start.
  private func step(from origin: Int64, atLeast lowest: Int64) -> Int64 {
    let lowest = start == nil ? lowest : max(lowest, origin)
    let size = Int64(interval)
    return origin + (lowest - origin + size - 1).dividedFloor(by: size).quotient * size
  }

  private func dayOfDays(onOrAfter day: LocalDay) -> LocalDay? {
    let first = step(from: anchor.day.number, atLeast: day.number)
    // The weekdays of every Nth day come again after seven.
    let candidates = (0..<7).lazy.map { LocalDay(number: first + Int64($0 * interval)) }
    return candidates.first { weekdays.isEmpty || weekdays.contains($0.weekday) }
  }

  private func dayOfWeeks(onOrAfter day: LocalDay) -> LocalDay? {
    let chosen = (weekdays.isEmpty ? [anchor.day.weekday] : weekdays).sorted()
    let (own, week) = (anchor.day.weekNumber, day.weekNumber)
    let first = step(from: own, atLeast: week)
    if first == week, let weekday = chosen.first(where: { $0 >= day.weekday }) {
      return LocalDay(week: week, weekday)
    }
    return chosen.first.map { LocalDay(week: step(from: own, atLeast: max(first, week + 1)), $0) }
  }

  private func dayOfMonths(onOrAfter day: LocalDay) -> LocalDay? {
    let origin = anchor.day.monthNumber
    // The day of the month before may have moved into this month, to its weekday.
    var month = step(from: origin, atLeast: day.monthNumber - 1)
    while true {
      let found = self.day(ofMonth: month)
      if found >= day { return found }
      month += Int64(interval)
    }
  }

  private func day(ofMonth month: Int64) -> LocalDay {
    let (years, monthOfYear) = month.dividedFloor(by: 12)
    let day = LocalDay(year: 1970 + years, month: monthOfYear + 1, clamping: Int64(anchor.day.dayOfMonth))
    return weekdays.isEmpty ? day : day.first(of: weekdays)
  }
}

extension LocalDay {
  /// Weeks since the one that began on 1969-12-29.
  fileprivate var weekNumber: Int64 { (number + 3).dividedFloor(by: 7).quotient }

  fileprivate init(week: Int64, _ weekday: Weekday) { self.init(number: week * 7 - 3 + Int64(weekday.rawValue)) }

  /// The first day from this one on that is one of `weekdays`; this one if they are none.
  func first(of weekdays: Set<Weekday>) -> LocalDay {
    (0..<7).lazy.map { advanced(by: Int64($0)) }.first { weekdays.contains($0.weekday) } ?? self
  }
}
