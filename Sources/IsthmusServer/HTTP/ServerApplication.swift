import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import IsthmusCore
import IsthmusStore
package import Logging
import NIOCore
package import ServiceLifecycle

/// The server: the interface, its document, and what watches it.
package struct ServerApplication: Sendable {
  package let settings: ServerSettings
  private let dispatcher: APIDispatcher
  private let document: [UInt8]
  private let page: [UInt8]
  private let services: APIServices
  private let logger: Logger
  private let meter = RequestMeter()
  private let pages: @Sendable (RawRequest, RequestTrace) async -> APIAnswer?

  private var openID: OpenIDPages { OpenIDPages(services: services, logger: logger) }

  /// - Parameter pages: Answers what is neither the interface's nor for programs that watch the server; nil for a path
  ///   that is no page.
  package init(
    settings: ServerSettings, services: APIServices, version: String, logger: Logger,
    pages: @escaping @Sendable (RawRequest, RequestTrace) async -> APIAnswer? = { _, _ in nil }
  ) {
    self.pages = pages
    self.settings = settings
    self.services = services
    self.logger = logger
    dispatcher = APIDispatcher(
      APIRoutes.all, components: APIRoutes.components, services: services)
    let openAPI = OpenAPIDocument(APIRoutes.all, components: APIRoutes.components, version: version)
    document = Array(openAPI.json.text(indentation: 2).utf8)
    page = Array(APIPage(APIRoutes.all, components: APIRoutes.components, version: version).html.utf8)
  }

  static let safetyHeaders: [(name: String, value: String)] = [
    ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
    (
      "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'"
    ),
  ]

  /// - Parameter refusal: Why the request was not even read whole.
  package func answer(_ raw: RawRequest, refusal: Problem? = nil) async -> APIAnswer {
    let trace = RequestTrace(raw, trustsProxy: settings.trustsProxy)
    var answer: APIAnswer
    do {
      if let refusal { throw refusal }
      answer = try await route(raw, trace)
    } catch {
      var problem = Problem(error)
      problem.requestID = trace.id
      if problem.kind == .defect { trace.log(error, "A request failed.", logger) }
      answer = problem.answer
    }
    meter.count(raw.method, answer.status)
    return trace.logged(answer.with(RequestTrace.header, trace.id), logger)
  }

  private func route(_ raw: RawRequest, _ trace: RequestTrace) async throws -> APIAnswer {
    let path = raw.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    if settings.role == .worker { return try await watched(path, raw, trace) }
    if path == APIDispatcher.root || path.hasPrefix("\(APIDispatcher.root)/") {
      return try await dispatcher.answer(raw, trace)
    }
    let isRead = raw.method == "GET" || raw.method == "HEAD"
    if isRead, let answer = try await page(at: path, raw, trace) {
      trace.meets(route: String(path))
      return answer
    }
    if let answer = await pages(raw, trace) { return answer }
    guard isRead else {
      var problem = Problem(.methodNotAllowed, "This path takes GET.")
      problem.allowed = ["GET", "HEAD"]
      throw problem
    }
    throw Problem(.notFound, "There is no such path.")
  }

  /// A worker's paths: people and programs are answered by other processes.
  private func watched(_ path: Substring, _ raw: RawRequest, _ trace: RequestTrace) async throws -> APIAnswer {
    guard ["/health", "/ready", "/metrics"].contains(path), ["GET", "HEAD"].contains(raw.method),
      let answer = try await page(at: path, raw, trace)
    else { throw Problem(.notFound, "This process works on runs; it answers GET /health, /ready and /metrics alone.") }
    trace.meets(route: String(path))
    return answer
  }

  /// - Returns: nil for a path that is none of these.
  private func page(at path: Substring, _ raw: RawRequest, _ trace: RequestTrace) async throws -> APIAnswer? {
    switch path {
    case "/api/openapi.json": return APIAnswer(status: 200, type: "application/json", bytes: document)
    case "/api": return APIAnswer(status: 200, type: "text/html; charset=utf-8", bytes: page)
    case APIPage.stylePath:
      return APIAnswer(status: 200, type: "text/css; charset=utf-8", bytes: Array(APIPage.style.utf8))
    case "/health": return .json(.object(["status": .string("up")]))
    case "/ready": return try await readiness()
    case "/metrics": return try await metrics(raw, trace)
    case OpenIDDoor.startPath: return await openID.start(raw)
    case OpenIDDoor.callbackPath: return await openID.callback(raw)
    default: return nil
    }
  }

  /// Whether the store answers: a proxy sends nothing to a server that is not ready.
  private func readiness() async throws -> APIAnswer {
    do {
      _ = try await services.store.read { try $0.runs(connector: nil, limit: 1) }
      return .json(.object(["status": .string("ready")]))
    } catch {
      throw Problem(.unavailable, "The inventory does not answer: \(Problem(error).detail)")
    }
  }

  /// For signed-in programs: names of connectors and numbers of findings are nobody else's business.
  private func metrics(_ raw: RawRequest, _ trace: RequestTrace) async throws -> APIAnswer {
    guard let caller = try await dispatcher.principal(of: raw, changes: false) else {
      throw Problem(.notSignedIn, "Send an API token (Authorization: Bearer …).")
    }
    trace.isAsked(by: caller)
    let requests = meter.entries
    let text = try await services.store.read { try MetricsText($0, requests: requests).text }
    return APIAnswer(status: 200, type: "text/plain; version=0.0.4; charset=utf-8", bytes: Array(text.utf8))
  }

  /// The client's address, for the audit log and against guessing.
  func clientAddress(_ remote: SocketAddress?, _ forwarded: String?) -> String? {
    // The last one is what our own proxy saw; those before it a client may have made up.
    if settings.trustsProxy, let last = forwarded?.split(separator: ",").last {
      return last.trimmingCharacters(in: .whitespaces)
    }
    return remote?.ipAddress
  }
}

// MARK: - Listening

extension ServerApplication {
  /// The server as a service that ends when it is asked to.
  ///
  /// - Parameter onReady: Is told the port when it is bound.
  /// - Throws: ``ServerError`` for settings that can't be.
  package func service(onReady: @escaping @Sendable (Int) async -> Void) throws -> any Service {
    if let problem = settings.problem { throw ServerError(problem) }
    let configuration = ApplicationConfiguration(
      address: .hostname(settings.host, port: settings.port), serverName: nil)
    let onRunning: @Sendable (any Channel) async -> Void = { channel in
      await onReady(channel.localAddress?.port ?? 0)
    }
    let responder = ServerResponder(application: self)
    // Clients that break off are errors to the library, but ordinary here.
    var quiet = logger
    quiet.logLevel = .critical
    let http1 = HTTPServerBuilder.http1(configuration: channel)
    guard let certificate = settings.certificateFile, let key = settings.keyFile else {
      return Application(
        responder: responder, server: http1, configuration: configuration, onServerRunning: onRunning, logger: quiet)
    }
    return Application(
      responder: responder,
      server: try .tls(
        http1, tlsConfiguration: ServerCertificate(certificateFile: certificate, keyFile: key).configuration),
      configuration: configuration, onServerRunning: onRunning, logger: quiet)
  }

  /// The library's own limit of idle time holds for the head of a request too, from the connection's beginning or the
  /// last answer on.
  private var channel: HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        ConnectionDeadlines(request: settings.requestTimeout, answer: settings.idleTimeout)
      ], idleTimeout: TimeAmount(settings.idleTimeout))
  }
}

/// Why the server can't begin.
package struct ServerError: Error, Sendable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
