import IsthmusConnect
import IsthmusCore

/// A request as it came, before anything of it was read.
package struct RawRequest: Sendable {
  package var method: String
  /// Path and query, percent-encoded.
  package var target: String
  /// By name in lower case; the values of a name that stood several times with commas between.
  package var headers: [String: String]
  package var body: [UInt8]
  package var address: String?

  package init(
    method: String, target: String, headers: [String: String] = [:], body: [UInt8] = [], address: String? = nil
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.address = address
  }
}

/// Brings a request to its route: who asks, what is asked for, whether both go together; then the answer.
package struct APIDispatcher: Sendable {
  package static let root = "/api/v1"

  package let table: RouteTable
  private let services: APIServices
  private let check: RouteCheck
  /// Longer than this no answer may take; streams are measured until they begin.
  private let timeLimit: Duration

  package init(
    _ routes: [Route], components: [String: Schema], services: APIServices, timeLimit: Duration = .seconds(60)
  ) {
    table = RouteTable(routes)
    check = RouteCheck(components: components)
    self.services = services
    self.timeLimit = timeLimit
  }

  /// - Parameter trace: Is told the route and who asks.
  func answer(_ raw: RawRequest, _ trace: RequestTrace) async throws -> APIAnswer {
    try await withinTime { try await perform(raw, trace) }
  }

  private func perform(_ raw: RawRequest, _ trace: RequestTrace) async throws -> APIAnswer {
    let parts = raw.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.first ?? ""
    let segments = path.dropFirst(Self.root.count).split(separator: "/", omittingEmptySubsequences: true)
    // A HEAD is answered as a GET is; its body is left away further out.
    let method = Route.Method(rawValue: raw.method == "HEAD" ? "get" : raw.method.lowercased())
    let (route, values) = try table.route(method, segments)
    trace.meets(route: "\(Self.root)\(route.path)")
    let caller = try await self.caller(of: raw, for: route, trace)
    guard let query = PercentText.query(parts.count > 1 ? parts[1] : "") else {
      throw Problem(.badRequest, "The address can't be decoded: it is no percent-encoded UTF-8.")
    }
    let request = APIRequest(
      route.method, pathValues: values, query: query, headers: raw.headers, body: raw.body, address: raw.address,
      principal: caller)
    return try await route.perform(try check.checked(request, for: route), services)
  }

  /// Who asks, if they may; nil where anybody may, and it does not matter who they are.
  private func caller(of raw: RawRequest, for route: Route, _ trace: RequestTrace) async throws -> Principal? {
    guard case .role(let role) = route.access else { return nil }
    guard let caller = try await principal(of: raw, changes: route.method != .get) else {
      throw Problem(.notSignedIn, "Send an API token (Authorization: Bearer …), or sign in.")
    }
    trace.isAsked(by: caller)
    let what = "do this (\(route.summary.lowercasedFirst))"
    try caller.require(role, to: what)
    if route.isForPeople { try caller.requirePerson(to: what) }
    return caller
  }

  /// Who asks; nil for nobody.
  ///
  /// - Parameter changes: A browser sends its cookie along with what another site makes it ask for: a change needs the
  ///   session's own token beside it.
  func principal(of raw: RawRequest, changes: Bool) async throws -> Principal? {
    if let header = raw.headers["authorization"] {
      let parts = header.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "bearer",
        let principal = try await services.access.tokens.principal(
          of: Secret(String(parts[1])), address: raw.address)
      else { throw Problem(.notSignedIn, "The token is not valid, or not any more.") }
      return principal
    }
    guard let text = raw.headers["cookie"].flatMap(services.cookie.text(in:)),
      let session = try await services.access.sessions.active(text, address: raw.address)
    else { return nil }
    if changes {
      guard let token = raw.headers["x-csrf-token"], SessionService.isValid(csrf: token, for: text) else {
        throw Problem(.notAllowed, "A change by a browser's session needs its token in the header X-CSRF-Token.")
      }
    }
    return session.principal
  }

  private func withinTime<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
      group.addTask { try await body() }
      group.addTask { [timeLimit] in
        try await Task.sleep(for: timeLimit)
        throw Problem(.unavailable, "The answer took longer than \(timeLimit.components.seconds) s; ask for less.")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
