/// A day of the calendar, of no particular zone.
package struct LocalDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  package let number: Int64

  package init(number: Int64) { self.number = number }

  /// - Parameters:
  ///   - month: 1...12.
  ///   - day: A day that the month does not have is its last one.
  init(year: Int64, month: Int64, clamping day: Int64) {
    let last = Timestamp.days(inMonth: month, of: year)
    number = Timestamp.daysSinceEpoch(year: year, month: month, day: min(day, last))
  }

  package static func < (a: LocalDay, b: LocalDay) -> Bool { a.number < b.number }

  package var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    Weekday.allCases[Int((number + 3).dividedFloor(by: 7).remainder)]
  }

  package var dayOfMonth: Int { Int(Timestamp.civil(daysSinceEpoch: number).day) }

  /// Months since January 1970.
  var monthNumber: Int64 {
    let date = Timestamp.civil(daysSinceEpoch: number)
    return (date.year - 1970) * 12 + date.month - 1
  }

  package func advanced(by days: Int64) -> LocalDay { LocalDay(number: number + days) }

  /// `2026-12-01`
  package var description: String {
    String(LocalDateTime(day: self, time: .midnight).instantInUTC.description.prefix(10))
  }
}

/// A time of day to the second, as the clock on the wall shows it.
package struct TimeOfDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// 0..<86400, on a clock that is never changed.
  package let second: Int64

  package static let midnight = TimeOfDay(second: 0)

  init(second: Int64) { self.second = second }

  /// Reads `02:00` or `02:00:30`.
  package init?(_ text: String) {
    guard text.utf8.count == 5 || text.utf8.count == 8, let moment = Timestamp(iso8601: "1970-01-01T\(text)"),
      moment.microseconds >= 0
    else { return nil }
    second = moment.microseconds / 1_000_000
  }

  package static func < (a: TimeOfDay, b: TimeOfDay) -> Bool { a.second < b.second }

  /// `02:00`, with the seconds where there are any.
  package var description: String {
    let text = LocalDateTime(day: LocalDay(number: 0), time: self).instantInUTC.description
    return String(text.dropFirst(11).prefix(second % 60 == 0 ? 5 : 8))
  }
}

/// What a calendar and a clock show somewhere: no moment before its zone is known.
package struct LocalDateTime: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var day: LocalDay
  package var time: TimeOfDay

  package init(day: LocalDay, time: TimeOfDay) {
    self.day = day
    self.time = time
  }

  /// What the clock shows that many seconds after it showed 1970-01-01T00:00.
  init(seconds: Int64) {
    let (days, second) = seconds.dividedFloor(by: 86_400)
    self.init(day: LocalDay(number: days), time: TimeOfDay(second: second))
  }

  /// Reads `2026-12-01T02:00` or `2026-12-01T02:00:30`; a text with `Z` or an offset is none.
  package init?(_ text: String) {
    guard text.utf8.count == 16 || text.utf8.count == 19, let moment = Timestamp(iso8601: text) else { return nil }
    self.init(seconds: moment.microseconds.dividedFloor(by: 1_000_000).quotient)
  }

  package static func < (a: LocalDateTime, b: LocalDateTime) -> Bool { a.seconds < b.seconds }

  /// Seconds since the clock showed 1970-01-01T00:00, as if it were never changed.
  var seconds: Int64 { day.number * 86_400 + time.second }

  fileprivate var instantInUTC: Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  /// `2026-12-01T02:00`, with the seconds where there are any.
  package var description: String { "\(day)T\(time)" }
}

/// Where a schedule starts or ends: a whole day, or a time of one.
package enum LocalBound: Sendable, Hashable, CustomStringConvertible {
  case day(LocalDay)
  case time(LocalDateTime)

  /// Reads `2026-12-01` or what ``LocalDateTime`` reads.
  package init?(_ text: String) {
    if let time = LocalDateTime(text) {
      self = .time(time)
    } else if text.utf8.count == 10, let moment = LocalDateTime("\(text)T00:00") {
      self = .day(moment.day)
    } else {
      return nil
    }
  }

  package var day: LocalDay {
    switch self {
    case .day(let day): day
    case .time(let time): time.day
    }
  }

  package var description: String {
    switch self {
    case .day(let day): day.description
    case .time(let time): time.description
    }
  }
}
