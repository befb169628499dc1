/// A refusal of the token endpoint, as Entra ID words it.
struct TokenError: Error, Equatable {
  var status: Int
  /// `invalid_client` and its like: what a client acts on.
  var error: String
  /// The AADSTS number: a hint for people.
  var code: Int
  var text: String

  func answer(authority: String) -> Answer {
    let traceID = WallClock.guid()
    let correlationID = WallClock.guid()
    let time = String(KQLDate.text(ticks: WallClock.ticks).prefix(19)).replacing("T", with: " ") + "Z"
    let description =
      "AADSTS\(code): \(text) Trace ID: \(traceID)\r\nCorrelation ID: \(correlationID)\r\nTimestamp: \(time)"
    return .json(
      .bag([
        ("error", .string(error)), ("error_description", .string(description)),
        ("error_codes", .array([.long(Int64(code))])), ("timestamp", .string(time)), ("trace_id", .string(traceID)),
        ("correlation_id", .string(correlationID)), ("error_uri", .string("\(authority)/error?code=\(code)")),
      ]), status: status)
  }

  static func malformedTenant(_ tenant: String) -> TokenError {
    TokenError(
      status: 400, error: "invalid_request", code: 900_023,
      text: "Specified tenant identifier '\(tenant)' is neither a valid DNS name, nor a valid external domain.")
  }

  static func unknownTenant(_ tenant: String) -> TokenError {
    TokenError(
      status: 400, error: "invalid_request", code: 90_002,
      text: "Tenant '\(tenant)' not found. Check to make sure you have the correct tenant ID and are signing into "
        + "the correct cloud.")
  }

  static let malformed = TokenError(
    status: 400, error: "invalid_request", code: 9_002_313, text: "Invalid request. Request is malformed or invalid.")

  static func missing(_ parameter: String) -> TokenError {
    TokenError(
      status: 400, error: "invalid_request", code: 900_144,
      text: "The request body must contain the following parameter: '\(parameter)'.")
  }

  static func unsupportedGrant(_ grant: String) -> TokenError {
    TokenError(
      status: 400, error: "unsupported_grant_type", code: 70_003,
      text: "The app requested an unsupported grant type '\(grant)'.")
  }

  static func unknownClient(_ client: String, tenant: String) -> TokenError {
    TokenError(
      status: 400, error: "unauthorized_client", code: 700_016,
      text: "Application with identifier '\(client)' was not found in the directory '\(tenant)'.")
  }

  static let noCredential = TokenError(
    status: 401, error: "invalid_client", code: 7_000_218,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")

  static func wrongSecret(client: String) -> TokenError {
    TokenError(
      status: 401, error: "invalid_client", code: 7_000_215,
      text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
        + "not the client secret ID, for a secret added to app '\(client)'.")
  }

  static func expiredSecret(client: String) -> TokenError {
    TokenError(
      status: 401, error: "invalid_client", code: 7_000_222,
      text: "The provided client secret keys for app '\(client)' are expired.")
  }

  static func badScope(_ scope: String) -> TokenError {
    TokenError(
      status: 400, error: "invalid_scope", code: 70_011,
      text: "The provided value for the input parameter 'scope' is not valid. The scope \(scope) is not valid.")
  }

  static func scopeWithoutDefault(_ scope: String) -> TokenError {
    TokenError(
      status: 400, error: "invalid_scope", code: 1_002_012,
      text: "The provided value for scope \(scope) is not valid. Client credential flows must have a scope value with "
        + "/.default suffixed to the resource identifier (application ID URI).")
  }

  static func unknownResource(_ resource: String, tenant: String) -> TokenError {
    TokenError(
      status: 400, error: "invalid_resource", code: 500_011,
      text: "The resource principal named \(resource) was not found in the tenant named \(tenant).")
  }
}
