/// When the server's planner is to look at a table anew. It does so by itself, but some minute after a first load only, and
/// until then takes a large table for an empty one.
struct PostgreSQLFigures {
  /// Rows that the planner knows of, by table; nil until it was asked.
  private var known: [String: Int]?
  /// Since then.
  private var new: [String: Int] = [:]

  /// Fewer new rows change no plan.
  private static let fewest = 256
  /// Tables of a table's rows, which have no number of their own.
  private static let beside = ["source": ["identity_key"]]

  mutating func add(_ table: String) { new[table, default: 0] += 1 }

  /// After a transaction: has the tables looked at that have grown to twice what was known of them.
  mutating func renew(_ connection: PostgreSQLConnection) throws {
    guard new.contains(where: { $0.value >= Self.fewest }) else { return }
    let known = try self.known ?? Self.read(connection)
    let grown = new.filter { $0.value >= max(Self.fewest, known[$0.key] ?? 0) }
    self.known = known.merging(grown) { max($0, 0) + $1 }
    for table in grown.keys.sorted() {
      new[table] = nil
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
