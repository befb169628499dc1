/// The dates of a tenant: all derive from the day's number.
struct TenantCalendar: Sendable {
  /// The date of day 0, in days since 1970-01-01.
  let firstDate: Int64

  /// Ticks since 1970 of a moment of a tenant's day.
  func ticks(day: Int, tickOfDay: Int64) -> Int64 {
    (firstDate + Int64(day)) * KQLDate.ticksPerDay + tickOfDay
  }

  /// `2026-06-01T07:25:23.1360003Z`
  func text(day: Int, tickOfDay: Int64) -> String {
    KQLDate.text(ticks: ticks(day: day, tickOfDay: tickOfDay))
  }

  /// The last moment of a day, its "now": whatever happened on that day lies before it.
  func end(of day: Int) -> Int64 {
    ticks(day: day, tickOfDay: KQLDate.ticksPerDay - 1)
  }
}

/// Writes moments as JSON text without making a string: dates come from a table.
struct TimestampWriter {
  private static let dateLength = 11
  private let calendar: TenantCalendar
  private let firstDay: Int
  private let dates: [UInt8]

  /// - Parameter days: The tenant's days that may be written; others are written through a string.
  init(_ calendar: TenantCalendar, days: ClosedRange<Int>) {
    self.calendar = calendar
    firstDay = days.lowerBound
    var dates: [UInt8] = []
    for day in days {
      dates.append(contentsOf: calendar.text(day: day, tickOfDay: 0).utf8.prefix(Self.dateLength))
    }
    self.dates = dates
  }

  /// Appends 28 characters, the form of ``TenantCalendar/text(day:tickOfDay:)``, without quotes.
  func append(day: Int, tickOfDay: Int64, to buffer: inout [UInt8]) {
    let offset = (day - firstDay) * Self.dateLength
    guard offset >= 0, offset + Self.dateLength <= dates.count else {
      buffer.append(contentsOf: calendar.text(day: day, tickOfDay: tickOfDay).utf8)
      return
    }
    buffer.append(dates, offset..<offset + Self.dateLength)
    let seconds = Int(tickOfDay / KQLDate.ticksPerSecond)
    Self.append(seconds / 3600, digits: 2, then: UInt8(ascii: ":"), to: &buffer)
    Self.append(seconds / 60 % 60, digits: 2, then: UInt8(ascii: ":"), to: &buffer)
    Self.append(seconds % 60, digits: 2, then: UInt8(ascii: "."), to: &buffer)
    Self.append(Int(tickOfDay % KQLDate.ticksPerSecond), digits: 7, then: UInt8(ascii: "Z"), to: &buffer)
  }

  private static func append(_ number: Int, digits: Int, then mark: UInt8, to buffer: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      buffer.append(0x30 + UInt8(truncatingIfNeeded: number / divisor % 10))
      divisor /= 10
    }
    buffer.append(mark)
  }
}

extension [UInt8] {
  /// Appends a part of another array in one copy.
  mutating func append(_ source: [UInt8], _ range: Range<Int>) {
    source.withUnsafeBufferPointer { append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
  }

  mutating func append(_ source: [UInt8]) {
    source.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
