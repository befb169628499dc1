import DefenderForCloud
import Foundation
import GRDB
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import Synchronization
import TestSupport

@testable import IsthmusStore

/// A source that lists what a test gives it, in pages of any size and order, with its own count or a false one.
final class ScriptedSource: SourceConnection {
  struct Contents: Sendable {
    var hosts: [String] = []
    var findings: [String] = []
    var pageSize = 1000
    /// Rows of the second and further listings of a stream, where they differ from the first.
    var relisted: [SourceStream: [String]] = [:]
    /// What the source says that a stream holds; nil for what it lists.
    var totals: [SourceStream: Int] = [:]
    /// The page, from 0, with which a listing of findings says that it starts over.
    var startsOverAt: Int?
    /// Ids, in lower case, of records that the source holds though its listing does not bring them.
    var hidden: Set<String> = []
    /// Ids, in lower case, of records that were deleted after a listing brought them.
    var removed: Set<String> = []
    /// Whether the source can tell what changed, by the findings' dates.
    var datesChanges = false
    /// The page of findings at which the source fails.
    var failsAt: Int?
    var scopes = [ScriptedSource.scope]
    /// Of `scopes`: their rows don't come.
    var unreadable: Set<String> = []

    /// Whether the row is of a subscription that can be read.
    fileprivate func isReadable(_ row: String) -> Bool {
      unreadable.isEmpty
        || (try? JSONValue(parsing: row)["subscriptionId"]?.string).map { !unreadable.contains($0) } ?? true
    }
  }

  private let contents: Contents
  private let listings = Mutex<[SourceStream: Int]>([:])
  static let scope = SourceScope(id: "sub", name: "Subscription")

  init(_ contents: Contents) { self.contents = contents }

  func check() async -> ConnectionCheck { ConnectionCheck(steps: []) }

  func scopes() async throws(ConnectorError) -> ReadableScopes {
    ReadableScopes(
      readable: contents.scopes.filter { !contents.unreadable.contains($0.id) },
      unreadable: contents.unreadable.sorted())
  }

  func changed(since: Timestamp) -> (any SourceConnection)? {
    guard contents.datesChanges else { return nil }
    var changed = contents
    changed.findings.removeAll { row in
      let status = try? JSONValue(parsing: row)["properties"]?["status"]
      guard let date = status?["statusChangeDate"]?.string.flatMap({ Timestamp(iso8601: $0) }) else { return false }
      return date < since
    }
    return ScriptedSource(changed)
  }

  private func rows(_ stream: SourceStream) -> [String] {
    let first = stream == .hosts ? contents.hosts : contents.findings
    let count = listings.withLock { $0[stream] ?? 0 }
    return (count > 1 ? contents.relisted[stream] ?? first : first).filter(contents.isReadable)
  }

  func totals(of stream: SourceStream, in scopes: [SourceScope]) async throws(ConnectorError) -> [SourceScope: Int] {
    guard contents.scopes.count > 1 else { return [Self.scope: contents.totals[stream] ?? rows(stream).count] }
    let owners = rows(stream).compactMap { try? JSONValue(parsing: $0)["subscriptionId"]?.string }
    return Dictionary(scopes.map { scope in (scope, owners.count { $0 == scope.id }) }, uniquingKeysWith: { $1 })
  }

  func existing(
    _ stream: SourceStream, ids: [String], in scopes: [SourceScope]
  ) async throws(ConnectorError) -> Set<String> {
    let listed = rows(stream).compactMap { try? JSONValue(parsing: $0)["id"]?.string?.lowercased() }
    return contents.hidden.union(listed).subtracting(contents.removed).intersection(ids)
  }

  func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
    if cursor == nil { listings.withLock { $0[stream, default: 0] += 1 } }
    var pages: [[String]] = []
    let rows = rows(stream)
    for start in stride(from: 0, to: rows.count, by: contents.pageSize) {
      pages.append(Array(rows[start..<min(start + contents.pageSize, rows.count)]))
    }
    if let place = contents.startsOverAt, stream == .findings, cursor == nil {
      // The source loses its place: what came before comes again.
      pages.insert(contentsOf: pages.prefix(place), at: place)
    }
    return Listing(
      pages: pages, next: cursor.flatMap { Int($0) } ?? 0,
      startsOverAt: stream == .findings ? contents.startsOverAt : nil,
      failsAt: stream == .findings ? contents.failsAt : nil)
  }

  private actor Listing: SourceListing {
    private let pages: [[String]]
    private var place: Int
    private let startsOverAt: Int?
    private let failsAt: Int?

    init(pages: [[String]], next: Int, startsOverAt: Int?, failsAt: Int?) {
      self.pages = pages
      place = next
      self.startsOverAt = startsOverAt
      self.failsAt = failsAt
    }

    func next() async throws(ConnectorError) -> SourcePage? {
      guard place < pages.count else { return nil }
      if place == failsAt { throw ConnectorError(.unavailable, "The source failed.", remedy: "") }
      let rows = pages[place].joined(separator: ",")
      place += 1
      do throws(JSONError) {
        let document = try JSONDocument("[\(rows)]")
        let places = document.withRoot { $0.elements.map(\.index) }
        return SourcePage(
          document: document, places: places, cursor: String(place), startsOver: startsOverAt == place - 1)
      } catch {
        throw ConnectorError(.unexpected, "\(error)", remedy: "")
      }
    }
  }
}

extension ScriptedSource.Contents {
  /// Findings of each posture and of three severities on each host.
  static func sample(hosts: Int = 7, keys: Int = 5) -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    for host in 0..<hosts {
      contents.hosts.append(Row.vm("vm-\(host)"))
      for key in 0..<keys {
        let status = ["Unhealthy", "Healthy", "NotApplicable"][(host * 3 + key * 5) % 3]
        let severity = ["High", "Medium", "Low"][key % 3]
        contents.findings.append(Row.finding("vm-\(host)", "key-\(key)", status, severity: severity))
      }
    }
    return contents
  }
}

/// An inventory that scripted sources are synced into.
final class ScriptedHarness: Sendable {
  let store: any InventoryStore
  private let folder: TemporaryFolder

  /// - Parameter store: In place of one that the tests' settings choose.
  init(store: (any InventoryStore)? = nil) throws {
    folder = try TemporaryFolder()
    self.store = try store ?? TestStore.open(in: folder.path, newSeed: 7)
  }

  @discardableResult
  func sync(
    _ contents: ScriptedSource.Contents, day: Int = 0, change: (inout RunPlan) -> Void = { _ in }
  ) async throws -> RunReport {
    try await sync(over: ScriptedSource(contents), day: day, change: change)
  }

  @discardableResult
  func sync(
    over source: any SourceConnection, day: Int = 0, change: (inout RunPlan) -> Void = { _ in }
  ) async throws -> RunReport {
    await service(day: day).run(plan(change), over: source)
  }

  func plan(_ change: (inout RunPlan) -> Void = { _ in }) -> RunPlan {
    let kind = DefenderForCloud.descriptor
    var plan = RunPlan(
      connector: "test", kind: kind, profile: "default", map: kind.defaultMap, scoreMap: .standard,
      selection: kind.defaultSelection)
    plan.maximumAbsentShare = 1
    change(&plan)
    return plan
  }

  func service(day: Int = 0, report: @escaping @Sendable (RunEvent) -> Void = { _ in }) -> SyncService {
    let now = SyncHarness.noon(ofDay: day)
    let environment = RunEnvironment(now: { now }, time: ManualTime().client, meter: TrafficMeter(), report: report)
    return SyncService(store: store, environment: environment)
  }

  /// What people change of it at noon of the day.
  func people(onDay day: Int) -> InventoryService {
    let now = SyncHarness.noon(ofDay: day)
    return InventoryService(store: store, by: AuditActor(.system, name: "test"), now: { now })
  }

  /// The assets' names with their numbers; of the asset's one source where several have the name.
  func asset(named name: String) async throws -> JSONValue? {
    try await rows().assets.first { $0["assetName"] == .string(name) }
  }

  func id(_ name: String) async throws -> AssetID? {
    try await asset(named: name)?["id"]?.string.flatMap { AssetID(text: $0) }
  }

  func explanation(of asset: AssetID, day: Int = 0, fixing fixed: [FindingID] = []) async throws -> JSONValue? {
    let seed = store.seed
    return try await store.read { inventory in
      try AssetExplanation(inventory, seed: seed, at: SyncHarness.noon(ofDay: day))
        .explanation(of: asset, fixing: fixed)
    }
  }

  /// A run whose process ends at a page of findings: no end is written.
  func interrupt(
    _ contents: ScriptedSource.Contents, day: Int, atPage page: Int, change: (inout RunPlan) -> Void = { _ in }
  ) async throws {
    var failing = contents
    failing.failsAt = page
    try await reopen(try await sync(failing, day: day, change: change))
  }

  /// A run whose process ends after so many pages.
  func breakOff(
    afterPages pages: Int, _ body: @escaping @Sendable (SyncService) async throws -> RunReport
  ) async throws {
    let met = Mutex(0)
    let service = service { event in
      guard case .progress = event else { return }
      let isLast = met.withLock { count in
        count += 1
        return count == pages
      }
      if isLast { withUnsafeCurrentTask { $0?.cancel() } }
    }
    try await reopen(try await Task { try await body(service) }.value)
  }

  private func reopen(_ report: RunReport) async throws {
    _ = try answer(
      "UPDATE run SET result = NULL, error = NULL, finished_at = NULL WHERE id = \(report.run?.number ?? 0) RETURNING id"
    )
  }

  /// The number that a statement of SQL answers, without the store.
  private func answer(_ sql: String) throws -> Int {
    guard !TestStore.isPostgreSQL else {
      let connection = try PostgreSQLConnection(TestStore.address(of: folder.path), settings: [])
      return Int(try connection.query(sql, PostgreSQLValues()).integer(0, 0))
    }
    let database = try DatabaseQueue(path: folder.file("isthmus.sqlite").path(percentEncoded: false))
    return try database.write { try Int.fetchOne($0, sql: sql) ?? 0 }
  }

  /// How many texts are stored of controls and of findings.
  func textCounts() throws -> [Int] {
    try ["control_variant", "finding_detail"].map { try answer("SELECT count(*) FROM \($0)") }
  }

  func rows(absent: Bool = false) async throws -> (assets: [JSONValue], findings: [JSONValue]) {
    try await store.read { inventory in
      var rows: (assets: [JSONValue], findings: [JSONValue]) = ([], [])
      try inventory.forEachAsset(Listing(limit: nil, includesAbsent: absent)) { rows.assets.append($0) }
      try inventory.forEachFinding(Listing(limit: nil, includesAbsent: absent)) { rows.findings.append($0) }
      return rows
    }
  }

  /// All rows without the store's own numbers, sorted.
  func snapshot() async throws -> [String] {
    let rows = try await rows(absent: true)
    let own: Set<String> = ["id", "assetId", "controlId"]
    return (rows.assets + rows.findings).map { row in
      guard case .object(let members) = row else { return "" }
      return JSONValue.object(members.filter { !own.contains($0.name) }).text()
    }.sorted()
  }
}

/// Rows of the real shape, with invented names.
enum Row {
  static func id(_ vm: String) -> String {
    "/subscriptions/sub/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/\(vm)"
  }

  static func vm(
    _ name: String, vmID: String? = nil, offer: String = "ubuntu", subscription: String = "sub"
  ) -> String {
    """
    {"id":"/subscriptions/\(subscription)/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/\(name)",\
    "name":"\(name)","type":"microsoft.compute/virtualmachines","subscriptionId":"\(subscription)",\
    "location":"westeurope","resourceGroup":"g",\
    "properties":{"vmId":"\(vmID ?? "id-\(name)")","storageProfile":{"imageReference":{"offer":"\(offer)"}}}}
    """
  }

  /// A machine with what may identify it.
  static func machine(
    _ name: String, computer: String? = nil, macs: [String] = [], fqdn: String? = nil, uuid: String? = nil,
    publicAddress: String? = nil, offer: String = "ubuntu"
  ) -> String {
    func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "null" }
    let addresses = publicAddress.map { "[\"\($0)\"]" } ?? "[]"
    return """
      {"id":"/subscriptions/sub/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/\(name)",\
      "name":"\(name)","type":"microsoft.compute/virtualmachines","subscriptionId":"sub","location":"westeurope",\
      "resourceGroup":"g","properties":{"vmId":"id-\(name)","osProfile":{"computerName":\(text(computer))},\
      "storageProfile":{"imageReference":{"offer":"\(offer)"}}},"derived":{"fqdn":\(text(fqdn)),\
      "hardwareUuid":\(text(uuid)),"macAddresses":[\(macs.map(text).joined(separator: ","))],\
      "ipAddresses":\(addresses),"publicIpAddresses":\(addresses)}}
      """
  }

  static func finding(
    _ vm: String, _ key: String, _ status: String, severity: String = "High", category: String? = nil,
    title: String = "Title", text: String = "Why", changed: String = "2026-05-01T10:00:00.1234567Z",
    cause: String? = nil, subscription: String = "sub"
  ) -> String {
    let reason = cause.map { #""cause":"\#($0)","# } ?? ""
    let id = "/subscriptions/\(subscription)/resourcegroups/G/providers/microsoft.compute/virtualmachines/\(vm)"
    let kind = category.map { #","recommendationCategory":"\#($0)""# } ?? ""
    return """
      {"id":"\(id)/providers/Microsoft.Security/assessments/\(key)","name":"\(key)",\
      "type":"microsoft.security/assessments","subscriptionId":"\(subscription)",\
      "properties":{"displayName":"\(title)",\
      "resourceDetails":{"Source":"Azure","Id":"\(id)"},"status":{\(reason)"code":"\(status)","statusChangeDate":"\(changed)"},\
      "metadata":{"severity":"\(severity)","description":"\(text)"\(kind)}}}
      """
  }
}
