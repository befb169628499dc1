extension KQLDate {
  /// Reads ISO 8601 dates (`2024-10-16`, with `T` or a blank before the time, up to seven fraction digits kept,
  /// `Z` or an offset) and `month/day/year`. Text without an offset is UTC.
  package static func parse(_ text: String) -> Int64? {
    var scanner = DateScanner(text)
    guard let first = scanner.number(maximumDigits: 4) else { return nil }
    var parts: Parts
    if scanner.accept("-") {
      guard let month = scanner.number(maximumDigits: 2) else { return nil }
      var day: Int? = 1
      if scanner.accept("-") { day = scanner.number(maximumDigits: 2) }
      guard let day else { return nil }
      parts = Parts(year: first, month: month, day: day)
    } else if scanner.accept("/") {
      guard let day = scanner.number(maximumDigits: 2), scanner.accept("/"),
        let year = scanner.number(maximumDigits: 4)
      else { return nil }
      parts = Parts(year: year, month: first, day: day)
    } else {
      return nil
    }
    var offset: Int64 = 0
    if scanner.accept("T") || scanner.accept("t") || scanner.acceptBlanks() {
      if !scanner.isAtEnd {
        guard scanner.readTime(into: &parts), let zone = scanner.readZone() else { return nil }
        offset = zone
      }
    }
    guard scanner.isAtEnd, let local = ticks(parts), range.contains(local - offset) else { return nil }
    return local - offset
  }

  /// Reads `1d`, `2.5h`, `30m`, `10s`, `100ms`, `[-][d.]hh:mm[:ss[.fffffff]]` and whole days.
  static func parseTimespan(_ text: String) -> Int64? {
    let trimmed = text.drop { $0 == " " }
    let isNegative = trimmed.first == "-"
    let body = isNegative ? trimmed.dropFirst() : trimmed
    let magnitude = body.contains(":") ? clockTimespan(body) : unitTimespan(body)
    return magnitude.map { isNegative ? -$0 : $0 }
  }

  /// The ticks of one unit by its suffix in a literal.
  static func ticks(unit: String) -> Int64? {
    switch unit {
    case "d", "day", "days": ticksPerDay
    case "h", "hr", "hrs", "hour", "hours": ticksPerHour
    case "m", "min", "minute", "minutes": ticksPerMinute
    case "s", "sec", "second", "seconds": ticksPerSecond
    case "ms", "milli", "millis", "millisecond", "milliseconds": ticksPerMillisecond
    case "micro", "micros", "microsecond", "microseconds": 10
    case "tick", "ticks": 1
    default: nil
    }
  }

  private static func unitTimespan(_ text: Substring) -> Int64? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let amount = Double(String(digits)) else { return nil }
    let unit = text.dropFirst(digits.count).filter { $0 != " " }
    guard let ticks = unit.isEmpty ? ticksPerDay : ticks(unit: unit) else { return nil }
    return Int64(exactly: (amount * Double(ticks)).rounded())
  }

  private static func clockTimespan(_ text: Substring) -> Int64? {
    var fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 2 || fields.count == 3 else { return nil }
    var days: Int64 = 0
    if let dot = fields[0].firstIndex(of: ".") {
      guard let number = Int64(fields[0][..<dot]) else { return nil }
      days = number
      fields[0] = String(fields[0][fields[0].index(after: dot)...])
    }
    guard let hours = Int64(fields[0]), let minutes = Int64(fields[1]), (0...23).contains(hours),
      (0...59).contains(minutes), (0...10_000_000).contains(days)
    else { return nil }
    var ticks = days * ticksPerDay + hours * ticksPerHour + minutes * ticksPerMinute
    if fields.count == 3 {
      guard let seconds = Double(fields[2]), seconds >= 0, seconds < 60 else { return nil }
      ticks += Int64((seconds * Double(ticksPerSecond)).rounded())
    }
    return ticks
  }
}

/// A cursor over the characters of a date.
private struct DateScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    var trimmed = Substring(text)
    while trimmed.last == " " { trimmed.removeLast() }
    while trimmed.first == " " { trimmed.removeFirst() }
    bytes = Array(trimmed.utf8)
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func acceptBlanks() -> Bool {
    let start = position
    while accept(" ") {}
    return position > start
  }

  mutating func number(maximumDigits: Int) -> Int? {
    var value = 0
    let start = position
    while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39, position - start < maximumDigits {
      value = value * 10 + Int(bytes[position] - 0x30)
      position += 1
    }
    return position > start ? value : nil
  }

  mutating func readTime(into parts: inout KQLDate.Parts) -> Bool {
    guard let hour = number(maximumDigits: 2), accept(":"), let minute = number(maximumDigits: 2) else { return false }
    parts.hour = hour
    parts.minute = minute
    if accept(":") {
      guard let second = number(maximumDigits: 2) else { return false }
      parts.second = second
      if accept(".") {
        guard let ticks = fraction() else { return false }
        parts.ticks = ticks
      }
    }
    _ = acceptBlanks()
    if accept("A") || accept("a") {
      guard accept("M") || accept("m"), (1...12).contains(parts.hour) else { return false }
      parts.hour %= 12
    } else if accept("P") || accept("p") {
      guard accept("M") || accept("m"), (1...12).contains(parts.hour) else { return false }
      parts.hour = parts.hour % 12 + 12
    }
    return true
  }

  /// Digits after the seventh are dropped.
  private mutating func fraction() -> Int64? {
    var ticks: Int64 = 0
    var digits = 0
    while let digit = number(maximumDigits: 1) {
      if digits < 7 { ticks = ticks * 10 + Int64(digit) }
      digits += 1
    }
    guard digits > 0 else { return nil }
    while digits < 7 {
      ticks *= 10
      digits += 1
    }
    return ticks
  }

  mutating func readZone() -> Int64? {
    _ = acceptBlanks()
    if isAtEnd || accept("Z") || accept("z") { return 0 }
    let isWest = accept("-")
    guard isWest || accept("+"), let hours = number(maximumDigits: 2) else { return nil }
    _ = accept(":")
    let minutes = isAtEnd ? 0 : number(maximumDigits: 2)
    guard let minutes, hours <= 14, minutes < 60 else { return nil }
    let offset = Int64(hours) * KQLDate.ticksPerHour + Int64(minutes) * KQLDate.ticksPerMinute
    return isWest ? -offset : offset
  }
}
