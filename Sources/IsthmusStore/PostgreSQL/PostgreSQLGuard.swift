import Synchronization

/// A connection whose session holds the schema's lock of use while no other connection of the store does. One that the
/// server has ended is not replaced: each of the others takes the lock as it is made.
final class PostgreSQLGuard: Sendable {
  private let connection: Mutex<PostgreSQLConnection>
  private let schema: String

  /// - Parameter connection: Given away; it holds ``PostgreSQLLock/use(_:)``.
  init(_ connection: sending PostgreSQLConnection) {
    schema = connection.address.schema
    self.connection = Mutex(connection)
  }

  /// Removes the schema of a copy.
  func dropSchema() {
    connection.withLock { connection in
      // What stays is removed at the next start.
      _ = try? connection.query("DROP SCHEMA \"\(schema)\" CASCADE", PostgreSQLValues())
    }
  }
}

/// Advisory locks of the database, of which each schema has its own.
enum PostgreSQLLock {
  /// Whoever has the inventory open holds it shared; who changes its schema, alone.
  static func use(_ address: PostgreSQLAddress) -> Int64 { key(address, "use") }
  /// Openings stand in line.
  static func opening(_ address: PostgreSQLAddress) -> Int64 { key(address, "opening") }
  /// A transaction that may change all holds it alone: the store's numbers of maps and of decisions follow from those
  /// there are, and which rows are one asset is decided over all connectors. Pages of findings hold it shared. Who waits
  /// for it alone goes before pages that come later.
  static func writing(_ address: PostgreSQLAddress) -> Int64 { key(address, "writing") }
  /// Held while the sequence of the table's numbers is looked at and set.
  static func numbers(of table: String, _ address: PostgreSQLAddress) -> Int64 { key(address, "numbers/\(table)") }

  /// A transaction may lock every host of a page; the server has room for some thousand locks in all.
  private static let assetGroups: Int64 = 256

  /// The locks of assets, each once and ascending: in one order nobody waits crosswise.
  static func groups(of assets: [Int64], _ address: PostgreSQLAddress) -> [Int64] {
    let base = key(address, "asset")
    return Set(assets.map { $0 % assetGroups }).sorted().map { base &+ $0 }
  }

  /// FNV-1a.
  private static func key(_ address: PostgreSQLAddress, _ purpose: String) -> Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "isthmus/\(address.schema)/\(purpose)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int64(bitPattern: hash)
  }

  static func take(_ key: Int64, _ connection: PostgreSQLConnection) throws -> Bool {
    try connection.query("SELECT pg_try_advisory_lock(\(key))", PostgreSQLValues()).integer(0, 0) == 1
  }

  /// Waits for those who hold it.
  static func wait(_ key: Int64, _ connection: PostgreSQLConnection) throws {
    _ = try connection.query("SELECT pg_advisory_lock(\(key))", PostgreSQLValues())
  }

  /// Beside others who hold it so; waits for one that holds it alone.
  static func shared(_ key: Int64, _ connection: PostgreSQLConnection) throws {
    _ = try connection.query("SELECT pg_advisory_lock_shared(\(key))", PostgreSQLValues())
  }

  static func releaseShared(_ key: Int64, _ connection: PostgreSQLConnection) throws {
    _ = try connection.query("SELECT pg_advisory_unlock_shared(\(key))", PostgreSQLValues())
  }

  static func release(_ key: Int64, _ connection: PostgreSQLConnection) throws {
    _ = try connection.query("SELECT pg_advisory_unlock(\(key))", PostgreSQLValues())
  }
}
