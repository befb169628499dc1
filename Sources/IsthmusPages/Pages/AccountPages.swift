import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// One's own account: password, tokens, browsers that are signed in.
struct AccountPage: Sendable {
  struct Session: Sendable {
    let startedAt: String
    let lastUsed: String
    let endsAt: String
    let address: String
    let isThis: Bool
  }

  let name: String
  let role: String
  let hasPassword: Bool
  let isChanged: Bool
  let passwordProblem: String
  let sessions: [Session]
  let hasOthers: Bool
  let list: TokenList
}

extension PageRoutes {
  static let accountRoutes: [PageRoute] = [
    PageRoute(.get, "/account", .role(.viewer)) { try await accountPage($0, $1) },
    PageRoute(.post, "/account/password", .role(.viewer)) { request, context in
      do {
        guard request.field("password") == request.field("repeated") else {
          throw Problem(.invalid, "The two new passwords are not the same. Nothing was changed.")
        }
        try await context.services.access.accounts.changePassword(
          from: Secret(request.field("current")), to: Secret(request.field("password")),
          keeping: request.sessionDigest, by: try request.signedIn)
        return .see("/account?changed=password")
      } catch {
        return try await accountPage(request, context, passwordProblem: try FormProblem(error).summary)
      }
    },
    PageRoute(.post, "/account/tokens", .role(.viewer)) { request, context in
      try await accountPage(request, context, tokens: try await made(request, context))
    },
    PageRoute(.post, "/account/tokens/{id}/revoke", .role(.viewer)) { request, context in
      try await context.services.access.tokens.revoke(try request.id("token"), by: try request.signedIn)
      return .see("/account")
    },
    PageRoute(.post, "/account/sessions/end-others", .role(.viewer)) { request, context in
      guard let session = request.session else { return .see("/sign-in") }
      try await context.services.access.sessions.endOthers(than: session, by: try request.signedIn)
      return .see("/account")
    },
  ]

  private static func accountPage(
    _ request: PageRequest, _ context: PageContext, passwordProblem: String = "", tokens: TokenOutcome = TokenOutcome()
  ) async throws -> PageAnswer {
    let principal = try request.signedIn
    let sessions = try await context.services.access.sessions.list(by: principal)
    let account = try await context.services.store.read { reader in
      try principal.account.flatMap { try reader.people.account($0) }
    }
    let model = AccountPage(
      name: principal.name, role: principal.role.rawValue, hasPassword: account?.hasPassword ?? false,
      isChanged: request.value("changed") == "password" && passwordProblem.isEmpty, passwordProblem: passwordProblem,
      sessions: sessions.map { session in
        AccountPage.Session(
          startedAt: Shown.time(session.startedAt.description), lastUsed: Shown.time(session.lastUsed.description),
          endsAt: Shown.time(session.endsAt.description), address: session.address ?? "",
          isThis: session.digest == request.sessionDigest)
      }, hasOthers: sessions.count > 1,
      list: try await tokenList(request, context, tokens, action: "/account/tokens", isOwn: true))
    let status = passwordProblem.isEmpty ? tokens.status : 422
    return .page(Page("Your account", in: nil, "account", model), status: status)
  }
}
