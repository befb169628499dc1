import GRDB
import GRDBSQLite
import IsthmusCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The inventory in one SQLite file, for one machine: one writer, several readers, write-ahead log.
///
/// With `synchronous = NORMAL` a killed process loses nothing that was committed; after a power cut the last
/// transactions may be missing, whole ones, and the run goes on from the checkpoint before them.
package final class SQLiteStore: InventoryStore {
  private let pool: DatabasePool
  private let folder: String
  private let memory = ListMemory()
  /// Of a copy: its folder goes with it.
  private let copy: RehearsalFolder?
  /// Keeps newer programs from changing the schema as long as this has it open; nil for a copy, which is nobody else's.
  private let use: FileLock?
  package let seed: UInt64

  /// Opens the inventory in `folder`, or makes it.
  ///
  /// - Parameter newSeed: For a store that is made now.
  /// A database of an older version is brought to this one's, whole or not at all.
  ///
  /// - Throws: ``StoreError``; nothing is changed in a database of a newer version. `busy` if another process has one of
  ///   an older version open.
  package convenience init(folder: String, newSeed: UInt64) throws {
    try Self.makeFolder(folder)
    try RehearsalFolder.removeAbandoned(in: folder)
    try self.init(folder: folder, newSeed: newSeed, copy: nil)
  }

  private init(folder: String, newSeed: UInt64, copy: RehearsalFolder?) throws {
    self.copy = copy
    let synchronous = copy == nil ? "NORMAL" : "OFF"
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      // A copy is thrown away: nothing is lost with it.
      try db.execute(sql: "PRAGMA synchronous = \(synchronous)")
      try db.execute(sql: "PRAGMA cache_size = -16384")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
      // Readers scan indexes that are larger than their cache. The writer does without: an error of the disk is then
      // an error of the statement that meets it, not the end of the process.
      if db.configuration.readonly { try db.execute(sql: "PRAGMA mmap_size = 1073741824") }
      try ValueMatcher.register(in: db)
      try FindingTally.register(in: db)
    }
    self.folder = folder
    // One after the other: whoever finds an older version is alone with it, or is refused by one that uses it.
    let turn = try copy == nil ? FileLock.wait(path: "\(folder)/opening.lock") : nil
    defer { turn?.release() }
    let version = try Self.refuseOthers(folder)
    use = try copy == nil ? Self.beginUse(folder, version: version) : nil
    pool = try translating { try DatabasePool(path: Self.file(in: folder), configuration: configuration) }
    seed = try translating { [pool] in
      // A store that is up to date is only read: a list must not wait for a run's transaction.
      if let seed = try pool.read(Self.seedIfReady) { return seed }
      return try pool.write { db in
        try Self.migrate(db)
        return try Self.seed(db, newSeed: newSeed)
      }
    }
    use?.share()
  }

  deinit {
    // A copy's files are removed when this is gone; an error has no one to act on it.
    if copy != nil { try? pool.close() }
  }

  /// Transactions that write are one after the other, whatever they change.
  package func write<T: Sendable>(
    _ extent: WriteExtent, _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
  ) async throws -> T {
    // In a task of its own, which a cancelled run does not cancel: a page that has begun is finished.
    let written = Task { [pool] in
      try await pool.write { db in try SQLTransaction.perform(extent, body, in: SQLiteSession(db)) }
    }
    do {
      return try await written.value
    } catch let error as DatabaseError {
      throw StoreError(sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "")
    }
  }

  package func read<T: Sendable>(
    _ body: @escaping @Sendable (any InventoryReader) throws -> T
  ) async throws -> T {
    do {
      return try await pool.read { [memory] db in try body(try SQLReader(SQLiteSession(db), memory: memory)) }
    } catch let error as DatabaseError {
      throw StoreError(sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "")
    }
  }

  package func lock(_ connector: ConnectorNumber) throws -> (any RunLock)? {
    try FileLock.take(path: "\(folder)/connector-\(connector.number).lock")
  }

  package func isLocked(_ connector: ConnectorNumber) throws -> Bool {
    guard let lock = try lock(connector) else { return true }
    lock.release()
    return false
  }

  /// A copy in a folder below this one's: as large as the inventory, as quick as the disk copies.
  package func rehearsal() async throws -> any InventoryStore {
    let copy = try RehearsalFolder.make(in: folder)
    do {
      let target = try DatabaseQueue(path: Self.file(in: copy.path))
      // In one reader's view, which no writer waits for.
      try await pool.read { source in try target.inDatabase { try source.backup(to: $0) } }
      try target.close()
    } catch let error as DatabaseError {
      throw StoreError(sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "")
    }
    return try SQLiteStore(folder: copy.path, newSeed: seed, copy: copy)
  }

  static func makeFolder(_ folder: String) throws {
    var path = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      path += "/\(part)"
      if mkdir(path, 0o700) != 0, errno != EEXIST {
        throw StoreError(
          .notAllowed, "The folder \(path) can't be made (\(String(cString: strerror(errno)))).",
          remedy: "Name a folder that this user may write to, with --data or ISTHMUS_DATA.")
      }
    }
    guard access(folder, W_OK) == 0 else {
      throw StoreError(
        .notAllowed, "The folder \(folder) can't be written (\(String(cString: strerror(errno)))).",
        remedy: "Name a folder that this user may write to, with --data or ISTHMUS_DATA.")
    }
  }

  static func file(in folder: String) -> String { "\(folder)/isthmus.sqlite" }

  /// The newest schema that this program knows.
  package static var schemaVersion: Int { Migration.all.last?.version ?? 0 }

  /// Looks before anything is opened for writing: opening a pool alone changes the file.
  ///
  /// - Returns: The schema's version; 0 if there is none yet.
  private static func refuseOthers(_ folder: String) throws -> Int {
    guard access(file(in: folder), F_OK) == 0 else { return 0 }
    return try DatabaseInspection(folder: folder).knownVersion()
  }

  /// Shared for a database that is up to date, alone for one that is to be changed: a process of an older version must
  /// not go on with a schema that it does not know.
  private static func beginUse(_ folder: String, version: Int) throws -> FileLock {
    let path = "\(folder)/use.lock"
    if version == schemaVersion { return try FileLock.shared(path: path) }
    if let lock = try FileLock.take(path: path) { return lock }
    throw StoreError(
      .busy,
      """
      The database has schema version \(version) and is to be brought to \(schemaVersion), but another process has it \
      open.
      """,
      remedy: "End isthmus serve and other commands of the older version first. Nothing was changed.")
  }

  private static func migrate(_ db: Database) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    for migration in Migration.all where migration.version > version {
      for statement in migration.statements { try db.execute(sql: statement) }
      try db.execute(sql: "PRAGMA user_version = \(migration.version)")
    }
    for migration in Migration.all where migration.version > version { try migration.fill?(SQLiteSession(db)) }
  }

  @Sendable private static func seedIfReady(_ db: Database) throws -> UInt64? {
    guard try Int.fetchOne(db, sql: "PRAGMA user_version") == schemaVersion else { return nil }
    return try String.fetchOne(db, sql: "SELECT value FROM store WHERE key = 'seed'").flatMap { UInt64($0) }
  }

  private static func seed(_ db: Database, newSeed: UInt64) throws -> UInt64 {
    let known = try String.fetchOne(db, sql: "SELECT value FROM store WHERE key = 'seed'")
    if let known, let seed = UInt64(known) { return seed }
    try db.execute(sql: "INSERT INTO store (key, value) VALUES ('seed', ?)", arguments: [String(newSeed)])
    return newSeed
  }
}
