import GRDB

/// A table of this program's schema, as the migrations make it; the same in both databases.
struct SchemaTable {
  struct Column {
    var name: String
    /// SQLite's: INTEGER, REAL, TEXT or BLOB.
    var type: String
  }

  var name: String
  var columns: [Column]
  /// Whether its rows are numbered by the database, in `id`.
  var isNumbered: Bool
  /// Whether SQLite gives no number twice, also not that of a removed row.
  var keepsNumbers: Bool

  var columnList: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  /// All, each behind those that it refers to.
  static func all() throws -> [SchemaTable] {
    try translating {
      try DatabaseQueue().write { db in
        for statement in Migration.all.flatMap(\.statements) { try db.execute(sql: statement) }
        let made = try Row.fetchAll(
          db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        var tables: [(table: SchemaTable, parents: Set<String>)] = []
        for row in made {
          let (name, sql): (String, String) = (row["name"], row["sql"])
          let columns = try Row.fetchAll(db, sql: "SELECT name, type, pk FROM pragma_table_info(?)", arguments: [name])
          let isNumbered = columns.contains { $0["name"] == "id" && $0["type"] == "INTEGER" && $0["pk"] == 1 }
          let table = SchemaTable(
            name: name, columns: columns.map { Column(name: $0["name"], type: $0["type"]) }, isNumbered: isNumbered,
            keepsNumbers: sql.contains("AUTOINCREMENT"))
          let parents = try String.fetchSet(
            db, sql: "SELECT \"table\" FROM pragma_foreign_key_list(?)", arguments: [name])
          tables.append((table, parents.subtracting([name])))
        }
        return try inOrder(tables)
      }
    }
  }

  private static func inOrder(_ tables: [(table: SchemaTable, parents: Set<String>)]) throws -> [SchemaTable] {
    var (ordered, names, left) = ([SchemaTable](), Set<String>(), tables)
    while !left.isEmpty {
      let ready = left.filter { $0.parents.isSubset(of: names) }.map(\.table)
      if ready.isEmpty {
        throw StoreError(.defect, "Tables of the schema refer to each other in a circle.", remedy: "Report this.")
      }
      ordered += ready
      names.formUnion(ready.map(\.name))
      left.removeAll { names.contains($0.table.name) }
    }
    return ordered
  }
}
