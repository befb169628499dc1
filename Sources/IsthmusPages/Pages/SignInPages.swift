import IsthmusConnect
import IsthmusServer
import IsthmusStore

struct SignInPage: Sendable {
  let name: String
  let next: String
  /// Why the last try did not work; empty at first.
  let problem: String
}

struct SetupPage: Sendable {
  let link: String
  let isValid: Bool
  let name: String
  let problem: String
}

extension PageRoutes {
  static let signInRoutes: [PageRoute] = [
    PageRoute(.get, "/sign-in", .anyone) { request, _ in
      if request.caller != nil { return .see(localPath(request.value("next"))) }
      return signInPage("", next: request.value("next") ?? "", problem: "")
    },
    PageRoute(.post, "/sign-in", .anyone) { request, context in
      let name = request.field("name")
      do {
        let started = try await context.services.access.signIns.signIn(
          name, password: Secret(request.field("password")), address: request.address)
        return .see(
          localPath(request.field("next")), headers: [("Set-Cookie", context.services.cookie.setting(started.text))])
      } catch let error as AccessError {
        return signInPage(name, next: request.field("next"), problem: error.description)
      }
    },
    PageRoute(.post, "/sign-out", .role(.viewer)) { request, context in
      if let caller = request.caller, let text = request.session {
        try await context.services.access.sessions.end(text, by: caller.principal)
      }
      return .see("/sign-in", headers: [("Set-Cookie", context.services.cookie.clearing)])
    },
    PageRoute(.get, "/setup", .anyone) { request, context in
      let link = request.value("link") ?? ""
      let isValid = try await context.services.access.setupLink.isValid(Secret(link))
      return setupPage(SetupPage(link: link, isValid: isValid, name: "", problem: ""))
    },
    PageRoute(.post, "/setup", .anyone) { request, context in
      let (link, name, password) = (request.field("link"), request.field("name"), request.field("password"))
      guard password == request.field("repeated") else {
        return setupPage(
          SetupPage(link: link, isValid: true, name: name, problem: "The two passwords are not the same."))
      }
      do {
        let access = context.services.access
        let account = try await access.setupLink.redeem(
          Secret(link), name: name, password: Secret(password), address: request.address)
        let started = try await access.signIns.signIn(
          account.name, password: Secret(password), address: request.address)
        return .see("/", headers: [("Set-Cookie", context.services.cookie.setting(started.text))])
      } catch let error as AccessError {
        return setupPage(
          SetupPage(link: link, isValid: error.kind == .invalid, name: name, problem: error.description))
      }
    },
  ]

  private static func signInPage(_ name: String, next: String, problem: String) -> PageAnswer {
    let model = SignInPage(name: name, next: next, problem: problem)
    return .page(Page("Sign in", in: nil, "sign-in", model), status: problem.isEmpty ? 200 : 401)
  }

  private static func setupPage(_ model: SetupPage) -> PageAnswer {
    .page(Page("The first account", in: nil, "setup", model), status: model.problem.isEmpty ? 200 : 422)
  }

  /// Only a path of ours: the address of a sign-in must lead nowhere else.
  static func localPath(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
      text.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
    else { return "/" }
    return text
  }
}
