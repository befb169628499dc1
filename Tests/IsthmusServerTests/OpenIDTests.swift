import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore
import Testing

@Suite("Signing in by an identity provider")
struct OpenIDTests {
  private let harness: AuthHarness
  private let issuer: OpenIDIssuer
  private let transport: any HTTPTransport

  /// One for all tests, to the end of the process: it must not go before it is shut down.
  private static let transport = Result { try AsyncHTTPTransport(TransportSettings()) }

  init() async throws {
    let harness = try AuthHarness()
    self.harness = harness
    issuer = try await OpenIDIssuer(now: { harness.now })
    transport = try Self.transport.get()
  }

  private func settings(
    secret: String = OpenIDIssuer.clientSecret, groups: [String: Role] = [:], users: [String: Role] = [:],
    otherwise: Role? = nil
  ) throws -> OpenIDSettings {
    try OpenIDSettings(
      issuer: issuer.url, clientID: OpenIDIssuer.clientID, clientSecret: Secret(secret),
      redirectURL: OpenIDIssuer.redirectURL, appRoles: ["Isthmus.Operator": .operator, "Isthmus.Admin": .admin],
      groups: groups, users: users, otherwise: otherwise)
  }

  private func service(_ settings: OpenIDSettings) -> OpenIDSignIn {
    let provider = OpenIDProvider(
      // Longer than a loaded machine needs: how long it takes is not what is tried.
      settings, transport: transport, timeout: .seconds(600), now: { harness.now })
    return OpenIDSignIn(
      settings, provider: provider, store: harness.store, sessions: harness.sessions, now: { harness.now })
  }

  /// Leaves, signs in there and comes back.
  private func signIn(
    _ service: OpenIDSignIn, to path: String = "/assets"
  ) async throws -> (session: SessionService.Started, returnPath: String) {
    let attempt = OpenIDAttempt(returnPath: path)
    let answer = try issuer.authorize(try await service.location(for: attempt))
    return try await service.finish(answer, cookie: attempt.text, address: "192.0.2.1")
  }

  /// What a sign-in is refused with; "" if it is not.
  private func refusal(_ service: OpenIDSignIn) async -> String {
    do {
      _ = try await signIn(service)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("Who signs in for the first time gets an account and a session, and comes back to where they were")
  func firstTime() async throws {
    let service = service(try settings())
    let (session, path) = try await signIn(service, to: "/assets?q=a b".replacing(" ", with: "%20"))
    #expect(path == "/assets?q=a%20b")
    let active = try #require(try await harness.sessions.active(session.text, address: nil))
    #expect(active.principal.name == "alice@contoso.example" && active.principal.role == .operator)
    let account = try await harness.account("alice@contoso.example")
    #expect(account?.hasPassword == false && account?.externalID == "\(issuer.url) person-1")
    #expect(try await harness.actions() == ["account.create", "session.start"])
    let again = try await signIn(service)
    #expect(again.session.account.id == account?.id)
    #expect(await harness.refusal { _ = try await harness.signIn("alice@contoso.example", "") } == .notSignedIn)
    #expect(
      issuer.requests.filter { $0 == "discovery" }.count == 1 && issuer.requests.filter { $0 == "keys" }.count == 1)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var says: String
    var plan: @Sendable (inout OpenIDIssuer.Plan, OpenIDIssuer) -> Void

    init(_ name: String, says: String, _ plan: @escaping @Sendable (inout OpenIDIssuer.Plan, OpenIDIssuer) -> Void) {
      testDescription = name
      self.says = says
      self.plan = plan
    }
  }

  /// 2027-01-15T08:00:00Z, the harness's clock.
  private static let now: Int64 = 1_800_000_000

  private static func header(_ json: String, _ token: String) -> String {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    return "\(OpenIDIssuer.base64URL(Data(json.utf8))).\(parts[1]).\(parts[2])"
  }

  static let cases = [
    Case("a wrong nonce", says: "of another attempt") { plan, _ in plan.claims["nonce"] = "another" },
    Case("no nonce", says: "of another attempt") { plan, _ in plan.removed = ["nonce"] },
    Case("another audience", says: "for another application") { plan, _ in plan.claims["aud"] = "another" },
    Case("no audience at all", says: "for another application") { plan, _ in plan.claims["aud"] = .array([]) },
    Case("several audiences without the one it was given to", says: "given to another application") { plan, _ in
      plan.claims["aud"] = .array([.string(OpenIDIssuer.clientID), "another"])
    },
    Case("given to another application", says: "given to another application") { plan, _ in
      plan.claims["azp"] = "another"
    },
    Case("another issuer in the token", says: "of another issuer") { plan, _ in
      plan.claims["iss"] = "https://login.example/tenant"
    },
    Case("an expired token", says: "has expired") { plan, _ in plan.claims["exp"] = .integer(now - 60) },
    Case("a token without an end", says: "can't be read") { plan, _ in plan.removed = ["exp"] },
    Case("a token that is not valid yet", says: "not valid yet") { plan, _ in plan.claims["nbf"] = .integer(now + 61) },
    Case("nobody in the token", says: "names nobody") { plan, _ in
      plan.claims["sub"] = ""
      plan.removed = ["oid"]
    },
    Case("a key that is not listed", says: "a key that it does not list") { plan, _ in plan.signsWith = "second" },
    Case("an unlisted key under a listed one's name", says: "signature is not right") { plan, _ in
      plan.signsWith = "second"
      plan.headerKeyID = "first"
    },
    Case("a short key", says: "key is too short") { plan, _ in
      plan.signsWith = "short"
      plan.listedKeys = ["short"]
    },
    Case("algorithm none", says: "in a way that is not taken") { plan, _ in
      plan.rewrite = { header(#"{"alg":"none","kid":"first"}"#, $0) }
    },
    Case("algorithm none without a signature", says: "in a way that is not taken") { plan, _ in
      plan.rewrite = { token in
        let bare = header(#"{"alg":"none"}"#, token)
        return String(bare[...(bare.lastIndex(of: ".") ?? bare.startIndex)])
      }
    },
    Case("a shared secret for a signature", says: "in a way that is not taken") { plan, issuer in
      plan.rewrite = { [unowned issuer] in issuer.confused($0) }
    },
    Case("another algorithm than it was signed with", says: "signature is not right") { plan, _ in
      plan.rewrite = { header(#"{"alg":"PS256","kid":"first"}"#, $0) }
    },
    Case("critical parts", says: "critical parts") { plan, _ in
      plan.rewrite = { header(#"{"alg":"RS256","kid":"first","crit":["b64"],"b64":false}"#, $0) }
    },
    Case("no key's name", says: "a key that it does not list") { plan, _ in
      plan.rewrite = { header(#"{"alg":"RS256"}"#, $0) }
    },
    Case("changed claims", says: "signature is not right") { plan, _ in
      plan.rewrite = { token in
        let parts = token.split(separator: ".")
        let claims = OpenIDIssuer.base64URL(Data(#"{"roles":["Isthmus.Admin"]}"#.utf8))
        return "\(parts[0]).\(claims).\(parts[2])"
      }
    },
    Case("no token", says: "no header") { plan, _ in plan.rewrite = { _ in "rubbish" } },
    Case("an empty token", says: "no header") { plan, _ in plan.rewrite = { _ in "" } },
    Case("a discovery of another issuer", says: "another issuer than the settings name") { plan, _ in
      plan.discoveredIssuer = "https://login.example/tenant"
    },
    Case("an error of the token endpoint", says: "it says invalid_grant, AADSTS70008") { plan, _ in
      plan.tokenError = ("invalid_grant", "AADSTS70008: <b>The code has expired</b>")
    },
    Case("no role", says: "no role here") { plan, _ in plan.claims["roles"] = .array(["Another.Role"]) },
    Case("too many groups", says: "so many groups") { plan, _ in
      plan.removed = ["roles"]
      plan.claims["_claim_names"] = .object(["groups": "src1"])
    },
  ]

  @Test("Each is refused with its reason, and makes neither account nor session", arguments: cases)
  func refused(_ bad: Case) async throws {
    let service = service(try settings())
    issuer.change { bad.plan(&$0, issuer) }
    let said = await refusal(service)
    #expect(said.contains(bad.says), "\(said)")
    #expect(!said.contains("<b>") && !said.contains("hunter2"))
    #expect(try await harness.store.read { try $0.people.accounts() }.isEmpty)
  }

  @Test("Clocks may differ by a minute")
  func leeway() async throws {
    let service = service(try settings())
    issuer.change {
      $0.claims["exp"] = .integer(Self.now - 59)
      $0.claims["nbf"] = .integer(Self.now + 59)
    }
    #expect(await refusal(service) == "")
    issuer.change {
      $0.claims["aud"] = .array([.string(OpenIDIssuer.clientID), "another"])
      $0.claims["azp"] = .string(OpenIDIssuer.clientID)
    }
    #expect(await refusal(service) == "")
  }

  @Test("An answer is taken from the browser that began, once, and from no other")
  func boundToBrowser() async throws {
    let service = service(try settings())
    let (mine, other) = (OpenIDAttempt(returnPath: "/"), OpenIDAttempt(returnPath: "/"))
    let answer = try issuer.authorize(try await service.location(for: mine))
    var changed = answer
    changed["iss"] = "https://login.example"
    let attempts: [([String: String], Secret?)] = [
      (answer, nil), (answer, other.text), (answer, Secret("x")), (answer, Secret("\(mine.text.reveal())A")),
      (["code": answer["code"] ?? ""], mine.text), (["state": "x", "code": "y"], mine.text), (changed, mine.text),
    ]
    for (parameters, cookie) in attempts {
      let refused = await harness.refusal {
        _ = try await service.finish(parameters, cookie: cookie, address: nil)
      }
      #expect(refused == .notSignedIn)
    }
    #expect(!issuer.requests.contains("token"), "none of them gets as far as the provider")
    _ = try await service.finish(answer, cookie: mine.text, address: nil)
    #expect(
      await harness.refusal { _ = try await service.finish(answer, cookie: mine.text, address: nil) } == .notSignedIn)
  }

  @Test(
    "A path of another server is none to come back to",
    arguments: ["//evil.example", "/\\evil", "https://x", "", "/a\nb"])
  func returnPaths(path: String) throws {
    #expect(OpenIDAttempt(returnPath: path).returnPath == "/")
    let forged = Secret("\(String(repeating: "A", count: 43)).\(OpenIDIssuer.base64URL(Data(path.utf8)))")
    #expect(OpenIDAttempt(cookie: forged) == nil)
  }

  @Test("What the provider refuses is told by its code alone")
  func providerRefuses() async throws {
    let service = service(try settings())
    let attempt = OpenIDAttempt(returnPath: "/")
    let location = try await service.location(for: attempt)
    let state = try #require(try issuer.authorize(location)["state"])
    do {
      _ = try await service.finish(
        ["state": state, "error": "access_denied<script>", "error_description": "AADSTS50105: not assigned <b>"],
        cookie: attempt.text, address: nil)
      Issue.record("It was not refused.")
    } catch let error as AccessError {
      #expect(error.description.contains("it says access_deniedscript, AADSTS50105."))
    }
    let wrongSecret = self.service(try settings(secret: "another"))
    #expect(await refusal(wrongSecret).contains("it says invalid_grant"))
  }

  @Test("Roles come from app roles, groups and people, the highest wins, at each sign-in anew")
  func roles() async throws {
    let service = service(
      try settings(groups: ["group-1": .viewer, "group-2": .admin], users: ["person-1": .viewer], otherwise: nil))
    let role = { () async throws -> Role in try await signIn(service).session.account.role }
    #expect(try await role() == .operator)
    issuer.change { $0.claims["groups"] = .array(["group-2", "unknown"]) }
    #expect(try await role() == .admin)
    issuer.change {
      $0.claims = ["groups": .array(["group-1"])]
      $0.removed = ["roles"]
    }
    #expect(try await role() == .viewer)
    issuer.change { $0.removed = ["roles", "groups"] }
    #expect(try await role() == .viewer, "as a person")
    issuer.change { $0.claims["oid"] = "person-2" }
    #expect(await refusal(service).contains("no role here"))
    let open = self.service(try settings(otherwise: .viewer))
    #expect(try await signIn(open).session.account.role == .viewer)
    #expect(try await harness.actions(AuditFilter(action: "account.role", limit: 9)).count == 2)
  }

  @Test("A name that somebody has here is not taken over; a name that can't be used is replaced")
  func names() async throws {
    let local = try await harness.add("alice@contoso.example", .admin)
    let service = service(try settings())
    let (session, _) = try await signIn(service)
    #expect(session.account.id != local.account && session.account.name.hasPrefix("alice@contoso.example~"))
    issuer.change {
      $0.claims["oid"] = "person-2"
      $0.claims["preferred_username"] = "Ålice <b>"
    }
    #expect(try await signIn(service).session.account.name.hasPrefix("user~"))
    issuer.change {
      $0.claims["oid"] = "person-3"
      $0.removed = ["preferred_username"]
    }
    #expect(try await signIn(service).session.account.name.hasPrefix("user~"))
    #expect(try await harness.store.read { try $0.people.accounts().count } == 4)
  }

  @Test("A disabled account stays out, and an admin by the provider does not count as the last one")
  func disabled() async throws {
    try await harness.add("root", .admin)
    let service = service(try settings())
    issuer.change { $0.claims["roles"] = .array(["Isthmus.Admin"]) }
    _ = try await signIn(service)
    let last = await harness.refusal { try await harness.accounts.delete("root", by: harness.root) }
    #expect(last == .invalid)
    try await harness.accounts.setDisabled("alice@contoso.example", true, by: harness.root)
    #expect(await refusal(service).contains("disabled"))
    let password = await harness.refusal {
      try await harness.accounts.setPassword(of: "alice@contoso.example", to: AuthHarness.password, by: harness.root)
    }
    #expect(password == .invalid)
  }

  @Test("A new key of the provider is found; unknown ones are asked for once a minute")
  func keysChange() async throws {
    let service = service(try settings())
    #expect(await refusal(service) == "")
    issuer.change { $0.signsWith = "second" }
    for _ in 0..<3 { #expect(await refusal(service).contains("does not list")) }
    let fetched = { issuer.requests.filter { $0 == "keys" }.count }
    #expect(fetched() == 1)
    issuer.change { $0.listedKeys = ["first", "second"] }
    harness.advance(by: .seconds(60))
    #expect(await refusal(service) == "")
    #expect(fetched() == 2)
  }

  @Test("A provider that can't be reached is said")
  func unreachable() async throws {
    let settings = try OpenIDSettings(
      issuer: "http://127.0.0.1:1/tenant", clientID: "x", clientSecret: nil, redirectURL: "https://isthmus.example/",
      otherwise: .viewer)
    let refused = await harness.refusal {
      _ = try await service(settings).location(for: OpenIDAttempt(returnPath: "/"))
    }
    #expect(refused == .unavailable)
  }

  @Test(
    "Settings that anybody could listen in on, or that let nobody in, are refused",
    arguments: [
      ("http://login.example/tenant", "https://x", Role.viewer as Role?), ("login.example", "https://x", .viewer),
      ("https://", "https://x", .viewer), ("http://127.0.0.1.evil.example", "https://x", .viewer),
      ("https://login.example", "http://isthmus.example/callback", .viewer),
      ("https://login.example", "https://x", nil),
      ("https://login.example\n", "https://x", .viewer),
    ])
  func badSettings(issuer: String, redirect: String, otherwise: Role?) async {
    var refused = false
    do {
      _ = try OpenIDSettings(
        issuer: issuer, clientID: "x", clientSecret: nil, redirectURL: redirect, otherwise: otherwise)
    } catch { refused = error.kind == .invalid }
    #expect(refused)
  }
}
