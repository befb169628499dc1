import Foundation
package import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
package import IsthmusStore

/// `signIn` of the configuration: how people sign in.
package struct SignInConfiguration: Sendable {
  /// An identity provider that speaks OpenID Connect.
  package struct OpenID: Sendable {
    /// On the sign-in page.
    package var displayName: String
    package var issuer: String
    package var clientID: String
    /// nil: the application is a public one. Empty where secrets were not wanted.
    package var clientSecret: Secret?
    /// Where browsers reach this server, without a slash at its end.
    package var baseURL: String
    package var appRoles: [String: Role]
    package var groups: [String: Role]
    package var users: [String: Role]
    package var otherwise: Role?
    /// Whether anybody who gets a role gets an account; else only those that `users` names.
    package var createsAccounts: Bool
  }

  /// Whether people may sign in by a password.
  package let takesPasswords: Bool
  package let openID: OpenID?
  /// As it was written.
  package let document: JSONValue

  /// By passwords alone.
  package init() {
    takesPasswords = true
    openID = nil
    document = .object(["passwords": .bool(true)])
  }

  /// - Parameter secrets: nil: the secret is not wanted, and not read.
  init(_ node: ConfigNode, secrets: SecretSource?) throws(ConfigurationError) {
    let members = try node.members(known: ["passwords", "openID"])
    document = try node.json.normalised
    takesPasswords = try members["passwords"]?.flag ?? true
    if let provider = members["openID"], !provider.isNull {
      openID = try OpenID(provider, secrets: secrets)
    } else {
      openID = nil
    }
    if !takesPasswords, openID == nil {
      throw (members["passwords"] ?? node).failure("nobody could sign in: passwords can be off where openID is set")
    }
  }

  /// Whether nobody between can read or change what goes to the address.
  package static func isSafe(_ url: String) -> Bool {
    if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return false }
    if url.hasPrefix("https://") { return url.utf8.count > 8 }
    return ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { start in
      guard url.hasPrefix(start) else { return false }
      return url.count == start.count || [":", "/"].contains(url.dropFirst(start.count).prefix(1))
    }
  }

  /// Whether passwords are off, by the stored items alone: for a transaction that must know.
  package static func refusesPasswords(_ items: [StoredItem]) -> Bool {
    items.contains { $0.kind == ConfigurationItem.Kind.signIn.rawValue && $0.document["passwords"] == .bool(false) }
  }

  static func namesStoredSecret(_ document: JSONValue) -> Bool {
    document["openID"]?["clientSecret"]?["stored"] == .bool(true)
  }

  static let secretAdvice = "give it as a text to PUT /sign-in-settings, or write {env: NAME} or {file: PATH}"
}

extension SecretPlace {
  /// The secret of the application at the identity provider.
  package static let signIn = SecretPlace(owner: "signIn", field: "clientSecret")
}

extension SignInConfiguration.OpenID {
  private static let keys = [
    "displayName", "tenantId", "issuer", "clientId", "clientSecret", "baseUrl", "appRoles", "groups", "users",
    "otherwise", "createsAccounts",
  ]

  fileprivate init(_ node: ConfigNode, secrets: SecretSource?) throws(ConfigurationError) {
    let members = try node.members(known: Self.keys)
    displayName = try members["displayName"]?.nonEmptyText ?? "the identity provider"
    switch (members["tenantId"], members["issuer"]) {
    case (let tenant?, nil):
      let id = try tenant.nonEmptyText
      // Not repeated: a secret may have been put there.
      guard UUID(uuidString: id) != nil else { throw tenant.failure("this is not a GUID (Entra's tenant id)") }
      issuer = "https://login.microsoftonline.com/\(id.lowercased())/v2.0"
    case (nil, let address?): issuer = try Self.address(address)
    default: throw node.failure("write one of tenantId (Entra's) and issuer (any other provider's address)")
    }
    clientID = try members.require("clientId").nonEmptyText
    if let secret = members["clientSecret"], !secret.isNull {
      clientSecret = try SecretReference(secret).secret(
        from: secrets, at: .signIn, advice: SignInConfiguration.secretAdvice)
    }
    let base = try Self.address(try members.require("baseUrl"))
    baseURL = base.hasSuffix("/") ? String(base.dropLast()) : base
    appRoles = try Self.roles(members["appRoles"])
    groups = try Self.roles(members["groups"])
    users = try Self.roles(members["users"])
    if let role = members["otherwise"], !role.isNull { otherwise = try Self.role(role) }
    createsAccounts = try members["createsAccounts"]?.flag ?? true
    if appRoles.isEmpty, groups.isEmpty, users.isEmpty, otherwise == nil {
      throw node.failure("nobody would get a role: name appRoles, groups or users, or a role for everybody: otherwise")
    }
    if !createsAccounts, users.isEmpty {
      throw node.failure("nobody would get an account: with createsAccounts: false, users says who does")
    }
  }

  private static func address(_ node: ConfigNode) throws(ConfigurationError) -> String {
    let text = try node.nonEmptyText
    guard SignInConfiguration.isSafe(text) else {
      throw node.failure("this is no https:// address (http:// is taken on this machine's own alone)")
    }
    return text
  }

  private static func roles(_ node: ConfigNode?) throws(ConfigurationError) -> [String: Role] {
    guard let node else { return [:] }
    var roles: [String: Role] = [:]
    for (key, value) in try node.pairs { roles[try key.nonEmptyText] = try role(value) }
    return roles
  }

  private static func role(_ node: ConfigNode) throws(ConfigurationError) -> Role {
    // `choice` lets nothing else through.
    Role(rawValue: try node.choice(Role.allCases.map(\.rawValue))) ?? .viewer
  }
}

extension ConfigurationService {
  /// How people sign in, with the secret that takes.
  ///
  /// - Parameter environment: Variables that the secret may be in.
  /// - Throws: ``ConfigurationError`` if the secret can't be read.
  package func signIn(environment: [String: String]) async throws -> SignInConfiguration {
    let snapshot = try await snapshot()
    var source = SecretSource(environment: environment)
    do {
      let (owner, field) = (SecretPlace.signIn.owner, SecretPlace.signIn.field)
      if let secret = try await vault.secret(owner: owner, field: field) { source.stored[.signIn] = .success(secret) }
    } catch {
      source.stored[.signIn] = .failure(error)
    }
    return try snapshot.signIn(secrets: source)
  }
}
