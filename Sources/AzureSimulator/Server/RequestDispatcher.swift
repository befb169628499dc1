/// Takes each request to its endpoint and decides what goes wrong with it.
package struct RequestDispatcher: Sendable {
  /// An answer and how it is sent.
  package struct Delivery: Sendable {
    package var answer: Answer
    /// Cut the connection after a part of the body.
    package var isCutOff = false
    /// Seconds to pause after a part of the body.
    package var pause: Double?
  }

  let state: SimulatorState

  package func deliver(_ request: SimulatorRequest) -> Delivery {
    if request.path.first == "simulator" {
      return Delivery(answer: ControlEndpoint(state: state).answer(request))
    }
    let kind = kind(of: request)
    let number = state.nextRequest()
    let faults = state.faults
    var fault: RequestFault?
    switch kind {
    case .resourceGraph:
      fault = RequestFault.draw(faults, seed: state.tenant.configuration.seed, request: number, scale: 1)
    case .token:
      fault = RequestFault.draw(faults, seed: state.tenant.configuration.seed, request: number, scale: 0.2)
    case .other: break
    }
    let correlationID = WallClock.guid()
    var answer: Answer
    if let spoiled = fault?.answer(correlationID: correlationID) {
      answer = spoiled
    } else {
      answer = self.answer(request, kind, correlationID: correlationID)
    }
    answer.headers.append(("x-ms-request-id", WallClock.guid()))
    answer.headers.append(("x-ms-correlation-request-id", correlationID))
    state.count(kind, status: answer.status, fault: fault)
    return Delivery(
      answer: answer, isCutOff: fault == .reset, pause: fault == .slow ? faults.slowSeconds : nil)
  }

  private func kind(of request: SimulatorRequest) -> RequestCounts.Kind {
    if Self.isTokenPath(request.path) { return .token }
    return request.path.map { $0.lowercased() } == Self.queryPath ? .resourceGraph : .other
  }

  private static let queryPath = ["providers", "microsoft.resourcegraph", "resources"]

  private static func isTokenPath(_ path: [String]) -> Bool {
    let tail = path.dropFirst().map { $0.lowercased() }
    return tail == ["oauth2", "v2.0", "token"] || tail == ["oauth2", "token"]
  }

  private func answer(_ request: SimulatorRequest, _ kind: RequestCounts.Kind, correlationID: String) -> Answer {
    switch (kind, request.method) {
    case (.token, "POST"): return token(request)
    case (.resourceGraph, "POST"):
      return ResourceGraphEndpoint(state: state).answer(request, correlationID: correlationID)
    case (.token, _), (.resourceGraph, _):
      return ManagementEndpoint.error(
        405, "MethodNotAllowed", "Method \(request.method) is not allowed here.", headers: [("allow", "POST")])
    case (.other, "GET"): return document(request)
    case (.other, _):
      return ManagementEndpoint.error(404, "NotFound", "There is nothing at this address.")
    }
  }

  private func token(_ request: SimulatorRequest) -> Answer {
    let tenant = request.path.first ?? ""
    do throws(TokenError) {
      let endpoint = TokenEndpoint(
        registration: state.registration(forTenant: tenant), resourceManager: state.baseURL)
      let grant = try endpoint.grant(tenant: tenant, isV2: request.path.count == 4, request)
      return TokenEndpoint.answer(grant, token: state.issueToken(to: grant.principal), now: WallClock.seconds)
    } catch {
      return error.answer(authority: state.baseURL)
    }
  }

  /// Whatever is read with GET.
  private func document(_ request: SimulatorRequest) -> Answer {
    let path = request.path.map { $0.lowercased() }
    let discovery = DiscoveryEndpoint(authority: state.baseURL)
    if path == ["common", "discovery", "instance"] {
      return discovery.instance(tenant: state.registration.tenantID)
    }
    if path.suffix(2) == [".well-known", "openid-configuration"], let tenant = request.path.first {
      let endpoint = TokenEndpoint(
        registration: state.registration(forTenant: tenant), resourceManager: state.baseURL)
      do throws(TokenError) {
        try endpoint.checkTenant(tenant)
      } catch {
        var shown = error
        // This document names the fault differently from the token endpoint.
        if shown.code == 90_002 { shown.error = "invalid_tenant" }
        return shown.answer(authority: state.baseURL)
      }
      return discovery.openIDConfiguration(tenant: tenant, isV2: path.contains("v2.0"))
    }
    if path.count >= 3, path[1] == "discovery", path.last == "keys" { return .json(.bag([("keys", .array([]))])) }
    return ResourceGraphEndpoint(state: state)
      .document(path, headers: request.headers, version: request.query["api-version"])
  }
}
