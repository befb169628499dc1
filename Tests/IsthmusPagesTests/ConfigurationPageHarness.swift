import DefenderForCloud
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Logging
import TestSupport
import Testing

@testable import IsthmusPages
@testable import IsthmusServer

/// The pages of the configuration over an inventory of their own, as a browser without script sees them.
final class ConfigurationPageHarness: Sendable {
  private static let now = Timestamp(microseconds: 1_780_315_200_000_000)  // 2026-06-01T12:00:00Z
  private static let password = Secret("correct horse battery")

  let services: APIServices
  private let server: PageServer
  private let folder: TemporaryFolder

  init() async throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let store = try TestStore.open(in: folder.path, newSeed: 7)
    let vault = SecretVault(
      store: store, keys: SecretKeySource(environment: nil, folder: folder.path), now: { Self.now })
    let access = AccessServices(
      store: store, hasher: PasswordHasher(cost: PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)),
      now: { Self.now })
    let none = Problem(.conflict, "Nothing runs here.")
    services = APIServices(
      store: store,
      configuration: ConfigurationService(
        store: store, kinds: KindCatalog([DefenderForCloud.self]), vault: vault, now: { Self.now }),
      inventory: InventoryService(store: store, by: AuditActor(.system, name: "test"), now: { Self.now }),
      access: access, cookie: SessionCookie(isSecure: false), vault: vault,
      runs: RunControl(
        start: { _ in throw none }, cancel: { _ in throw none }, approve: { _ in throw none },
        play: { _, _ in throw none }, discard: { _ in throw none }, configurationChanged: {}),
      check: { _ in throw none }, environment: [:], now: { Self.now })
    server = try PageServer(services: services, version: "0", logger: Logger(label: "test"))
    for role in Role.allCases {
      _ = try await access.accounts.create(
        role.rawValue, role: role, password: Self.password, by: .commandLine(user: "root"))
    }
  }

  struct Answer: Sendable {
    let status: Int
    let location: String
    let html: String

    /// The value of the first input, or the text of the first text area, of this name.
    func value(_ name: String) -> String? {
      guard let start = html.firstRange(of: "name=\"\(name)\"") else { return nil }
      let rest = html[start.upperBound...]
      guard let end = rest.firstIndex(of: ">") else { return nil }
      if let value = rest[..<end].firstRange(of: " value=\"") {
        return String(rest[value.upperBound...].prefix { $0 != "\"" })
      }
      return String(rest[rest.index(after: end)...].prefix { $0 != "<" })
    }
  }

  func get(_ path: String, as role: Role = .admin) async throws -> Answer { try await send("GET", path, [], role) }

  func post(_ path: String, _ fields: KeyValuePairs<String, String>, as role: Role = .admin) async throws -> Answer {
    try await send("POST", path, fields.map { ($0.key, $0.value) }, role)
  }

  func post(_ path: String, _ fields: [(name: String, value: String)]) async throws -> Answer {
    try await send("POST", path, fields, .admin)
  }

  private func send(
    _ method: String, _ path: String, _ fields: [(name: String, value: String)], _ role: Role
  ) async throws -> Answer {
    let session = try await services.access.signIns.signIn(role.rawValue, password: Self.password, address: "192.0.2.1")
    let active = try #require(try await services.access.sessions.active(session.text, address: nil))
    var headers = ["cookie": "\(services.cookie.name)=\(session.text.reveal())"]
    var body = "csrf=\(PercentText.encoded(active.csrfToken))"
    for (name, value) in fields { body += "&\(PercentText.encoded(name))=\(PercentText.encoded(value))" }
    if method == "POST" { headers["content-type"] = "application/x-www-form-urlencoded" }
    let raw = RawRequest(method: method, target: path, headers: headers, body: method == "POST" ? Array(body.utf8) : [])
    let answer = try #require(await server.answer(raw, RequestTrace(raw, trustsProxy: false)))
    guard case .bytes(let bytes) = answer.body else { return Answer(status: answer.status, location: "", html: "") }
    return Answer(
      status: answer.status, location: answer.headers.first { $0.name == "Location" }?.value ?? "",
      html: String(decoding: bytes, as: UTF8.self))
  }

  func item(_ kind: ConfigurationItem.Kind, _ name: String) async throws -> ConfigurationItem? {
    try await services.configuration.snapshot().items[.init(kind, name)]
  }
}
