import IsthmusCore

/// The inventory in a schema of a PostgreSQL database, for several processes on several machines.
///
/// A transaction that was committed is as safe as the server's `synchronous_commit` makes it.
package final class PostgreSQLStore: InventoryStore {
  package let seed: UInt64
  let address: PostgreSQLAddress
  private let readers: PostgreSQLPool
  private let writers: PostgreSQLPool
  private let memory = ListMemory()
  private let locks: PostgreSQLGuard
  private let leases: PostgreSQLLeases
  private let quotas: PostgreSQLQuotas
  /// Whether its schema goes with it.
  private let isCopy: Bool

  private static let mostReaders = 4
  private static let mostWriters = 4

  /// A wait for another process' transaction, and for a statement; in milliseconds. A process that was stopped inside a
  /// transaction keeps others waiting no longer than twice the time for which its leases last.
  private static func limits(_ leaseSeconds: Int) -> [String] {
    [
      "lock_timeout = \(max(60, 4 * leaseSeconds) * 1000)", "statement_timeout = 600000",
      "idle_in_transaction_session_timeout = \(2 * leaseSeconds * 1000)",
    ]
  }

  /// Opens the inventory, or makes it.
  ///
  /// - Parameters:
  ///   - newSeed: For a store that is made now.
  ///   - leaseSeconds: For how long the right to run a connector lasts without being renewed; a dead process' runs are
  ///     taken over after it. At least 1.
  ///   - mustWrite: Whether a database that can only be read, as on a standby, is refused.
  /// - Throws: ``StoreError``; nothing is changed in a database of a newer version.
  package convenience init(
    _ address: PostgreSQLAddress, newSeed: UInt64, leaseSeconds: Int = PostgreSQLLeases.standardSeconds,
    mustWrite: Bool = false
  ) throws {
    let connection = try PostgreSQLConnection(address, settings: Self.limits(leaseSeconds))
    if mustWrite, try connection.query("SHOW transaction_read_only", PostgreSQLValues()).text(0, 0) == "on" {
      throw StoreError(state: "25006", message: "transaction_read_only is on", of: address)
    }
    let seed = try PostgreSQLOpening(connection).open(newSeed: newSeed)
    try PostgreSQLRehearsal.removeAbandoned(connection)
    self.init(
      address, seed: seed, locks: PostgreSQLGuard(connection), isCopy: false, leaseSeconds: leaseSeconds)
  }

  private init(
    _ address: PostgreSQLAddress, seed: UInt64, locks: PostgreSQLGuard, isCopy: Bool, leaseSeconds: Int
  ) {
    self.address = address
    self.seed = seed
    self.locks = locks
    leases = PostgreSQLLeases(address, seconds: leaseSeconds)
    quotas = PostgreSQLQuotas(address)
    self.isCopy = isCopy
    let limits = Self.limits(leaseSeconds)
    readers = PostgreSQLPool("reader", size: Self.mostReaders) {
      try PostgreSQLOpening.joined(address, settings: limits)
    }
    // What they look up is single rows, also in tables that the planner has no figures of yet.
    let figures = PostgreSQLFigures()
    writers = PostgreSQLPool("writer", size: Self.mostWriters) {
      let connection = try PostgreSQLOpening.joined(address, settings: limits + ["enable_seqscan = off"])
      connection.figures = figures
      return connection
    }
  }

  deinit {
    guard isCopy else { return }
    readers.close()
    writers.close()
    locks.dropSchema()
  }

  package func write<T: Sendable>(
    _ extent: WriteExtent, _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
  ) async throws -> T {
    let lock: String? =
      switch extent {
      case .inventory: "pg_advisory_xact_lock"
      case .findings: "pg_advisory_xact_lock_shared"
      case .notes: nil
      }
    // Each statement sees what was committed before it, also while the transaction waited.
    let beginning = [
      "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
      lock.map { "SELECT \($0)(\(PostgreSQLLock.writing(address)))" },
    ].compactMap(\.self)
    return try await writers.run { connection in
      let session = PostgreSQLSession(connection, isReading: false)
      let value: T
      do {
        value = try connection.transaction(beginning) {
          let value = try SQLTransaction.perform(extent, body, in: session)
          try session.sendGathered()
          try session.giveNumbersBack()
          return value
        }
      } catch {
        // A gap in the numbers harms nobody.
        try? session.giveAllNumbersBack()
        throw error
      }
      // What was written is written: without new figures it is only found more slowly.
      try? connection.figures.renew(connection)
      return value
    }
  }

  package func read<T: Sendable>(
    _ body: @escaping @Sendable (any InventoryReader) throws -> T
  ) async throws -> T {
    try await readers.run { [memory] connection in
      try connection.transaction(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]) {
        try body(try SQLReader(PostgreSQLSession(connection, isReading: true), memory: memory))
      }
    }
  }

  package func lock(_ connector: ConnectorNumber) throws -> (any RunLock)? {
    try leases.take(connector)
  }

  package func isLocked(_ connector: ConnectorNumber) throws -> Bool { try leases.isHeld(connector) }

  /// What is known of a principal's quota at a source, by all processes that share the inventory.
  ///
  /// - Parameter principal: Names it in all of them; no secret.
  package func quota(of principal: String) -> PostgreSQLQuota {
    PostgreSQLQuota(quotas: quotas, principal: principal)
  }

  /// A copy in a schema of its own, made on the server.
  package func rehearsal() async throws -> any InventoryStore {
    let copy = PostgreSQLRehearsal.address(beside: address)
    let locks = try await readers.run { [address] _ in
      // On the thread of a reader: it may take long.
      let connection = try PostgreSQLConnection(copy, settings: ["lock_timeout = 60000"])
      try PostgreSQLRehearsal.fill(connection, from: address)
      return PostgreSQLGuard(connection)
    }
    return PostgreSQLStore(
      copy, seed: seed, locks: locks, isCopy: true, leaseSeconds: PostgreSQLLeases.standardSeconds)
  }

  /// Whether there is an inventory, or something else in its place. Changes nothing.
  package static func isThere(_ address: PostgreSQLAddress) throws -> Bool {
    try PostgreSQLSchema.content(PostgreSQLConnection(address, settings: limits(PostgreSQLLeases.standardSeconds)))
      != .nothing
  }

  /// Lets all leases run out, as time would that nobody renews them in: for tests.
  package static func endLeases(_ address: PostgreSQLAddress) throws {
    let connection = try PostgreSQLConnection(address, settings: [])
    _ = try connection.query(
      "UPDATE run_lease SET expires_at = clock_timestamp() - interval '1 second'", PostgreSQLValues())
  }

  /// Ends the windows of all quotas, as time would: for tests.
  package static func endQuotaWindows(_ address: PostgreSQLAddress) throws {
    let connection = try PostgreSQLConnection(address, settings: [])
    _ = try connection.query("UPDATE quota_window SET resets_at = 0", PostgreSQLValues())
  }

  /// Removes the inventory with all that is in it.
  package static func remove(_ address: PostgreSQLAddress) throws {
    let connection = try PostgreSQLConnection(address, settings: limits(PostgreSQLLeases.standardSeconds))
    _ = try connection.query("DROP SCHEMA IF EXISTS \"\(address.schema)\" CASCADE", PostgreSQLValues())
  }
}
