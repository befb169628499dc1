import Crypto
import Foundation
package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// Signs people in by an identity provider: OpenID Connect, authorisation code flow with PKCE.
///
/// Who signs in for the first time gets an account, if the settings let them. Its role is what the provider's token gives, at each sign-in anew.
package struct OpenIDSignIn: Sendable {
  private let settings: OpenIDSettings
  private let provider: OpenIDProvider
  private let store: any InventoryStore
  private let sessions: SessionService
  private let now: @Sendable () -> Timestamp

  package init(
    _ settings: OpenIDSettings, provider: OpenIDProvider, store: any InventoryStore, sessions: SessionService,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.settings = settings
    self.provider = provider
    self.store = store
    self.sessions = sessions
    self.now = now
  }

  /// Where to send the browser. Set the attempt's text as its cookie (``SessionCookie``, purpose `signIn`).
  package func location(for attempt: OpenIDAttempt) async throws -> String {
    let endpoint = try await provider.endpoints().authorization
    let parameters = [
      ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", settings.redirectURL),
      ("scope", "openid profile"), ("state", attempt.state), ("nonce", attempt.nonce),
      ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
    ]
    let query = parameters.map { "\($0.0)=\(FormEncoding.encode($0.1))" }.joined(separator: "&")
    return "\(endpoint)\(endpoint.contains("?") ? "&" : "?")\(query)"
  }

  /// Ends what the browser brought back. Take the attempt's cookie away, whatever comes of it.
  ///
  /// - Parameters:
  ///   - parameters: Of the address that the provider sent the browser to.
  ///   - cookie: That of the attempt; nil if there was none.
  /// - Throws: ``AccessError``.
  package func finish(
    _ parameters: [String: String], cookie: Secret?, address: String?
  ) async throws -> (session: SessionService.Started, returnPath: String) {
    guard let attempt = cookie.flatMap({ OpenIDAttempt(cookie: $0) }) else {
      throw OpenIDRefusal.because("it was begun in another browser, or too long ago", .attempt)
    }
    guard let state = parameters["state"], attempt.isState(state) else {
      throw OpenIDRefusal.because("the answer is not of this browser's attempt", .attempt)
    }
    // RFC 9207: providers that send it tell whose answer it is.
    if let issuer = parameters["iss"], issuer != settings.issuer {
      throw OpenIDRefusal.because("the answer is of another issuer", .attempt)
    }
    guard let code = parameters["code"], !code.isEmpty else {
      throw OpenIDRefusal.error(parameters["error"], parameters["error_description"])
    }
    let text = try await provider.idToken(code: code, attempt: attempt)
    let token = try await IDToken(checking: text, of: provider, settings, nonce: attempt.nonce, at: now())
    return (try await start(token, address), attempt.returnPath)
  }

  private func start(_ token: IDToken, _ address: String?) async throws -> SessionService.Started {
    guard let role = settings.role(of: token) else { throw Self.noRole(token) }
    let at = now()
    let external = "\(settings.issuer) \(token.person)"
    let makesAccount = settings.createsAccounts || settings.users[token.person] != nil
    return try await store.write { [sessions] transaction in
      if !makesAccount, try transaction.account(externalID: external) == nil { throw Self.noAccount }
      let account = try Self.account(external, token, role, at: at, address, transaction)
      if account.isDisabled {
        throw AccessError(.notSignedIn, "This account is disabled. Ask an admin.", problem: .disabled)
      }
      return try sessions.start(account, address: address, at: at, in: transaction)
    }
  }

  /// The person's account with the role as it is now.
  private static func account(
    _ external: String, _ token: IDToken, _ role: Role, at: Timestamp, _ address: String?,
    _ transaction: any InventoryTransaction
  ) throws -> StoredAccount {
    let provider = Principal(.system, name: "identity provider", role: .admin, address: address)
    guard let known = try transaction.account(externalID: external) else {
      let name = try freeName(token.name, external, transaction)
      return try transaction.create(
        NewAccount(name: name, role: role, passwordHash: nil, externalID: external, madeAt: at), by: provider)
    }
    if known.role == role || known.isDisabled { return known }
    try transaction.setRole(of: known.id, role)
    guard let changed = try transaction.account(known.id) else { return known }
    try AuditLog.record(
      provider, "account.role", known.subject, before: known.audited, after: changed.audited, at: at, in: transaction)
    return changed
  }

  /// The name at the provider, marked where somebody else has it here: an account is never given to another person by
  /// its name.
  private static func freeName(_ name: String?, _ external: String, _ people: any AccountReading) throws -> String {
    let mark = SHA256.hash(data: Data(external.utf8)).prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      .joined()
    var base = name ?? ""
    do { try AccountRules.check(name: base) } catch { base = "user" }
    if base != "user", try people.account(named: base) == nil { return base }
    return "\(base.prefix(AccountRules.maximumNameLength - mark.count - 1))~\(mark)"
  }

  private static func noRole(_ token: IDToken) -> AccessError {
    let groups =
      token.lacksGroups
      ? " They are in so many groups that the token does not list them: give the role by an app role instead." : ""
    return AccessError(
      .notAllowed,
      "The identity provider knows this person, but they have no role here. Ask an admin for one.\(groups)",
      problem: .noRole)
  }

  private static let noAccount = AccessError(
    .notAllowed, "The identity provider knows this person, but they have no account here. Ask an admin for one.",
    problem: .noAccount)
}
