import Dispatch
import Foundation
import IsthmusCore
import Synchronization

/// Who may run which connector, in rows that say until when. A process renews its leases as long as it lives; those of a
/// dead or stopped one run out, and another process takes them over. Each taking has a number of its own, greater than
/// those before: whoever comes back late finds a greater one in its next transaction, and writes nothing.
package final class PostgreSQLLeases: Sendable {
  /// What a lease is worth without being renewed, in seconds.
  package static let standardSeconds = 30

  static let table = """
    CREATE TABLE run_lease (
      connector_id BIGINT PRIMARY KEY, token BIGINT NOT NULL, holder TEXT COLLATE "C" NOT NULL,
      expires_at TIMESTAMPTZ NOT NULL)
    """

  private struct State: ~Copyable {
    var connection: PostgreSQLConnection?
    /// The number of each lease that is held, by connector.
    var held: [Int64: Int64] = [:]
    var isRenewing = false
    let address: PostgreSQLAddress

    init(_ address: PostgreSQLAddress) { self.address = address }

    /// A connection that answers.
    mutating func connected() throws -> PostgreSQLConnection {
      if let known = connection, known.answers() { return known }
      let made = try PostgreSQLConnection(address, settings: ["lock_timeout = 5000", "statement_timeout = 10000"])
      connection = made
      return made
    }
  }

  private let seconds: Int
  private let state: Mutex<State>
  private let renewals = DispatchQueue(label: "isthmus.postgresql.leases")

  init(_ address: PostgreSQLAddress, seconds: Int) {
    state = Mutex(State(address))
    self.seconds = seconds
  }

  /// nil if another lease of the connector holds, of this or another process.
  func take(_ connector: ConnectorNumber) throws -> (any RunLock)? {
    let token: Int64? = try state.withLock { state in
      if state.held[connector.number] != nil { return nil }
      let connection = try state.connected()
      // The server's clock alone counts. A row that a transaction of its holder has locked is held, whatever it says.
      let end = "clock_timestamp() + interval '\(seconds) seconds'"
      var values = PostgreSQLValues()
      values.set(1, connector.number)
      values.set(2, Self.holder)
      let made = try connection.query(
        """
        INSERT INTO run_lease (connector_id, token, holder, expires_at) VALUES ($1, 1, $2, \(end))
        ON CONFLICT (connector_id) DO NOTHING RETURNING token
        """, values)
      let taken =
        made.rows == 1
        ? made
        : try connection.query(
          """
          UPDATE run_lease SET token = token + 1, holder = $2, expires_at = \(end) WHERE connector_id = (
            SELECT connector_id FROM run_lease WHERE connector_id = $1 AND expires_at <= clock_timestamp()
            FOR UPDATE SKIP LOCKED) RETURNING token
          """, values)
      guard taken.rows == 1 else { return nil }
      let token = taken.integer(0, 0)
      state.held[connector.number] = token
      return token
    }
    guard let token else { return nil }
    beginRenewing()
    return Held(self, connector.number, token)
  }

  func isHeld(_ connector: ConnectorNumber) throws -> Bool {
    try state.withLock { state in
      let connection = try state.connected()
      var values = PostgreSQLValues()
      values.set(1, connector.number)
      let found = try connection.query(
        "SELECT 1 FROM run_lease WHERE connector_id = $1 AND expires_at > clock_timestamp()", values)
      return found.rows == 1
    }
  }

  private static let holder = "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"

  // MARK: - Renewing

  private func beginRenewing() {
    let isFirst = state.withLock { state in
      defer { state.isRenewing = true }
      return !state.isRenewing
    }
    if isFirst { renewLater() }
  }

  private func renewLater() {
    renewals.asyncAfter(deadline: .now() + .milliseconds(seconds * 1000 / 3)) { [weak self] in
      guard let self else { return }
      // A server that can't be reached is asked again; what ran out meanwhile was taken by nobody, or is lost.
      try? renew()
      let goesOn = state.withLock { state in
        if state.held.isEmpty { state.isRenewing = false }
        return state.isRenewing
      }
      if goesOn { renewLater() }
    }
  }

  private func renew() throws {
    try state.withLock { state in
      let connection = try state.connected()
      for (connector, token) in state.held {
        let values = Self.values(connector, token)
        _ = try connection.query(
          """
          UPDATE run_lease SET expires_at = clock_timestamp() + interval '\(seconds) seconds'
          WHERE connector_id = $1 AND token = $2
          """, values)
      }
    }
  }

  /// One that can't be given back runs out.
  private func release(_ connector: Int64, _ token: Int64) {
    state.withLock { state in
      if state.held[connector] == token { state.held[connector] = nil }
      guard let connection = try? state.connected() else { return }
      let values = Self.values(connector, token)
      _ = try? connection.query(
        "UPDATE run_lease SET expires_at = '-infinity' WHERE connector_id = $1 AND token = $2", values)
    }
  }

  private static func values(_ connector: Int64, _ token: Int64) -> PostgreSQLValues {
    var values = PostgreSQLValues()
    values.set(1, connector)
    values.set(2, token)
    return values
  }

  private final class Held: RunLock {
    private let owner: PostgreSQLLeases
    private let connector: Int64
    private let token: Int64
    private let isReleased = Mutex(false)

    init(_ owner: PostgreSQLLeases, _ connector: Int64, _ token: Int64) {
      (self.owner, self.connector, self.token) = (owner, connector, token)
    }

    /// Who wants to take it over waits for the transaction's end, and its next one finds another number.
    func verify(_ transaction: any InventoryTransaction) throws {
      guard let transaction = transaction as? SQLTransaction else { return }
      let sql = "SELECT token FROM run_lease WHERE connector_id = ? AND token = ? FOR SHARE"
      let found = try transaction.rows(sql, [.integer(connector), .integer(token)]) { $0.integer(0) }
      guard found.isEmpty else { return }
      throw StoreError(
        .lost, "Another process has taken over what this one was to run.",
        remedy: "Nothing is to be done: it goes on there.")
    }

    func release() {
      let isFirst = isReleased.withLock { isReleased in
        defer { isReleased = true }
        return !isReleased
      }
      if isFirst { owner.release(connector, token) }
    }

    deinit { release() }
  }
}
