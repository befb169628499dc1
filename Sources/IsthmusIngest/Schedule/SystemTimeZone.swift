import Foundation
package import IsthmusCore

/// The rules of a time zone, from Foundation's time zone data.
package struct SystemTimeZone: LocalTimeRules {
  package let name: String
  private let zone: TimeZone

  /// - Returns: nil unless it is the name of a zone of the IANA data, spelt as there. What Foundation takes besides,
  ///   `PST` and `GMT+3`, is refused: such names mean something else, or nothing, in other programs.
  package init?(_ name: String) {
    let isName = name == "UTC" || name == "GMT" || name.contains("/")
    guard isName, let zone = TimeZone(identifier: name) else { return nil }
    self.name = name
    self.zone = zone
  }

  package func offset(at moment: Timestamp) -> Int64 { Int64(zone.secondsFromGMT(for: Self.date(moment))) }

  package func nextChange(after moment: Timestamp) -> Timestamp? {
    let date = Self.date(moment)
    guard let change = zone.nextDaylightSavingTimeTransition(after: date), change > date else { return nil }
    return Timestamp(microseconds: Int64(change.timeIntervalSince1970.rounded()) * 1_000_000)
  }

  /// The whole second, at which alone clocks are changed: no rounding of a fraction passes over it.
  private static func date(_ moment: Timestamp) -> Date {
    let seconds = (Double(moment.microseconds) / 1_000_000).rounded(.down)
    return Date(timeIntervalSince1970: seconds)
  }
}
