/// Documents that Microsoft's clients read before they ask for a token.
struct DiscoveryEndpoint {
  let authority: String

  /// `/{tenant}/v2.0/.well-known/openid-configuration`, and the same without `v2.0`.
  func openIDConfiguration(tenant: String, isV2: Bool) -> Answer {
    let base = "\(authority)/\(tenant)"
    let version = isV2 ? "/v2.0" : ""
    return .json(
      .bag([
        ("token_endpoint", .string("\(base)/oauth2\(version)/token")),
        (
          "token_endpoint_auth_methods_supported",
          .array([.string("client_secret_post"), .string("client_secret_basic"), .string("private_key_jwt")])
        ),
        ("jwks_uri", .string("\(base)/discovery\(version)/keys")),
        ("response_modes_supported", .array([.string("query"), .string("fragment"), .string("form_post")])),
        ("subject_types_supported", .array([.string("pairwise")])),
        ("id_token_signing_alg_values_supported", .array([.string("RS256")])),
        ("response_types_supported", .array([.string("code")])),
        ("scopes_supported", .array([.string("openid"), .string("profile"), .string("email")])),
        ("issuer", .string("\(base)\(isV2 ? "/v2.0" : "/")")),
        ("authorization_endpoint", .string("\(base)/oauth2\(version)/authorize")),
        ("device_authorization_endpoint", .string("\(base)/oauth2\(version)/devicecode")),
        ("end_session_endpoint", .string("\(base)/oauth2\(version)/logout")),
        ("tenant_region_scope", .string("EU")), ("cloud_instance_name", .string("microsoftonline.com")),
        ("cloud_graph_host_name", .string("graph.windows.net")), ("msgraph_host", .string("graph.microsoft.com")),
      ]))
  }

  /// `/common/discovery/instance`
  func instance(tenant: String) -> Answer {
    let host = authority.split(separator: "/").last.map(String.init) ?? authority
    let metadata: KQLValue = .bag([
      ("preferred_network", .string(host)), ("preferred_cache", .string(host)), ("aliases", .array([.string(host)])),
    ])
    return .json(
      .bag([
        ("tenant_discovery_endpoint", .string("\(authority)/\(tenant)/v2.0/.well-known/openid-configuration")),
        ("api-version", .string("1.1")), ("metadata", .array([metadata])),
      ]))
  }
}
