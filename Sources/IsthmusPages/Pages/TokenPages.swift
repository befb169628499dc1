import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// API tokens, and a form for another one: all of them for an admin, one's own on one's own page.
struct TokenList: Sendable {
  struct Token: Sendable {
    let id: String
    let name: String
    let role: String
    let madeBy: String
    let madeAt: String
    let endsAt: String
    let hasEnded: Bool
    let lastUsed: String
  }

  /// Where its forms go.
  let action: String
  let tokens: [Token]
  let isEmpty: Bool
  let name: String
  let days: String
  let roles: [ListPage.Choice]
  /// The text of a token that has just been made: it is in this answer alone.
  let made: String
  let problem: String
}

struct TokensPage: Sendable {
  let tabs = Tab.administration("/administration/tokens")
  let list: TokenList
}

/// What came of a form on tokens.
struct TokenOutcome: Sendable {
  var made = ""
  var problem = ""
  var status: Int { problem.isEmpty ? 200 : 422 }
}

extension PageRoutes {
  static let tokenRoutes: [PageRoute] = [
    PageRoute(.get, "/administration/tokens", .role(.admin)) { try await tokensPage($0, $1, TokenOutcome()) },
    PageRoute(.post, "/administration/tokens", .role(.admin)) { request, context in
      try await tokensPage(request, context, try await made(request, context))
    },
    PageRoute(.post, "/administration/tokens/{id}/revoke", .role(.admin)) { request, context in
      try await context.services.access.tokens.revoke(try request.id("token"), by: try request.signedIn)
      return .see("/administration/tokens")
    },
  ]

  private static let usualDays = "90"

  /// Makes the token that a form asks for. Its text goes into this answer: it is kept nowhere to be shown after a
  /// redirection.
  static func made(_ request: PageRequest, _ context: PageContext) async throws -> TokenOutcome {
    do {
      guard let days = Int64(request.field("days")), (1...366).contains(days) else {
        throw Problem(.invalid, "A token ends after 1 to 366 days.")
      }
      let text = try await context.services.access.tokens.create(
        request.field("name"), role: try role(request.field("role")), lifetime: .seconds(days * 86_400),
        by: try request.signedIn
      ).text
      return TokenOutcome(made: text.reveal())
    } catch {
      return TokenOutcome(problem: try FormProblem(error).summary)
    }
  }

  /// - Parameter isOwn: Only those of who asks.
  static func tokenList(
    _ request: PageRequest, _ context: PageContext, _ outcome: TokenOutcome, action: String, isOwn: Bool
  ) async throws -> TokenList {
    let (principal, at) = (try request.signedIn, context.services.now())
    let tokens = try await context.services.access.tokens.list(by: principal).filter {
      !isOwn || $0.account == principal.account
    }
    let rows = tokens.map { token in
      TokenList.Token(
        id: token.id.description, name: token.name, role: token.role.rawValue, madeBy: token.madeBy,
        madeAt: Shown.time(token.madeAt.description), endsAt: Shown.time(token.expiresAt.description),
        hasEnded: token.expiresAt <= at, lastUsed: token.lastUsed.map { Shown.time($0.description) } ?? "never")
    }
    // What was typed comes again only where it could not be used.
    func typed(_ name: String, _ usual: String) -> String { outcome.problem.isEmpty ? usual : request.field(name) }
    return TokenList(
      action: action, tokens: rows, isEmpty: rows.isEmpty, name: typed("name", ""), days: typed("days", usualDays),
      roles: ListPage.Choice.roles(upTo: principal.role, chosen: typed("role", Role.viewer.rawValue)),
      made: outcome.made,
      problem: outcome.problem)
  }

  private static func tokensPage(
    _ request: PageRequest, _ context: PageContext, _ outcome: TokenOutcome
  ) async throws -> PageAnswer {
    let list = try await tokenList(request, context, outcome, action: "/administration/tokens", isOwn: false)
    return .page(
      Page("API tokens", in: .administration, "tokens", TokensPage(list: list)), status: outcome.status)
  }
}
