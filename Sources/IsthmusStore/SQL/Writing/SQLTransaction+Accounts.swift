import IsthmusCore

extension StoredAccount {
  fileprivate static let select = """
    SELECT id, name, role, is_disabled, password_hash IS NOT NULL, external_id, made_at, password_set_at, last_sign_in
    FROM account
    """

  fileprivate init(_ row: any SQLStatement) throws {
    self.init(
      id: AccountID(row.integer(0)), name: row.text(1), role: try Role(row, 2), isDisabled: row.integer(3) != 0,
      hasPassword: row.integer(4) != 0, externalID: row.optionalText(5),
      madeAt: Timestamp(microseconds: row.integer(6)), passwordSetAt: Timestamp(row.optionalInteger(7)),
      lastSignIn: Timestamp(row.optionalInteger(8)))
  }

  /// Names are ASCII; see `AccountRules`.
  fileprivate static func folded(_ name: String) -> SQLValue { .text(name.lowercased()) }
}

extension Role {
  /// The column's CHECK keeps others away; a role is never guessed.
  fileprivate init(_ row: any SQLStatement, _ column: Int32) throws {
    guard let role = Role(rawValue: row.text(column)) else {
      throw StoreError(
        .damaged, "The database holds an unknown role.", remedy: "Restore it from a backup, or use a newer program.")
    }
    self = role
  }
}

extension SQLTransaction {
  func accounts() throws -> [StoredAccount] {
    try rows("\(StoredAccount.select) ORDER BY folded_name", [], StoredAccount.init)
  }

  func account(_ id: AccountID) throws -> StoredAccount? {
    try rows("\(StoredAccount.select) WHERE id = ?", [.integer(id.number)], StoredAccount.init).first
  }

  func account(named name: String) throws -> StoredAccount? {
    try rows("\(StoredAccount.select) WHERE folded_name = ?", [StoredAccount.folded(name)], StoredAccount.init).first
  }

  func account(externalID: String) throws -> StoredAccount? {
    try rows("\(StoredAccount.select) WHERE external_id = ?", [.text(externalID)], StoredAccount.init).first
  }

  func passwordHash(of account: AccountID) throws -> String? {
    try rows("SELECT password_hash FROM account WHERE id = ?", [.integer(account.number)]) { $0.optionalText(0) }
      .first ?? nil
  }

  func insertAccount(_ account: NewAccount) throws -> AccountID {
    AccountID(
      try insert(
        """
        INSERT INTO account (name, folded_name, role, password_hash, external_id, made_at, password_set_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(account.name), StoredAccount.folded(account.name), .text(account.role.rawValue),
          SQLValue(account.passwordHash), SQLValue(account.externalID), .integer(account.madeAt.microseconds),
          account.passwordHash == nil ? .null : .integer(account.madeAt.microseconds),
        ]))
  }

  func setRole(of account: AccountID, _ role: Role) throws {
    try run("UPDATE account SET role = ? WHERE id = ?", [.text(role.rawValue), .integer(account.number)])
  }

  func setDisabled(_ account: AccountID, _ isDisabled: Bool) throws {
    try run(
      "UPDATE account SET is_disabled = ? WHERE id = ?", [.integer(isDisabled ? 1 : 0), .integer(account.number)])
  }

  func setPasswordHash(of account: AccountID, _ hash: String, at: Timestamp?) throws {
    try run(
      "UPDATE account SET password_hash = ?, password_set_at = ifnull(?, password_set_at) WHERE id = ?",
      [.text(hash), SQLValue(at?.microseconds), .integer(account.number)])
  }

  func setLastSignIn(of account: AccountID, at: Timestamp) throws {
    try run("UPDATE account SET last_sign_in = ? WHERE id = ?", [.integer(at.microseconds), .integer(account.number)])
  }

  func deleteAccount(_ account: AccountID) throws {
    for sql in [
      "DELETE FROM session WHERE account_id = ?", "DELETE FROM api_token WHERE account_id = ?",
      "DELETE FROM saved_search WHERE account_id = ?",
      "DELETE FROM account WHERE id = ?",
    ] {
      try run(sql, [.integer(account.number)])
    }
  }
}

// MARK: - Tokens

extension StoredToken {
  fileprivate static let select = """
    SELECT id, name, role, account_id, made_by, made_at, expires_at, last_used FROM api_token
    """

  fileprivate init(_ row: any SQLStatement) throws {
    self.init(
      id: TokenID(row.integer(0)), name: row.text(1), role: try Role(row, 2),
      account: row.optionalInteger(3).map(AccountID.init), madeBy: row.text(4),
      madeAt: Timestamp(microseconds: row.integer(5)), expiresAt: Timestamp(microseconds: row.integer(6)),
      lastUsed: Timestamp(row.optionalInteger(7)))
  }
}

extension SQLTransaction {
  func apiTokens() throws -> [StoredToken] { try rows("\(StoredToken.select) ORDER BY id", [], StoredToken.init) }

  func apiToken(_ digest: TokenDigest) throws -> StoredToken? {
    try rows("\(StoredToken.select) WHERE digest = ?", [.blob(digest.bytes)], StoredToken.init).first
  }

  func apiToken(_ id: TokenID) throws -> StoredToken? {
    try rows("\(StoredToken.select) WHERE id = ?", [.integer(id.number)], StoredToken.init).first
  }

  func insertToken(_ token: NewToken) throws -> TokenID {
    TokenID(
      try insert(
        """
        INSERT INTO api_token (name, digest, role, account_id, made_by, made_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(token.name), .blob(token.digest.bytes), .text(token.role.rawValue), SQLValue(token.account?.number),
          .text(token.madeBy), .integer(token.madeAt.microseconds), .integer(token.expiresAt.microseconds),
        ]))
  }

  func setLastUsed(token: TokenID, at: Timestamp) throws {
    try run("UPDATE api_token SET last_used = ? WHERE id = ?", [.integer(at.microseconds), .integer(token.number)])
  }

  func deleteToken(_ id: TokenID) throws { try run("DELETE FROM api_token WHERE id = ?", [.integer(id.number)]) }
}
