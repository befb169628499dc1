package import IsthmusCore

/// A look into an inventory on a server, by one connection that may write nothing. It takes no lock that others wait for.
/// Used by one thread at a time.
package final class PostgreSQLInspection: InventoryInspection {
  let connection: PostgreSQLConnection

  /// - Throws: ``StoreError`` where there is no connection, or the server can't be used.
  package init(_ address: PostgreSQLAddress) throws {
    connection = try PostgreSQLConnection(
      address, settings: ["default_transaction_read_only = on", "lock_timeout = 60000", "statement_timeout = 600000"])
  }

  package func knownVersion() throws -> Int { try PostgreSQLOpening(connection).version() }

  /// Of a schema of another version only what the server counted.
  package func damage(_ depth: InspectionDepth) throws -> [String] {
    let isKnown = try PostgreSQLSchema.content(connection) == .version(SQLiteStore.schemaVersion)
    return try transaction {
      var damage = try wrongPages()
      guard isKnown else { return damage }
      let tables = try SchemaTable.all()
      damage += try PostgreSQLStructure(connection).differences(from: tables)
      // Without its tables and columns nothing else can be asked for.
      guard depth == .wholeWithReferences, damage.isEmpty else { return damage }
      damage += try tables.flatMap(brokenReferences) + tables.compactMap(usedNumber)
      return try damage + SQLReader(PostgreSQLSession(connection, isReading: true)).wrongCounts()
    }
  }

  package func read<T>(_ body: (any InventoryReader) throws -> T) throws -> T {
    try transaction { try body(try SQLReader(PostgreSQLSession(connection, isReading: true))) }
  }

  private func transaction<T>(_ body: () throws -> T) throws -> T {
    try connection.transaction(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], body)
  }

  /// In a database with checksums, of all its schemas.
  private func wrongPages() throws -> [String] {
    let found = try connection.query(
      "SELECT coalesce(max(checksum_failures), 0) FROM pg_stat_database WHERE datname = current_database()",
      PostgreSQLValues())
    let count = found.integer(0, 0)
    return count == 0 ? [] : ["the server has met \(count) pages of the database with wrong checksums"]
  }

  /// The server keeps references in force, save where somebody has switched that off for a while.
  private func brokenReferences(_ table: SchemaTable) throws -> [String] {
    try table.references.compactMap { reference in
      let found = try connection.query(
        """
        SELECT count(*) FROM "\(table.name)" r WHERE r."\(reference.column)" IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM "\(reference.parent)" p WHERE p."\(reference.key)" = r."\(reference.column)")
        """, PostgreSQLValues())
      let count = found.integer(0, 0)
      return count == 0
        ? nil : "\(count) rows of \(table.name) name rows of \(reference.parent) that are not there"
    }
  }

  /// Whether the next row would get a number that another one has.
  private func usedNumber(_ table: SchemaTable) throws -> String? {
    guard table.isNumbered else { return nil }
    let found = try connection.query(
      """
      SELECT (SELECT coalesce(max(id), 0) FROM "\(table.name)") > \(PostgreSQLNumbers.lastGiven(of: table.name))
      """, PostgreSQLValues())
    return found.integer(0, 0) == 0 ? nil : "the next number of \(table.name) is one that a row has"
  }
}

// MARK: - Leases

extension PostgreSQLInspection {
  /// The right of a process to run a connector.
  package struct Lease: Sendable, Equatable {
    package var connector: String
    /// Machine and process.
    package var holder: String
    package var endsAt: Timestamp
    /// Whether it holds, by the server's clock; else its process ended without giving it back.
    package var isHeld: Bool
  }

  /// Those that were not given back, by connector.
  package func leases() throws -> [Lease] {
    let found = try connection.query(
      """
      SELECT c.name, l.holder, CAST(extract(epoch FROM l.expires_at) * 1000000 AS bigint),
        l.expires_at > clock_timestamp()
      FROM run_lease l JOIN connector c ON c.id = l.connector_id WHERE l.expires_at > '-infinity' ORDER BY 1
      """, PostgreSQLValues())
    return (0..<found.rows).map { row in
      Lease(
        connector: found.text(row, 0), holder: found.text(row, 1),
        endsAt: Timestamp(microseconds: found.integer(row, 2)), isHeld: found.integer(row, 3) == 1)
    }
  }
}
