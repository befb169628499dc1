import AsyncHTTPClient
import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import NIOCore
import NIOHTTP1
import Testing

@testable import IsthmusServer

/// A browser that leaves for the identity provider and comes back, over sockets.
@Suite("Signing in by an identity provider, through the server")
struct OpenIDRouteTests {
  /// What a browser keeps.
  private struct Browser {
    let client: HTTPClient
    let port: Int
    var cookies: [String: String] = [:]

    struct Answer {
      var status: UInt
      var location: String
      var text: String
    }

    mutating func get(_ path: String) async throws -> Answer {
      var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
      if !cookies.isEmpty {
        request.headers.add(
          name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; "))
      }
      let answer = try await client.execute(request, timeout: .seconds(600))
      for header in answer.headers["Set-Cookie"] {
        let parts = header.split(separator: ";")[0].split(separator: "=", maxSplits: 1).map(String.init)
        #expect(header.contains("HttpOnly") && header.contains("SameSite=Lax"), "\(header)")
        if header.contains("Max-Age=0") { cookies[parts[0]] = nil } else { cookies[parts[0]] = parts[1] }
      }
      let body = try await answer.body.collect(upTo: 1 << 20)
      return Answer(
        status: answer.status.code, location: answer.headers.first(name: "Location") ?? "", text: String(buffer: body))
    }
  }

  private static func settings(_ issuer: OpenIDIssuer, _ change: (JSONValue) -> JSONValue = { $0 }) -> JSONValue {
    let provider = JSONValue.object([
      "displayName": .string("Contoso"), "issuer": .string(issuer.url), "clientId": .string(OpenIDIssuer.clientID),
      "clientSecret": .string(OpenIDIssuer.clientSecret), "baseUrl": .string("https://isthmus.example/"),
      "appRoles": .object(["Isthmus.Operator": .string("operator"), "Isthmus.Admin": .string("admin")]),
    ])
    return .object(["openID": change(provider)])
  }

  /// The server with the provider configured, and what `body` makes of it.
  private func served(
    _ change: @escaping @Sendable (JSONValue) -> JSONValue = { $0 },
    _ body: @escaping @Sendable (InterfaceHarness, OpenIDIssuer, Browser) async throws -> Void
  ) async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let issuer = try await OpenIDIssuer(now: { InterfaceHarness.now })
    let set = try await harness.send("PUT", "/sign-in-settings", Self.settings(issuer, change))
    #expect(set.status == 200, "\(set.text)")
    try await ListeningTests.serve(harness) { port, _ in
      let client = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
      do {
        try await body(harness, issuer, Browser(client: client, port: port))
      } catch {
        try await client.shutdown()
        throw error
      }
      try await client.shutdown()
    }
    await harness.stop()
  }

  /// Leaves, and is signed in there: the address to come back to.
  private func leave(_ browser: inout Browser, _ issuer: OpenIDIssuer, to path: String = "") async throws -> String {
    let left = try await browser.get("/auth/openid/start\(path.isEmpty ? "" : "?return=\(PercentText.encoded(path))")")
    #expect(left.status == 303, "\(left)")
    let answer = try issuer.authorize(left.location)
    let query = answer.map { "\($0.key)=\(PercentText.encoded($0.value))" }.joined(separator: "&")
    return "/auth/openid/callback?\(query)"
  }

  @Test("Who comes back is signed in with their role, goes where they wanted, and the answer is taken once")
  func success() async throws {
    try await served { harness, issuer, browser in
      var browser = browser
      let methods = try await browser.get("/api/v1/sign-in-methods")
      #expect(
        methods.text == #"{"passwords":true,"providers":[{"name":"Contoso","startPath":"/auth/openid/start"}]}"#)
      let back = try await leave(&browser, issuer, to: "/assets?query=a")
      let attempt = browser
      let answer = try await browser.get(back)
      #expect(answer.status == 303 && answer.location == "/assets?query=a", "\(answer)")
      #expect(browser.cookies.keys.sorted() == ["isthmus"], "the attempt's cookie is gone")
      let session = try JSONValue(parsing: try await browser.get("/api/v1/session").text)
      #expect(session["name"] == .string("alice@contoso.example") && session["role"] == .string("operator"))
      // The same answer once more, also with the attempt's cookie: the code is spent.
      let again = try await browser.get(back)
      #expect(again.location == "/sign-in?problem=attempt")
      var replay = attempt
      let replayed = try await replay.get(back)
      #expect(replayed.location == "/sign-in?problem=refused" && replay.cookies.isEmpty, "\(replayed)")
      let kept = try await harness.services.vault.secret(owner: "signIn", field: "clientSecret")
      #expect(kept?.reveal() == OpenIDIssuer.clientSecret)
      #expect(!harness.told.contains { $0.contains(OpenIDIssuer.clientSecret) })
    }
  }

  @Test("What is wrong with an answer is told to the sign-in page by a word, and signs nobody in")
  func refusals() async throws {
    try await served { harness, issuer, browser in
      let cases: [(problem: String, change: @Sendable (inout OpenIDIssuer.Plan) -> Void)] = [
        ("token", { $0.claims["nonce"] = "another" }),
        ("token", { $0.claims["exp"] = .integer(InterfaceHarness.now.microseconds / 1_000_000 - 61) }),
        ("no-role", { $0.claims["roles"] = .array(["Another.Role"]) }),
        ("refused", { $0.tokenError = ("invalid_grant", "x") }),
      ]
      for (problem, change) in cases {
        var browser = browser
        let back = try await leave(&browser, issuer)
        issuer.change {
          $0 = OpenIDIssuer.Plan()
          change(&$0)
        }
        let answer = try await browser.get(back)
        #expect(answer.location == "/sign-in?problem=\(problem)" && browser.cookies.isEmpty, "\(answer)")
      }
      issuer.change { $0 = OpenIDIssuer.Plan() }
      var (mine, other) = (browser, browser)
      let back = try await leave(&mine, issuer)
      _ = try await leave(&other, issuer)
      for path in [back, "\(back)&state=x", "/auth/openid/callback?state=x&code=y", "/auth/openid/callback?%ff"] {
        var copy = other
        #expect(try await copy.get(path).location == "/sign-in?problem=attempt", "\(path)")
      }
      let people = try await harness.store.read { try $0.people.accounts() }
      #expect(!people.contains { $0.externalID != nil })
    }
  }

  @Test("Where accounts are not made, only those whom the settings name get one; a role that is lost is lost at once")
  func accounts() async throws {
    let restricted: @Sendable (JSONValue) -> JSONValue = { provider in
      provider.with("createsAccounts", .bool(false)).with("users", .object(["person-1": .string("viewer")]))
    }
    try await served(restricted) { harness, issuer, browser in
      issuer.change { $0.claims["oid"] = "person-2" }
      var stranger = browser
      var back = try await leave(&stranger, issuer)
      #expect(try await stranger.get(back).location == "/sign-in?problem=no-account")
      issuer.change { $0.claims["oid"] = "person-1" }
      var browser = browser
      back = try await leave(&browser, issuer)
      #expect(try await browser.get(back).location == "/")
      #expect(try await browser.get("/api/v1/session").text.contains("\"operator\""))
      issuer.change { $0.removed = ["roles"] }
      back = try await leave(&browser, issuer)
      #expect(try await browser.get(back).location == "/")
      #expect(try await browser.get("/api/v1/session").text.contains("\"viewer\""))
      try await harness.services.access.accounts.setDisabled(
        "alice@contoso.example", true, by: .commandLine(user: "root"))
      back = try await leave(&browser, issuer)
      #expect(try await browser.get(back).location == "/sign-in?problem=disabled")
    }
  }

  @Test("Without settings there is no provider; with others the server goes by them at once")
  func configured() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    func start() async -> String {
      let answer = await harness.application.answer(RawRequest(method: "GET", target: "/auth/openid/start"))
      return answer.headers.first { $0.name == "Location" }?.value ?? ""
    }
    #expect(await start() == "/sign-in?problem=not-configured")
    #expect(try await harness.send("GET", "/sign-in-settings").json == .object(["passwords": .bool(true)]))
    #expect(try await harness.send("GET", "/sign-in-settings", as: .token(.operator)).status == 403)
    let issuer = try await OpenIDIssuer(now: { InterfaceHarness.now })
    let stored = Self.settings(issuer) { $0.with("clientSecret", .object(["stored": .bool(true)])) }
    #expect(try await harness.send("PUT", "/sign-in-settings", stored).problem == "invalid", "none is stored yet")
    #expect(try await harness.send("PUT", "/sign-in-settings", Self.settings(issuer)).status == 200)
    #expect(
      try await harness.send("GET", "/sign-in-settings").json["openID"]?["clientSecret"]
        == .object(["stored": .bool(true)]))
    #expect(await start().hasPrefix("\(issuer.url)/authorize?"))
    let named = Self.settings(issuer) { $0.with("clientSecret", .object(["env": .string("ISTHMUS_TEST_NOT_SET")])) }
    #expect(
      try await harness.send("PUT", "/sign-in-settings", named).problem == "invalid",
      "an admin of the interface must not have a variable of the server sent to an address of their choice")
    let moved = Self.settings(issuer) {
      $0.with("issuer", .string("https://elsewhere.example")).with("clientSecret", .object(["stored": .bool(true)]))
    }
    #expect(
      try await harness.send("PUT", "/sign-in-settings", moved).problem == "invalid", "nor the kept secret elsewhere")
    let without = Self.settings(issuer) { $0.with("clientSecret", .null) }
    #expect(try await harness.send("PUT", "/sign-in-settings", without).status == 200)
    #expect(try await harness.store.read { try $0.secrets.storedSecrets() }.isEmpty, "what is not named goes")
    #expect(try await harness.send("PUT", "/sign-in-settings", .object(["passwords": .bool(true)])).status == 200)
    #expect(await start() == "/sign-in?problem=not-configured")
    for bad: JSONValue in [
      .object(["passwords": .bool(false)]), .object(["openID": .object([])]),
      Self.settings(issuer) { $0.with("baseUrl", .string("http://isthmus.example")) },
      Self.settings(issuer) { $0.with("tenantId", .string("x")) },
      Self.settings(issuer) { $0.without("appRoles") },
      Self.settings(issuer) { $0.with("groups", .object(["x": .string("king")])) },
      Self.settings(issuer) { $0.with("createsAccounts", .bool(false)) },
      Self.settings(issuer) { $0.with("clientSecret", .array([])) },
    ] {
      #expect(try await harness.send("PUT", "/sign-in-settings", bad).problem == "invalid", "\(bad)")
    }
    await harness.stop()
  }

  @Test("Where passwords are off nobody signs in by one but the last admin")
  func passwordsOff() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let issuer = try await OpenIDIssuer(now: { InterfaceHarness.now })
    let off = Self.settings(issuer).with("passwords", .bool(false))
    #expect(try await harness.send("PUT", "/sign-in-settings", off).status == 200)
    func signIn(_ name: String) async throws -> InterfaceHarness.Answer {
      let body = JSONValue.object(["name": .string(name), "password": .string(InterfaceHarness.password.reveal())])
      return try await harness.send("POST", "/session", body, as: .nobody)
    }
    let refused = try await signIn("viewer")
    #expect(refused.problem == "not-signed-in" && refused.text.contains("isthmus apply"))
    #expect(try await signIn("admin").status == 200, "the last one")
    _ = try await harness.services.access.accounts.create(
      "second", role: .admin, password: InterfaceHarness.password, by: .commandLine(user: "root"))
    #expect(try await signIn("admin").problem == "not-signed-in")
    let methods = try await harness.send("GET", "/sign-in-methods", as: .nobody)
    #expect(methods.json["passwords"] == .bool(false))
    await harness.stop()
  }
}
