import IsthmusConfiguration
import IsthmusConnect
import IsthmusServer
import IsthmusStore

struct SignInPage: Sendable {
  let name: String
  /// The path that the sign-in leads back to.
  let back: String
  let takesPasswords: Bool
  let provider: Link?
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
    PageRoute(.get, "/sign-in", .anyone) { request, context in
      let back = localPath(request.value("return"))
      if request.caller != nil { return .see(back) }
      let problem = request.value("problem").flatMap(SignInProblem.init(rawValue:))?.sentence ?? ""
      return try await signInPage("", back, problem, context)
    },
    PageRoute(.post, "/sign-in", .anyone) { request, context in
      let (name, back) = (request.field("name"), localPath(request.field("return")))
      do {
        let started = try await context.services.access.signIns.signIn(
          name, password: Secret(request.field("password")), address: request.address)
        return .see(back, headers: [("Set-Cookie", context.services.cookie.setting(started.text))])
      } catch let error as AccessError {
        return try await signInPage(name, back, error.description, context)
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

  private static func signInPage(
    _ name: String, _ back: String, _ problem: String, _ context: PageContext
  ) async throws -> PageAnswer {
    let methods = try await context.services.configuration.snapshot().signIn(secrets: nil)
    let provider = methods.openID.map { openID in
      Link(
        title: "Sign in by \(openID.displayName)",
        path: ViewAddress(OpenIDDoor.startPath, [("return", back)]).text)
    }
    let model = SignInPage(
      name: name, back: back, takesPasswords: methods.takesPasswords, provider: provider, problem: problem)
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

extension SignInProblem {
  /// For who tried; what the provider said in detail is in the server's log.
  fileprivate var sentence: String {
    switch self {
    case .attempt: "This sign-in was begun elsewhere, or too long ago. Try again."
    case .refused: "The identity provider did not let you in."
    case .token: "What the identity provider said can't be believed. An admin finds more in the server's log."
    case .noRole: "You may sign in, but have no role here. Ask an admin for one."
    case .noAccount: "There is no account for you here. Ask an admin to make one."
    case .disabled: "Your account is disabled. Ask an admin."
    case .unavailable: "The identity provider does not answer. Try again later."
    case .notConfigured: "No identity provider is set up here."
    case .failed: "Something went wrong here. An admin finds more in the server's log."
    }
  }
}
