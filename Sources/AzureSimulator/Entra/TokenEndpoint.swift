/// `/{tenant}/oauth2/v2.0/token` and `/{tenant}/oauth2/token`, for client credentials.
struct TokenEndpoint {
  /// What a token is asked for, once everything about the request is right.
  struct Grant: Equatable {
    var principal: String
    /// The resource of the v1 form; nil in the v2.0 form.
    var resource: String?
  }

  let registration: AppRegistration
  /// Base URL of the simulator's resource manager, an audience besides Azure's own.
  let resourceManager: String

  private static let audiences = [
    "https://management.azure.com", "https://management.core.windows.net", "https://management.usgovcloudapi.net",
    "https://management.chinacloudapi.cn",
  ]

  func grant(tenant: String, isV2: Bool, _ request: SimulatorRequest) throws(TokenError) -> Grant {
    try checkTenant(tenant)
    guard request.contentType == "application/x-www-form-urlencoded", !request.body.isEmpty else {
      throw .malformed
    }
    var fields = FormText.fields(String(decoding: request.body, as: UTF8.self))
    if let basic = Self.basicCredentials(request.headers["authorization"]) {
      fields["client_id"] = fields["client_id"] ?? basic.id
      fields["client_secret"] = fields["client_secret"] ?? basic.secret
    }
    let type = try Self.field("grant_type", fields)
    guard type == "client_credentials" else { throw .unsupportedGrant(type) }
    let client = try Self.field("client_id", fields)
    guard client.lowercased() == registration.clientID else { throw .unknownClient(client, tenant: tenant) }
    let resource =
      isV2 ? try Self.resource(ofScope: try Self.field("scope", fields)) : try Self.field("resource", fields)
    if let secret = fields["client_secret"], !secret.isEmpty {
      if secret == registration.expiredSecret { throw .expiredSecret(client: client) }
      guard secret == registration.clientSecret else { throw .wrongSecret(client: client) }
    } else {
      try check(fields, client: client, tenant: tenant)
    }
    guard isAudience(resource) else { throw .unknownResource(resource, tenant: tenant) }
    return Grant(principal: client.lowercased(), resource: isV2 ? nil : resource)
  }

  /// The answer with a token. The v1 form writes numbers as text.
  static func answer(_ grant: Grant, token: String, now: Int64) -> Answer {
    let lifetime: Int64 = 3599
    guard let resource = grant.resource else {
      return .json(
        .bag([
          ("token_type", .string("Bearer")), ("expires_in", .long(lifetime)), ("ext_expires_in", .long(lifetime)),
          ("access_token", .string(token)),
        ]))
    }
    return .json(
      .bag([
        ("token_type", .string("Bearer")), ("expires_in", .string("\(lifetime)")),
        ("ext_expires_in", .string("\(lifetime)")), ("expires_on", .string("\(now + lifetime)")),
        ("not_before", .string("\(now - 300)")), ("resource", .string(resource)), ("access_token", .string(token)),
      ]))
  }

  func checkTenant(_ tenant: String) throws(TokenError) {
    if registration.isTenant(tenant) { return }
    let isGUID = tenant.utf8.count == 36 && tenant.allSatisfy { $0.isHexDigit || $0 == "-" }
    let isDomain = tenant.contains(".") && !tenant.hasPrefix(".") && !tenant.hasSuffix(".")
    if isGUID || isDomain { throw .unknownTenant(tenant) }
    throw .malformedTenant(tenant)
  }

  private static func field(_ name: String, _ fields: [String: String]) throws(TokenError) -> String {
    guard let value = fields[name], !value.isEmpty else { throw .missing(name) }
    return value
  }

  /// The resource of a scope `<resource>/.default`; one resource only.
  private static func resource(ofScope scope: String) throws(TokenError) -> String {
    let scopes = scope.split(separator: " ").filter { !["openid", "profile", "offline_access"].contains($0) }
    guard scopes.count == 1, let first = scopes.first, first.contains("://") || first.contains("/.default") else {
      throw .badScope(scope)
    }
    guard first.hasSuffix("/.default") else { throw .scopeWithoutDefault(scope) }
    return String(first.dropLast("/.default".count))
  }

  private func isAudience(_ resource: String) -> Bool {
    func trimmed(_ text: String) -> Substring {
      var text = text.lowercased()[...]
      while text.hasSuffix("/") { text = text.dropLast() }
      return text
    }
    return (Self.audiences + [resourceManager]).contains { trimmed($0) == trimmed(resource) }
  }

  private static func basicCredentials(_ header: String?) -> (id: String, secret: String)? {
    guard let header, header.lowercased().hasPrefix("basic "), let bytes = Base64.decode(header.dropFirst(6)) else {
      return nil
    }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    return (FormText.decode(parts[0], plusIsSpace: true), FormText.decode(parts[1], plusIsSpace: true))
  }
}
