/// A schedule as it is written in the configuration file, in a form or in JSON, before it is understood.
package struct WrittenSchedule: Sendable, Hashable {
  /// A number and a unit: `6h`, `1d`, `2w` or `1M`.
  package var every: String?
  /// `02:00`
  package var at: String?
  /// `mon` to `sun`
  package var weekdays: [String]?
  /// An IANA name; UTC if there is none.
  package var timeZone: String?
  /// A date, from its beginning, or a date and time.
  package var start: String?
  /// A date, to its end, or a date and time, with it.
  package var end: String?
  /// A date and time, instead of `every`.
  package var once: String?

  package init(
    every: String? = nil, at: String? = nil, weekdays: [String]? = nil, timeZone: String? = nil,
    start: String? = nil, end: String? = nil, once: String? = nil
  ) {
    self.every = every
    self.at = at
    self.weekdays = weekdays
    self.timeZone = timeZone
    self.start = start
    self.end = end
    self.once = once
  }
}

/// What is wrong in a schedule, and where.
package struct ScheduleError: Error, Hashable, CustomStringConvertible {
  package enum Key: String, Sendable, CaseIterable { case every, at, weekdays, timeZone, start, end, once }

  /// nil for the schedule as a whole.
  package var key: Key?
  /// Which one of `weekdays`, from 0; nil for all of the value.
  package var index: Int?
  package var problem: String

  package init(_ key: Key?, index: Int? = nil, _ problem: String) {
    self.key = key
    self.index = index
    self.problem = problem
  }

  package var description: String {
    guard let key else { return problem }
    return "\(key.rawValue)\(index.map { "[\($0)]" } ?? ""): \(problem)"
  }
}

// MARK: - Reading

extension Schedule {
  /// - Parameter zone: The rules of the zone of that name; nil if there is none.
  package init(
    _ written: WrittenSchedule, zone: (String) -> (any LocalTimeRules)?
  ) throws(ScheduleError) {
    let name = written.timeZone ?? "UTC"
    guard let rules = zone(name) else {
      throw ScheduleError(.timeZone, "there is no time zone \"\(name)\"; write its IANA name, such as Europe/Berlin")
    }
    switch (written.every, written.once) {
    case (nil, nil), (_?, _?): throw ScheduleError(nil, "write either every (recurring) or once (a single time)")
    case (let every?, nil): try self.init(try Recurrence(every, written), in: rules)
    case (nil, let once?):
      let others: [(ScheduleError.Key, Bool)] = [
        (.at, written.at != nil), (.weekdays, written.weekdays != nil), (.start, written.start != nil),
        (.end, written.end != nil),
      ]
      if let other = others.first(where: \.1)?.0 {
        throw ScheduleError(other, "it goes with every, not with once, which is all of its time")
      }
      guard let time = LocalDateTime(once) else {
        let hint = Self.hasOffset(once) ? ", without Z or an offset: the zone is timeZone" : ""
        throw ScheduleError(.once, "\"\(once)\" is not a date and time, such as 2026-12-01T02:00\(hint)")
      }
      try self.init(once: time, in: rules)
    }
  }

  /// A date and time that would be one if its zone were left away.
  fileprivate static func hasOffset(_ text: String) -> Bool {
    text.utf8.count > 16 && Timestamp(iso8601: text) != nil
  }
}

extension Recurrence {
  fileprivate init(_ every: String, _ written: WrittenSchedule) throws(ScheduleError) {
    let (interval, unit) = try Self.interval(every)
    var at: TimeOfDay?
    if let text = written.at {
      at = TimeOfDay(text)
      if at == nil { throw ScheduleError(.at, "\"\(text)\" is not a time of day, such as 02:00") }
    }
    self.init(
      every: interval, unit, at: at, weekdays: try Self.weekdays(written.weekdays),
      start: try Self.bound(.start, written.start), end: try Self.bound(.end, written.end))
  }

  private static func interval(_ text: String) throws(ScheduleError) -> (Int, Unit) {
    let unit = text.unicodeScalars.last.flatMap { last in Unit.allCases.first { $0.letter == Character(last) } }
    let digits = text.dropLast()
    let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let unit, isNumber else {
      let hint = text.last == "m" ? "; months are a capital M" : ""
      throw ScheduleError(.every, "\"\(text)\" is not a number and a unit: 1h, 2d, 1w or 1M\(hint)")
    }
    guard let number = Int(digits), (1...maximumInterval(unit)).contains(number) else {
      let most = "\(maximumInterval(unit))\(unit.letter)"
      throw ScheduleError(.every, "\"\(text)\" is not from 1\(unit.letter) to \(most), which is ten years")
    }
    return (number, unit)
  }

  private static func weekdays(_ names: [String]?) throws(ScheduleError) -> Set<Weekday> {
    guard let names else { return [] }
    if names.isEmpty { throw ScheduleError(.weekdays, "the list is empty; leave it away for every day") }
    var weekdays: Set<Weekday> = []
    for (index, name) in names.enumerated() {
      guard let weekday = Weekday(shortName: name) else {
        let known = Weekday.allCases.map(\.shortName).joined(separator: ", ")
        throw ScheduleError(.weekdays, index: index, "\"\(name)\" is none of \(known)")
      }
      guard weekdays.insert(weekday).inserted else {
        throw ScheduleError(.weekdays, index: index, "\(name) stands twice")
      }
    }
    return weekdays
  }

  private static func bound(_ key: ScheduleError.Key, _ text: String?) throws(ScheduleError) -> LocalBound? {
    guard let text else { return nil }
    guard let bound = LocalBound(text) else {
      let hint = Schedule.hasOffset(text) ? ", without Z or an offset: the zone is timeZone" : ""
      let problem = "\"\(text)\" is neither a date nor a date and time, such as 2026-12-01T02:00\(hint)"
      throw ScheduleError(key, problem)
    }
    return bound
  }
}

extension Recurrence.Unit {
  fileprivate var letter: Character {
    switch self {
    case .hours: "h"
    case .days: "d"
    case .weeks: "w"
    case .months: "M"
    }
  }
}

// MARK: - Writing

extension Schedule {
  /// What gives this schedule again when it is read.
  package var written: WrittenSchedule {
    switch timing {
    case .once(let time): return WrittenSchedule(timeZone: rules.name, once: time.description)
    case .recurring(let recurrence):
      let weekdays = recurrence.weekdays.sorted().map(\.shortName)
      return WrittenSchedule(
        every: "\(recurrence.interval)\(recurrence.unit.letter)", at: recurrence.at?.description,
        weekdays: weekdays.isEmpty ? nil : weekdays, timeZone: rules.name, start: recurrence.start?.description,
        end: recurrence.end?.description)
    }
  }
}

extension WrittenSchedule {
  /// The mapping of the configuration file: keys that have a value, in the order in which they are read.
  package var json: JSONValue {
    let texts: [(ScheduleError.Key, String?)] = [
      (.once, once), (.every, every), (.at, at), (.timeZone, timeZone), (.start, start), (.end, end),
    ]
    var members = texts.compactMap { key, text in text.map { JSONValue.Member(key.rawValue, .string($0)) } }
    if let weekdays {
      let place = members.firstIndex { $0.name == ScheduleError.Key.timeZone.rawValue } ?? members.count
      members.insert(.init(ScheduleError.Key.weekdays.rawValue, .array(weekdays.map(JSONValue.string))), at: place)
    }
    return .object(members)
  }

  package init(_ json: JSONValue) throws(ScheduleError) {
    guard case .object(let members) = json else { throw ScheduleError(nil, "a schedule is an object") }
    self.init()
    for member in members {
      guard let key = ScheduleError.Key(rawValue: member.name) else {
        let known = ScheduleError.Key.allCases.map(\.rawValue).joined(separator: ", ")
        throw ScheduleError(nil, "unknown key \"\(member.name)\"; known are \(known)")
      }
      switch key {
      case .every: every = try Self.text(key, member.value)
      case .at: at = try Self.text(key, member.value)
      case .timeZone: timeZone = try Self.text(key, member.value)
      case .start: start = try Self.text(key, member.value)
      case .end: end = try Self.text(key, member.value)
      case .once: once = try Self.text(key, member.value)
      case .weekdays:
        guard let elements = member.value.array else { throw ScheduleError(key, "it is not a list of weekdays") }
        var names: [String] = []
        for (index, element) in elements.enumerated() {
          guard let name = element.string else { throw ScheduleError(key, index: index, "it is not a text") }
          names.append(name)
        }
        weekdays = names
      }
    }
  }

  private static func text(_ key: ScheduleError.Key, _ value: JSONValue) throws(ScheduleError) -> String {
    guard let text = value.string else { throw ScheduleError(key, "it is not a text") }
    return text
  }
}
