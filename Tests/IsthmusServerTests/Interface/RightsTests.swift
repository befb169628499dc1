import IsthmusCore
import IsthmusStore
import Testing

@testable import IsthmusServer

/// Made from the list of routes: a new one is covered by itself.
@Suite("Rights of the interface")
struct RightsTests {
  /// The route's path with names that nothing has.
  private static func path(_ route: Route) -> String {
    let segments = route.path.split(separator: "/").map { $0.hasPrefix("{") ? "nothing" : String($0) }
    let required = route.parameters.filter(\.isRequired).map { "\($0.name)=nothing" }
    return "/\(segments.joined(separator: "/"))\(required.isEmpty ? "" : "?\(required.joined(separator: "&"))")"
  }

  private static let callers: [InterfaceHarness.Caller] =
    [.nobody] + Role.allCases.map { .token($0) }
    + Role.allCases.flatMap { [.session($0, hasCSRFToken: true), .session($0, hasCSRFToken: false)] }

  /// 401, 403, or nil for any other answer.
  private static func refusal(_ route: Route, _ caller: InterfaceHarness.Caller) -> Int? {
    guard case .role(let needed) = route.access else { return nil }
    switch caller {
    case .nobody: return 401
    case .token(let role): return role < needed || route.isForPeople ? 403 : nil
    case .session(let role, let hasCSRFToken):
      return role < needed || (route.method != .get && !hasCSRFToken) ? 403 : nil
    }
  }

  @Test("Each route refuses nobody, lesser roles and sessions without their token, and takes all others")
  func matrix() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    for route in APIRoutes.all {
      for caller in Self.callers {
        let body: JSONValue? = route.body == nil ? nil : .object([])
        let answer = try await harness.send(route.method.rawValue.uppercased(), Self.path(route), body, as: caller)
        let refusal = [401, 403].contains(answer.status) ? answer.status : nil
        let isSignIn = route.name == "signIn" || route.name == "makeFirstAdmin"
        #expect(isSignIn || refusal == Self.refusal(route, caller), "\(route.name) as \(caller): \(answer)")
        #expect(answer.status < 500 && answer.status != 405, "\(route.name) as \(caller): \(answer)")
      }
    }
    await harness.stop()
  }

  @Test("Only signing in, how that is done, and making the first admin are open to anybody")
  func openRoutes() {
    #expect(
      APIRoutes.all.filter { $0.access == .anyone }.map(\.name) == ["signIn", "listSignInMethods", "makeFirstAdmin"])
  }

  @Test("No two routes share a name, or a method and path")
  func distinct() {
    #expect(Set(APIRoutes.all.map(\.name)).count == APIRoutes.all.count)
    #expect(Set(APIRoutes.all.map { "\($0.method) \($0.path)" }).count == APIRoutes.all.count)
  }

  @Test("A viewer's token reads no accounts, no audit log and nobody else's tokens")
  func viewers() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    for role in [Role.viewer, .operator] {
      #expect(try await harness.send("GET", "/accounts", as: .token(role)).status == 403)
      #expect(try await harness.send("GET", "/audit", as: .token(role)).status == 403)
      let own = try await harness.send("GET", "/tokens", as: .token(role))
      #expect(own.items.map { $0["madeBy"]?.string } == [role.rawValue])
    }
    #expect(try await harness.send("GET", "/tokens", as: .token(.admin)).items.count == 3)
    await harness.stop()
  }

  @Test("A token that is wrong, revoked or beside a right session opens nothing, and is not told apart")
  func wrongTokens() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    var session = try await harness.headers(.session(.admin, hasCSRFToken: true))
    let tokens = try await harness.send("GET", "/tokens").items
    let revoked = try #require(tokens.first { $0["madeBy"]?.string == "viewer" }?["id"]?.string)
    #expect(
      try await harness.send("DELETE", "/tokens/\(revoked)", as: .session(.admin, hasCSRFToken: true)).status == 204)
    var details: Set<String> = []
    for header in ["Bearer \(harness.token(.viewer))", "Bearer isth_x", "Bearer", "Basic eDp5", "", "bearer  "] {
      session["authorization"] = header
      let answer = try await harness.send("GET", "/summary", as: .nobody, session)
      #expect(answer.status == 401 && answer.headers["www-authenticate"] == "Bearer", "\(header)")
      details.insert(answer.text.replacing(answer.json["requestId"]?.string ?? "none", with: ""))
    }
    #expect(details.count == 1)
    await harness.stop()
  }
}
