/// What is made in the connection's schema beside rows. A restore that failed in the middle lacks some of it.
struct PostgreSQLStructure {
  private let connection: PostgreSQLConnection

  init(_ connection: PostgreSQLConnection) { self.connection = connection }

  /// What of the tables is not there or not in force, in words.
  func differences(from tables: [SchemaTable]) throws -> [String] {
    let columns = try columns()
    let (indexes, keys, references) = (try indexes(), try keys(), try references())
    var differences: [String] = []
    for table in tables {
      guard let known = columns[table.name] else {
        differences.append("table \(table.name) is not there")
        continue
      }
      for column in table.columns where !known.contains(column.name) {
        differences.append("table \(table.name) has no column \(column.name)")
      }
      if table.hasKey, !keys.contains(table.name) { differences.append("table \(table.name) has no primary key") }
      for index in table.indexes where indexes[index] != true {
        differences.append("index \(index) is not \(indexes[index] == nil ? "there" : "valid")")
      }
      for reference in table.references {
        let name = "\(table.name).\(reference.column) → \(reference.parent)"
        if references[name] != true { differences.append("the reference \(name) is not in force") }
      }
    }
    return try differences + switchedOff()
  }

  private func rows(_ sql: String) throws -> PostgreSQLResult {
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    return try connection.query(sql, schema)
  }

  /// By table.
  private func columns() throws -> [String: Set<String>] {
    let found = try rows(
      """
      SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE n.nspname = $1 AND c.relkind = 'r'
      """)
    var columns: [String: Set<String>] = [:]
    for row in 0..<found.rows { columns[found.text(row, 0), default: []].insert(found.text(row, 1)) }
    return columns
  }

  /// Whether each is valid.
  private func indexes() throws -> [String: Bool] {
    let found = try rows(
      """
      SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1
      """)
    return Dictionary(
      (0..<found.rows).map { (found.text($0, 0), found.integer($0, 1) == 1) }, uniquingKeysWith: { first, _ in first })
  }

  /// Tables with a primary key.
  private func keys() throws -> Set<String> {
    let found = try rows(
      """
      SELECT c.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND k.contype = 'p'
      """)
    return Set((0..<found.rows).map { found.text($0, 0) })
  }

  /// Whether each was tried on all rows, by `TABLE.COLUMN → TABLE`.
  private func references() throws -> [String: Bool] {
    let found = try rows(
      """
      SELECT c.relname || '.' || a.attname || ' → ' || p.relname, k.convalidated FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class p ON p.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
      WHERE n.nspname = $1 AND k.contype = 'f'
      """)
    return Dictionary(
      (0..<found.rows).map { (found.text($0, 0), found.integer($0, 1) == 1) }, uniquingKeysWith: { $0 && $1 })
  }

  /// Triggers do what keeps references in force.
  private func switchedOff() throws -> [String] {
    let found = try rows(
      """
      SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND t.tgenabled = 'D' GROUP BY 1 ORDER BY 1
      """)
    return (0..<found.rows).map { "triggers of table \(found.text($0, 0)) are switched off" }
  }
}
