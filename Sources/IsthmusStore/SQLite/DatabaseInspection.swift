import GRDB
package import IsthmusCore

/// A look into an inventory's file that leaves it as it is: nothing is brought to a newer schema, nothing cleaned up.
/// Works beside processes that write.
package final class DatabaseInspection: Sendable {
  /// How much of the file is looked at.
  package enum Depth: Sendable {
    /// All pages, without comparing indexes with their tables.
    case quick
    /// Indexes too; takes several times as long.
    case whole
    /// References between tables and the kept numbers of findings as well.
    case wholeWithReferences
  }

  /// A run without a result: it is on, or its process ended.
  package struct OpenRun: Sendable, Hashable {
    package var run: RunID
    package var connector: String
    package var profile: String
    /// When its last page was written.
    package var updatedAt: Timestamp
    /// Whether it is a staged one, which does not go on.
    package var isStaged: Bool
  }

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

  /// The schema's version, which this program knows; 0 for a file that nothing was written to yet.
  ///
  /// - Throws: ``StoreError`` for a newer version, and for a database of another program.
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

  /// What is wrong with the file, in SQLite's words; empty if nothing is. At most 20 lines of each kind.
  package func damage(_ depth: Depth) throws -> [String] {
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

  /// The latest moment at which a run wrote, or something was recorded in the audit log.
  package func lastMoment() throws -> Timestamp? {
    try translating {
      try queue.read { db in
        Timestamp(
          try Int64.fetchOne(
            db, sql: "SELECT max(at) FROM (SELECT max(updated_at) AS at FROM run UNION ALL SELECT max(at) FROM audit)"))
      }
    }
  }

  /// By number.
  package func openRuns() throws -> [OpenRun] {
    try translating {
      try queue.read { db in
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT run.id, c.name, run.profile, run.updated_at, run.mode FROM run
            JOIN connector c ON c.id = run.connector_id WHERE run.result IS NULL ORDER BY run.id
            """)
        return rows.map { row in
          let mode: String = row["mode"]
          return OpenRun(
            run: RunID(row["id"]), connector: row["name"], profile: row["profile"],
            updatedAt: Timestamp(microseconds: row["updated_at"]), isStaged: mode == RunMode.staged.rawValue)
        }
      }
    }
  }

  /// Reads of one moment, of a database that is of this program's version.
  package func read<T>(_ body: (any InventoryReader) throws -> T) throws -> T {
    try translating { try queue.read { try body(try SQLReader(SQLiteSession($0))) } }
  }
}
