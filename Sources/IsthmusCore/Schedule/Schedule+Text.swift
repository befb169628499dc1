extension Schedule: CustomStringConvertible {
  /// For people: `every day at 02:00 (Europe/Berlin), Mondays to Fridays, from 2026-12-01 to 2027-12-01`.
  package var description: String {
    switch timing {
    case .once(let time): return "once, on \(time.day) at \(time.time) (\(rules.name))"
    case .recurring(let recurrence):
      var text = "\(recurrence.cadence) (\(rules.name))"
      if let weekdays = recurrence.weekdayText { text += ", \(weekdays)" }
      switch (recurrence.start, recurrence.end) {
      case (let start?, let end?): text += ", from \(start.text) to \(end.text)"
      case (let start?, nil): text += ", from \(start.text)"
      case (nil, let end?): text += ", until \(end.text)"
      case (nil, nil): break
      }
      return text
    }
  }
}

extension Recurrence {
  fileprivate var cadence: String {
    let day = anchor.day
    switch unit {
    case .hours: return "\(every("hour")), counted from \(day) \(time)"
    case .days: return "\(every("day"))\(interval == 1 ? "" : ", counted from \(day),") at \(time)"
    case .weeks: return "\(every("week"))\(interval == 1 ? "" : ", counted from that of \(day),") at \(time)"
    case .months:
      let months = "\(every("month"))\(interval == 1 ? "" : ", counted from \(day.description.prefix(7)),")"
      let isInEvery = day.dayOfMonth <= 28
      return "\(months) on day \(day.dayOfMonth)\(isInEvery ? "" : " or the last one") at \(time)"
    }
  }

  private func every(_ unit: String) -> String { interval == 1 ? "every \(unit)" : "every \(interval) \(unit)s" }

  fileprivate var weekdayText: String? {
    switch (unit, weekdays.isEmpty) {
    case (.weeks, true): return Weekday.text([anchor.day.weekday])
    case (_, true): return nil
    case (.months, false):
      let names = weekdays.sorted().map(\.name)
      return "moved on to the next \(Weekday.join(names, "or"))"
    case (_, false): return Weekday.text(weekdays)
    }
  }
}

extension LocalBound {
  fileprivate var text: String {
    switch self {
    case .day(let day): day.description
    case .time(let time): "\(time.day) \(time.time)"
    }
  }
}

extension Weekday {
  /// `Mondays to Fridays`, `Mondays and Thursdays`.
  fileprivate static func text(_ weekdays: Set<Weekday>) -> String {
    var parts: [String] = []
    var rest = weekdays.sorted()[...]
    while let first = rest.first {
      let row = rest.prefix { $0.rawValue - first.rawValue == (rest.firstIndex(of: $0) ?? 0) - rest.startIndex }
      rest = rest.dropFirst(row.count)
      if row.count > 2, let last = row.last {
        parts.append("\(first.name)s to \(last.name)s")
      } else {
        parts += row.map { "\($0.name)s" }
      }
    }
    return join(parts, "and")
  }

  fileprivate static func join(_ parts: [String], _ word: String) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return "\(parts.dropLast().joined(separator: ", ")) \(word) \(last)"
  }
}
