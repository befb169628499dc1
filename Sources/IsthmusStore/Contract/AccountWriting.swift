package import IsthmusCore

package struct AccountID: InventoryID {
  package static let prefix = "U"
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}

package struct TokenID: InventoryID {
  package static let prefix = "T"
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}

/// A person's account. Names are told apart without case.
package struct StoredAccount: Sendable, Hashable {
  package var id: AccountID
  package var name: String
  package var role: Role
  package var isDisabled: Bool
  /// Whether it can sign in by a password.
  package var hasPassword: Bool
  /// Who it is for the issuer that signs it in; nil for accounts of this server alone.
  package var externalID: String?
  package var madeAt: Timestamp
  package var passwordSetAt: Timestamp?
  package var lastSignIn: Timestamp?
}

package struct NewAccount: Sendable {
  package var name: String
  package var role: Role
  package var passwordHash: String?
  package var externalID: String?
  package var madeAt: Timestamp

  package init(name: String, role: Role, passwordHash: String?, externalID: String? = nil, madeAt: Timestamp) {
    self.name = name
    self.role = role
    self.passwordHash = passwordHash
    self.externalID = externalID
    self.madeAt = madeAt
  }
}

/// A browser that is signed in.
package struct StoredSession: Sendable, Hashable {
  package var digest: TokenDigest
  package var account: AccountID
  package var startedAt: Timestamp
  package var lastUsed: Timestamp
  /// It ends then, however much it is used.
  package var endsAt: Timestamp
  package var address: String?

  package init(
    digest: TokenDigest, account: AccountID, startedAt: Timestamp, lastUsed: Timestamp, endsAt: Timestamp,
    address: String?
  ) {
    self.digest = digest
    self.account = account
    self.startedAt = startedAt
    self.lastUsed = lastUsed
    self.endsAt = endsAt
    self.address = address
  }
}

/// A program's access.
package struct StoredToken: Sendable, Hashable {
  package var id: TokenID
  package var name: String
  package var role: Role
  /// Whose it is; nil for one that was made on the command line.
  package var account: AccountID?
  /// Who made it, as the audit log names them.
  package var madeBy: String
  package var madeAt: Timestamp
  package var expiresAt: Timestamp
  package var lastUsed: Timestamp?
}

package struct NewToken: Sendable {
  package var name: String
  package var digest: TokenDigest
  package var role: Role
  package var account: AccountID?
  package var madeBy: String
  package var madeAt: Timestamp
  package var expiresAt: Timestamp

  package init(
    name: String, digest: TokenDigest, role: Role, account: AccountID?, madeBy: String, madeAt: Timestamp,
    expiresAt: Timestamp
  ) {
    self.name = name
    self.digest = digest
    self.role = role
    self.account = account
    self.madeBy = madeBy
    self.madeAt = madeAt
    self.expiresAt = expiresAt
  }
}

/// What is remembered of attempts to sign in, by whom they were made or to what.
package struct StoredAttempts: Sendable, Hashable {
  package var failures: Int
  package var lastFailure: Timestamp?
  package var lastSuccess: Timestamp?

  package init(failures: Int = 0, lastFailure: Timestamp? = nil, lastSuccess: Timestamp? = nil) {
    self.failures = failures
    self.lastFailure = lastFailure
    self.lastSuccess = lastSuccess
  }
}

/// A link that works once.
package struct StoredLink: Sendable, Hashable {
  package var digest: TokenDigest
  /// `first-admin`.
  package var purpose: String
  package var madeAt: Timestamp
  package var expiresAt: Timestamp

  package init(digest: TokenDigest, purpose: String, madeAt: Timestamp, expiresAt: Timestamp) {
    self.digest = digest
    self.purpose = purpose
    self.madeAt = madeAt
    self.expiresAt = expiresAt
  }
}

package protocol AccountReading {
  /// By name, without case.
  func accounts() throws -> [StoredAccount]
  func account(_ id: AccountID) throws -> StoredAccount?
  func account(named name: String) throws -> StoredAccount?
  func account(externalID: String) throws -> StoredAccount?
  func passwordHash(of account: AccountID) throws -> String?

  func session(_ digest: TokenDigest) throws -> StoredSession?
  /// The latest first.
  func sessions(of account: AccountID) throws -> [StoredSession]

  /// By number.
  func apiTokens() throws -> [StoredToken]
  func apiToken(_ digest: TokenDigest) throws -> StoredToken?
  func apiToken(_ id: TokenID) throws -> StoredToken?

  /// - Parameter key: Tells nothing of what was typed; see `SignInThrottle`.
  func signInAttempts(_ key: TokenDigest) throws -> StoredAttempts?
  func link(_ digest: TokenDigest) throws -> StoredLink?
}

package protocol AccountWriting: AccountReading {
  /// - Throws: ``StoreError`` if the name or external id is taken; look first.
  func insertAccount(_ account: NewAccount) throws -> AccountID
  func setRole(of account: AccountID, _ role: Role) throws
  func setDisabled(_ account: AccountID, _ isDisabled: Bool) throws
  /// - Parameter at: nil for the same password with another hash.
  func setPasswordHash(of account: AccountID, _ hash: String, at: Timestamp?) throws
  func setLastSignIn(of account: AccountID, at: Timestamp) throws
  /// With its sessions, tokens and saved searches.
  func deleteAccount(_ account: AccountID) throws

  func insertSession(_ session: StoredSession) throws
  func setLastUsed(session digest: TokenDigest, at: Timestamp) throws
  /// - Returns: Whether there was one.
  func deleteSession(_ digest: TokenDigest) throws -> Bool
  /// All of the account, but the one to keep.
  func deleteSessions(of account: AccountID, keeping kept: TokenDigest?) throws
  /// Those that ended by `at`, or were not used since `unusedSince`.
  func deleteSessions(endedBy at: Timestamp, unusedSince: Timestamp) throws

  func insertToken(_ token: NewToken) throws -> TokenID
  func setLastUsed(token: TokenID, at: Timestamp) throws
  func deleteToken(_ id: TokenID) throws

  func setSignInAttempts(_ key: TokenDigest, _ attempts: StoredAttempts) throws
  /// Those that never succeeded and failed last before the one time; the others by the other.
  func deleteSignInAttempts(failedBefore: Timestamp, succeededBefore: Timestamp) throws

  /// In place of earlier ones of the same purpose.
  func setLink(_ link: StoredLink) throws
  func deleteLinks(of purpose: String) throws
}
