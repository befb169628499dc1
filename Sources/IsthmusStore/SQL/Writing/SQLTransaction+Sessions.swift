import IsthmusCore

extension StoredSession {
  fileprivate static let columns = "digest, account_id, started_at, last_used, ends_at, address"

  fileprivate init(_ row: any SQLStatement) {
    self.init(
      digest: TokenDigest(stored: row.blob(0)), account: AccountID(row.integer(1)),
      startedAt: Timestamp(microseconds: row.integer(2)), lastUsed: Timestamp(microseconds: row.integer(3)),
      endsAt: Timestamp(microseconds: row.integer(4)), address: row.optionalText(5))
  }
}

extension SQLTransaction {
  func session(_ digest: TokenDigest) throws -> StoredSession? {
    try rows(
      "SELECT \(StoredSession.columns) FROM session WHERE digest = ?", [.blob(digest.bytes)], StoredSession.init
    ).first
  }

  func sessions(of account: AccountID) throws -> [StoredSession] {
    try rows(
      "SELECT \(StoredSession.columns) FROM session WHERE account_id = ? ORDER BY started_at DESC, digest",
      [.integer(account.number)], StoredSession.init)
  }

  func insertSession(_ session: StoredSession) throws {
    try run(
      "INSERT INTO session (\(StoredSession.columns)) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .blob(session.digest.bytes), .integer(session.account.number), .integer(session.startedAt.microseconds),
        .integer(session.lastUsed.microseconds), .integer(session.endsAt.microseconds), SQLValue(session.address),
      ])
  }

  func setLastUsed(session digest: TokenDigest, at: Timestamp) throws {
    try run("UPDATE session SET last_used = ? WHERE digest = ?", [.integer(at.microseconds), .blob(digest.bytes)])
  }

  func deleteSession(_ digest: TokenDigest) throws -> Bool {
    let known = try session(digest) != nil
    try run("DELETE FROM session WHERE digest = ?", [.blob(digest.bytes)])
    return known
  }

  func deleteSessions(of account: AccountID, keeping kept: TokenDigest?) throws {
    guard let kept else {
      return try run("DELETE FROM session WHERE account_id = ?", [.integer(account.number)])
    }
    try run(
      "DELETE FROM session WHERE account_id = ? AND digest <> ?", [.integer(account.number), .blob(kept.bytes)])
  }

  func deleteSessions(endedBy at: Timestamp, unusedSince: Timestamp) throws {
    try run(
      "DELETE FROM session WHERE ends_at <= ? OR last_used <= ?",
      [.integer(at.microseconds), .integer(unusedSince.microseconds)])
  }
}

// MARK: - Attempts and links

extension SQLTransaction {
  func signInAttempts(_ key: TokenDigest) throws -> StoredAttempts? {
    try rows(
      "SELECT failures, last_failure, last_success FROM sign_in_attempt WHERE key = ?", [.blob(key.bytes)]
    ) { row in
      StoredAttempts(
        failures: Int(row.integer(0)), lastFailure: Timestamp(row.optionalInteger(1)),
        lastSuccess: Timestamp(row.optionalInteger(2)))
    }.first
  }

  func setSignInAttempts(_ key: TokenDigest, _ attempts: StoredAttempts) throws {
    let changed = [attempts.lastFailure, attempts.lastSuccess].compactMap { $0?.microseconds }.max() ?? 0
    try run(
      """
      INSERT INTO sign_in_attempt (key, failures, last_failure, last_success, changed_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_failure = excluded.last_failure,
        last_success = excluded.last_success, changed_at = excluded.changed_at
      """,
      [
        .blob(key.bytes), .integer(Int64(attempts.failures)), SQLValue(attempts.lastFailure?.microseconds),
        SQLValue(attempts.lastSuccess?.microseconds), .integer(changed),
      ])
  }

  func deleteSignInAttempts(failedBefore: Timestamp, succeededBefore: Timestamp) throws {
    try run(
      "DELETE FROM sign_in_attempt WHERE changed_at < ? AND (last_success IS NULL OR changed_at < ?)",
      [.integer(failedBefore.microseconds), .integer(succeededBefore.microseconds)])
  }

  func link(_ digest: TokenDigest) throws -> StoredLink? {
    try rows(
      "SELECT purpose, made_at, expires_at FROM one_time_link WHERE digest = ?", [.blob(digest.bytes)]
    ) { row in
      StoredLink(
        digest: digest, purpose: row.text(0), madeAt: Timestamp(microseconds: row.integer(1)),
        expiresAt: Timestamp(microseconds: row.integer(2)))
    }.first
  }

  func setLink(_ link: StoredLink) throws {
    try deleteLinks(of: link.purpose)
    try run(
      "INSERT INTO one_time_link (digest, purpose, made_at, expires_at) VALUES (?, ?, ?, ?)",
      [
        .blob(link.digest.bytes), .text(link.purpose), .integer(link.madeAt.microseconds),
        .integer(link.expiresAt.microseconds),
      ])
  }

  func deleteLinks(of purpose: String) throws {
    try run("DELETE FROM one_time_link WHERE purpose = ?", [.text(purpose)])
  }
}
