/// A date or time in a query, in UTC, resolved to moments.
struct QueryDate {
  enum Problem: Error { case unreadable, outOfCalendar }

  struct Interval {
    var from: Timestamp
    /// Not included.
    var until: Timestamp
  }

  /// What comparisons and ranges begin and end at: the whole day of a date, the second of a time as it is written,
  /// the very moment of `now-3d`.
  let bounds: Interval
  /// What `:` finds: the same, but of `now-3d` the whole day, of `now-3h` the hour, and so on.
  let span: Interval
  /// Counted from now.
  let isRelative: Bool

  init(_ text: String, now: Timestamp) throws(Problem) {
    let text = text.trimmed
    if let maths = text.afterNow {
      let (moment, unit) = try Self.advance(now, by: maths)
      bounds = try Self.interval(moment.microseconds, 1)
      span = try Self.interval(moment.microseconds.dividedFloor(by: unit).quotient * unit, unit)
      isRelative = true
    } else {
      guard let moment = Timestamp(iso8601: text) else { throw .unreadable }
      bounds = try Self.interval(moment.microseconds, Self.precision(of: text))
      span = bounds
      isRelative = false
    }
  }

  private static func interval(_ start: Int64, _ length: Int64) throws(Problem) -> Interval {
    guard let from = Timestamp.inCalendar(start) else { throw .outOfCalendar }
    return Interval(from: from, until: Timestamp(microseconds: from.microseconds + length))
  }

  /// The length of what is written: a day, minute, second or part of one, in microseconds.
  private static func precision(of text: String) -> Int64 {
    guard text.utf8.count > 10 else { return .day }
    let time = text.utf8.dropFirst(11)
    guard time.count > 5, time.dropFirst(5).first == UInt8(ascii: ":") else { return 60_000_000 }
    let fraction = time.dropFirst(8)
    guard fraction.first == UInt8(ascii: ".") else { return 1_000_000 }
    let digits = fraction.dropFirst().prefix { $0 &- UInt8(ascii: "0") < 10 }.count
    return (0..<min(digits, 6)).reduce(1_000_000) { length, _ in length / 10 }
  }

  // MARK: - From now

  /// - Returns: The moment, and the length of its last step's unit for ``span``: at most a day.
  private static func advance(_ now: Timestamp, by maths: Substring) throws(Problem) -> (Timestamp, Int64) {
    var moment = now
    var length: Int64 = 1_000_000
    var rest = maths.utf8[...]
    while let sign = rest.first {
      let digits = rest.dropFirst().prefix { $0 &- UInt8(ascii: "0") < 10 }
      guard sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+"), (1...9).contains(digits.count),
        let amount = Int64(String(decoding: digits, as: UTF8.self)),
        let unit = rest.dropFirst(1 + digits.count).first
      else { throw .unreadable }
      let signed = sign == UInt8(ascii: "-") ? -amount : amount
      switch unit {
      case UInt8(ascii: "s"): (moment, length) = (try add(signed * 1_000_000, to: moment), 1_000_000)
      case UInt8(ascii: "m"): (moment, length) = (try add(signed * 60_000_000, to: moment), 60_000_000)
      case UInt8(ascii: "h"): (moment, length) = (try add(signed * 3_600_000_000, to: moment), 3_600_000_000)
      // 10^9 weeks are beyond the calendar, and their microseconds beyond 64 bits.
      case UInt8(ascii: "d"), UInt8(ascii: "w"):
        let days = unit == UInt8(ascii: "w") ? signed * 7 : signed
        guard abs(days) < 4_000_000 else { throw .outOfCalendar }
        (moment, length) = (try add(days * .day, to: moment), .day)
      case UInt8(ascii: "M"): (moment, length) = (try moment.advanced(months: signed), .day)
      case UInt8(ascii: "y"): (moment, length) = (try moment.advanced(months: signed * 12), .day)
      default: throw .unreadable
      }
      rest = rest.dropFirst(2 + digits.count)
    }
    return (moment, length)
  }

  private static func add(_ microseconds: Int64, to moment: Timestamp) throws(Problem) -> Timestamp {
    let (sum, isTooLarge) = moment.microseconds.addingReportingOverflow(microseconds)
    guard !isTooLarge, let sum = Timestamp.inCalendar(sum) else { throw .outOfCalendar }
    return sum
  }
}

extension Timestamp {
  /// The first moment of the year 10000.
  static let endOfCalendar = Timestamp(microseconds: daysSinceEpoch(year: 10_000, month: 1, day: 1) * .day)

  /// nil outside the years 0000 to 9999.
  fileprivate static func inCalendar(_ microseconds: Int64) -> Timestamp? {
    let first = daysSinceEpoch(year: 0, month: 1, day: 1) * .day
    return first <= microseconds && microseconds < endOfCalendar.microseconds
      ? Timestamp(microseconds: microseconds) : nil
  }

  /// The same day and time so many months later or earlier; the month's last day where it is shorter.
  fileprivate func advanced(months: Int64) throws(QueryDate.Problem) -> Timestamp {
    let (days, time) = microseconds.dividedFloor(by: .day)
    // The mean year is near enough to be right or one off.
    var year = 1970 + days.dividedFloor(by: 146_097).quotient * 400
    year += (days - Self.daysSinceEpoch(year: year, month: 1, day: 1)) / 366
    while Self.daysSinceEpoch(year: year + 1, month: 1, day: 1) <= days { year += 1 }
    var month: Int64 = 12
    while Self.daysSinceEpoch(year: year, month: month, day: 1) > days { month -= 1 }
    let day = days - Self.daysSinceEpoch(year: year, month: month, day: 1)
    let (newYear, newMonth) = (year * 12 + month - 1 + months).dividedFloor(by: 12)
    guard (0...9999).contains(newYear) else { throw .outOfCalendar }
    let first = Self.daysSinceEpoch(year: newYear, month: newMonth + 1, day: 1)
    let next =
      newMonth == 11
      ? Self.daysSinceEpoch(year: newYear + 1, month: 1, day: 1)
      : Self.daysSinceEpoch(year: newYear, month: newMonth + 2, day: 1)
    return Timestamp(microseconds: (first + min(day, next - first - 1)) * .day + time)
  }
}

extension String {
  /// What follows `now`, blanks removed; nil for another text.
  fileprivate var afterNow: Substring? {
    guard lowercased().hasPrefix("now") else { return nil }
    return filter { !$0.isWhitespace }.dropFirst(3)
  }
}
