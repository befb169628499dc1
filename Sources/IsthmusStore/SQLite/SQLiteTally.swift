import GRDB
import GRDBSQLite

/// `qql_tally(tally, …)` with ``FindingTally/columns`` is an aggregate, so that a pass over a million findings does not come
/// back to us for each of them.
extension FindingTally: BoundPointer {
  static let pointerType: StaticString = "FindingTally"

  /// Makes `qql_tally` known to the connection.
  static func register(in db: Database) throws {
    let code = sqlite3_create_function_v2(
      db.sqliteConnection, "qql_tally", 7, SQLITE_UTF8 | SQLITE_DIRECTONLY, nil, nil,
      { _, _, values in FindingTally.add(values) }, { context in sqlite3_result_null(context) }, nil)
    if code != SQLITE_OK { throw StoreError(sqliteCode: code, message: "qql_tally") }
  }

  private static func add(_ values: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let values, let pointer = withPointerType({ sqlite3_value_pointer(values[0], $0) }) else { return }
    func optional(_ place: Int) -> Int64? {
      sqlite3_value_type(values[place]) == SQLITE_NULL ? nil : sqlite3_value_int64(values[place])
    }
    Unmanaged<FindingTally>.fromOpaque(pointer).takeUnretainedValue().add(
      control: sqlite3_value_int64(values[1]), posture: optional(2), life: sqlite3_value_int64(values[3]),
      variant: optional(4), resource: sqlite3_value_int64(values[5]), openedListing: optional(6))
  }
}
