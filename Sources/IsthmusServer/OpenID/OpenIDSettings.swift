import IsthmusConfiguration
package import IsthmusConnect
package import IsthmusStore

/// How people sign in by an identity provider with OpenID Connect, such as Entra ID.
package struct OpenIDSettings: Sendable {
  /// As the provider's own configuration writes it; of Entra `https://login.microsoftonline.com/TENANT-ID/v2.0`.
  package var issuer: String
  /// The application's id at the provider.
  package var clientID: String
  /// nil: the application is a public one.
  package var clientSecret: Secret?
  /// Where the browser comes back to; registered at the provider, letter by letter.
  package var redirectURL: String
  /// Values of the token's `roles` (Entra: app roles) and what they give.
  package var appRoles: [String: Role]
  /// Values of the token's `groups` (Entra: object ids) and what they give.
  package var groups: [String: Role]
  /// People by their `oid`, else `sub`, and what they get. Never by name or address, which change hands.
  package var users: [String: Role]
  /// What everybody else gets whom the provider signs in; nil: nothing, they are refused.
  package var otherwise: Role?
  /// Whether anybody who gets a role gets an account; else only those that `users` names.
  package var createsAccounts = true

  /// Asymmetric ones alone: with `none` or a shared key, anybody could sign.
  static let algorithms: Set<String> = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]

  package init(
    issuer: String, clientID: String, clientSecret: Secret?, redirectURL: String, appRoles: [String: Role] = [:],
    groups: [String: Role] = [:], users: [String: Role] = [:], otherwise: Role? = nil
  ) throws(AccessError) {
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.redirectURL = redirectURL
    self.appRoles = appRoles
    self.groups = groups
    self.users = users
    self.otherwise = otherwise
    for (name, url) in [("issuer", issuer), ("redirect URL", redirectURL)] where !SignInConfiguration.isSafe(url) {
      throw AccessError(
        .invalid, "The \(name) is not an https:// address (http:// is taken on this machine's own alone).")
    }
    if clientID.isEmpty { throw AccessError(.invalid, "The client id is empty.") }
    if appRoles.isEmpty, groups.isEmpty, users.isEmpty, otherwise == nil {
      throw AccessError(.invalid, "Nobody would get a role: name app roles, groups or users.")
    }
  }

  /// The highest role that the token gives; nil for none.
  func role(of token: IDToken) -> Role? {
    var roles = token.roles.compactMap { appRoles[$0] } + token.groups.compactMap { groups[$0] }
    if let role = users[token.person] { roles.append(role) }
    return roles.max() ?? otherwise
  }
}
