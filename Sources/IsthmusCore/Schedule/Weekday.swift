/// A day of the week; weeks begin on Monday, as in ISO 8601.
package enum Weekday: Int, Sendable, Hashable, CaseIterable, Comparable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  package static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }

  /// `mon`, as it is written in the configuration.
  package var shortName: String { String(name.lowercased().prefix(3)) }

  package init?(shortName: String) {
    guard let day = Self.allCases.first(where: { $0.shortName == shortName }) else { return nil }
    self = day
  }

  package var name: String {
    switch self {
    case .monday: "Monday"
    case .tuesday: "Tuesday"
    case .wednesday: "Wednesday"
    case .thursday: "Thursday"
    case .friday: "Friday"
    case .saturday: "Saturday"
    case .sunday: "Sunday"
    }
  }
}
