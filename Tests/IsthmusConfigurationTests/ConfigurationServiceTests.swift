import DefenderForCloud
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusConfiguration

@Suite("The configuration of an inventory")
struct ConfigurationServiceTests {
  private let folder: TemporaryFolder
  private let store: any InventoryStore
  private let service: ConfigurationService
  private static let actor = AuditActor(.system, name: "test")
  private static let at = Timestamp(microseconds: 1_800_000_000_000_000)

  init() throws {
    folder = try TemporaryFolder()
    store = try TestStore.open(in: folder.path, newSeed: 7)
    let vault = SecretVault(
      store: store, keys: SecretKeySource(environment: nil, folder: folder.path), now: { Self.at })
    service = ConfigurationService(
      store: store, kinds: KindCatalog([DefenderForCloud.self]), vault: vault, now: { Self.at })
  }

  private static let connector = """
    connectors:
      - name: Contoso
        kind: defender-for-cloud
        connection:
          tenantId: 00000000-0000-0000-0000-000000000001
          clientId: 00000000-0000-0000-0000-000000000002
          clientSecret: {env: SECRET}
        scoreMap: mine
        transformMap: mine
    transformMaps:
      - name: mine
        sourceModel: defender-for-cloud
        targetModel: inventory
        rows:
          - {source: vmId, target: externalAssetId, identifier: true}
          - {source: assessments_status_code, target: findingStatus}

    """

  private static let rest = """
    scoreMaps:
      - name: mine
        rows:
          - {severity: 1, expected: [Informational], qds: 10}
          - {severity: 2, expected: [Low], qds: 39}
          - {severity: 3, expected: [Medium], qds: 55}
          - {severity: 4, expected: [High], qds: 80}
          - {severity: 5, expected: [Critical], qds: 95}
    scoring: {exposureFactor: 1.5}
    retention: {runs: 40, keptMegabytes: 64}
    signIn:
      passwords: false
      openID:
        tenantId: 00000000-0000-0000-0000-000000000001
        clientId: one
        clientSecret: {env: SIGN_IN_SECRET}
        baseUrl: https://isthmus.example
        otherwise: viewer
    identificationRules: [{name: by-owner, attributes: [custom.owner]}]
    sourceTrust: {order: [Contoso]}
    tags: [{name: Windows, query: "operatingSystem: Windows", criticality: 5}]
    entities: [{name: Shop, tags: [Windows]}]
    """

  private func file(_ text: String) async throws -> ConfigurationFile {
    let known = try await service.snapshot().known
    return try ConfigurationFile(text, path: "c.yaml", secrets: nil, beside: known, at: Self.at)
  }

  @discardableResult
  private func apply(
    _ text: String, prunes: Bool = false, isPreview: Bool = false
  ) async throws -> ConfigurationOutcome {
    let file = try await file(text)
    return try await service.change(isPreview: isPreview, by: Self.actor) { try $0.applying(file, prunes: prunes) }
  }

  @Test("A file that is applied twice changes nothing the second time, and a preview never")
  func twice() async throws {
    let text = Self.connector + Self.rest
    let preview = try await apply(text, isPreview: true)
    #expect(try await service.snapshot().items(of: .connector).isEmpty)
    let first = try await apply(text)
    #expect(first.changes == preview.changes)
    let kinds = Set(first.changes.map(\.key.kind))
    #expect(kinds == Set(ConfigurationItem.Kind.allCases))
    #expect(try await apply(text).changes.isEmpty)
    #expect(try await apply(text, prunes: true).changes.isEmpty)
  }

  @Test("What is stored reads back as the connectors that the file has")
  func readsBack() async throws {
    try await apply(Self.connector + Self.rest)
    let connectors = try await service.connectors(secrets: SecretSource(environment: ["SECRET": "one"]))
    let connector = try #require(connectors.first)
    #expect(connectors.count == 1 && connector.name == "Contoso" && connector.scoreMap.name == "mine")
    #expect(connector.map.name == "mine" && connector.map.version == 1)
    #expect(connector.connection.secrets["clientSecret"]?.reveal() == "one")
    #expect(connector.plans.map(\.scoreSettings?.exposureFactor) == [1.5])
    let known = try await service.snapshot().known
    let signIn = try await service.signIn(environment: ["SIGN_IN_SECRET": "two"])
    #expect(signIn.openID?.clientSecret?.reveal() == "two" && !signIn.takesPasswords)
    #expect(signIn.openID?.issuer == "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/v2.0")
    await #expect(throws: ConfigurationError.self) { try await service.signIn(environment: [:]) }
    #expect(known.connectors == ["Contoso"] && known.scoreMaps["mine"]?.rows.first?.qds == 10)
  }

  @Test("Pruning takes away what the file does not name, and nothing else does")
  func prunes() async throws {
    try await apply(Self.connector + Self.rest)
    let less = Self.connector.replacing("    scoreMap: mine\n", with: "")
    #expect(try await apply(less).changes.map(\.key.kind) == [.connector])
    let pruned = try await apply(less, prunes: true)
    let byAction = Dictionary(grouping: pruned.changes, by: \.action).mapValues { $0.map(\.key.kind) }
    #expect(
      byAction == [.delete: [.scoreMap, .tag, .entity], .change: [.scoring, .identification, .retention, .signIn]])
    let snapshot = try await service.snapshot()
    #expect(snapshot.items(of: .tag).isEmpty && snapshot.items(of: .scoreMap).isEmpty)
  }

  @Test("A change that would break another item is refused whole, and says which")
  func refusesBroken() async throws {
    try await apply(Self.connector + Self.rest)
    let before = try await service.snapshot().items
    let removals: [(key: ConfigurationItem.Key, says: String)] = [
      (.init(.scoreMap, "mine"), "connector \"Contoso\", scoreMap: \"mine\" is none of"),
      (.init(.transformMap, "mine"), "connector \"Contoso\", transformMap: there is no transform map \"mine\""),
      (.init(.tag, "Windows"), "business entity \"Shop\", tags[0]: there is no tag \"Windows\""),
      (.init(.connector, "Contoso"), "there is no connector \"Contoso\""),
    ]
    for (key, says) in removals {
      let error = await #expect(throws: ConfigurationProblem.self, "\(key)") {
        try await service.change(by: Self.actor) { snapshot in
          var items = snapshot.items
          items[key] = nil
          return items
        }
      }
      #expect(error.map { "\($0)".contains(says) } ?? false, "\(error.map { "\($0)" } ?? "")")
    }
    #expect(try await service.snapshot().items == before)
  }

  @Test("A problem points into the item's own document")
  func points() async throws {
    try await apply(Self.connector + Self.rest)
    let error = await #expect(throws: ConfigurationProblem.self) {
      try await service.change(by: Self.actor) { snapshot in
        var items = snapshot.items
        let document = try JSONValue(
          parsing: """
            {"name": "Other", "kind": "defender-for-cloud", "connection": {"tenantId": "x"},
             "profiles": [{"name": "one", "status": "off"}]}
            """)
        let item = ConfigurationItem(.connector, "Other", document)
        items[item.key] = item
        return items
      }
    }
    #expect(error?.item == .init(.connector, "Other") && error?.pointer == "/connection/tenantId")
  }

  @Test("Who changes what he did not see last is told so")
  func conflicts() async throws {
    try await apply(Self.connector + Self.rest)
    let key = ConfigurationItem.Key(.tag, "Windows")
    let seen = try await service.snapshot().items[key]?.tag(seed: store.seed)
    func set(_ query: String, seen: String?) async throws {
      _ = try await service.change(expecting: .init(key, tag: seen), by: Self.actor) { snapshot in
        var items = snapshot.items
        items[key] = ConfigurationItem(
          .tag, "Windows",
          .object(["name": .string("Windows"), "query": .string(query), "internetExposed": .bool(false)]))
        return items
      }
    }
    try await set("operatingSystem: Linux", seen: seen)
    await #expect(throws: ConfigurationConflict.self) { try await set("operatingSystem: AIX", seen: seen) }
    await #expect(throws: ConfigurationConflict.self) { try await set("operatingSystem: AIX", seen: nil) }
    #expect(try await store.read { try $0.labels.tags().map(\.query) } == ["operatingSystem: Linux"])
  }

  @Test("A draft is kept as it is and takes no part")
  func drafts() async throws {
    _ = try await service.change(by: Self.actor) { snapshot in
      var items = snapshot.items
      let draft = ConfigurationItem(.connector, "Half", .object(["name": .string("Half")]), isDraft: true)
      items[draft.key] = draft
      return items
    }
    #expect(try await service.connectors(secrets: nil).isEmpty)
    #expect(try await service.snapshot().items(of: .connector).map(\.isDraft) == [true])
  }

  @Test("A deleted map is offered no more, and comes back as a new version")
  func retires() async throws {
    try await apply(Self.connector + Self.rest)
    let plain = Self.connector.components(before: "transformMaps:").replacing("    transformMap: mine\n", with: "")
    try await apply(plain + Self.rest, prunes: true)
    #expect(try await store.read { try $0.transformMaps() }.isEmpty)
    try await apply(Self.connector + Self.rest)
    #expect(try await store.read { try $0.transformMaps().map(\.version) } == [2])
    #expect(try await store.read { try $0.transformMapVersions("mine").map(\.version) } == [2, 1])
  }

  @Test("Each change is in the audit log, with before and after, and a refused one is not")
  func audits() async throws {
    try await apply(Self.connector + Self.rest)
    let entries = try await store.read { try $0.audit.auditEntries(AuditFilter(limit: 100)) }.map(\.entry)
    let actions = Set(entries.map(\.action))
    #expect(
      actions == [
        "connector.create", "transformMap.create", "scoreMap.create", "tag.create", "entity.create", "scoring.change",
        "identification.change", "retention.change", "signIn.change",
      ])
    #expect(entries.allSatisfy { $0.actor.name == "test" && $0.after != nil })
    _ = try? await apply(Self.connector, prunes: true)
    #expect(try await store.read { try $0.audit.auditEntries(AuditFilter(limit: 100)) }.count == entries.count)
  }

  @Test("Scores of a connector that runs follow at its next run")
  func defers() async throws {
    try await apply(Self.connector + Self.rest)
    let number = try await store.write {
      let number = try $0.connector(named: "Contoso", kind: "k", productName: "p", vendorName: "v")
      try $0.remapScores(of: number, .standard)
      return number
    }
    let lock = try #require(try store.lock(number))
    let changed = (Self.connector + Self.rest).replacing("qds: 80", with: "qds: 88")
    #expect(try await apply(changed).deferred == ["Contoso"])
    #expect(try await store.write { try $0.scoreMap(of: number) } == .standard)
    lock.release()
    #expect(try await apply(changed.replacing("qds: 88", with: "qds: 81")).deferred.isEmpty)
    #expect(try await store.write { try $0.scoreMap(of: number)?.rows[3].qds } == 81)
  }
}

extension String {
  fileprivate func components(before mark: String) -> String {
    ranges(of: mark).first.map { String(self[..<$0.lowerBound]) } ?? self
  }
}
