import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Signing in, accounts, tokens, the audit log.
extension APIRoutes {
  private static let password = Schema.string(.init(format: "password", lengths: 1...1024))
  private static let role = Schema.choice(Role.allCases.map(\.rawValue))

  private static let signedIn = Schema.answer(
    .init("name", .text, required: true), .init("role", role, required: true), .init("csrfToken", .nullable(.text)),
    .init("endsAt", .nullable(.text)))

  static let sessionRoutes: [Route] = [
    Route(.post, "/session", "signIn", .accounts, .anyone, "Signs in by name and password") { request, services in
      let body = request.json ?? .null
      let started = try await services.access.signIns.signIn(
        body["name"]?.string ?? "", password: Secret(body["password"]?.string ?? ""), address: request.address)
      return try await answer(started, request, services)
    }.with {
      $0.description = "The answer sets the session's cookie; changes need its csrfToken in the header X-CSRF-Token."
      $0.body = .init(.object(.init("name", .name, required: true), .init("password", password, required: true)))
      $0.content = .json(signedIn)
      $0.problems = [.notSignedIn, .tooManyRequests]
    },
    Route(
      .get, "/sign-in-methods", "listSignInMethods", .accounts, .anyone, "Tells how people may sign in here"
    ) { _, services in
      let signIn = try await services.configuration.snapshot().signIn(secrets: nil)
      let provider = signIn.openID.map { openID in
        JSONValue.object(["name": .string(openID.displayName), "startPath": .string(OpenIDDoor.startPath)])
      }
      return .json(
        .object(["passwords": .bool(signIn.takesPasswords), "providers": .array(provider.map { [$0] } ?? [])]))
    }.with {
      $0.description = "Send the browser to a provider's startPath, with `return=` and a path to come back to."
      $0.content = .json(
        .answer(
          .init("passwords", .boolean, required: true),
          .init(
            "providers",
            .list(.answer(.init("name", .text, required: true), .init("startPath", .text, required: true))),
            required: true)))
    },
    Route(.get, "/session", "getSession", .accounts, .role(.viewer), "Tells who is signed in") { request, services in
      let principal = request.actor
      var token: String?
      if let text = request.headers["cookie"].flatMap(services.cookie.text(in:)) {
        token = try await services.access.sessions.active(text, address: request.address)?.csrfToken
      }
      return .json(
        .object([
          "name": .string(principal.name), "role": .string(principal.role.rawValue),
          "csrfToken": token.map(JSONValue.string) ?? .null,
        ]))
    }.with { $0.content = .json(signedIn) },
    Route(.delete, "/session", "signOut", .accounts, .role(.viewer), "Signs out") { request, services in
      guard let text = request.headers["cookie"].flatMap(services.cookie.text(in:)) else {
        throw Problem(.conflict, "There is no session to end.")
      }
      try await services.access.sessions.end(text, by: request.actor)
      return APIAnswer.nothing.with("Set-Cookie", services.cookie.clearing)
    }.with {
      $0.isForPeople = true
      $0.status = 204
      $0.problems = [.conflict]
    },
    Route(
      .post, "/setup", "makeFirstAdmin", .accounts, .anyone, "Makes the first admin, by the link of the first start"
    ) {
      request, services in
      let body = request.json ?? .null
      let account = try await services.access.setupLink.redeem(
        Secret(body["link"]?.string ?? ""), name: body["name"]?.string ?? "",
        password: Secret(body["password"]?.string ?? ""), address: request.address)
      return .json(account.json, status: 201)
    }.with {
      $0.body = .init(
        .object(
          .init("link", .text, required: true, "What stands behind # in the link."),
          .init("name", .name, required: true), .init("password", password, required: true)))
      $0.status = 201
      $0.content = .json(.reference("Account"))
      $0.problems = [.notSignedIn]
    },
    Route(.put, "/session/password", "changePassword", .accounts, .role(.viewer), "Changes one's own password") {
      request, services in
      let body = request.json ?? .null
      let session = request.headers["cookie"].flatMap(services.cookie.text(in:)).map {
        TokenDigest(of: $0.reveal())
      }
      try await services.access.accounts.changePassword(
        from: Secret(body["current"]?.string ?? ""), to: Secret(body["password"]?.string ?? ""), keeping: session,
        by: request.actor)
      return .nothing
    }.with {
      $0.isForPeople = true
      $0.body = .init(.object(.init("current", password, required: true), .init("password", password, required: true)))
      $0.status = 204
      $0.problems = [.tooManyRequests]
    },
  ]

  static func answer(
    _ started: SessionService.Started, _ request: APIRequest, _ services: APIServices
  ) async throws -> APIAnswer {
    let active = try await services.access.sessions.active(started.text, address: request.address)
    return APIAnswer.json(
      .object([
        "name": .string(started.account.name), "role": .string(started.account.role.rawValue),
        "csrfToken": active.map { .string($0.csrfToken) } ?? .null, "endsAt": .string(started.endsAt.description),
      ])
    ).with("Set-Cookie", services.cookie.setting(started.text))
  }

  static let accountRoutes: [Route] = [
    Route(.get, "/accounts", "listAccounts", .accounts, .role(.admin), "Lists accounts") { request, services in
      answer(items: try await services.access.accounts.list(by: request.actor).map(\.json))
    }.with { $0.content = .json(items(.reference("Account"))) },
    Route(.post, "/accounts", "createAccount", .accounts, .role(.admin), "Makes an account") { request, services in
      let body = request.json ?? .null
      let account = try await services.access.accounts.create(
        body["name"]?.string ?? "", role: body.role, password: Secret(body["password"]?.string ?? ""),
        by: request.actor)
      return .json(account.json, status: 201)
    }.with {
      $0.isForPeople = true
      $0.body = .init(
        .object(
          .init("name", .name, required: true), .init("role", role, required: true),
          .init("password", password, required: true)))
      $0.status = 201
      $0.content = .json(.reference("Account"))
    },
    Route(
      .patch, "/accounts/{name}", "changeAccount", .accounts, .role(.admin), "Changes an account's role, or disables it"
    ) {
      request, services in
      let (name, body) = (request.path("name"), request.json ?? .null)
      if body["role"] == nil, body["disabled"] == nil {
        throw Problem(.invalid, "The body changes nothing: give role, disabled or both.")
      }
      if body["role"] != nil { try await services.access.accounts.setRole(of: name, to: body.role, by: request.actor) }
      if case .bool(let isDisabled)? = body["disabled"] {
        try await services.access.accounts.setDisabled(name, isDisabled, by: request.actor)
      }
      return .nothing
    }.with {
      $0.isForPeople = true
      $0.body = .init(.object(.init("role", role), .init("disabled", .boolean)))
      $0.status = 204
    },
    Route(.put, "/accounts/{name}/password", "setPassword", .accounts, .role(.admin), "Sets another one's password") {
      request, services in
      try await services.access.accounts.setPassword(
        of: request.path("name"), to: Secret(request.json?["password"]?.string ?? ""), by: request.actor)
      return .nothing
    }.with {
      $0.isForPeople = true
      $0.body = .init(.object(.init("password", password, required: true)))
      $0.status = 204
    },
    Route(.delete, "/accounts/{name}", "deleteAccount", .accounts, .role(.admin), "Deletes an account") {
      request, services in
      try await services.access.accounts.delete(request.path("name"), by: request.actor)
      return .nothing
    }.with {
      $0.isForPeople = true
      $0.status = 204
      $0.problems = [.invalid]
    },
    Route(.get, "/tokens", "listTokens", .accounts, .role(.viewer), "Lists one's API tokens; an admin's are all") {
      request, services in
      answer(items: try await services.access.tokens.list(by: request.actor).map(\.json))
    }.with { $0.content = .json(items(.reference("Token"))) },
    Route(.post, "/tokens", "createToken", .accounts, .role(.viewer), "Makes an API token; its text is shown once") {
      request, services in
      let body = request.json ?? .null
      let (token, text) = try await services.access.tokens.create(
        body["name"]?.string ?? "", role: body.role, lifetime: .seconds((body["days"]?.integer ?? 90) * 86_400),
        by: request.actor)
      guard case .object(let members) = token.json else { return .json(token.json, status: 201) }
      return .json(.object(members + [.init("token", .string(text.reveal()))]), status: 201)
    }.with {
      $0.isForPeople = true
      $0.body = .init(
        .object(
          .init("name", .name, required: true), .init("role", role, required: true),
          .init("days", .integer(1...366), "Until it ends; 90 if not said.")))
      $0.status = 201
      $0.content = .json(.reference("Token"))
    },
    Route(.delete, "/tokens/{id}", "revokeToken", .accounts, .role(.viewer), "Revokes an API token") {
      request, services in
      try await services.access.tokens.revoke(try request.id("id", "token"), by: request.actor)
      return .nothing
    }.with {
      $0.isForPeople = true
      $0.status = 204
    },
    Route(.get, "/audit", "listAudit", .accounts, .role(.admin), "Lists who changed what, the latest first") {
      request, services in
      let limit = request.integer("limit") ?? 100
      let filter = AuditFilter(
        actor: request.value("actor"), subject: request.value("subject"), action: request.value("action"),
        since: request.value("since").flatMap { Timestamp(iso8601: $0) },
        below: request.integer("below").map(Int64.init), limit: limit)
      return answer(items: try await services.access.audit.entries(filter, by: request.actor).map(\.json))
    }.with {
      $0.parameters = [
        .init("actor", .name, "Who."), .init("subject", .name, "What was changed: connector:NAME."),
        .init("action", .name, "account.create, or the kind of thing alone: account."),
        .init("since", .dateTime, "From then on."), .init("below", .count, "Only entries with smaller numbers."),
        .init("limit", .integer(1...500), "100 if not said."),
      ]
      $0.content = .json(items(.reference("AuditEntry")))
    },
  ]
}

extension JSONValue {
  /// A role that was checked against its schema.
  fileprivate var role: Role { self["role"]?.string.flatMap(Role.init(rawValue:)) ?? .viewer }
}
