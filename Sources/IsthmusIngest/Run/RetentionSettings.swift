/// How much of ended runs stays. Numbers count a connector's runs, the newest ones.
package struct RetentionSettings: Sendable, Hashable {
  /// Whose row stays, with counters and result. A run that history refers to keeps its row beyond that.
  package var runs = 500
  /// Whose log and proof of coverage stay.
  package var logs = 100
  /// Whose rejected rows stay, at most 64 KiB each.
  package var rejects = 20
  /// Whose kept pages stay.
  package var keptPages = 2
  /// Bytes that the kept pages of all connectors may take; half a GiB holds a listing of two million findings.
  package var keptBytes = 512 << 20

  package init() {}
}
