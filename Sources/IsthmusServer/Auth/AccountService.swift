package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// People's accounts: each change is one transaction, with its entry in the audit log.
package struct AccountService: Sendable {
  private let store: any InventoryStore
  private let hasher: PasswordHasher
  private let throttle: SignInThrottle
  private let now: @Sendable () -> Timestamp

  package init(
    store: any InventoryStore, hasher: PasswordHasher, throttle: SignInThrottle = SignInThrottle(),
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.hasher = hasher
    self.throttle = throttle
    self.now = now
  }

  /// By name.
  package func list(by principal: Principal) async throws -> [StoredAccount] {
    try principal.require(.admin, to: "list the accounts")
    return try await store.read { try $0.people.accounts() }
  }

  /// - Throws: ``AccessError`` if the name is taken, or name or password can't be used.
  package func create(
    _ name: String, role: Role, password: Secret, by principal: Principal
  ) async throws -> StoredAccount {
    try Self.requireAdmin(principal, "make accounts")
    try AccountRules.check(name: name)
    try AccountRules.check(password: password, of: name)
    if try await store.read({ try $0.people.account(named: name) }) != nil { throw Self.taken(name) }
    let hash = try await hasher.hash(password).text
    let at = now()
    return try await store.write { transaction in
      try transaction.create(
        NewAccount(name: name, role: role, passwordHash: hash, madeAt: at), by: principal)
    }
  }

  @discardableResult
  package func setRole(of name: String, to role: Role, by principal: Principal) async throws -> StoredAccount {
    try Self.requireAdmin(principal, "change roles")
    return try await change(name, "account.role", by: principal) { account, transaction in
      if account.isActiveAdmin, role < .admin { try transaction.requireAnotherAdmin(than: account) }
      try transaction.setRole(of: account.id, role)
    }
  }

  /// A disabled account's sessions end; its tokens open nothing until it is enabled again.
  @discardableResult
  package func setDisabled(
    _ name: String, _ isDisabled: Bool, by principal: Principal
  ) async throws -> StoredAccount {
    try Self.requireAdmin(principal, isDisabled ? "disable accounts" : "enable accounts")
    let action = isDisabled ? "account.disable" : "account.enable"
    return try await change(name, action, by: principal) { account, transaction in
      if account.isActiveAdmin, isDisabled { try transaction.requireAnotherAdmin(than: account) }
      try transaction.setDisabled(account.id, isDisabled)
      if isDisabled { try transaction.deleteSessions(of: account.id, keeping: nil) }
    }
  }

  /// With its sessions and tokens.
  @discardableResult
  package func delete(_ name: String, by principal: Principal) async throws -> StoredAccount {
    try Self.requireAdmin(principal, "delete accounts")
    let at = now()
    return try await store.write { transaction in
      let account = try transaction.existing(name)
      if account.isActiveAdmin { try transaction.requireAnotherAdmin(than: account) }
      try transaction.deleteAccount(account.id)
      try AuditLog.record(
        principal, "account.delete", account.subject, before: account.audited, at: at, in: transaction)
      return account
    }
  }

  /// Another one's password, by an admin. All sessions of the account end.
  @discardableResult
  package func setPassword(
    of name: String, to password: Secret, by principal: Principal
  ) async throws -> StoredAccount {
    try Self.requireAdmin(principal, "set passwords")
    let account = try await store.read { try $0.people.existing(name) }
    return try await setPassword(of: account, to: password, keeping: nil, by: principal)
  }

  /// One's own password. Other sessions of the account end.
  ///
  /// Wrong ones count as attempts to sign in: else the password could be tried out here without end.
  ///
  /// - Parameters:
  ///   - current: Who finds a browser open must not take the account over.
  ///   - session: The one that it is changed from.
  /// - Throws: ``AccessError`` of kind `notAllowed` for a wrong one, `throttled` or `busy`.
  package func changePassword(
    from current: Secret, to password: Secret, keeping session: TokenDigest?, by principal: Principal
  ) async throws {
    guard case .user(let id) = principal.identity,
      let account = try await store.read({ try $0.people.account(id) })
    else { throw AccessError(.notAllowed, "Only who is signed in has a password of their own to change.") }
    let attempt = SignInThrottle.Attempt(name: account.name, address: principal.address)
    let begun = now()
    let hash = try await store.write { [throttle] transaction in
      try throttle.begin(attempt, at: begun, in: transaction)
      return try transaction.passwordHash(of: id)
    }
    guard try await hasher.check(current, against: hash).isRight else {
      throw AccessError(.notAllowed, "The current password is not right. Nothing was changed.")
    }
    let at = now()
    try await store.write { [throttle] in try throttle.succeed(attempt, at: at, in: $0) }
    _ = try await setPassword(of: account, to: password, keeping: session, by: principal)
  }

  private func setPassword(
    of account: StoredAccount, to password: Secret, keeping session: TokenDigest?, by principal: Principal
  ) async throws -> StoredAccount {
    if account.externalID != nil {
      throw AccessError(.invalid, "\(account.name) signs in at the identity provider, and has no password here.")
    }
    try AccountRules.check(password: password, of: account.name)
    let hash = try await hasher.hash(password).text
    return try await change(account.name, Self.passwordAction, by: principal) { [at = now()] account, transaction in
      try transaction.setPasswordHash(of: account.id, hash, at: at)
      try transaction.deleteSessions(of: account.id, keeping: session)
    }
  }

  /// Changes one account; what changes nothing is not recorded, save a password, which does not show.
  private func change(
    _ name: String, _ action: String, by principal: Principal,
    _ body: @escaping @Sendable (StoredAccount, any InventoryTransaction) throws -> Void
  ) async throws -> StoredAccount {
    let at = now()
    return try await store.write { transaction in
      let before = try transaction.existing(name)
      try body(before, transaction)
      let after = try transaction.existing(name)
      if before == after, action != Self.passwordAction { return after }
      try AuditLog.record(
        principal, action, before.subject, before: before.audited, after: after.audited, at: at, in: transaction)
      return after
    }
  }

  private static let passwordAction = "account.password"

  private static func requireAdmin(_ principal: Principal, _ what: String) throws(AccessError) {
    try principal.requirePerson(to: what)
    try principal.require(.admin, to: what)
  }

  static func taken(_ name: String) -> AccessError {
    AccessError(.invalid, "There is an account \"\(name)\" already (case does not count). Choose another name.")
  }
}

extension AccountReading {
  func existing(_ name: String) throws -> StoredAccount {
    if let account = try account(named: name) { return account }
    // A password that was typed in the wrong place is not repeated.
    throw AccessError(.notFound, "There is no account of that name.")
  }
}

extension AccountReading {
  /// Whether no other active admin has a password.
  func isLastAdmin(_ account: StoredAccount) throws -> Bool {
    try account.isActiveAdmin && !accounts().contains { $0.id != account.id && $0.isActiveAdmin }
  }
}

extension InventoryTransaction {
  /// - Throws: ``AccessError`` if the name is taken.
  func create(_ account: NewAccount, by principal: Principal) throws -> StoredAccount {
    if try self.account(named: account.name) != nil { throw AccountService.taken(account.name) }
    let id = try insertAccount(account)
    guard let made = try self.account(id) else { throw AccessError(.notFound, "The account was not kept.") }
    try AuditLog.record(
      principal, "account.create", made.subject, after: made.audited, at: account.madeAt, in: self)
    return made
  }

  /// Somebody must be able to sign in and keep the accounts. Admins by an identity provider don't count: they are
  /// only as long as it says so.
  fileprivate func requireAnotherAdmin(than account: StoredAccount) throws {
    guard try !isLastAdmin(account) else {
      throw AccessError(
        .invalid,
        "\(account.name) is the last active admin with a password. Make another one first. Nothing was changed.")
    }
  }
}

extension StoredAccount {
  var isActiveAdmin: Bool { role == .admin && !isDisabled && hasPassword }

  var subject: String { "account:\(name)" }

  /// For the audit log.
  var audited: JSONValue {
    .object([
      "name": .string(name), "role": .string(role.rawValue), "disabled": .bool(isDisabled),
      "password": hasPassword ? .redacted : .null,
      "passwordSetAt": passwordSetAt.map { .string($0.description) } ?? .null,
    ])
  }

  /// For lists.
  package var json: JSONValue {
    .object([
      "id": .string(id.description), "name": .string(name), "role": .string(role.rawValue),
      "status": .string(isDisabled ? "disabled" : "active"),
      "signsInBy": .string(externalID == nil ? "password" : "identity provider"),
      "madeAt": .string(madeAt.description), "lastSignIn": lastSignIn.map { .string($0.description) } ?? .null,
    ])
  }
}
