import Crypto
import Foundation
package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// Browsers that are signed in. The browser has 256 random bits, the store their digest.
package struct SessionService: Sendable {
  package struct Limits: Sendable {
    /// Without a request for so long it ends.
    package var idle: Duration = .seconds(2 * 3600)
    /// It ends then, however much it is used.
    package var absolute: Duration = .seconds(12 * 3600)

    package init() {}
  }

  /// A session that has just begun.
  package struct Started: Sendable {
    /// For the cookie; kept nowhere here.
    package var text: Secret
    package var account: StoredAccount
    package var endsAt: Timestamp
  }

  /// A session that a request belongs to.
  package struct Active: Sendable {
    package var principal: Principal
    package var digest: TokenDigest
    /// For forms and for the header of scripts; see ``SessionService/isValid(csrf:for:)``.
    package var csrfToken: String
    package var endsAt: Timestamp
  }

  /// A session's last use is written at most this often.
  private static let resolution: Duration = .seconds(60)

  private let store: any InventoryStore
  private let uses: LastUses
  private let limits: Limits
  private let random: RandomSource
  private let now: @Sendable () -> Timestamp

  package init(
    store: any InventoryStore, uses: LastUses, limits: Limits = Limits(), random: RandomSource = .system,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.uses = uses
    self.limits = limits
    self.random = random
    self.now = now
  }

  /// Begins a session of somebody who has just proved who they are. Also clears away what has ended.
  func start(
    _ account: StoredAccount, address: String?, at: Timestamp, in transaction: any InventoryTransaction
  ) throws -> Started {
    try transaction.deleteSessions(endedBy: at, unusedSince: at.advanced(by: .zero - limits.idle))
    let text = random.text()
    let endsAt = at.advanced(by: limits.absolute)
    try transaction.insertSession(
      StoredSession(
        digest: TokenDigest(of: text), account: account.id, startedAt: at, lastUsed: at, endsAt: endsAt,
        address: address))
    try transaction.setLastSignIn(of: account.id, at: at)
    let principal = Principal(.user(account.id), name: account.name, role: account.role, address: address)
    try AuditLog.record(principal, "session.start", account.subject, at: at, in: transaction)
    return Started(text: Secret(text), account: account, endsAt: endsAt)
  }

  /// - Parameter text: What the browser's cookie says.
  /// - Returns: nil if it is no session, or not any more.
  package func active(_ text: Secret, address: String?) async throws -> Active? {
    let digest = TokenDigest(of: text.reveal())
    let at = now()
    let found = try await store.read { reader -> (StoredSession, StoredAccount)? in
      guard let session = try reader.people.session(digest),
        let account = try reader.people.account(session.account)
      else { return nil }
      return (session, account)
    }
    guard let (session, account) = found, !account.isDisabled, at < session.endsAt,
      at < session.lastUsed.advanced(by: limits.idle)
    else { return nil }
    if at >= session.lastUsed.advanced(by: Self.resolution) {
      uses.note(.session(digest), at: at)
    }
    let principal = Principal(.user(account.id), name: account.name, role: account.role, address: address)
    return Active(
      principal: principal, digest: digest, csrfToken: Base64URL.text(Self.csrfCode(text)), endsAt: session.endsAt)
  }

  /// Signs out.
  package func end(_ text: Secret, by principal: Principal) async throws {
    let at = now()
    try await store.write { transaction in
      let digest = TokenDigest(of: text.reveal())
      guard let session = try transaction.session(digest), let account = try transaction.account(session.account)
      else { return }
      _ = try transaction.deleteSession(digest)
      try AuditLog.record(principal, "session.end", account.subject, at: at, in: transaction)
    }
  }

  /// One's own that have not ended, the latest first.
  package func list(by principal: Principal) async throws -> [StoredSession] {
    guard let account = principal.account else { return [] }
    let at = now()
    return try await store.read { try $0.people.sessions(of: account) }.filter {
      at < $0.endsAt && at < $0.lastUsed.advanced(by: limits.idle)
    }
  }

  /// Signs out all of one's own browsers but this one.
  package func endOthers(than text: Secret, by principal: Principal) async throws {
    guard case .user(let id) = principal.identity else { return }
    let (at, kept) = (now(), TokenDigest(of: text.reveal()))
    try await store.write { transaction in
      guard let account = try transaction.account(id) else { return }
      try transaction.deleteSessions(of: id, keeping: kept)
      try AuditLog.record(principal, "session.endOthers", account.subject, at: at, in: transaction)
    }
  }

  /// Whether a form or script was made for this session: another site can send the cookie, but does not know this.
  ///
  /// The token follows from the session's own text, so that nothing more is kept, and it ends with the session. The
  /// comparison takes the same time wherever the difference is.
  package static func isValid(csrf token: String, for text: Secret) -> Bool {
    guard let code = Base64URL.bytes(token) else { return false }
    return HMAC<SHA256>.isValidAuthenticationCode(
      code, authenticating: csrfPurpose, using: SymmetricKey(data: Data(text.reveal().utf8)))
  }

  private static let csrfPurpose = Data("isthmus csrf".utf8)

  private static func csrfCode(_ text: Secret) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: csrfPurpose, using: SymmetricKey(data: Data(text.reveal().utf8)))
  }
}
