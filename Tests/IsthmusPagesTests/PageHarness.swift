import DefenderForCloud
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusPages
import IsthmusStore
import Logging
import TestSupport
import Testing

@testable import IsthmusServer

/// The pages over the example inventory, with an account of each role.
final class PageHarness: Sendable {
  struct Answer: Sendable {
    var status: Int
    var location: String
    var html: String
  }

  struct Browser: Sendable {
    fileprivate var cookie: String
    fileprivate var csrf: String
  }

  static let password = "a passphrase for this test"

  let folder: TemporaryFolder
  let store: any InventoryStore
  let services: APIServices
  private let pages: PageServer

  init() async throws {
    folder = try TemporaryFolder()
    let store: any InventoryStore = try TestStore.open(in: folder.path, newSeed: 7)
    self.store = store
    let now: @Sendable () -> Timestamp = { ExampleInventory.now }
    let vault = SecretVault(store: store, keys: SecretKeySource(environment: nil, folder: folder.path), now: now)
    let hasher = PasswordHasher(cost: .init(logRounds: 4, blockSize: 8, parallelism: 1))
    let refuse: @Sendable () throws -> Never = { throw Problem(.conflict, "Nothing runs in this test.") }
    let runs = RunControl(
      start: { _ in try refuse() }, cancel: { _ in try refuse() }, approve: { _ in try refuse() },
      play: { _, _ in try refuse() }, discard: { _ in try refuse() }, configurationChanged: {})
    services = APIServices(
      store: store,
      configuration: ConfigurationService(
        store: store, kinds: KindCatalog([DefenderForCloud.self]), vault: vault,
        secretGuard: SecretGuard(allowing: try #require(AllowedSecretReferences(""))), now: now),
      inventory: InventoryService(store: store, by: AuditActor(.system, name: "test"), now: now),
      access: AccessServices(store: store, hasher: hasher, now: now), cookie: SessionCookie(isSecure: false),
      vault: vault, runs: runs, check: { _ in try refuse() }, environment: [:], now: now)
    pages = try PageServer(services: services, version: "0", logger: Logger(label: "test"))
    try await store.write { transaction in
      _ = try ExampleWriter(transaction)
      // They have no queries of their own, which a configuration needs.
      for entity in try transaction.entities() { _ = try transaction.deleteEntity(entity.name) }
      for tag in try transaction.tags() { _ = try transaction.deleteTag(tag.name) }
    }
    for role in Role.allCases {
      _ = try await services.access.accounts.create(
        role.rawValue, role: role, password: Secret(Self.password), by: .commandLine(user: "root"))
    }
  }

  func signIn(_ name: String) async throws -> Browser {
    let session = try await services.access.signIns.signIn(name, password: Secret(Self.password), address: nil)
    let active = try #require(await services.access.sessions.active(session.text, address: nil))
    return Browser(cookie: "\(services.cookie.name)=\(session.text.reveal())", csrf: active.csrfToken)
  }

  func get(_ target: String, as browser: Browser) async throws -> Answer {
    try await send(RawRequest(method: "GET", target: target, headers: ["cookie": browser.cookie]))
  }

  /// - Parameter isOurs: Whether the form has the session's own mark.
  func post(
    _ target: String, _ fields: [(String, String)] = [], as browser: Browser, isOurs: Bool = true
  ) async throws -> Answer {
    let all = fields + [("csrf", isOurs ? browser.csrf : "")]
    let body = all.map { "\(PercentText.encoded($0.0))=\(PercentText.encoded($0.1))" }.joined(separator: "&")
    let headers = ["cookie": browser.cookie, "content-type": "application/x-www-form-urlencoded"]
    return try await send(RawRequest(method: "POST", target: target, headers: headers, body: Array(body.utf8)))
  }

  private func send(_ request: RawRequest) async throws -> Answer {
    let answer = try #require(await pages.answer(request, RequestTrace(request, trustsProxy: false)))
    let location = answer.headers.first { $0.name == "Location" }?.value ?? ""
    var bytes: [UInt8] = []
    if case .bytes(let all) = answer.body { bytes = all }
    return Answer(status: answer.status, location: location, html: String(decoding: bytes, as: UTF8.self))
  }

  /// Open findings on which nobody has decided.
  func undecided() async throws -> [String] {
    try await store.read { inventory in
      var ids: [String] = []
      try inventory.forEachFinding(Listing(limit: nil)) { row in
        if row["posture"] == .string("FAIL"), row["decisionKind"] ?? .null == .null {
          ids.append(row["id"]?.string ?? "")
        }
      }
      return ids
    }
  }

  func record(of finding: String) async throws -> JSONValue {
    let id = try #require(FindingID(text: finding))
    return try #require(try await store.read { try $0.finding(id) })
  }
}
