/// How far the clocks of a time zone are from UTC, and when that changes.
package protocol LocalTimeRules: Sendable {
  /// The zone's IANA name, as it was asked for: `Europe/Berlin`.
  var name: String { get }

  /// Seconds east of UTC at the moment, less than a day either way.
  func offset(at moment: Timestamp) -> Int64

  /// The first moment after `moment` at which the offset is, or may be, another one; nil if there is none.
  func nextChange(after moment: Timestamp) -> Timestamp?
}

extension LocalTimeRules {
  /// What the clock shows at the moment.
  package func local(at moment: Timestamp) -> LocalDateTime {
    LocalDateTime(seconds: moment.microseconds.dividedFloor(by: 1_000_000).quotient + offset(at: moment))
  }

  /// The first moment at which the clock shows `local` or a later time.
  ///
  /// So a time that the clock shows twice is the first of the two, and one that it leaves out is the first moment
  /// after the gap. A later local time never gives an earlier moment.
  package func firstMoment(of local: LocalDateTime) -> Timestamp {
    // Two days, so that the clock shows less than `local` there in every zone, whatever it was changed by.
    var stretch = Timestamp(seconds: local.seconds - 2 * 86_400)
    // Ends after the few changes of those days.
    while true {
      let reached = Timestamp(seconds: local.seconds - offset(at: stretch))
      guard let change = nextChange(after: stretch), reached >= change else { return max(stretch, reached) }
      stretch = change
    }
  }
}

extension Timestamp {
  init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }
}
