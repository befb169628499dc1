import Crypto
import CryptoExtras
import Foundation
import Hummingbird
import IsthmusConnect
import IsthmusCore
import Logging
import NIOCore
import Synchronization

/// An identity provider on 127.0.0.1: discovery, keys, authorisation and token endpoint with PKCE, as RFC 6749 and 7636
/// say. What it puts into tokens is a test's to change.
final class OpenIDIssuer: Sendable {
  static let clientID = "isthmus-client"
  static let clientSecret = "issuer-secret-hunter2"
  static let redirectURL = "https://isthmus.example/auth/openid/callback"

  struct Plan: Sendable {
    var claims: [String: JSONValue] = [:]
    var removed: Set<String> = []
    /// Changes the finished token.
    var rewrite: @Sendable (String) -> String = { $0 }
    var signsWith = "first"
    /// The key's name in the token's header.
    var headerKeyID: String?
    var discoveredIssuer: String?
    var listedKeys = ["first"]
    var tokenError: (String, String)?
  }

  private struct Grant: Sendable {
    var challenge: String
    var nonce: String
    var redirectURL: String
  }

  private struct State: Sendable {
    var plan = Plan()
    var grants: [String: Grant] = [:]
    var requests: [String] = []
  }

  /// Made once: it takes a second.
  private static let keys = Result {
    try ["first", "second", "short"].reduce(into: [String: _RSA.Signing.PrivateKey]()) { keys, name in
      keys[name] = try _RSA.Signing.PrivateKey(unsafeKeySize: name == "short" ? .init(bitCount: 1024) : .bits2048)
    }
  }

  private let state = Mutex(State())
  private let keys: [String: _RSA.Signing.PrivateKey]
  private let port = Mutex(0)
  private let server = Mutex<Task<Void, any Error>?>(nil)
  private let now: @Sendable () -> Timestamp

  init(now: @escaping @Sendable () -> Timestamp) async throws {
    self.now = now
    keys = try Self.keys.get()
    let (bound, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        continuation.yield(channel.localAddress?.port ?? 0)
        continuation.finish()
      }, logger: Logger(label: "issuer") { _ in SwiftLogNoOpLogHandler() })
    server.withLock { $0 = Task { try await application.run() } }
    for await number in bound { port.withLock { $0 = number } }
  }

  deinit { server.withLock { $0?.cancel() } }

  var url: String { "http://127.0.0.1:\(port.withLock { $0 })/tenant" }

  /// Paths that were asked for.
  var requests: [String] { state.withLock { $0.requests } }

  func change(_ body: (inout Plan) -> Void) { state.withLock { body(&$0.plan) } }

  /// What a browser does at the authorisation endpoint, with somebody signed in there: the answer's parameters.
  func authorize(_ location: String) throws -> [String: String] {
    guard let query = URLComponents(string: location)?.queryItems else { return [:] }
    let asked = Dictionary(query.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    guard location.hasPrefix("\(url)/authorize?"), asked["response_type"] == "code",
      asked["client_id"] == Self.clientID,
      asked["redirect_uri"] == Self.redirectURL, asked["code_challenge_method"] == "S256",
      asked["scope"]?.contains("openid") == true, let challenge = asked["code_challenge"], let state = asked["state"]
    else { return ["error": "invalid_request", "state": asked["state"] ?? ""] }
    let code = UUID().uuidString
    let grant = Grant(challenge: challenge, nonce: asked["nonce"] ?? "", redirectURL: Self.redirectURL)
    self.state.withLock { $0.grants[code] = grant }
    return ["code": code, "state": state]
  }

  private func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("tenant/.well-known/openid-configuration") { [unowned self] _, _ in
      noted("discovery")
      return Self.json(discovery)
    }
    router.get("tenant/keys") { [unowned self] _, _ in
      noted("keys")
      return Self.json(keySet)
    }
    router.post("tenant/token") { [unowned self] request, _ in
      noted("token")
      let body = try await request.body.collect(upTo: 1 << 16)
      return try await token(String(buffer: body))
    }
    return router
  }

  private func noted(_ what: String) { state.withLock { $0.requests.append(what) } }

  private static func json(_ value: JSONValue, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: value.text())))
  }

  private var discovery: JSONValue {
    .object([
      "issuer": .string(state.withLock { $0.plan.discoveredIssuer } ?? url),
      "authorization_endpoint": .string("\(url)/authorize"), "token_endpoint": .string("\(url)/token"),
      "jwks_uri": .string("\(url)/keys"),
    ])
  }

  /// As Entra lists them, without `alg`; among them one of a kind that nobody here knows.
  private var keySet: JSONValue {
    let listed = state.withLock { $0.plan.listedKeys }.compactMap { name -> JSONValue? in
      guard let primitives = try? keys[name]?.publicKey.getKeyPrimitives() else { return nil }
      return .object([
        "kty": "RSA", "use": "sig", "kid": .string(name), "n": .string(Self.base64URL(primitives.modulus)),
        "e": .string(Self.base64URL(primitives.publicExponent)),
      ])
    }
    return .object(["keys": .array([.object(["kty": "strange", "kid": "strange"])] + listed)])
  }

  private func token(_ form: String) async throws -> Response {
    let fields = Dictionary(
      (URLComponents(string: "?\(form)")?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    let (plan, grant) = state.withLock { state in
      (state.plan, fields["code"].flatMap { state.grants.removeValue(forKey: $0) })
    }
    if let (code, description) = plan.tokenError {
      return Self.json(.object(["error": .string(code), "error_description": .string(description)]), .badRequest)
    }
    let digest = Self.base64URL(Data(SHA256.hash(data: Data((fields["code_verifier"] ?? "").utf8))))
    guard let grant, fields["grant_type"] == "authorization_code", fields["client_id"] == Self.clientID,
      fields["client_secret"] == Self.clientSecret, fields["redirect_uri"] == grant.redirectURL,
      digest == grant.challenge
    else { return Self.json(.object(["error": "invalid_grant"]), .badRequest) }
    return Self.json(
      .object(["token_type": "Bearer", "id_token": .string(try await idToken(plan, nonce: grant.nonce))]))
  }

  private func idToken(_ plan: Plan, nonce: String) async throws -> String {
    let seconds = now().microseconds / 1_000_000
    var claims: [String: JSONValue] = [
      "iss": .string(url), "sub": "subject-1", "oid": "person-1", "aud": .string(Self.clientID),
      "iat": .integer(seconds), "nbf": .integer(seconds), "exp": .integer(seconds + 3600), "nonce": .string(nonce),
      "preferred_username": "alice@contoso.example", "roles": .array(["Isthmus.Operator"]),
    ]
    claims.merge(plan.claims) { $1 }
    for name in plan.removed { claims[name] = nil }
    guard let key = keys[plan.signsWith] else { return "" }
    let header = #"{"alg":"RS256","typ":"JWT","kid":"\#(plan.headerKeyID ?? plan.signsWith)"}"#
    let payload = JSONValue.object(claims.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })
    let signed = "\(Self.base64URL(Data(header.utf8))).\(Self.base64URL(Data(payload.text().utf8)))"
    let signature = try key.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
    return plan.rewrite("\(signed).\(Self.base64URL(signature.rawRepresentation))")
  }

  static func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// A token signed with the public key's text as a shared secret: what a checker takes that believes the header.
  func confused(_ token: String) -> String {
    let parts = token.split(separator: ".")
    let signed = "\(Self.base64URL(Data(#"{"alg":"HS256","kid":"first"}"#.utf8))).\(parts[1])"
    let secret = SymmetricKey(data: Data((keys["first"]?.publicKey.pemRepresentation ?? "").utf8))
    let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: secret)
    return "\(signed).\(Self.base64URL(Data(code)))"
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
}
