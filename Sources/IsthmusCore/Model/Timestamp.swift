/// A moment in UTC, whole microseconds since 1970-01-01.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// Reads an ISO 8601 date (midnight UTC) or date-time with `Z`, an offset, or none (UTC). Digits past
  /// the sixth of a second are cut: Azure writes seven.
  ///
  /// - Returns: nil for anything else, impossible days and moments outside the years 0000 to 9999 in UTC included.
  package init?(iso8601 text: UnsafeRawBufferPointer) {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let day = reader.number(2), (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year)
    else { return nil }
    var seconds = Self.daysSinceEpoch(year: year, month: month, day: day) * 86_400
    var micros: Int64 = 0
    if !reader.isAtEnd {
      guard reader.skip("T") || reader.skip("t") || reader.skip(" "), let hour = reader.number(2), hour < 24,
        reader.skip(":"), let minute = reader.number(2), minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if reader.skip(":") {
        guard let second = reader.number(2), second < 60 else { return nil }
        seconds += second
        if reader.skip(".") {
          guard let fraction = reader.microseconds() else { return nil }
          micros = fraction
        }
      }
      guard let offset = reader.zoneOffset(), reader.isAtEnd else { return nil }
      seconds -= offset
      guard Self.writableSeconds.contains(seconds) else { return nil }
    }
    microseconds = seconds * 1_000_000 + micros
  }

  package init?(iso8601 text: String) {
    var text = text
    guard let value = text.withUTF8({ Timestamp(iso8601: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = value
  }

  /// `2026-01-31T08:30:00Z`, with six more digits where the moment has a fraction of a second.
  package var description: String {
    let (seconds, micros) = microseconds.dividedFloor(by: 1_000_000)
    let (days, secondOfDay) = seconds.dividedFloor(by: 86_400)
    let (year, month, day) = Self.civil(daysSinceEpoch: days)
    let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    let time = "\(pad(secondOfDay / 3600, 2)):\(pad(secondOfDay / 60 % 60, 2)):\(pad(secondOfDay % 60, 2))"
    return micros == 0 ? "\(date)T\(time)Z" : "\(date)T\(time).\(pad(micros, 6))Z"
  }

  package func advanced(by duration: Duration) -> Timestamp {
    let parts = duration.components
    return Timestamp(microseconds: microseconds + parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000)
  }

  /// The years 0000 to 9999: what ``description`` can write with four digits.
  private static let writableSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  /// Proleptic Gregorian calendar, days since 1970-01-01, after Howard Hinnant's public-domain algorithm.
  /// <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>
  static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shifted.dividedFloor(by: 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func civil(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).dividedFloor(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension Int64 {
  /// Quotient rounded down and the remainder, which is never negative. `divisor` is positive.
  func dividedFloor(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

private func pad(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Reads fixed-width numbers from ASCII text.
private struct DigitReader {
  private let text: UnsafeRawBufferPointer
  private var index = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  mutating func number(_ width: Int) -> Int64? {
    guard index + width <= text.count else { return nil }
    var value: Int64 = 0
    for byte in text[index..<index + width] {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
    }
    index += width
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// One to nine digits after the decimal point.
  mutating func microseconds() -> Int64? {
    var value: Int64 = 0
    var digits = 0
    while index < text.count, text[index] &- UInt8(ascii: "0") < 10 {
      if digits < 6 { value = value * 10 + Int64(text[index] - UInt8(ascii: "0")) }
      digits += 1
      index += 1
    }
    guard (1...9).contains(digits) else { return nil }
    for _ in digits..<max(digits, 6) { value *= 10 }
    return value
  }

  /// Seconds east of UTC.
  mutating func zoneOffset() -> Int64? {
    if isAtEnd || skip("Z") || skip("z") { return 0 }
    let sign: Int64 = skip("-") ? -1 : 1
    guard sign < 0 || skip("+"), let hours = number(2), hours < 24 else { return nil }
    _ = skip(":")
    guard let minutes = number(2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
