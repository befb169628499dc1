import IsthmusConfiguration
package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// Signs people in by name and password.
package struct SignInService: Sendable {
  private let store: any InventoryStore
  private let hasher: PasswordHasher
  private let sessions: SessionService
  private let throttle: SignInThrottle
  private let now: @Sendable () -> Timestamp

  package init(
    store: any InventoryStore, hasher: PasswordHasher, sessions: SessionService,
    throttle: SignInThrottle = SignInThrottle(), now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.hasher = hasher
    self.sessions = sessions
    self.throttle = throttle
    self.now = now
  }

  /// Where passwords are off, the last active admin with one may still come in by it: somebody must.
  ///
  /// A wrong name, a wrong password, a disabled account and one without a password give one answer, after the same work.
  ///
  /// - Parameter address: The client's; of a proxy's headers only if the proxy is trusted.
  /// - Throws: ``AccessError`` of kind `notSignedIn`, `throttled` or `busy`.
  package func signIn(
    _ name: String, password: Secret, address: String?
  ) async throws -> SessionService.Started {
    guard name.utf8.count <= AccountRules.maximumNameLength,
      password.reveal().utf8.count <= AccountRules.maximumPasswordBytes
    else { throw Self.refusal }
    let attempt = SignInThrottle.Attempt(name: name, address: address)
    let begun = now()
    let (account, stored) = try await store.write { [throttle] transaction in
      try throttle.begin(attempt, at: begun, in: transaction)
      let account = try transaction.account(named: name)
      return (account, try account.flatMap { try transaction.passwordHash(of: $0.id) })
    }
    let check = try await hasher.check(password, against: stored)
    guard check.isRight, let account else {
      try await recordFailure(account, address)
      throw Self.refusal
    }
    let renewed = check.isOutdated ? try await hasher.hash(password).text : nil
    let at = now()
    return try await store.write { [throttle, sessions] transaction in
      // The account as it is now: it may have been disabled, or its password changed, while this one was checked.
      guard let account = try transaction.account(account.id), !account.isDisabled,
        try transaction.passwordHash(of: account.id) == stored
      else { throw Self.refusal }
      if try SignInConfiguration.refusesPasswords(transaction.configurationItems()),
        try !transaction.isLastAdmin(account)
      {
        throw Self.passwordsAreOff
      }
      if let renewed { try transaction.setPasswordHash(of: account.id, renewed, at: nil) }
      try throttle.succeed(attempt, at: at, in: transaction)
      return try sessions.start(account, address: address, at: at, in: transaction)
    }
  }

  /// Of a name that nobody has too: the same work; but without the name, which may be a password.
  private func recordFailure(_ account: StoredAccount?, _ address: String?) async throws {
    let at = now()
    let subject = account?.subject ?? "account:(unknown)"
    try await store.write { transaction in
      let nobody = Principal(.system, name: "somebody", role: .viewer, address: address)
      try AuditLog.record(nobody, "session.refuse", subject, at: at, in: transaction)
    }
  }

  /// Told to who knows the password alone.
  private static let passwordsAreOff = AccessError(
    .notSignedIn,
    """
    Passwords are off here: sign in by the identity provider. If that can't be, an admin turns them on where the server \
    is: signIn: {passwords: true} in a file, and isthmus apply.
    """)

  private static let refusal = AccessError(.notSignedIn, "The name or the password is not right.")
}
