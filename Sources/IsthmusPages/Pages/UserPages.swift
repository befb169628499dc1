import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// All accounts, and a form for another one.
struct UsersPage: Sendable {
  struct User: Sendable {
    let name: String
    let path: String
    let role: String
    let status: String
    let signsInBy: String
    let lastSignIn: String
  }

  let tabs = Tab.administration("/administration")
  let users: [User]
  let name: String
  let roles: [ListPage.Choice]
  let problem: String
}

/// One account and what an admin may do with it.
struct UserPage: Sendable {
  let name: String
  let path: String
  let role: String
  let roles: [ListPage.Choice]
  let isDisabled: Bool
  let hasPassword: Bool
  let isOwn: Bool
  let facts: [Fact]
  let problem: String
}

extension PageRoutes {
  static let userRoutes: [PageRoute] = [
    PageRoute(.get, "/administration", .role(.admin)) { try await usersPage($0, $1, problem: "") },
    PageRoute(.post, "/administration/users", .role(.admin)) { request, context in
      let access = context.services.access
      do {
        let account = try await access.accounts.create(
          request.field("name"), role: try role(request.field("role")), password: Secret(request.field("password")),
          by: try request.signedIn)
        return .see(userPath(account.name))
      } catch {
        return try await usersPage(request, context, problem: try FormProblem(error).summary)
      }
    },
    PageRoute(.get, "/administration/users/{name}", .role(.admin)) { try await userPage($0, $1, problem: "") },
    PageRoute(.post, "/administration/users/{name}/role", .role(.admin)) { request, context in
      try await change(request, context) { name, accounts, admin in
        try await accounts.setRole(of: name, to: try role(request.field("role")), by: admin)
      }
    },
    PageRoute(.post, "/administration/users/{name}/disabled", .role(.admin)) { request, context in
      try await change(request, context) { name, accounts, admin in
        try await accounts.setDisabled(name, request.field("disabled") == "yes", by: admin)
      }
    },
    PageRoute(.post, "/administration/users/{name}/password", .role(.admin)) { request, context in
      try await change(request, context) { name, accounts, admin in
        try await accounts.setPassword(of: name, to: Secret(request.field("password")), by: admin)
      }
    },
    PageRoute(.post, "/administration/users/{name}/delete", .role(.admin)) { request, context in
      do {
        guard request.isChecked("sure") else {
          throw Problem(.invalid, "Tick the box to say that the account is to go. Nothing was changed.")
        }
        try await context.services.access.accounts.delete(request.path("name"), by: try request.signedIn)
        return .see("/administration")
      } catch {
        return try await userPage(request, context, problem: try FormProblem(error).summary)
      }
    },
  ]

  static func role(_ text: String) throws -> Role {
    guard let role = Role(rawValue: text) else { throw Problem(.invalid, "Choose a role.") }
    return role
  }

  private static func userPath(_ name: String) -> String { "/administration/users/\(PercentText.encoded(name))" }

  private static func change(
    _ request: PageRequest, _ context: PageContext,
    _ body: (String, AccountService, Principal) async throws -> StoredAccount
  ) async throws -> PageAnswer {
    do {
      let account = try await body(request.path("name"), context.services.access.accounts, try request.signedIn)
      return .see(userPath(account.name))
    } catch {
      return try await userPage(request, context, problem: try FormProblem(error).summary)
    }
  }

  private static func usersPage(
    _ request: PageRequest, _ context: PageContext, problem: String
  ) async throws -> PageAnswer {
    let accounts = try await context.services.access.accounts.list(by: try request.signedIn)
    let users = accounts.map { account in
      UsersPage.User(
        name: account.name, path: userPath(account.name), role: account.role.rawValue,
        status: account.isDisabled ? "disabled" : "active",
        signsInBy: account.externalID == nil ? "password" : "identity provider",
        lastSignIn: Shown.time(account.lastSignIn?.description))
    }
    let chosen = request.field("role")
    let model = UsersPage(
      users: users, name: request.field("name"),
      roles: ListPage.Choice.roles(chosen: chosen.isEmpty ? Role.viewer.rawValue : chosen), problem: problem)
    return .page(Page("Users", in: .administration, "users", model), status: problem.isEmpty ? 200 : 422)
  }

  private static func userPage(
    _ request: PageRequest, _ context: PageContext, problem: String
  ) async throws -> PageAnswer {
    let name = request.path("name")
    guard let account = try await context.services.store.read({ try $0.people.account(named: name) }) else {
      throw Problem(.notFound, "There is no account of that name.")
    }
    let isOwn = try request.signedIn.account == account.id
    let audit = ViewAddress("/administration/audit", [("subject", "account:\(account.name)")]).text
    let model = UserPage(
      name: account.name, path: userPath(account.name), role: account.role.rawValue,
      roles: ListPage.Choice.roles(chosen: account.role.rawValue), isDisabled: account.isDisabled,
      hasPassword: account.externalID == nil, isOwn: isOwn,
      facts: [
        Fact("Status", account.isDisabled ? "disabled" : "active"),
        Fact("Signs in by", account.externalID == nil ? "password" : "identity provider"),
        Fact("Made", Shown.time(account.madeAt.description)),
        Fact("Last sign-in", account.lastSignIn.map { Shown.time($0.description) } ?? "never"),
        Fact("Changes", "Audit log of this account", path: audit),
      ], problem: problem)
    return .page(Page(account.name, in: .administration, "user", model), status: problem.isEmpty ? 200 : 422)
  }
}
