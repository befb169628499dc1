import Synchronization

/// When the server's planner is to look at a table anew. It does so by itself, but some minute after a first load only, and
/// until then takes a large table for an empty one. One for all connections of a store that write: each of them alone
/// brings too little to be noticed.
final class PostgreSQLFigures: Sendable {
  /// New rows since the planner has looked at them, by table; of this process alone.
  private let new = Mutex<[String: Int]>([:])

  /// Fewer new rows change no plan.
  private static let fewest = 128
  /// A table is looked at again when this process has brought so large a share of what is known of it: others bring more.
  private static let share = 4
  /// Tables of a table's rows, which have no number of their own.
  private static let beside = ["source": ["identity_key"]]

  func add(_ rows: Int, to table: String) { new.withLock { $0[table, default: 0] += rows } }

  /// After a transaction: has the tables looked at that have grown by much.
  func renew(_ connection: PostgreSQLConnection) throws {
    let many = new.withLock { new in new.filter { $0.value >= Self.fewest } }
    if many.isEmpty { return }
    let known = try Self.read(connection)
    let grown = new.withLock { new in
      let grown = many.keys.filter { (new[$0] ?? 0) >= max(Self.fewest, (known[$0] ?? 0) / Self.share) }
      for table in grown { new[table] = nil }
      return grown
    }
    for table in grown.sorted() {
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
