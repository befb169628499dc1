/// Calendar arithmetic in UTC on 100-nanosecond ticks since 1970-01-01T00:00:00Z.
package enum KQLDate {
  package static let ticksPerMillisecond: Int64 = 10_000
  package static let ticksPerSecond: Int64 = 10_000_000
  static let ticksPerMinute: Int64 = 60 * ticksPerSecond
  static let ticksPerHour: Int64 = 60 * ticksPerMinute
  package static let ticksPerDay: Int64 = 24 * ticksPerHour
  /// The years that the language's datetime type can hold.
  private static let years = 1...9999

  /// 0001-01-01 to the last tick of 9999-12-31; results outside are null.
  static let range: ClosedRange<Int64> = {
    let first = days(year: years.lowerBound, month: 1, day: 1) * ticksPerDay
    let end = days(year: years.upperBound + 1, month: 1, day: 1) * ticksPerDay
    return first...(end - 1)
  }()

  /// A point in time taken apart; `ticks` is the fraction of the second, 0 ..< 10,000,000.
  struct Parts {
    var year: Int
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    var ticks: Int64 = 0
  }

  /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted in 400-year eras from March.
  static func days(year: Int, month: Int, day: Int) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = (month + 9) % 12
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - 719_468)
  }

  static func parts(ticks: Int64) -> Parts {
    let day = floorDivide(ticks, ticksPerDay)
    var rest = ticks - day * ticksPerDay
    let shifted = Int(day) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    var parts = Parts(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    parts.hour = Int(rest / ticksPerHour)
    rest %= ticksPerHour
    parts.minute = Int(rest / ticksPerMinute)
    rest %= ticksPerMinute
    parts.second = Int(rest / ticksPerSecond)
    parts.ticks = rest % ticksPerSecond
    return parts
  }

  /// The ticks of a date and time, or nil if a part is out of its range.
  static func ticks(_ parts: Parts) -> Int64? {
    guard years.contains(parts.year), (1...12).contains(parts.month),
      (1...daysIn(month: parts.month, year: parts.year)).contains(parts.day),
      (0...23).contains(parts.hour), (0...59).contains(parts.minute), (0...59).contains(parts.second)
    else { return nil }
    let seconds = Int64(parts.hour * 3600 + parts.minute * 60 + parts.second)
    let day = days(year: parts.year, month: parts.month, day: parts.day)
    return day * ticksPerDay + seconds * ticksPerSecond + parts.ticks
  }

  static func daysIn(month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor != 0 && (value < 0) != (divisor < 0) ? quotient - 1 : quotient
  }

  /// `2024-10-16T07:25:23.1360003Z`: always seven fraction digits.
  package static func text(ticks: Int64) -> String {
    let parts = parts(ticks: ticks)
    let date = "\(pad(parts.year, 4))-\(pad(parts.month, 2))-\(pad(parts.day, 2))"
    let time = "\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2))"
    return "\(date)T\(time).\(pad(Int(parts.ticks), 7))Z"
  }

  /// `[-][d.]hh:mm:ss[.fffffff]`.
  static func timespanText(ticks: Int64) -> String {
    let magnitude = ticks.magnitude
    let day = magnitude / UInt64(ticksPerDay)
    let rest = Int64(magnitude % UInt64(ticksPerDay))
    let hour = Int(rest / ticksPerHour)
    let minute = Int(rest % ticksPerHour / ticksPerMinute)
    let second = Int(rest % ticksPerMinute / ticksPerSecond)
    let fraction = Int(rest % ticksPerSecond)
    let sign = ticks < 0 ? "-" : ""
    let days = day > 0 ? "\(day)." : ""
    let tail = fraction > 0 ? ".\(pad(fraction, 7))" : ""
    return "\(sign)\(days)\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))\(tail)"
  }

  static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
  }
}
