/// How much of the past stays. Numbers of runs count a connector's, the newest ones.
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

  /// Days that turning points of findings stay, and why source rows are which hosts; 0: for ever.
  package var historyDays = 0
  /// Days that daily scores stay; 0: for ever.
  package var scoreDays = 0
  /// Days that entries of the audit log stay; 0: for ever.
  package var auditDays = 0

  package init() {}
}
