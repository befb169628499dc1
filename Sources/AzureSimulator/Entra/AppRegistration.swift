/// The one application that may sign in to the tenant.
package struct AppRegistration: Sendable {
  package let tenantID: String
  /// A domain of the tenant, which may stand in place of its id.
  package let domain: String
  package let clientID: String
  package let clientSecret: String
  /// The secret's id, which people paste for its value.
  package let secretID: String
  /// A secret that was valid once.
  package let expiredSecret: String
  /// By which assertions may be signed.
  let certificates: [RegisteredCertificate]
  /// What another identity provider signs with, whose tokens are taken; nil: none's are.
  let federation: RegisteredCertificate?

  /// What the one federated credential says of its tokens, where there is one.
  package static let federatedIssuer = "https://issuer.example"
  package static let federatedSubject = "isthmus"
  package static let federatedAudience = "api://AzureADTokenExchange"

  /// - Parameter secret: nil for one made by the seed.
  init(
    tenantID: String, domain: String = Company.contoso.tenantDomain, seed: UInt64, secret: String?,
    expiredSecret: String, certificates: [RegisteredCertificate] = [], federation: RegisteredCertificate? = nil
  ) {
    var dice = Dice(seed, .client)
    self.tenantID = tenantID
    self.domain = domain
    clientID = dice.guid()
    secretID = dice.guid()
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    let tail = (0..<31).map { _ in letters[dice.below(letters.count)] }
    // The shape of a real one: characters that a form must percent-encode are in it.
    clientSecret = secret ?? "Sim8Q~+/\(String(decoding: tail, as: UTF8.self))="
    self.expiredSecret = expiredSecret
    self.certificates = certificates
    self.federation = federation
  }

  /// - Throws: ``SimulatorError`` for a certificate that can't be read.
  init(tenantID: String, _ configuration: SimulatorConfiguration) throws(SimulatorError) {
    var certificates: [RegisteredCertificate] = []
    for pem in configuration.clientCertificates { certificates.append(try RegisteredCertificate(pem: pem)) }
    var federation: RegisteredCertificate?
    if let pem = configuration.federatedIssuer { federation = try RegisteredCertificate(pem: pem) }
    self.init(
      tenantID: tenantID, seed: configuration.tenant.seed, secret: configuration.clientSecret,
      expiredSecret: configuration.expiredSecret, certificates: certificates, federation: federation)
  }

  func isTenant(_ text: String) -> Bool {
    text.lowercased() == tenantID || text.lowercased() == domain
  }
}

/// The tokens that were given out and are not forgotten yet.
struct TokenStore: Sendable {
  enum Standing: Equatable {
    case valid(principal: String)
    case expired
    case unknown
  }

  private static let maximumCount = 10_000
  private var tokens: [String: (principal: String, expires: ContinuousClock.Instant, requests: Int)] = [:]

  /// Makes a token; it looks like those of Entra ID but says nothing: clients must not read them.
  mutating func issue(to principal: String, lifetime: Duration, at now: ContinuousClock.Instant) -> String {
    if tokens.count >= Self.maximumCount { tokens = tokens.filter { $0.value.expires > now } }
    if tokens.count >= Self.maximumCount { tokens.removeAll() }
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    func letters(_ count: Int) -> String {
      String(decoding: (0..<count).map { _ in alphabet[Int.random(in: 0..<64)] }, as: UTF8.self)
    }
    let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.\(letters(900)).\(letters(342))"
    tokens[token] = (principal, now.advanced(by: lifetime), 0)
    return token
  }

  /// What a request with the token may do; each is counted.
  ///
  /// - Parameter most: How many requests a token is good for; nil for no such limit.
  mutating func admit(_ token: String, most: Int?, at now: ContinuousClock.Instant) -> Standing {
    guard let found = tokens[token] else { return .unknown }
    tokens[token]?.requests += 1
    let isSpent = most.map { found.requests >= $0 } ?? false
    return found.expires > now && !isSpent ? .valid(principal: found.principal) : .expired
  }
}
