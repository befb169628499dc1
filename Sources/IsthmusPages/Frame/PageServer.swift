import IsthmusConnect
import IsthmusCore
package import IsthmusServer
import IsthmusStore
package import Logging

/// Brings a request to its page: who asks, whether they may, what the form holds; then the answer as HTML.
package struct PageServer: Sendable {
  private let context: PageContext
  private let routes: [PageRoute]
  private let files = StaticFiles()
  private let logger: Logger

  /// - Throws: If a template can't be read, which is a defect.
  package init(services: APIServices, version: String, logger: Logger) throws {
    context = PageContext(services: services, templates: try PageTemplates(), version: version)
    routes = PageRoutes.all
    self.logger = logger
  }

  /// - Returns: nil for a path that is no page.
  package func answer(_ raw: RawRequest, _ trace: RequestTrace) async -> APIAnswer? {
    let parts = raw.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts.first ?? "")
    if let file = files.answer(path, raw.headers["if-none-match"]) {
      trace.meets(route: path)
      return file
    }
    let segments = path.split(separator: "/")
    let found = routes.compactMap { route in route.values(of: segments).map { (route, $0) } }
    let method = raw.method == "HEAD" ? "GET" : raw.method
    guard !found.isEmpty else { return await missing(raw, path, trace) }
    guard let (route, values) = found.first(where: { $0.0.method.rawValue == method }) else {
      return Problem(.methodNotAllowed, "This page does not take \(raw.method).").answer
    }
    trace.meets(route: route.path)
    var caller: PageCaller?
    do {
      caller = try await self.caller(of: raw)
      if let caller { trace.isAsked(by: caller.principal) }
      guard let query = PercentText.query(parts.count > 1 ? parts[1] : "") else {
        throw Problem(.badRequest, "The address can't be decoded: it is no percent-encoded UTF-8.")
      }
      let form = try self.form(of: raw)
      if route.method == .post, ["cross-site", "same-site"].contains(raw.headers["sec-fetch-site"]) {
        throw Problem(.notAllowed, "Another site sent this form. Open the page here, and send it from there.")
      }
      if case .role(let role) = route.access {
        guard let caller else { return Self.signIn(from: raw) }
        if route.method == .post {
          guard form.contains(where: { $0.name == "csrf" && isToken($0.value, raw) }) else {
            throw Problem(
              .notAllowed, "The form is too old, or not one of ours. Go back, load the page anew, and send it.")
          }
        }
        guard caller.principal.role >= role else {
          throw Problem(
            .notAllowed,
            "This takes the role \(role.rawValue), and yours is \(caller.principal.role.rawValue). Ask an admin.")
        }
      }
      let request = PageRequest(
        target: raw.target, pathValues: values, query: query, form: form, address: raw.address,
        session: raw.headers["cookie"].flatMap(context.services.cookie.text(in:)), caller: caller)
      return render(try await route.perform(request, context), request)
    } catch {
      return refusal(error, raw, caller, trace)
    }
  }

  /// A page that is not there is answered as one where a browser asks.
  private func missing(_ raw: RawRequest, _ path: String, _ trace: RequestTrace) async -> APIAnswer? {
    guard raw.method == "GET", raw.headers["accept"]?.contains("text/html") == true, !Self.isForPrograms(path) else {
      return nil
    }
    let caller = try? await self.caller(of: raw)  // The answer is the same for who is not signed in.
    return refusal(Problem(.notFound, "There is no page \(path)."), raw, caller ?? nil, trace)
  }

  private static func isForPrograms(_ path: String) -> Bool {
    path == "/api" || path.hasPrefix("/api/") || ["/health", "/ready", "/metrics"].contains(path)
  }

  private func isToken(_ csrf: String, _ raw: RawRequest) -> Bool {
    guard let text = raw.headers["cookie"].flatMap(context.services.cookie.text(in:)) else { return false }
    return SessionService.isValid(csrf: csrf, for: text)
  }

  private func caller(of raw: RawRequest) async throws -> PageCaller? {
    guard let text = raw.headers["cookie"].flatMap(context.services.cookie.text(in:)),
      let session = try await context.services.access.sessions.active(text, address: raw.address)
    else { return nil }
    return PageCaller(principal: session.principal, csrfToken: session.csrfToken)
  }

  private func form(of raw: RawRequest) throws -> [(name: String, value: String)] {
    guard raw.method == "POST" else { return [] }
    guard raw.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true else {
      throw Problem(.unsupportedMediaType, "A page takes forms: application/x-www-form-urlencoded.")
    }
    guard let text = String(validating: raw.body, as: UTF8.self), let form = PercentText.query(text) else {
      throw Problem(.badRequest, "The form can't be decoded: it is no percent-encoded UTF-8.")
    }
    return form
  }

  /// Leads back to the page after the sign-in; to the home page where a form was sent.
  private static func signIn(from raw: RawRequest) -> APIAnswer {
    let back = raw.method == "POST" || raw.target == "/" ? "" : "?return=\(PercentText.encoded(raw.target))"
    return see("/sign-in\(back)")
  }

  private static func see(_ path: String) -> APIAnswer {
    var answer = APIAnswer(status: 303, type: "", bytes: [])
    answer.headers = [("Location", path)]
    return answer
  }
}

// MARK: - Answers

extension PageServer {
  private func render(_ answer: PageAnswer, _ request: PageRequest) -> APIAnswer {
    switch answer {
    case .page(let page, let status): html(page, status, request.caller, request.target)
    case .see(let path, let headers):
      headers.reduce(Self.see(path)) { answer, header in answer.with(header.name, header.value) }
    }
  }

  private func html(_ page: Page, _ status: Int, _ caller: PageCaller?, _ target: String) -> APIAnswer {
    let frame = Frame(page, caller: caller, target: target, version: context.version)
    let text = context.templates.html(page, in: frame)
    return APIAnswer(status: status, type: "text/html; charset=utf-8", bytes: Array(text.utf8))
  }

  private func refusal(
    _ error: any Error, _ raw: RawRequest, _ caller: PageCaller?, _ trace: RequestTrace
  ) -> APIAnswer {
    let problem = Problem(error)
    if problem.kind == .notSignedIn { return Self.signIn(from: raw) }
    if problem.kind == .defect {
      trace.log(error, "A page failed.", logger)
    }
    let id = problem.kind == .defect ? trace.id : ""
    let model = ProblemPage(title: problem.kind.title, detail: problem.detail, requestID: id)
    var answer = html(
      Page(problem.kind.title, in: nil, "problem", model), problem.kind.status, caller, raw.target)
    if let wait = problem.retryAfter { answer = answer.with("Retry-After", String(wait)) }
    return answer
  }
}

struct ProblemPage: Sendable {
  let title: String
  let detail: String
  /// Of a defect: its lines in the server's log have it.
  let requestID: String
}
