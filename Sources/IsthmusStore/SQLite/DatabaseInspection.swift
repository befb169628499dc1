import GRDB

/// A look into an inventory's file.
package final class DatabaseInspection: InventoryInspection, Sendable {
  let queue: DatabaseQueue
  private let path: String

  /// - Throws: ``StoreError`` if there is no database, or the file is none.
  package convenience init(folder: String) throws { try self.init(file: SQLiteStore.file(in: folder)) }

  package init(file path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(30)
    configuration.prepareDatabase { db in
      try ValueMatcher.register(in: db)
      try FindingTally.register(in: db)
    }
    self.path = path
    queue = try translating { try DatabaseQueue(path: path, configuration: configuration) }
  }

  package func knownVersion() throws -> Int {
    let version = try version()
    let known = SQLiteStore.schemaVersion
    guard version <= known else {
      throw StoreError(
        .newerVersion, "The database has schema version \(version); this program knows \(known) at most.",
        remedy: "Use the newer program that wrote it. Nothing was changed.")
    }
    let isEmpty = try translating {
      try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") ?? 0 } == 0
    }
    guard version > 0 || isEmpty else {
      throw StoreError(
        .damaged, "The database \(path) was made by another program.",
        remedy: "Name another folder. Nothing was changed.")
    }
    return version
  }

  /// As it is written in the file, known or not.
  package func version() throws -> Int {
    try translating { try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 } }
  }

  /// In SQLite's words, at most 20 lines of each kind.
  package func damage(_ depth: InspectionDepth) throws -> [String] {
    try translating {
      try queue.read { db in
        let pragma = depth == .quick ? "quick_check" : "integrity_check"
        let found = try String.fetchAll(db, sql: "PRAGMA \(pragma)(20)")
        let damage = found == ["ok"] ? [] : found
        return try depth == .wholeWithReferences ? damage + Self.brokenReferences(db) + Self.wrongCounts(db) : damage
      }
    }
  }

  private static func brokenReferences(_ db: Database) throws -> [String] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT "table" AS name, parent, count(*) AS number FROM pragma_foreign_key_check
        GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 20
        """)
    return rows.map { row in
      let (name, parent, number): (String, String, Int) = (row["name"], row["parent"], row["number"])
      return "\(number) rows of \(name) name rows of \(parent) that are not there"
    }
  }

  /// Kept numbers that are not those of the findings.
  private static func wrongCounts(_ db: Database) throws -> [String] {
    guard try db.tableExists("finding_pack") else { return [] }
    let reader = try SQLReader(SQLiteSession(db))
    return try reader.wrongCounts()
  }

  package func read<T>(_ body: (any InventoryReader) throws -> T) throws -> T {
    try translating { try queue.read { try body(try SQLReader(SQLiteSession($0))) } }
  }
}
