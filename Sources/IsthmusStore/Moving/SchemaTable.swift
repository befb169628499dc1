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
  var hasKey: Bool
  var references: [Reference]
  /// Names of its indexes, save those that follow from its columns' own words.
  var indexes: [String]

  /// A column that names rows of another table, or of its own, by their key.
  struct Reference {
    var column: String
    var parent: String
    var key: String
  }

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
          // Those without a column's name are to the key of the other table.
          let references = try Row.fetchAll(
            db,
            sql: """
              SELECT f."from", f."table", coalesce(f."to", (SELECT t.name FROM pragma_table_info(f."table") t WHERE t.pk = 1))
              FROM pragma_foreign_key_list(?) f ORDER BY f.id
              """, arguments: [name])
          let indexes = try String.fetchAll(
            db,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY 1",
            arguments: [name])
          let table = SchemaTable(
            name: name, columns: columns.map { Column(name: $0["name"], type: $0["type"]) }, isNumbered: isNumbered,
            keepsNumbers: sql.contains("AUTOINCREMENT"), hasKey: columns.contains { $0["pk"] > 0 },
            references: references.map { Reference(column: $0[0], parent: $0[1], key: $0[2]) }, indexes: indexes)
          tables.append((table, Set(table.references.map(\.parent)).subtracting([name])))
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
