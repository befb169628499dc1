import IsthmusConfiguration
package import IsthmusConnect
package import IsthmusCore
import JWTKit

/// The identity provider: where it takes requests, its keys, and its tokens. What it says of itself is kept for a day.
package actor OpenIDProvider {
  struct Endpoints: Sendable {
    var authorization: String
    var token: String
    var keys: String
  }

  private static let lifetime: Duration = .seconds(86_400)
  /// A key that is not known is asked for at most this often.
  private static let pause: Duration = .seconds(60)
  private static let maximumBytes = 1 << 20
  private let timeout: Duration

  private let settings: OpenIDSettings
  private let transport: any HTTPTransport
  private let now: @Sendable () -> Timestamp
  private var endpoints: (value: Endpoints, at: Timestamp)?
  private var keys: (byID: [String: JWK], at: Timestamp)?

  /// - Parameter timeout: Of one request; a person waits for it.
  package init(
    _ settings: OpenIDSettings, transport: any HTTPTransport, timeout: Duration = .seconds(20),
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.timeout = timeout
    self.settings = settings
    self.transport = transport
    self.now = now
  }

  /// - Throws: ``AccessError`` of kind `unavailable`.
  func endpoints() async throws(AccessError) -> Endpoints {
    if let endpoints, now() < endpoints.at.advanced(by: Self.lifetime) { return endpoints.value }
    let issuer = settings.issuer.hasSuffix("/") ? String(settings.issuer.dropLast()) : settings.issuer
    let document = try await get("\(issuer)/.well-known/openid-configuration")
    // Else another provider could speak for this one.
    guard document["issuer"]?.string == settings.issuer else {
      throw Self.unavailable("it says that it is another issuer than the settings name")
    }
    let found = Endpoints(
      authorization: try Self.url("authorization_endpoint", document), token: try Self.url("token_endpoint", document),
      keys: try Self.url("jwks_uri", document))
    endpoints = (found, now())
    return found
  }

  /// - Returns: nil if the provider has no key of this name.
  func key(_ id: String) async throws(AccessError) -> JWK? {
    if let keys, now() < keys.at.advanced(by: Self.lifetime) {
      if let key = keys.byID[id] { return key }
      // It may have a new key; but whoever sends rubbish must not make us ask each time.
      if now() < keys.at.advanced(by: Self.pause) { return nil }
    }
    let document = try await get(try await endpoints().keys)
    guard let listed = document["keys"]?.array else { throw Self.unavailable("its keys can't be read") }
    var byID: [String: JWK] = [:]
    for key in listed {
      // Keys of a kind that is not taken are not ours to judge.
      if let id = key["kid"]?.string, Self.isForSigning(key), let read = try? JWK(json: key.text()) { byID[id] = read }
    }
    keys = (byID, now())
    return byID[id]
  }

  /// Exchanges a code for the id token.
  ///
  /// - Throws: ``AccessError`` of kind `notSignedIn` if the provider refuses it.
  func idToken(code: String, attempt: OpenIDAttempt) async throws(AccessError) -> String {
    var form = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirectURL),
      ("client_id", settings.clientID), ("code_verifier", attempt.verifier),
    ]
    if let secret = settings.clientSecret { form.append(("client_secret", secret.reveal())) }
    let body = form.map { "\($0.0)=\(FormEncoding.encode($0.1))" }.joined(separator: "&")
    let request = HTTPRequest(
      "POST", try await endpoints().token,
      headers: [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")],
      body: Array(body.utf8), timeout: timeout)
    let answer = try await send(request)
    let document = try Self.document(answer)
    guard answer.status == 200, let token = document["id_token"]?.string else {
      throw OpenIDRefusal.error(document["error"]?.string, document["error_description"]?.string)
    }
    return token
  }

  private static func isForSigning(_ key: JSONValue) -> Bool {
    guard let use = key["use"]?.string else { return true }
    return use == "sig"
  }

  private func get(_ url: String) async throws(AccessError) -> JSONValue {
    let answer = try await send(
      HTTPRequest("GET", url, headers: [("accept", "application/json")], timeout: timeout))
    guard answer.status == 200 else { throw Self.unavailable("it answered \(answer.status)") }
    return try Self.document(answer)
  }

  private func send(_ request: HTTPRequest) async throws(AccessError) -> HTTPAnswer {
    do {
      return try await transport.send(request)
    } catch {
      throw Self.unavailable(error.summary)
    }
  }

  private static func document(_ answer: HTTPAnswer) throws(AccessError) -> JSONValue {
    guard answer.body.count <= maximumBytes else { throw unavailable("its answer is too long") }
    do {
      return try JSONValue(parsing: answer.body.text)
    } catch {
      throw unavailable("its answer (\(answer.status)) is no JSON")
    }
  }

  private static func url(_ name: String, _ document: JSONValue) throws(AccessError) -> String {
    guard let url = document[name]?.string, SignInConfiguration.isSafe(url) else {
      throw unavailable("its \(name) is missing, or no https:// address")
    }
    return url
  }

  private static func unavailable(_ why: String) -> AccessError {
    AccessError(.unavailable, "The identity provider can't be used now: \(why). Try again, or sign in with a password.")
  }
}
