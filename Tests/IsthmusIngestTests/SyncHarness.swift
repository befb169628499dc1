import AzureSimulator
import DefenderForCloud
import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport

/// A simulated tenant and an inventory in a folder of its own; syncs one into the other in this process.
final class SyncHarness: Sendable {
  let simulator: Simulator
  let store: any InventoryStore
  private let folder: TemporaryFolder
  private let pacers: PacerRegistry

  /// - Parameters:
  ///   - simulator: Another harness's, to fill a second inventory from the same tenant.
  ///   - store: In place of one that the tests' settings choose.
  init(simulator: Simulator, store: (any InventoryStore)? = nil) throws {
    self.simulator = simulator
    folder = try TemporaryFolder()
    self.store = try store ?? TestStore.open(in: folder.path, newSeed: 7)
    pacers = PacerRegistry(for: self.store)
  }

  static func tenant(
    hosts: Int = 24, findingsPerHost: Int = 20, subscriptions: Int = 3, seed: UInt64 = 1, secondTenant: Double? = nil,
    quota: RequestQuota.Limit? = nil
  ) async throws -> Simulator {
    var configuration = SimulatorConfiguration()
    configuration.tenant.hosts = hosts
    configuration.tenant.findingsPerHost = findingsPerHost
    configuration.tenant.subscriptions = subscriptions
    configuration.tenant.seed = seed
    configuration.tenant.secondTenantShare = secondTenant
    configuration.quota = quota
    return try await Simulator.start(configuration)
  }

  /// Noon of the tenant's day, so that two inventories of the same days carry the same dates.
  static func noon(ofDay day: Int) -> Timestamp {
    Timestamp(iso8601: "2026-06-01T12:00:00Z")!.advanced(by: .seconds(86_400 * day))
  }

  /// One run, on the clock of the tenant's day. Waits for retries are skipped, those for the quota are not.
  ///
  /// - Parameter second: The second tenant's, to pull it by a connector of its own.
  @discardableResult
  func sync(
    second: SecondTenantAccess? = nil, subscriptions: [String]? = nil, selection: FindingSelection? = nil,
    secret: String? = nil,
    maximumAbsentShare: Double = 0.3, change: (inout RunPlan) -> Void = { _ in }
  ) async throws -> RunReport {
    let plan = plan(second: second, selection: selection, maximumAbsentShare: maximumAbsentShare, change)
    return try await connected(second: second, subscriptions: subscriptions, secret: secret) { service, connection in
      await service.run(plan, over: connection)
    }
  }

  func plan(
    second: SecondTenantAccess? = nil, selection: FindingSelection? = nil, maximumAbsentShare: Double = 0.3,
    _ change: (inout RunPlan) -> Void = { _ in }
  ) -> RunPlan {
    let kind = DefenderForCloud.descriptor
    var plan = RunPlan(
      connector: second == nil ? "test" : "second", kind: kind, profile: "default", map: kind.defaultMap,
      scoreMap: .standard, selection: selection ?? kind.defaultSelection)
    plan.maximumAbsentShare = maximumAbsentShare
    change(&plan)
    return plan
  }

  /// One run of what another one kept.
  func play(
    _ source: KeptConnection, change: (inout RunPlan) -> Void = { _ in }
  ) async throws -> RunReport {
    await service(meter: TrafficMeter(), time: ManualTime().client).run(plan(change), over: source)
  }

  func service(meter: TrafficMeter, time: ClientTime) -> SyncService {
    let now = Self.noon(ofDay: simulator.day)
    return SyncService(
      store: store, environment: RunEnvironment(now: { now }, time: time, meter: meter, report: { _ in }))
  }

  /// What `body` makes of a connection to the tenant, which ends with it.
  func connected<T: Sendable>(
    second: SecondTenantAccess? = nil, subscriptions: [String]? = nil, secret: String? = nil,
    _ body: (SyncService, any SourceConnection) async throws -> T
  ) async throws -> T {
    var settings = ConnectionSettings()
    settings.texts = [
      "cloud": "custom", "authority": simulator.authority, "resourceManager": simulator.resourceManager,
      "tenantId": second?.tenantID ?? simulator.tenantID, "clientId": second?.clientID ?? simulator.clientID,
    ]
    settings.lists["subscriptions"] = subscriptions
    settings.secrets["clientSecret"] = Secret(secret ?? second?.clientSecret ?? simulator.clientSecret)
    let meter = TrafficMeter()
    let transport = try AsyncHTTPTransport(TransportSettings())
    let time = ClientTime(now: ClientTime.system.now, sleep: { _ in await Task.yield() }, random: { 0.5 })
    let environment = ConnectionEnvironment(
      makeTransport: { _ in transport }, time: time, pacer: { [pacers] in pacers.pacer(for: $0, standard: $1) },
      meter: meter)
    let connection = try DefenderForCloud.connect(settings, in: environment)
    let result: T
    do {
      result = try await body(service(meter: meter, time: time), connection)
    } catch {
      await transport.shutdown()
      throw error
    }
    await transport.shutdown()
    return result
  }

  /// All that a run kept, decompressed.
  func keptTexts(of run: RunID) async throws -> [String] {
    let store = store
    return try await store.read { inventory in
      try inventory.kept.keptParts(of: run).map { part in
        let body = try inventory.kept.keptBody(part.number)
        let text = try body.map { try Self.decompressed($0.bytes, size: $0.size) } ?? ""
        return "\(part.facts.text()) \(text)"
      }
    }
  }

  private static func decompressed(_ bytes: [UInt8], size: Int) throws -> String {
    if size == 0 { return "" }
    var text = ""
    try PageCodec.unpack(bytes, size: size).withRoot { text = $0.jsonText }
    return text
  }

  /// All that the inventory holds, absent records too, without the store's own numbers.
  func snapshot() async throws -> [String] {
    try await store.read { inventory in
      var lines: [String] = []
      let everything = Listing(limit: nil, includesAbsent: true)
      try inventory.forEachAsset(everything) { lines.append(Self.line("asset", $0)) }
      try inventory.forEachFinding(everything) { lines.append(Self.line("finding", $0)) }
      return lines.sorted()
    }
  }

  private static let ownNumbers: Set<String> = ["id", "assetId", "controlId"]

  private static func line(_ kind: String, _ row: JSONValue) -> String {
    guard case .object(let members) = row else { return kind }
    return "\(kind) \(JSONValue.object(members.filter { !ownNumbers.contains($0.name) }).text())"
  }

  /// What is wrong with the inventory's database and the numbers that it keeps.
  func damage() throws -> [String] {
    guard TestStore.isPostgreSQL else {
      return try DatabaseInspection(folder: folder.path).damage(.wholeWithReferences)
    }
    return try PostgreSQLInspection(try TestStore.address(of: folder.path)).damage(.wholeWithReferences)
  }

  /// What the inventory shows, in the shape of the simulator's truth.
  func counts() async throws -> Counts {
    try await store.read { inventory in
      var counts = Counts()
      counts.assets = try inventory.countAssets(Listing(limit: nil))
      try inventory.forEachFinding(Listing(limit: nil)) { row in
        if row["posture"] == .string("PASS") { counts.pass += 1 }
        let status = row["status"]?.string
        if status == "NEW" || status == "ACTIVE" || status == "REOPENED" { counts.open += 1 }
      }
      return counts
    }
  }

  struct Counts: Equatable {
    var assets = 0
    var pass = 0
    var open = 0
  }
}

extension FaultSettings {
  /// As they are typed: `malformed=0.05`.
  init(_ faults: String...) throws { try self.init(faults) }

  init(_ faults: [String]) throws {
    self.init()
    for fault in faults { try add(fault) }
  }
}

extension SimulatorTruth {
  var counts: SyncHarness.Counts { SyncHarness.Counts(assets: assets, pass: pass, open: fail) }
}

extension RunReport {
  /// Neither created, updated, fixed, reopened nor marked gone anything.
  var changedNothing: Bool {
    [counters.assets, counters.findings].allSatisfy {
      $0.created == 0 && $0.updated == 0 && $0.fixed == 0 && $0.reopened == 0 && $0.gone == 0 && $0.rejected == 0
    }
  }
}
