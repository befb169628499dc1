package import IsthmusCore

/// What sources said of their principals' quotas, for all processes that share the inventory: a row for each principal, on
/// the server's clock. A row is only worth something for the seconds that its window lasts, so it is not logged: the server
/// empties the table after a crash.
final class PostgreSQLQuotas: Sendable {
  static let table = """
    CREATE UNLOGGED TABLE quota_window (
      principal TEXT COLLATE "C" PRIMARY KEY, revision BIGINT NOT NULL, granted BIGINT NOT NULL,
      granted_before BIGINT NOT NULL, granted_before_word BIGINT NOT NULL, unanswered BIGINT NOT NULL,
      remaining BIGINT NOT NULL, resets_at BIGINT NOT NULL)
    """

  /// A connection of its own: no request waits for a page to be written.
  let pool: PostgreSQLPool

  init(_ address: PostgreSQLAddress) {
    pool = PostgreSQLPool("quotas", size: 1) {
      // Who can't be answered soon goes on by what it knows itself.
      try PostgreSQLConnection(address, settings: ["lock_timeout = 1000", "statement_timeout = 2000"])
    }
  }

  /// - Throws: ``StoreError``.
  func change<T: Sendable>(
    _ principal: String, _ body: @escaping @Sendable (inout QuotaWindow, _ now: Duration) -> T
  ) async throws -> T {
    try await pool.run { connection in
      // Nothing is locked between the two statements: a process that is stopped there keeps nobody waiting.
      while true {
        let row = try Row(principal, connection)
        var window = row.window
        let value = body(&window, row.now)
        if try window == row.window || row.replace(window, connection) { return value }
      }
    }
  }

  /// A principal's row as it was read.
  private struct Row {
    private let principal: String
    /// 0 for one that is not there yet.
    private let revision: Int64
    let window: QuotaWindow
    let now: Duration

    init(_ principal: String, _ connection: PostgreSQLConnection) throws {
      var values = PostgreSQLValues()
      values.set(1, principal)
      let found = try connection.query(
        """
        SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT, revision, granted, granted_before,
          granted_before_word, unanswered, remaining, resets_at
        FROM (SELECT 1) AS always LEFT JOIN quota_window ON principal = $1
        """, values)
      self.principal = principal
      now = .microseconds(found.integer(0, 0))
      revision = found.integer(0, 1)
      var window = QuotaWindow()
      window.granted = found.integer(0, 2)
      window.grantedBefore = found.integer(0, 3)
      window.grantedBeforeWord = found.integer(0, 4)
      window.unanswered = found.integer(0, 5)
      window.remaining = found.integer(0, 6)
      window.resetsAt = .microseconds(found.integer(0, 7))
      self.window = window
    }

    /// - Returns: false if another process has changed it meanwhile.
    func replace(_ new: QuotaWindow, _ connection: PostgreSQLConnection) throws -> Bool {
      let (seconds, attoseconds) = new.resetsAt.components
      var values = PostgreSQLValues()
      values.set(1, principal)
      for (index, value) in [
        revision, new.granted, new.grantedBefore, new.grantedBeforeWord, new.unanswered, new.remaining,
        seconds * 1_000_000 + attoseconds / 1_000_000_000_000,
      ].enumerated() { values.set(Int32(index + 2), value) }
      let changed = try connection.query(
        """
        INSERT INTO quota_window AS known (principal, revision, granted, granted_before, granted_before_word,
          unanswered, remaining, resets_at)
        VALUES ($1, $2::BIGINT + 1, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (principal) DO UPDATE SET revision = excluded.revision, granted = excluded.granted,
          granted_before = excluded.granted_before, granted_before_word = excluded.granted_before_word,
          unanswered = excluded.unanswered, remaining = excluded.remaining, resets_at = excluded.resets_at
        WHERE known.revision = $2
        """, values)
      return changed.changedRows == 1
    }
  }
}

/// One principal's quota, shared by all processes of the inventory.
package struct PostgreSQLQuota: Sendable {
  let quotas: PostgreSQLQuotas
  let principal: String

  /// Gives `body` the window and the server's time, and keeps what it makes of the window. `body` is called again if
  /// another process was quicker.
  ///
  /// - Throws: ``StoreError``.
  package func change<T: Sendable>(
    _ body: @escaping @Sendable (inout QuotaWindow, _ now: Duration) -> T
  ) async throws -> T {
    try await quotas.change(principal, body)
  }
}
