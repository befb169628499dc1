import IsthmusCore
import IsthmusIngest

extension Schedule {
  /// The `schedule:` mapping of a profile.
  ///
  /// - `every` (1h, 2d, 1w or 1M) with `at` (time of day, 00:00), `weekdays` (mon to sun, any), `start` and `end`
  ///   (dates or dates and times, none); or `once` (a date and time).
  /// - `timeZone`: an IANA name, UTC; all of the times above are local there.
  static func read(_ node: ConfigNode) throws(ConfigurationError) -> Schedule {
    let members = try node.members(known: ScheduleError.Key.allCases.map(\.rawValue))
    let written = WrittenSchedule(
      every: try members[.every]?.text, at: try members[.at]?.text, weekdays: try members[.weekdays]?.texts,
      timeZone: try members[.timeZone]?.text, start: try members[.start]?.text, end: try members[.end]?.text,
      once: try members[.once]?.text)
    do throws(ScheduleError) {
      return try Schedule(written) { SystemTimeZone($0) }
    } catch {
      var place = error.key.flatMap { members[$0] } ?? node
      if let index = error.index { place = try place.elements[index] }
      throw place.failure(error.problem)
    }
  }
}

extension ConfigMembers {
  fileprivate subscript(key: ScheduleError.Key) -> ConfigNode? { self[key.rawValue] }
}
