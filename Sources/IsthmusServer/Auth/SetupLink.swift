package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// The link by which the first admin makes their account, while there is none: the server prints it when it starts.
package struct SetupLink: Sendable {
  private static let purpose = "first-admin"
  package static let lifetime: Duration = .seconds(86_400)

  private let store: any InventoryStore
  private let hasher: PasswordHasher
  private let random: RandomSource
  private let now: @Sendable () -> Timestamp

  package init(
    store: any InventoryStore, hasher: PasswordHasher, random: RandomSource = .system,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.hasher = hasher
    self.random = random
    self.now = now
  }

  /// A new link, in place of one that was made before.
  ///
  /// - Returns: The text that opens it; nil if there is an account.
  package func make() async throws -> Secret? {
    let at = now()
    let text = random.text()
    return try await store.write { transaction in
      guard try transaction.accounts().isEmpty else {
        try transaction.deleteLinks(of: Self.purpose)
        return nil
      }
      try transaction.setLink(
        StoredLink(
          digest: TokenDigest(of: text), purpose: Self.purpose, madeAt: at, expiresAt: at.advanced(by: Self.lifetime)))
      return Secret(text)
    }
  }

  /// Whether the link can be used now.
  package func isValid(_ text: Secret) async throws -> Bool {
    let at = now()
    return try await store.read { try Self.isValid(text, at: at, $0.people) }
  }

  /// Makes the first account, an admin. The link works once.
  ///
  /// - Throws: ``AccessError`` if the link is not valid, or the name or password can't be used.
  package func redeem(_ text: Secret, name: String, password: Secret, address: String?) async throws -> StoredAccount {
    // Before the password is hashed, which costs.
    guard try await isValid(text) else { throw Self.refusal }
    try AccountRules.check(name: name)
    try AccountRules.check(password: password, of: name)
    let hash = try await hasher.hash(password).text
    let at = now()
    return try await store.write { transaction in
      guard try Self.isValid(text, at: at, transaction) else { throw Self.refusal }
      try transaction.deleteLinks(of: Self.purpose)
      return try transaction.create(
        NewAccount(name: name, role: .admin, passwordHash: hash, madeAt: at),
        by: Principal(.system, name: "setup link", role: .admin, address: address))
    }
  }

  private static func isValid(_ text: Secret, at: Timestamp, _ people: any AccountReading) throws -> Bool {
    guard let link = try people.link(TokenDigest(of: text.reveal())), link.purpose == purpose, at < link.expiresAt
    else { return false }
    return try people.accounts().isEmpty
  }

  private static let refusal = AccessError(
    .notSignedIn,
    """
    This link is not valid: it works once, for 24 hours, while there is no account. The server prints a new one when \
    it starts.
    """)
}
