/// Brings a schema to this program's version, whole or not at all, and alone with it.
struct PostgreSQLOpening {
  private let connection: PostgreSQLConnection
  private let address: PostgreSQLAddress

  init(_ connection: PostgreSQLConnection) {
    self.connection = connection
    address = connection.address
  }

  /// - Returns: The inventory's seed. The connection holds the schema's lock of use, shared.
  func open(newSeed: UInt64) throws -> UInt64 {
    // A store that is up to date is only read: nobody needs a right to change the database for it.
    if try version() == SQLiteStore.schemaVersion {
      try PostgreSQLLock.shared(PostgreSQLLock.use(address), connection)
      try requireHeldLock()
      if let seed = try seed() {
        // Without them all is as well, only slower.
        try? PostgreSQLTrigrams(connection).makeMissing()
        return seed
      }
      try PostgreSQLLock.releaseShared(PostgreSQLLock.use(address), connection)
    }
    try PostgreSQLLock.wait(PostgreSQLLock.opening(address), connection)
    try requireHeldLock()
    let seed = try bringUp(newSeed: newSeed)
    try PostgreSQLLock.release(PostgreSQLLock.opening(address), connection)
    return seed
  }

  /// Servers that only speak as PostgreSQL does may say yes to every advisory lock and hold none: writers would meet.
  ///
  /// - Throws: ``StoreError`` if the server knows of none that the connection, which has just taken one, holds.
  func requireHeldLock() throws {
    let held = try connection.query(
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted",
      PostgreSQLValues())
    guard held.integer(0, 0) == 0 else { return }
    throw StoreError(
      .notAllowed, "The server of \(address) keeps no advisory locks, by which Isthmus keeps its processes apart.",
      remedy: "Name a PostgreSQL server in --database, not one that only speaks its protocol. Nothing was changed.")
  }

  /// Another connection to a store that is open. It holds the lock of use itself: where the server was started anew, the
  /// one that the store was opened by is gone, and another process may have brought the schema up meanwhile.
  ///
  /// - Throws: ``StoreError``, also for a schema that is not of this program's version any more.
  static func joined(_ address: PostgreSQLAddress, settings: [String]) throws -> PostgreSQLConnection {
    let connection = try PostgreSQLConnection(address, settings: settings)
    try PostgreSQLLock.shared(PostgreSQLLock.use(address), connection)
    guard try PostgreSQLOpening(connection).version() == SQLiteStore.schemaVersion else {
      throw StoreError(
        .damaged, "Schema \(address.schema) of the database was removed or put back to an older version meanwhile.",
        remedy: "Start Isthmus anew. Nothing was changed.")
    }
    connection.hasTrigrams = try PostgreSQLTrigrams(connection).state() == .byTrigrams
    return connection
  }

  /// - Throws: ``StoreError`` for a newer version, and for tables of another program.
  func version() throws -> Int {
    switch try PostgreSQLSchema.content(connection) {
    case .nothing: return 0
    case .version(let version) where version <= SQLiteStore.schemaVersion: return version
    case .version(let version):
      throw StoreError(
        .newerVersion,
        "The database has schema version \(version); this program knows \(SQLiteStore.schemaVersion) at most.",
        remedy: "Use the newer program that wrote it. Nothing was changed.")
    case .foreign:
      throw StoreError(
        .damaged, "Schema \(address.schema) of the database was made by another program.",
        remedy: "Name another one with ?schema=NAME in --database. Nothing was changed.")
    }
  }

  private func seed() throws -> UInt64? {
    let found = try connection.query("SELECT value FROM store WHERE key = 'seed'", PostgreSQLValues())
    return found.rows == 1 ? UInt64(found.text(0, 0)) : nil
  }

  private func bringUp(newSeed: UInt64) throws -> UInt64 {
    let use = PostgreSQLLock.use(address)
    let known = try version()
    if known < SQLiteStore.schemaVersion {
      guard try PostgreSQLLock.take(use, connection) else {
        throw StoreError(
          .busy,
          """
          The database has schema version \(known) and is to be brought to \(SQLiteStore.schemaVersion), but another \
          process has it open.
          """,
          remedy: "End isthmus serve and other commands of the older version first. Nothing was changed.")
      }
      try migrate(from: known)
      try PostgreSQLLock.release(use, connection)
    }
    try PostgreSQLLock.shared(use, connection)
    try PostgreSQLTrigrams(connection).make()
    if let seed = try seed() { return seed }
    var values = PostgreSQLValues()
    values.set(1, String(newSeed))
    _ = try connection.query("INSERT INTO store (key, value) VALUES ('seed', $1)", values)
    return newSeed
  }

  private func migrate(from version: Int) throws {
    try connection.transaction(["BEGIN"]) {
      if version == 0 { try makeSchema() }
      let statements = PostgreSQLSchema.statements(from: version)
      for statement in statements.tables + statements.indexes { try connection.send(statement) }
      let session = PostgreSQLSession(connection, isReading: false)
      for migration in Migration.all where migration.version > version { try migration.fill?(session) }
      try session.sendGathered()
    }
  }

  /// A user without the right to make schemas may own one that somebody made for it.
  func makeSchema() throws {
    var name = PostgreSQLValues()
    name.set(1, address.schema)
    let found = try connection.query(
      """
      SELECT pg_get_userbyid(nspowner), has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
      FROM pg_namespace WHERE nspname = $1
      """, name)
    if found.rows == 0 { return try connection.send("CREATE SCHEMA \"\(address.schema)\"") }
    // Else the search path would pass it over, and what is made would go elsewhere or be refused in other words.
    guard found.integer(0, 1) == 1 else {
      throw StoreError(
        .notAllowed, "The user may make nothing in \(address): the schema is \(found.text(0, 0))'s.",
        remedy: "Make the user its owner (ALTER SCHEMA … OWNER TO …), or name another one with ?schema=NAME.")
    }
  }
}
