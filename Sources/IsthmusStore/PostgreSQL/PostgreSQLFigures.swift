/// When the server's planner is to look at the tables anew. It does so by itself, but only some minute after a first load,
/// and until then takes a table of a million rows for an empty one.
struct PostgreSQLFigures {
  /// Since the last time.
  var newRows = 0
  private var enough = 10_000

  static let tables = [
    "asset", "source", "resource", "identity_key", "control", "control_variant", "finding", "finding_detail",
    "finding_event",
  ]

  /// Whether so many rows are new that it is worth it: each time for twice as many.
  mutating func areOld() -> Bool {
    guard newRows >= enough else { return false }
    newRows = 0
    enough *= 2
    return true
  }
}
