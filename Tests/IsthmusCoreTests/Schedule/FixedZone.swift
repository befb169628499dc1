import IsthmusCore

/// A zone with the changes of the clocks that a test gives it.
struct FixedZone: LocalTimeRules {
  var name = "Test/Fixed"
  /// Before all changes.
  var first: Int64 = 0
  /// Moments with the offsets from then on, ascending.
  var changes: [(at: Timestamp, offset: Int64)] = []

  func offset(at moment: Timestamp) -> Int64 { changes.last { $0.at <= moment }?.offset ?? first }

  func nextChange(after moment: Timestamp) -> Timestamp? { changes.first { $0.at > moment }?.at }

  static let utc = FixedZone(name: "UTC")

  /// An hour ahead, two from 2026-03-29T01:00Z to 2026-10-25T01:00Z, as in Berlin.
  static let berlin = FixedZone(
    name: "Europe/Berlin", first: 3600,
    changes: [(moment("2026-03-29T01:00:00Z"), 7200), (moment("2026-10-25T01:00:00Z"), 3600)])

  static func named(_ name: String) -> (any LocalTimeRules)? { [utc, berlin].first { $0.name == name } }
}

/// A moment that a test writes out.
func moment(_ text: String) -> Timestamp { Timestamp(iso8601: text)! }
