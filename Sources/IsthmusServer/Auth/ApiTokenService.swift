package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// Programs' access. A token is shown once; the store has its digest.
package struct ApiTokenService: Sendable {
  /// Marks a text as a token of ours, for people and for scanners of leaked secrets.
  package static let prefix = "isth_"
  /// Seconds: 366 days.
  package static let longestLifetime: Duration = .seconds(366 * 86_400)
  private static let longestName = 100
  /// A token's last use is written at most this often.
  private static let resolution: Duration = .seconds(60)

  private let store: any InventoryStore
  private let uses: LastUses
  private let random: RandomSource
  private let now: @Sendable () -> Timestamp

  package init(
    store: any InventoryStore, uses: LastUses, random: RandomSource = .system,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.uses = uses
    self.random = random
    self.now = now
  }

  /// Makes a token; its text is in the answer alone.
  ///
  /// - Parameter lifetime: Until it ends; at most ``longestLifetime``.
  /// - Throws: ``AccessError`` if the role is above the maker's own.
  package func create(
    _ name: String, role: Role, lifetime: Duration, by principal: Principal
  ) async throws -> (token: StoredToken, text: Secret) {
    try principal.requirePerson(to: "make tokens")
    try principal.require(role, to: "make a token with the role \(role.rawValue)")
    let isPlain = !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard isPlain, (1...Self.longestName).contains(name.count) else {
      throw AccessError(.invalid, "A token's name has 1 to \(Self.longestName) printable characters.")
    }
    guard lifetime >= .seconds(1), lifetime <= Self.longestLifetime else {
      throw AccessError(
        .invalid, "A token ends at most \(Self.longestLifetime.components.seconds / 86_400) days from now.")
    }
    let at = now()
    let text = Self.prefix + random.text()
    let new = NewToken(
      name: name, digest: TokenDigest(of: text), role: role, account: principal.account, madeBy: principal.name,
      madeAt: at, expiresAt: at.advanced(by: lifetime))
    let token = try await store.write { transaction in
      if let account = principal.account {
        // The role as it is now, in the transaction that makes the token.
        guard let maker = try transaction.account(account), !maker.isDisabled, maker.role >= role else {
          throw AccessError(.notAllowed, "\(principal.name) may not make this token any more.")
        }
      }
      guard let token = try transaction.apiToken(try transaction.insertToken(new)) else {
        throw AccessError(.notFound, "The token was not kept.")
      }
      try AuditLog.record(
        principal, "token.create", token.subject, after: token.audited, at: at, in: transaction)
      return token
    }
    return (token, Secret(text))
  }

  /// One's own; an admin sees all.
  package func list(by principal: Principal) async throws -> [StoredToken] {
    try await store.read { try $0.people.apiTokens() }.filter { Self.mayKeep($0, principal) }
  }

  /// One's own; an admin any.
  @discardableResult
  package func revoke(_ id: TokenID, by principal: Principal) async throws -> StoredToken {
    try principal.requirePerson(to: "revoke tokens")
    let at = now()
    return try await store.write { transaction in
      guard let token = try transaction.apiToken(id), Self.mayKeep(token, principal) else {
        throw AccessError(.notFound, "There is no token \(id) that you may revoke.")
      }
      try transaction.deleteToken(id)
      try AuditLog.record(
        principal, "token.revoke", token.subject, before: token.audited, at: at, in: transaction)
      return token
    }
  }

  /// Who a request's token stands for. Its role is never above what its maker's is now.
  ///
  /// - Returns: nil if it is no token, or not any more.
  package func principal(of text: Secret, address: String?) async throws -> Principal? {
    let text = text.reveal()
    guard text.hasPrefix(Self.prefix), text.utf8.count <= 128 else { return nil }
    let digest = TokenDigest(of: text)
    let at = now()
    let found = try await store.read { reader -> (StoredToken, StoredAccount?)? in
      guard let token = try reader.people.apiToken(digest) else { return nil }
      return (token, try token.account.flatMap { try reader.people.account($0) })
    }
    guard let (token, maker) = found, at < token.expiresAt else { return nil }
    var role = token.role
    if token.account != nil {
      guard let maker, !maker.isDisabled else { return nil }
      role = min(role, maker.role)
    }
    if token.lastUsed.map({ at >= $0.advanced(by: Self.resolution) }) ?? true {
      uses.note(.token(token.id), at: at)
    }
    return Principal(
      .token(token.id, of: token.account), name: "token \(token.name) of \(maker?.name ?? token.madeBy)", role: role,
      address: address)
  }

  private static func mayKeep(_ token: StoredToken, _ principal: Principal) -> Bool {
    principal.role >= .admin || (token.account != nil && token.account == principal.account)
  }
}

extension StoredToken {
  var subject: String { "token:\(id)" }

  /// For the audit log: nothing that opens anything.
  var audited: JSONValue {
    .object([
      "name": .string(name), "role": .string(role.rawValue), "token": .redacted,
      "expiresAt": .string(expiresAt.description),
    ])
  }

  /// For lists.
  package var json: JSONValue {
    .object([
      "id": .string(id.description), "name": .string(name), "role": .string(role.rawValue),
      "madeBy": .string(madeBy), "madeAt": .string(madeAt.description), "expiresAt": .string(expiresAt.description),
      "lastUsed": lastUsed.map { .string($0.description) } ?? .null,
    ])
  }
}
