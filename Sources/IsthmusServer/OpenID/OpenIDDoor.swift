package import IsthmusConfiguration
import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// The sign-in by an identity provider as it is configured now. What the provider said of itself is kept for as long as
/// the settings stay as they are.
package actor OpenIDDoor {
  /// Where the way to the provider begins, and where it ends.
  package static let startPath = "/auth/openid/start"
  package static let callbackPath = "/auth/openid/callback"

  private let configuration: ConfigurationService
  private let store: any InventoryStore
  private let sessions: SessionService
  private let environment: [String: String]
  private let timeout: Duration
  private let now: @Sendable () -> Timestamp
  private var known: (key: Key, signIn: OpenIDSignIn)?

  /// All that the settings are, with their secret only as a digest.
  private struct Key: Hashable {
    var document: JSONValue
    var secret: TokenDigest?
  }

  /// - Parameters:
  ///   - environment: Variables that the application's secret may be in.
  ///   - timeout: Of one request to the provider.
  package init(
    configuration: ConfigurationService, store: any InventoryStore, sessions: SessionService,
    environment: [String: String], timeout: Duration, now: @escaping @Sendable () -> Timestamp
  ) {
    self.configuration = configuration
    self.store = store
    self.sessions = sessions
    self.environment = environment
    self.timeout = timeout
    self.now = now
  }

  /// - Throws: ``AccessError`` of kind `unavailable` if none is configured, or it can't be used as it is.
  func signIn() async throws -> OpenIDSignIn {
    let found: SignInConfiguration
    do {
      found = try await configuration.signIn(environment: environment)
    } catch let error as ConfigurationError {
      throw AccessError(.unavailable, "The identity provider can't be used: \(error).", problem: .notConfigured)
    }
    guard let openID = found.openID else {
      throw AccessError(
        .unavailable, "No identity provider is configured here. Sign in by a password.", problem: .notConfigured)
    }
    let key = Key(document: found.document, secret: openID.clientSecret.map { TokenDigest(of: $0.reveal()) })
    if let known, known.key == key { return known.signIn }
    let settings = try OpenIDSettings(openID)
    let provider = OpenIDProvider(settings, transport: BriefTransport(), timeout: timeout, now: now)
    let signIn = OpenIDSignIn(settings, provider: provider, store: store, sessions: sessions, now: now)
    known = (key, signIn)
    return signIn
  }
}

extension OpenIDSettings {
  init(_ configured: SignInConfiguration.OpenID) throws(AccessError) {
    try self.init(
      issuer: configured.issuer, clientID: configured.clientID, clientSecret: configured.clientSecret,
      redirectURL: "\(configured.baseURL)\(OpenIDDoor.callbackPath)", appRoles: configured.appRoles,
      groups: configured.groups, users: configured.users, otherwise: configured.otherwise)
    createsAccounts = configured.createsAccounts
  }
}

/// A client for each request: people sign in seldom, and nothing is left open between.
private struct BriefTransport: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer {
    let transport: AsyncHTTPTransport
    do throws(ConnectorError) {
      transport = try AsyncHTTPTransport(TransportSettings())
    } catch {
      throw TransportError(.unreachable, error.summary)
    }
    let result: Result<HTTPAnswer, TransportError>
    do throws(TransportError) {
      result = .success(try await transport.send(request))
    } catch {
      result = .failure(error)
    }
    await transport.shutdown()
    return try result.get()
  }
}
