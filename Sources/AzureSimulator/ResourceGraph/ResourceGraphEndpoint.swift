/// The resource manager over HTTP: who asks, with what right and quota, for what.
struct ResourceGraphEndpoint {
  let state: SimulatorState

  /// `POST /providers/Microsoft.ResourceGraph/resources`
  func answer(_ request: SimulatorRequest, correlationID: String) -> Answer {
    let principal: String
    switch authorise(request.headers["authorization"]) {
    case .success(let name): principal = name
    case .failure(let refusal): return refusal.answer
    }
    if let refusal = Self.versionRefusal(request.query["api-version"]) { return refusal }
    let grant = state.quota(of: principal)
    var answer: Answer
    if grant.isAllowed {
      answer = self.answer(request, state.standpoint(of: principal).service, correlationID)
    } else {
      var error = ResourceGraphError.rateLimiting
      error.headers = ["retry-after": "\(max(1, grant.seconds))"]
      answer = error.answer(correlationID: correlationID)
    }
    answer.headers += grant.headers
    answer.headers.append(("x-ms-ratelimit-remaining-tenant-resource-requests", "\(grant.remaining)"))
    return answer
  }

  private func answer(
    _ request: SimulatorRequest, _ service: ResourceGraphService, _ correlationID: String
  ) -> Answer {
    do throws(ResourceGraphError) {
      guard request.contentType == "application/json" else { throw .unsupportedContent }
      let key = AnswerMemory.Key(request: request.body, tenant: service.tenant, generation: service.generation)
      if let body = state.keptAnswer(for: key) {
        return Answer(status: 200, headers: Answer.azureHeaders, body: body)
      }
      let body = try service.answer(
        try ResourceGraphRequest(request.body), cached: state.cachedResult(for:), keep: state.keep(_:for:))
      state.keep(body, for: key)
      return Answer(status: 200, headers: Answer.azureHeaders, body: body)
    } catch {
      return error.answer(correlationID: correlationID)
    }
  }

  /// Answers to GET below the resource manager; `path` in lower case.
  func document(_ path: [String], headers: [String: String], version: String?) -> Answer {
    let principal: String
    switch authorise(headers["authorization"]) {
    case .success(let name): principal = name
    case .failure(let refusal): return refusal.answer
    }
    guard version != nil else { return Self.missingVersion }
    let (tenant, service) = state.standpoint(of: principal)
    let endpoint = ManagementEndpoint(tenant: tenant, scope: service.scope)
    if path == ["subscriptions"] { return endpoint.subscriptions() }
    if path.count == 2, path[0] == "subscriptions" { return endpoint.subscription(path[1]) }
    if path == ["providers", "microsoft.resourcegraph", "operations"] { return ManagementEndpoint.operations() }
    return ManagementEndpoint.error(404, "NotFound", "There is nothing at this address.")
  }

  private struct Refusal: Error {
    var answer: Answer
  }

  /// The principal of the request's token.
  private func authorise(_ header: String?) -> Result<String, Refusal> {
    guard let header, !header.isEmpty else {
      return .failure(
        refusal("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."))
    }
    guard header.lowercased().hasPrefix("bearer ") else {
      return .failure(
        refusal("AuthenticationFailedInvalidHeader", "Authentication failed. The 'Authorization' header is invalid."))
    }
    switch state.admit(String(header.dropFirst(7))) {
    case .valid(let principal): return .success(principal)
    case .expired:
      return .failure(
        refusal("ExpiredAuthenticationToken", "The access token expiry is in the past. The token must be renewed."))
    case .unknown:
      return .failure(refusal("InvalidAuthenticationToken", "The access token is invalid."))
    }
  }

  private func refusal(_ code: String, _ message: String) -> Refusal {
    let authority = "\(state.baseURL)/\(state.registration.tenantID)"
    let challenge =
      "Bearer authorization_uri=\"\(authority)\", error=\"invalid_token\", error_description=\"\(message)\""
    return Refusal(answer: ManagementEndpoint.error(401, code, message, headers: [("www-authenticate", challenge)]))
  }

  private static let missingVersion = ManagementEndpoint.error(
    400, "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.")

  private static func versionRefusal(_ version: String?) -> Answer? {
    guard let version else { return missingVersion }
    guard !ResourceGraphService.versions.contains(version) else { return nil }
    let known = ResourceGraphService.versions.sorted().joined(separator: ",")
    return ManagementEndpoint.error(
      400, "InvalidApiVersionParameter",
      "The api-version '\(version)' is invalid. The supported versions are '\(known)'.")
  }
}
