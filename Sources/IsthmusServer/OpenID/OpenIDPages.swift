import IsthmusConnect
import IsthmusCore
import Logging

/// The two addresses by which a browser leaves for the identity provider and comes back.
struct OpenIDPages: Sendable {
  let services: APIServices
  let logger: Logger

  private var cookie: SessionCookie { SessionCookie(.signIn, isSecure: services.cookie.isSecure) }

  /// `GET /auth/openid/start?return=/assets`
  func start(_ raw: RawRequest) async -> APIAnswer {
    do {
      let query = parameters(of: raw)
      let attempt = OpenIDAttempt(returnPath: query?["return"] ?? "/")
      let location = try await services.openID.signIn().location(for: attempt)
      return Self.redirect(to: location).with("Set-Cookie", cookie.setting(attempt.text))
    } catch {
      return refusal(error)
    }
  }

  /// `GET /auth/openid/callback?code=…&state=…`
  func callback(_ raw: RawRequest) async -> APIAnswer {
    do {
      guard let query = parameters(of: raw) else {
        throw OpenIDRefusal.because("the answer's address can't be read", .attempt)
      }
      let (session, path) = try await services.openID.signIn().finish(
        query, cookie: raw.headers["cookie"].flatMap(cookie.text(in:)), address: raw.address)
      return Self.redirect(to: path).with("Set-Cookie", services.cookie.setting(session.text))
        .with("Set-Cookie", cookie.clearing)
    } catch {
      // An attempt has one answer.
      return refusal(error).with("Set-Cookie", cookie.clearing)
    }
  }

  /// nil where a name stands twice, or something can't be decoded: readers differ in what they make of that.
  private func parameters(of raw: RawRequest) -> [String: String]? {
    let parts = raw.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let pairs = PercentText.query(parts.count > 1 ? parts[1] : "") else { return nil }
    let query = Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return query.count == pairs.count ? query : nil
  }

  private func refusal(_ error: any Error) -> APIAnswer {
    let problem = SignInProblem(error)
    logger.log(
      level: problem == .failed ? .error : .notice, "A sign-in by the identity provider did not come about.",
      metadata: ["problem": "\(problem.rawValue)", "reason": "\(error)"])
    return Self.redirect(to: "/sign-in?problem=\(problem.rawValue)")
  }

  private static func redirect(to location: String) -> APIAnswer {
    var answer = APIAnswer(status: 303, type: "", bytes: [])
    answer.headers = [("Location", location)]
    return answer
  }
}
