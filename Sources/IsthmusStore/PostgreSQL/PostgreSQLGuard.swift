import Synchronization

/// A connection whose session holds locks: they end with it, however the process ends.
///
/// A lock is lost with its connection, when the server is started anew; whoever asks for the next one takes those that
/// are held again.
final class PostgreSQLGuard: Sendable {
  private struct State: ~Copyable {
    var connection: PostgreSQLConnection
    var held: Set<Int64> = []
  }

  private let state: Mutex<State>
  private let address: PostgreSQLAddress

  /// - Parameter connection: Given away; it holds the schema's ``PostgreSQLLock/use``.
  init(_ connection: sending PostgreSQLConnection) {
    address = connection.address
    state = Mutex(State(connection: connection))
  }

  /// nil if it is held, by this or another process.
  func take(_ key: Int64) throws -> (any RunLock)? {
    try state.withLock { state in
      if !state.connection.answers() {
        state.connection = try PostgreSQLConnection(address, settings: [])
        try PostgreSQLLock.shared(PostgreSQLLock.use(address), state.connection)
        for key in state.held { _ = try PostgreSQLLock.take(key, state.connection) }
      }
      if state.held.contains(key) { return nil }
      guard try PostgreSQLLock.take(key, state.connection) else { return nil }
      state.held.insert(key)
      return Held(self, key)
    }
  }

  /// Removes the schema of a copy.
  func dropSchema() {
    state.withLock { state in
      // What stays is removed at the next start.
      _ = try? state.connection.query("DROP SCHEMA \"\(address.schema)\" CASCADE", PostgreSQLValues())
    }
  }

  fileprivate func release(_ key: Int64) {
    state.withLock { state in
      guard state.held.remove(key) != nil else { return }
      // One that can't be released has ended with its connection.
      try? PostgreSQLLock.release(key, state.connection)
    }
  }

  private final class Held: RunLock {
    private let owner: PostgreSQLGuard
    private let key: Int64
    private let isReleased = Mutex(false)

    init(_ owner: PostgreSQLGuard, _ key: Int64) { (self.owner, self.key) = (owner, key) }

    func release() {
      let isFirst = isReleased.withLock { isReleased in
        defer { isReleased = true }
        return !isReleased
      }
      if isFirst { owner.release(key) }
    }

    deinit { release() }
  }
}

/// Advisory locks of the database, of which each schema has its own.
enum PostgreSQLLock {
  /// Whoever has the inventory open holds it shared; who changes its schema, alone.
  static func use(_ address: PostgreSQLAddress) -> Int64 { key(address, "use") }
  /// Openings stand in line.
  static func opening(_ address: PostgreSQLAddress) -> Int64 { key(address, "opening") }
  /// Transactions that write stand in line: the store's numbers of maps and of decisions follow from those there are, and
  /// which rows are one asset is decided over all connectors.
  static func writing(_ address: PostgreSQLAddress) -> Int64 { key(address, "writing") }
  static func connector(_ number: Int64, _ address: PostgreSQLAddress) -> Int64 { key(address, "connector-\(number)") }

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

  static func release(_ key: Int64, _ connection: PostgreSQLConnection) throws {
    _ = try connection.query("SELECT pg_advisory_unlock(\(key))", PostgreSQLValues())
  }
}
