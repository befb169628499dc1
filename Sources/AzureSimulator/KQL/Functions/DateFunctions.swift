extension ScalarFunction {
  static let dates: [String: ScalarFunction] = [
    "format_datetime": .two(.string) { value, format in
      guard let ticks = value.asDatetime else { return .string("") }
      return .string(formatted(ticks, as: format.text))
    },
    "datetime_diff": .many(3...3, .long) { values in
      guard let a = values[1].asDatetime, let b = values[2].asDatetime else { return .null }
      return difference(in: values[0].text, a, b)
    },
    "datetime_add": .many(3...3, .datetime) { values in
      guard let amount = values[1].asLong, let ticks = values[2].asDatetime else { return .null }
      return added(amount, of: values[0].text, to: ticks)
    },
    "datetime_part": .two(.long) { part, value in
      guard let ticks = value.asDatetime else { return .null }
      return datePart(part.text, of: ticks)
    },
    "getyear": .one(.long) { value in value.asDatetime.map { datePart("year", of: $0) } ?? .null },
    "getmonth": .one(.long) { value in value.asDatetime.map { datePart("month", of: $0) } ?? .null },
    "monthofyear": .one(.long) { value in value.asDatetime.map { datePart("month", of: $0) } ?? .null },
    "hourofday": .one(.long) { value in value.asDatetime.map { datePart("hour", of: $0) } ?? .null },
    "dayofmonth": .one(.long) { value in value.asDatetime.map { datePart("day", of: $0) } ?? .null },
    "dayofweek": .one(.timespan) { value in
      value.asDatetime.map { .timespan(weekday($0) * KQLDate.ticksPerDay) } ?? .null
    },
    "startofday": start("day"),
    "startofweek": start("week"),
    "startofmonth": start("month"),
    "startofyear": start("year"),
    "endofday": end("day"),
    "endofweek": end("week"),
    "endofmonth": end("month"),
    "endofyear": end("year"),
    "unixtime_seconds_todatetime": .one(.datetime) { value in
      guard let seconds = value.asReal, let ticks = Int64(exactly: (seconds * 1e7).rounded()),
        KQLDate.range.contains(ticks)
      else { return .null }
      return .datetime(ticks)
    },
    "make_datetime": .many(3...6, .datetime) { values in
      var numbers = values.map { $0.asLong ?? -1 }
      while numbers.count < 6 { numbers.append(0) }
      guard numbers.allSatisfy({ $0 >= 0 && $0 < 10_000 }) else { return .null }
      var parts = KQLDate.Parts(year: Int(numbers[0]), month: Int(numbers[1]), day: Int(numbers[2]))
      parts.hour = Int(numbers[3])
      parts.minute = Int(numbers[4])
      parts.second = Int(numbers[5])
      return KQLDate.ticks(parts).map { .datetime($0) } ?? .null
    },
  ]

  private static func start(_ unit: String) -> ScalarFunction {
    .many(1...2, .datetime) { values in
      guard let ticks = values[0].asDatetime else { return .null }
      let shift = values.count > 1 ? values[1].asLong ?? 0 : 0
      return added(shift, of: unit, to: startOf(unit, ticks))
    }
  }

  private static func end(_ unit: String) -> ScalarFunction {
    .many(1...2, .datetime) { values in
      guard let ticks = values[0].asDatetime else { return .null }
      let shift = values.count > 1 ? values[1].asLong ?? 0 : 0
      let following = added(shift &+ 1, of: unit, to: startOf(unit, ticks))
      return KQLValue.difference(following, .timespan(1))
    }
  }

  /// Days since Sunday.
  private static func weekday(_ ticks: Int64) -> Int64 {
    let day = KQLDate.floorDivide(ticks, KQLDate.ticksPerDay)
    return ((day + 4) % 7 + 7) % 7
  }

  private static func startOf(_ unit: String, _ ticks: Int64) -> Int64 {
    let day = KQLDate.floorDivide(ticks, KQLDate.ticksPerDay) * KQLDate.ticksPerDay
    var parts = KQLDate.parts(ticks: day)
    switch unit {
    case "week": return day - weekday(ticks) * KQLDate.ticksPerDay
    case "month": parts.day = 1
    case "year":
      parts.day = 1
      parts.month = 1
    default: return day
    }
    return KQLDate.ticks(parts) ?? day
  }

  private static func datePart(_ part: String, of ticks: Int64) -> KQLValue {
    let parts = KQLDate.parts(ticks: ticks)
    switch part.lowercased() {
    case "year": return .long(Int64(parts.year))
    case "quarter": return .long(Int64((parts.month - 1) / 3 + 1))
    case "month": return .long(Int64(parts.month))
    case "day": return .long(Int64(parts.day))
    case "dayofyear":
      let first = KQLDate.days(year: parts.year, month: 1, day: 1)
      return .long(KQLDate.floorDivide(ticks, KQLDate.ticksPerDay) - first + 1)
    case "hour": return .long(Int64(parts.hour))
    case "minute": return .long(Int64(parts.minute))
    case "second": return .long(Int64(parts.second))
    case "millisecond": return .long(parts.ticks / KQLDate.ticksPerMillisecond)
    case "microsecond": return .long(parts.ticks / 10)
    default: return .null
    }
  }

  /// How many boundaries of the unit lie between: `a - b`.
  private static func difference(in unit: String, _ a: Int64, _ b: Int64) -> KQLValue {
    let (first, second) = (KQLDate.parts(ticks: a), KQLDate.parts(ticks: b))
    let years = Int64(first.year - second.year)
    switch unit.lowercased() {
    case "year": return .long(years)
    case "quarter": return .long(years * 4 + Int64((first.month - 1) / 3 - (second.month - 1) / 3))
    case "month": return .long(years * 12 + Int64(first.month - second.month))
    case "week":
      return .long((startOf("week", a) - startOf("week", b)) / (7 * KQLDate.ticksPerDay))
    default:
      guard let size = fixedUnit(unit) else { return .null }
      return .long(KQLDate.floorDivide(a, size) - KQLDate.floorDivide(b, size))
    }
  }

  private static func fixedUnit(_ unit: String) -> Int64? {
    switch unit.lowercased() {
    case "day": KQLDate.ticksPerDay
    case "hour": KQLDate.ticksPerHour
    case "minute": KQLDate.ticksPerMinute
    case "second": KQLDate.ticksPerSecond
    case "millisecond": KQLDate.ticksPerMillisecond
    case "microsecond": 10
    case "nanosecond": 1
    default: nil
    }
  }

  private static func added(_ amount: Int64, of unit: String, to ticks: Int64) -> KQLValue {
    let name = unit.lowercased()
    if amount.magnitude > 100_000_000 { return .null }
    if let size = name == "week" ? 7 * KQLDate.ticksPerDay : fixedUnit(name) {
      return KQLValue.sum(.datetime(ticks), KQLValue.product(.timespan(size), .long(amount)))
    }
    guard let months = ["year": 12, "quarter": 3, "month": 1][name] else { return .null }
    var parts = KQLDate.parts(ticks: ticks)
    let month = parts.year * 12 + parts.month - 1 + Int(amount) * months
    guard month >= 12 else { return .null }
    parts.year = month / 12
    parts.month = month % 12 + 1
    parts.day = min(parts.day, KQLDate.daysIn(month: parts.month, year: parts.year))
    return KQLDate.ticks(parts).map { .datetime($0) } ?? .null
  }

  /// The format letters of the language; all else stands for itself.
  private static func formatted(_ ticks: Int64, as format: String) -> String {
    let parts = KQLDate.parts(ticks: ticks)
    let characters = Array(format)
    var result = ""
    var index = 0
    while index < characters.count {
      let letter = characters[index]
      var count = 1
      while index + count < characters.count, characters[index + count] == letter { count += 1 }
      result += field(letter, count, parts) ?? String(repeating: letter, count: count)
      index += count
    }
    return result
  }

  private static func field(_ letter: Character, _ count: Int, _ parts: KQLDate.Parts) -> String? {
    let width = min(count, 2)
    switch letter {
    case "y": return count > 2 ? KQLDate.pad(parts.year, 4) : KQLDate.pad(parts.year % 100, width)
    case "M": return KQLDate.pad(parts.month, width)
    case "d": return KQLDate.pad(parts.day, width)
    case "H": return KQLDate.pad(parts.hour, width)
    case "h": return KQLDate.pad((parts.hour + 11) % 12 + 1, width)
    case "m": return KQLDate.pad(parts.minute, width)
    case "s": return KQLDate.pad(parts.second, width)
    case "t": return parts.hour < 12 ? "AM" : "PM"
    case "f", "F":
      var digits = String(KQLDate.pad(Int(parts.ticks), 7).prefix(min(count, 7)))
      if letter == "F" {
        while digits.last == "0" { digits.removeLast() }
      }
      return digits
    default: return nil
    }
  }
}
