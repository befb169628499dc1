/// Where an inventory is, or is to be.
package enum StoreLocation: Sendable, CustomStringConvertible {
  /// Of SQLite's file.
  case folder(String)
  case database(PostgreSQLAddress)

  package var description: String {
    switch self {
    case .folder(let folder): folder
    case .database(let address): "\(address)"
    }
  }
}

/// One of the two inventories, inside its transaction.
protocol MoveSide {
  func rows(of table: SchemaTable, _ body: ([SQLValue]) throws -> Void) throws
  /// The greatest number that a row ever had, as far as the database knows; 0 if there was none.
  func lastNumber(of table: SchemaTable) throws -> Int64
}

protocol MoveTarget: MoveSide {
  /// Removes what migrations put there.
  func clear(_ table: SchemaTable) throws
  /// Begins to fill a table; what is returned takes its rows.
  func filling(_ table: SchemaTable) throws -> ([SQLValue]) throws -> Void
  func setLastNumber(of table: SchemaTable, _ number: Int64) throws
  /// After the last row.
  func makeIndexes() throws
}

/// Moves an inventory from one database to the other, row by row, and compares what arrived with what left.
package struct StoreMove: Sendable {
  package struct Table: Sendable, Equatable {
    package var name: String
    package var rows: Int
    /// Of all rows, in whichever order; 32 hexadecimal digits, the same on both sides.
    package var digest: String
  }

  private let source: StoreLocation
  private let target: StoreLocation

  package init(from source: StoreLocation, to target: StoreLocation) {
    self.source = source
    self.target = target
  }

  /// Fills the target, where no inventory may be yet, in one transaction. The source is only read. Nobody else may have
  /// either open. Runs that are not over are moved as they stand, and go on there; leases are not.
  ///
  /// - Parameter onTable: Is told which table is moved next; what it throws ends the move.
  /// - Returns: What was moved, by table.
  /// - Throws: ``StoreError``: `busy` if somebody uses one of the two, `notAllowed` if there is an inventory at the target,
  ///   none at the source or one of an older version, `damaged` if the two differ. Then there is nothing at the target.
  package func perform(onTable: (String) throws -> Void = { _ in }) throws -> [Table] {
    let tables = try SchemaTable.all()
    return try read { source in
      try write { target in
        for table in tables.reversed() { try target.clear(table) }
        var moved: [RowsDigest] = []
        for table in tables {
          try onTable(table.name)
          moved.append(try Self.fill(table, source, target))
        }
        try target.makeIndexes()
        return try zip(tables, moved).map { try Self.compare($0, $1, target) }
      }
    }
  }

  private static func fill(
    _ table: SchemaTable, _ source: any MoveSide, _ target: any MoveTarget
  ) throws -> RowsDigest {
    var digest = RowsDigest()
    let insert = try target.filling(table)
    try source.rows(of: table) { row in
      digest.add(row)
      try insert(row)
    }
    if table.isNumbered { try target.setLastNumber(of: table, try source.lastNumber(of: table)) }
    return digest
  }

  private static func compare(
    _ table: SchemaTable, _ moved: RowsDigest, _ target: any MoveTarget
  ) throws -> Table {
    var arrived = RowsDigest()
    try target.rows(of: table) { arrived.add($0) }
    guard arrived == moved else {
      throw StoreError(
        .damaged,
        "Table \(table.name) did not arrive as it is: \(moved.rows) rows left, \(arrived.rows) arrived; digests differ.",
        remedy: "Nothing was kept at the target. Look at the source with isthmus doctor --full, and report this.")
    }
    return Table(name: table.name, rows: arrived.rows, digest: arrived.text)
  }

  private func read<T>(_ body: (any MoveSide) throws -> T) throws -> T {
    switch source {
    case .folder(let folder): try SQLiteMove.read(folder, body)
    case .database(let address): try PostgreSQLMove.read(address, body)
    }
  }

  private func write<T>(_ body: (any MoveTarget) throws -> T) throws -> T {
    switch target {
    case .folder(let folder): try SQLiteMove.write(folder, body)
    case .database(let address): try PostgreSQLMove.write(address, body)
    }
  }

  static func inUse(_ place: String) -> StoreError {
    StoreError(
      .busy, "The inventory in \(place) is in use.",
      remedy: "End isthmus serve and other commands that use it, and try again. Nothing was changed.")
  }

  static func isThere(_ place: String) -> StoreError {
    StoreError(
      .notAllowed, "There is something in \(place) already, and nothing is replaced.",
      remedy: "Name another folder, or another schema with ?schema=NAME; or remove it first if nobody needs it.")
  }

  static func noSource(_ place: String) -> StoreError {
    StoreError(.notAllowed, "There is no inventory in \(place).", remedy: "Name the one to move with --from.")
  }

  static func older(_ place: String, _ version: Int) -> StoreError {
    StoreError(
      .notAllowed,
      "The inventory in \(place) has schema version \(version); only one of version \(SQLiteStore.schemaVersion) is moved.",
      remedy: "Back it up and open it once with this program, by isthmus runs, which brings it up.")
  }
}
