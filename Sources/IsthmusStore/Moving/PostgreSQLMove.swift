/// A schema of PostgreSQL as one side of a move.
struct PostgreSQLMove: MoveTarget {
  fileprivate let connection: PostgreSQLConnection
  fileprivate let indexes: [String]

  private static let settings = ["lock_timeout = 60000", "extra_float_digits = 1"]

  /// Locks are the connection's, and end with it.
  static func read<T>(_ address: PostgreSQLAddress, _ body: (any MoveSide) throws -> T) throws -> T {
    let connection = try PostgreSQLConnection(address, settings: settings)
    switch try PostgreSQLSchema.content(connection) {
    case .version(SQLiteStore.schemaVersion): break
    case .version(let version) where version < SQLiteStore.schemaVersion:
      throw StoreMove.older("\(address)", version)
    case .version(let version):
      throw StoreError(
        .newerVersion,
        "The database has schema version \(version); this program knows \(SQLiteStore.schemaVersion) at most.",
        remedy: "Use the newer program that wrote it. Nothing was changed.")
    case .nothing, .foreign: throw StoreMove.noSource("\(address)")
    }
    guard try PostgreSQLLock.take(PostgreSQLLock.use(address), connection) else {
      throw StoreMove.inUse("\(address)")
    }
    // A process whose lock was lost with its connection may still write: not while this one is in line.
    try PostgreSQLLock.wait(PostgreSQLLock.writing(address), connection)
    return try connection.transaction(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]) {
      let leases = try connection.query(
        "SELECT 1 FROM run_lease WHERE expires_at > clock_timestamp()", PostgreSQLValues())
      if leases.rows > 0 {
        throw StoreError(
          .busy, "A run of the inventory in \(address) is on, or its process ended just now.",
          remedy: "End it, wait until its lease has run out (--run-lease), and try again. Nothing was changed.")
      }
      return try body(PostgreSQLMove(connection: connection, indexes: []))
    }
  }

  static func write<T>(_ address: PostgreSQLAddress, _ body: (any MoveTarget) throws -> T) throws -> T {
    let connection = try PostgreSQLConnection(address, settings: settings)
    try PostgreSQLLock.wait(PostgreSQLLock.opening(address), connection)
    try PostgreSQLOpening(connection).requireHeldLock()
    guard try PostgreSQLLock.take(PostgreSQLLock.use(address), connection) else {
      throw StoreMove.inUse("\(address)")
    }
    guard try PostgreSQLSchema.content(connection) == .nothing else { throw StoreMove.isThere("\(address)") }
    let moved = try connection.transaction(["BEGIN"]) {
      try PostgreSQLOpening(connection).makeSchema()
      let statements = PostgreSQLSchema.statements(from: 0)
      for statement in statements.tables { try connection.send(statement) }
      return try body(PostgreSQLMove(connection: connection, indexes: statements.indexes))
    }
    // All is moved: what fails now is told by the doctor, and made by the next process.
    try? PostgreSQLTrigrams(connection).make()
    return moved
  }

  /// How many rows are in memory at once; those with bytes may have a source's whole page.
  private static func part(of table: SchemaTable) -> Int32 {
    table.columns.contains { $0.type == "BLOB" } ? 16 : 1000
  }

  func rows(of table: SchemaTable, _ body: ([SQLValue]) throws -> Void) throws {
    let count = Self.part(of: table)
    try connection.send("DECLARE moved NO SCROLL CURSOR FOR SELECT \(table.columnList) FROM \"\(table.name)\"")
    while true {
      let part = try connection.query("FETCH \(count) FROM moved", PostgreSQLValues())
      for row in 0..<part.rows {
        try body(
          table.columns.enumerated().map { index, column in
            let place = Int32(index)
            if part.isNull(row, place) { return .null }
            return switch column.type {
            case "INTEGER": .integer(part.integer(row, place))
            case "REAL": .real(Double(part.text(row, place)) ?? .nan)
            case "BLOB": .blob(part.blob(row, place))
            default: .text(part.text(row, place))
            }
          })
      }
      if part.rows < count { break }
    }
    try connection.send("CLOSE moved")
  }

  func lastNumber(of table: SchemaTable) throws -> Int64 {
    let found = try connection.query(
      """
      SELECT greatest(coalesce((SELECT max(id) FROM "\(table.name)"), 0),
        \(PostgreSQLNumbers.lastGiven(of: table.name)))
      """, PostgreSQLValues())
    return found.integer(0, 0)
  }

  func clear(_ table: SchemaTable) throws { try connection.send("DELETE FROM \"\(table.name)\"") }

  func filling(_ table: SchemaTable) throws -> ([SQLValue]) throws -> Void {
    let places = table.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let name = connection.statements.makeName()
    try connection.prepare(name, "INSERT INTO \"\(table.name)\" (\(table.columnList)) VALUES (\(places))")
    return { [connection] row in
      var values = PostgreSQLValues(count: row.count)
      values.setAll(row)
      try connection.send(prepared: name, values)
    }
  }

  func setLastNumber(of table: SchemaTable, _ number: Int64) throws {
    guard number > 0 else { return }
    try connection.send("SELECT setval('\(table.name)_id_seq', \(number))")
  }

  func makeIndexes() throws {
    for statement in indexes { try connection.send(statement) }
  }
}
