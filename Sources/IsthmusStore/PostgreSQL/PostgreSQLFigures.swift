import Synchronization

/// When the server's planner is to look at a table anew. It does so by itself, but some minute after a first load only, and
/// until then takes a large table for an empty one. One for all connections of a store that write: each of them alone
/// brings too little to be noticed.
final class PostgreSQLFigures: Sendable {
  private struct Growth {
    /// Rows since the planner has looked at the table; of this process alone.
    var new = 0
    /// At how many of them the server is asked what it knows.
    var due = fewest
  }

  /// By table.
  private let growth = Mutex<[String: Growth]>([:])

  /// Fewer new rows change no plan.
  private static let fewest = 128
  /// A table is looked at again when this process has brought so large a share of what is known of it: others bring more.
  private static let share = 4
  /// Tables of a table's rows, which have no number of their own.
  private static let beside = ["source": ["identity_key"]]

  /// A new row of the table.
  func add(_ table: String) { growth.withLock { $0[table, default: Growth()].new += 1 } }

  /// After a transaction: has the tables looked at that have grown by much.
  func renew(_ connection: PostgreSQLConnection) throws {
    guard growth.withLock({ $0.values.contains { $0.new >= $0.due } }) else { return }
    let known = try Self.read(connection)
    let grown = growth.withLock { growth in
      growth.keys.sorted().filter { table in
        guard var grown = growth[table], grown.new >= grown.due else { return false }
        grown.due = max(Self.fewest, (known[table] ?? 0) / Self.share)
        let isDue = grown.new >= grown.due
        growth[table] = isDue ? nil : grown
        return isDue
      }
    }
    for table in grown {
      try connection.send("ANALYZE \(([table] + (Self.beside[table] ?? [])).joined(separator: ", "))")
    }
    try connection.finish()
  }

  private static func read(_ connection: PostgreSQLConnection) throws -> [String: Int] {
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    let found = try connection.query(
      """
      SELECT c.relname, CAST(c.reltuples AS bigint) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind = 'r'
      """, schema)
    return Dictionary(
      (0..<found.rows).map { (found.text($0, 0), Int(found.integer($0, 1))) }, uniquingKeysWith: { first, _ in first })
  }
}
