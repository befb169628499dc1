import AzureSimulator
import DefenderForCloud
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import IsthmusServer

/// The interface over a real inventory and a simulated tenant, without a connection.
///
/// Each answer is compared with what its route documents, and kept with what was logged.
final class InterfaceHarness: Sendable {
  enum Caller: Sendable, Hashable {
    case nobody
    case token(Role)
    case session(Role, hasCSRFToken: Bool)
  }

  static let now = Timestamp(microseconds: 1_780_315_200_000_000)  // 2026-06-01T12:00:00Z
  static let password = Secret("correct horse battery")

  let folder: TemporaryFolder
  let store: any InventoryStore
  let simulator: Simulator
  let services: APIServices
  let application: ServerApplication
  let log = LogCapture()
  private let tokens: [Role: Secret]
  private let answers = Mutex<[String]>([])
  private let table = RouteTable(APIRoutes.all)
  private let check = SchemaCheck(APIRoutes.components)

  /// - Parameter allowed: Places of secrets that requests may name.
  init(
    hosts: Int = 12, findingsPerHost: Int = 8, environment: [String: String] = [:], allowed: String = "",
    _ change: (inout SimulatorConfiguration) -> Void = { _ in }
  ) async throws {
    folder = try TemporaryFolder()
    store = try TestStore.open(in: folder.path, newSeed: 7)
    var tenant = SimulatorConfiguration()
    tenant.tenant.hosts = hosts
    tenant.tenant.findingsPerHost = findingsPerHost
    tenant.quota = nil
    change(&tenant)
    simulator = try await Simulator.start(tenant)
    let vault = SecretVault(
      store: store, keys: SecretKeySource(environment: nil, folder: folder.path), now: { Self.now })
    let configuration = ConfigurationService(
      store: store, kinds: KindCatalog([DefenderForCloud.self]), vault: vault,
      secretGuard: SecretGuard(allowing: try #require(AllowedSecretReferences(allowed))), now: { Self.now })
    let runner = InterfaceRunner(
      store: store, configuration: configuration, vault: vault, environment: environment, now: Self.now)
    let access = AccessServices(
      store: store, hasher: PasswordHasher(cost: AuthHarness.cost), now: { Self.now })
    services = APIServices(
      store: store, configuration: configuration,
      inventory: InventoryService(store: store, by: AuditActor(.system, name: "test"), now: { Self.now }),
      access: access, cookie: SessionCookie(isSecure: false), vault: vault, runs: runner.control,
      check: { try await runner.check($0) }, environment: environment,
      // Longer than a loaded machine needs.
      providerTimeout: .seconds(600), now: { Self.now })
    let log = log
    var logger = Logger(label: "test") { _ in log }
    logger.logLevel = .trace
    application = ServerApplication(settings: ServerSettings(), services: services, version: "0", logger: logger)
    var tokens: [Role: Secret] = [:]
    for role in Role.allCases {
      let account = try await access.accounts.create(
        role.rawValue, role: role, password: Self.password, by: .commandLine(user: "root"))
      let principal = Principal(.user(account.id), name: account.name, role: role)
      tokens[role] = try await access.tokens.create(
        "\(role.rawValue)'s", role: role, lifetime: .seconds(86_400), by: principal
      ).text
    }
    self.tokens = tokens
  }

  func stop() async { await simulator.stop() }

  func token(_ role: Role) -> String { tokens[role]?.reveal() ?? "" }

  // MARK: - Sending

  struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var text: String
    /// null for what is no JSON.
    var json: JSONValue

    var problem: String? { json["type"]?.string?.split(separator: ":").last.map(String.init) }
    var tag: String { headers["etag"] ?? "" }
    var items: [JSONValue] { json["items"]?.array ?? [] }
  }

  /// - Parameter path: Under `/api/v1`.
  @discardableResult
  func send(
    _ method: String, _ path: String, _ body: JSONValue? = nil, as caller: Caller = .token(.admin),
    _ headers: [String: String] = [:], location: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    try await send(
      method, path, bytes: body.map { Array($0.text().utf8) } ?? [], as: caller,
      (body == nil ? [:] : ["content-type": "application/json"]).merging(headers) { $1 }, location: location)
  }

  @discardableResult
  func send(
    _ method: String, _ path: String, bytes: [UInt8], as caller: Caller = .token(.admin),
    _ headers: [String: String] = [:], location: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let raw = RawRequest(
      method: method, target: "/api/v1\(path)", headers: headers.merging(try await self.headers(caller)) { $1 },
      body: bytes, address: "192.0.2.1")
    let sent = await application.answer(raw)
    var text = ""
    if case .bytes(let bytes) = sent.body { text = String(decoding: bytes, as: UTF8.self) }
    let written = sent.headers.map { "\($0.name): \($0.value)" }
    answers.withLock { $0.append("\(method) \(path)\n\(written)\n\(text)") }
    let answer = Answer(
      status: sent.status,
      headers: Dictionary(sent.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }), text: text,
      // A stream, and an empty body, are none.
      json: (try? JSONValue(parsing: text)) ?? .null)
    let said = conformance(of: answer, to: raw)
    #expect(said.isEmpty, "\(method) \(path) → \(answer.status) \(text.prefix(300)): \(said)", sourceLocation: location)
    return answer
  }

  /// All that was answered, and all that was logged.
  var told: [String] { answers.withLock { $0 } + log.lines }

  func headers(_ caller: Caller) async throws -> [String: String] {
    switch caller {
    case .nobody: return [:]
    case .token(let role): return ["authorization": "Bearer \(token(role))"]
    case .session(let role, let hasCSRFToken):
      let started = try await services.access.signIns.signIn(
        role.rawValue, password: Self.password, address: "192.0.2.1")
      let active = try #require(try await services.access.sessions.active(started.text, address: nil))
      let cookie = ["cookie": "\(services.cookie.name)=\(started.text.reveal())"]
      return hasCSRFToken ? cookie.merging(["x-csrf-token": active.csrfToken]) { $1 } : cookie
    }
  }

  /// What differs from the document; nothing for paths that it does not have.
  private func conformance(of answer: Answer, to raw: RawRequest) -> [String] {
    let method = Route.Method(rawValue: raw.method == "HEAD" ? "get" : raw.method.lowercased())
    let path = raw.target.split(separator: "?", maxSplits: 1).first ?? ""
    let segments = path.dropFirst(APIDispatcher.root.count).split(separator: "/")
    guard let (route, _) = try? table.route(method, segments) else { return [] }
    let type = answer.headers["content-type"]
    guard answer.status == route.status else {
      var said = type == Problem.mediaType ? [] : ["a problem of type \(type ?? "none")"]
      if !route.possibleProblems.contains(where: { $0.status == answer.status && $0.rawValue == answer.problem }) {
        said.append("\(answer.status) \(answer.problem ?? "") is not documented")
      }
      return said + check.violations(of: answer.json, Problem.schema).map { "\($0)" }
    }
    if answer.status == 500 { return ["a defect"] }
    var said = route.isTagged && answer.status != 204 && answer.headers["etag"] == nil ? ["no ETag"] : []
    switch route.content {
    case .none: if !answer.text.isEmpty || type != nil { said.append("a body that is not documented") }
    case .other(let types):
      // The document names types without their parameters.
      let plain = type?.split(separator: ";").first.map(String.init) ?? ""
      if !types.contains(plain) { said.append("type \(type ?? "none")") }
    case .json(let schema):
      if type != "application/json" { said.append("type \(type ?? "none")") }
      said += check.violations(of: answer.json, schema).map { "\($0.pointer) \($0.problem)" }
    }
    return said
  }
}

/// Keeps each line with its metadata.
final class LogCapture: LogHandler {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock { $0 } }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
  }
}
