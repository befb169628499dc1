/// Copies of an inventory, each in a schema beside its own.
enum PostgreSQLRehearsal {
  private static let mark = "_copy_"

  static func address(beside address: PostgreSQLAddress) -> PostgreSQLAddress {
    address.with(schema: "\(address.schema)\(mark)\(String(UInt32.random(in: .min ... .max), radix: 16))")
  }

  /// Makes the connection's schema and copies all of the other one into it, as it is at one moment. The connection holds
  /// the schema's lock of use, shared.
  static func fill(_ connection: PostgreSQLConnection, from source: PostgreSQLAddress) throws {
    let schema = connection.address.schema
    let statements = PostgreSQLSchema.statements(from: 0, isCopy: true)
    // Before anything of it is to be seen: nobody takes it for abandoned.
    try PostgreSQLLock.shared(PostgreSQLLock.use(connection.address), connection)
    try connection.transaction(["BEGIN ISOLATION LEVEL REPEATABLE READ"]) {
      try connection.send("CREATE SCHEMA \"\(schema)\"")
      for statement in statements.tables { try connection.send(statement) }
      // A table may begin with rows.
      try connection.send("DELETE FROM data_version")
      for table in try tables(connection) where !own.contains(table) {
        try connection.send("INSERT INTO \"\(schema)\".\"\(table)\" SELECT * FROM \"\(source.schema)\".\"\(table)\"")
      }
      for table in try numbered(connection) {
        let sequence = "\(table)_id_seq"
        try connection.send(
          "SELECT setval('\(sequence)', last_value, is_called) FROM \"\(source.schema)\".\"\(sequence)\"")
      }
      for statement in statements.indexes { try connection.send(statement) }
    }
  }

  /// What a copy has of its own: who runs a connector of the inventory, or keeps to a quota by it, does not so by the copy.
  private static let own: Set = ["schema_version", "run_lease", "quota_window"]

  private static func tables(_ connection: PostgreSQLConnection) throws -> [String] {
    try names(connection, "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1", connection.address.schema)
  }

  private static func numbered(_ connection: PostgreSQLConnection) throws -> [String] {
    try names(
      connection,
      """
      SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n
        ON n.oid = c.relnamespace WHERE n.nspname = $1 AND a.attidentity <> '' AND a.attname = 'id' ORDER BY 1
      """, connection.address.schema)
  }

  private static func names(_ connection: PostgreSQLConnection, _ sql: String, _ value: String) throws -> [String] {
    var values = PostgreSQLValues()
    values.set(1, value)
    let found = try connection.query(sql, values)
    return (0..<found.rows).map { found.text($0, 0) }
  }

  /// Removes copies of processes that ended without doing so.
  static func removeAbandoned(_ connection: PostgreSQLConnection) throws {
    let prefix = "\(connection.address.schema)\(mark)"
    let found = try names(
      connection, "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY 1", prefix)
    for schema in found {
      let use = PostgreSQLLock.use(connection.address.with(schema: schema))
      guard try PostgreSQLLock.take(use, connection) else { continue }
      // The next start tries again.
      _ = try? connection.query("DROP SCHEMA IF EXISTS \"\(schema)\" CASCADE", PostgreSQLValues())
      try PostgreSQLLock.release(use, connection)
    }
  }
}
