import DefenderForCloud
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusPages
import IsthmusServer
import IsthmusStore
import Logging
import TestSupport
import Testing

@Suite("Pages of recommendations")
struct ControlPagesTests {
  private struct Harness {
    let folder: TemporaryFolder
    let store: any InventoryStore
    private let pages: PageServer
    private let cookie: String

    init() async throws {
      folder = try TemporaryFolder()
      let store: any InventoryStore = try TestStore.open(in: folder.path, newSeed: 7)
      self.store = store
      let now: @Sendable () -> Timestamp = { ExampleInventory.now }
      let vault = SecretVault(
        store: store, keys: SecretKeySource(environment: nil, folder: folder.path), now: now)
      let hasher = PasswordHasher(cost: .init(logRounds: 4, blockSize: 8, parallelism: 1))
      let access = AccessServices(store: store, hasher: hasher, now: now)
      let refuse: @Sendable () throws -> Never = { throw Problem(.conflict, "Nothing runs in this test.") }
      let runs = RunControl(
        start: { _ in try refuse() }, cancel: { _ in try refuse() }, approve: { _ in try refuse() },
        play: { _, _ in try refuse() }, discard: { _ in try refuse() }, configurationChanged: {})
      let services = APIServices(
        store: store,
        configuration: ConfigurationService(
          store: store, kinds: KindCatalog([DefenderForCloud.self]), vault: vault,
          secretGuard: SecretGuard(allowing: try #require(AllowedSecretReferences(""))), now: now),
        inventory: InventoryService(store: store, by: AuditActor(.system, name: "test"), now: now), access: access,
        cookie: SessionCookie(isSecure: false), vault: vault, runs: runs, check: { _ in try refuse() },
        environment: [:], now: now)
      pages = try PageServer(services: services, version: "0", logger: Logger(label: "test"))
      let password = Secret("a passphrase for this test")
      _ = try await access.accounts.create(
        "viewer", role: .viewer, password: password, by: .commandLine(user: "root"))
      let session = try await access.signIns.signIn("viewer", password: password, address: nil)
      cookie = "\(services.cookie.name)=\(session.text.reveal())"
    }

    func get(_ target: String) async throws -> (status: Int, html: String) {
      let request = RawRequest(method: "GET", target: target, headers: ["cookie": cookie])
      let answer = try #require(await pages.answer(request, RequestTrace(request, trustsProxy: false)))
      guard case .bytes(let bytes) = answer.body else { return (answer.status, "") }
      return (answer.status, String(decoding: bytes, as: UTF8.self))
    }

    func rows() async throws -> [JSONValue] { try await store.read { try $0.controlRows(limit: nil) } }
  }

  private static func filled() async throws -> Harness {
    let harness = try await Harness()
    try await harness.store.write { transaction in
      _ = try ExampleWriter(transaction)
      // Home reads the configuration, in which no tag is without a query.
      for var tag in try transaction.tags() {
        tag.query = "asset.type: HOST"
        try transaction.setTag(tag)
      }
      try transaction.recordDay(at: ExampleInventory.now)
    }
    return harness
  }

  /// The links to recommendations, in the page's order.
  private static func controls(in html: String) -> [String] {
    html.matches(of: /<th scope="row"[^>]*><a href="\/controls\/(C\d+)">/).map { String($0.output.1) }
  }

  @Test("The list shows those that a host fails, the greatest effect first, and all on request, sorted as asked for")
  func list() async throws {
    let harness = try await Self.filled()
    let rows = try await harness.rows()
    func ids(_ rows: [JSONValue]) -> [String] { rows.compactMap { $0["id"]?.string } }
    let failing = rows.filter { ($0["openFindings"]?.integer ?? 0) > 0 }
    #expect(failing.count > 1 && failing.count < rows.count)
    let (status, html) = try await harness.get("/controls")
    #expect(status == 200 && Self.controls(in: html) == ids(failing))
    let all = try await harness.get("/controls?show=all&sort=severity").html
    #expect(Self.controls(in: all).count == rows.count)
    let severities = Self.controls(in: all).compactMap { id in
      rows.first { $0["id"]?.string == id }?["severity"]?.integer
    }
    #expect(severities == severities.sorted() && all.contains("aria-sort=\"ascending\""))
    #expect(Self.controls(in: try await harness.get("/controls?sort=rubbish").html) == ids(failing))
  }

  @Test("The number of hosts and of findings of a recommendation leads to so many")
  func links() async throws {
    let harness = try await Self.filled()
    let html = try await harness.get("/controls").html
    let links = html.matches(of: /data-label="[^"]*" class="number"><a href="(\/(assets|findings)\?[^"]*)">(\d+)</)
    #expect(links.count > 1)
    for link in links {
      let page = try await harness.get(String(link.output.1).replacing("&amp;", with: "&"))
      let noun = link.output.2 == "assets" ? "hosts" : "findings"
      #expect(page.status == 200 && page.html.contains("<h1>\(link.output.3) \(noun)</h1>"), "\(link.output.1)")
    }
  }

  @Test("One recommendation is shown with the hosts that fail it; one that is none is not found")
  func one() async throws {
    let harness = try await Self.filled()
    let worst = try #require(await harness.rows().first)
    let page = try await harness.get("/controls/\(worst["id"]?.string ?? "")")
    #expect(page.status == 200 && page.html.contains(worst["findingDescription"]?.string ?? "?"))
    let hosts = page.html.matches(of: /<th scope="row"><a href="\/assets\/A\d+">/).count
    #expect(hosts == Int(worst["failingHosts"]?.integer ?? -1) && hosts > 0)
    for id in ["C999", "x"] { #expect(try await harness.get("/controls/\(id)").status == 404) }
  }

  @Test("Home shows the fixes that help most and what changed; without an inventory it says what to do")
  func home() async throws {
    let harness = try await Self.filled()
    let html = try await harness.get("/").html
    let helping = try await harness.rows().filter { ($0["scoreReduction"]?.integer ?? 0) > 0 }.prefix(5)
    #expect(Self.controls(in: html) == helping.compactMap { $0["id"]?.string } && !helping.isEmpty)
    #expect(html.contains("<th scope=\"row\">2026-02-10</th>"))
    let empty = try await Harness()
    #expect(try await empty.get("/").html.contains("Nothing here yet"))
    #expect(try await empty.get("/controls").html.contains("No host fails a recommendation."))
  }
}
