import Synchronization

/// What changes while the simulator runs: day, faults, tokens, quotas, counts.
final class SimulatorState: Sendable {
  let tenant: Tenant
  let registration: AppRegistration
  let quotaLimit: RequestQuota.Limit?

  private struct Current {
    var day: TenantDay
    var faults: FaultSettings
    var service: ResourceGraphService
    var generation = 0
    var baseURL = ""
    var cache = ResultCache()
    var tokens = TokenStore()
    var quotas: [String: RequestQuota] = [:]
    var requestNumber = 0
    var counts = RequestCounts()
  }

  private let current: Mutex<Current>

  init(
    tenant: Tenant, registration: AppRegistration, quota: RequestQuota.Limit?, faults: FaultSettings
  ) throws(FaultSyntaxError) {
    self.tenant = tenant
    self.registration = registration
    quotaLimit = quota
    let day = tenant.on(day: tenant.configuration.day)
    let service = try Self.service(tenant, day, faults, generation: 0)
    current = Mutex(Current(day: day, faults: faults, service: service))
  }

  var day: TenantDay { current.withLock { $0.day } }
  var faults: FaultSettings { current.withLock { $0.faults } }
  var service: ResourceGraphService { current.withLock { $0.service } }
  var counts: RequestCounts { current.withLock { $0.counts } }

  /// `https://127.0.0.1:8443`, known once the server listens.
  var baseURL: String {
    get { current.withLock { $0.baseURL } }
    set { current.withLock { $0.baseURL = newValue } }
  }

  /// Moves the tenant. Requests under way keep their day; skip tokens of the old day are refused.
  func setDay(_ number: Int) {
    let day = tenant.on(day: number)
    current.withLock { current in
      // The faults that are set were understood before, and the subscriptions are the same on each day.
      guard let service = try? Self.service(tenant, day, current.faults, generation: current.generation + 1) else {
        return
      }
      current.day = day
      current.service = service
      current.generation += 1
      current.cache = ResultCache()
    }
  }

  func setFaults(_ faults: FaultSettings) throws(FaultSyntaxError) {
    try current.withLock { (current) throws(FaultSyntaxError) in
      current.service = try Self.service(tenant, current.day, faults, generation: current.generation + 1)
      current.faults = faults
      current.generation += 1
      current.cache = ResultCache()
    }
  }

  /// The number of a request, from 0 in the order of arrival.
  func nextRequest() -> Int {
    current.withLock { current in
      defer { current.requestNumber += 1 }
      return current.requestNumber
    }
  }

  func count(_ kind: RequestCounts.Kind, status: Int, fault: RequestFault?) {
    current.withLock { $0.counts.add(kind, status: status, fault: fault) }
  }

  func issueToken(to principal: String) -> String {
    current.withLock { current in
      let lifetime = Duration.seconds(current.faults.expireToken ?? 3599)
      return current.tokens.issue(to: principal, lifetime: lifetime, at: .now)
    }
  }

  func standing(of token: String) -> TokenStore.Standing {
    current.withLock { $0.tokens.standing(of: token, at: .now) }
  }

  /// Counts a request against its principal's quota.
  func quota(of principal: String) -> RequestQuota.Grant {
    guard let limit = quotaLimit else {
      // Without a quota each answer looks like the first of a window.
      return RequestQuota.Grant(
        isAllowed: true, remaining: RequestQuota.Limit.standard.requests,
        resetsAfter: RequestQuota.Limit.standard.window)
    }
    return current.withLock { $0.quotas[principal, default: RequestQuota(limit)].request(at: .now) }
  }

  func cachedResult(for key: ResultCache.Key) -> KQLResult? {
    current.withLock { $0.cache.result(for: key) }
  }

  func keep(_ result: KQLResult, for key: ResultCache.Key) {
    current.withLock { current in
      if key.generation == current.generation { current.cache.insert(result, for: key) }
    }
  }

  private static func service(
    _ tenant: Tenant, _ day: TenantDay, _ faults: FaultSettings, generation: Int
  ) throws(FaultSyntaxError) -> ResourceGraphService {
    let subscriptions = tenant.subscriptions
    let forbidden = try faults.resolve(faults.forbid, among: subscriptions)
    let hidden = try faults.resolve(faults.hide, among: subscriptions)
    let emptied = try faults.resolve(faults.empty, among: subscriptions)
    var tables: [any TableSource] = day.tables
    if faults.malformed > 0 || !emptied.isEmpty {
      let spoilable: [any SpoilableTable] = [day.resources, day.security, day.compute]
      tables = spoilable.map { FaultyTable(base: $0, emptied: emptied, malformed: faults.malformed) }
      tables.append(day.containers)
    }
    let end = TenantCalendar.end(of: day.day)
    return ResourceGraphService(
      engine: KQLEngine(tables: tables, now: { end }),
      scope: SubscriptionScope(
        all: subscriptions, managementGroups: ["contoso", tenant.id], forbidden: forbidden, hidden: hidden),
      generation: generation)
  }
}

/// How many requests were answered, and how; the simulator's own paths are not counted.
package struct RequestCounts: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case token, resourceGraph, other
  }

  package private(set) var total = 0
  package private(set) var byKind: [String: Int] = [:]
  package private(set) var byStatus: [String: Int] = [:]
  /// Pages of rows: answers of Resource Graph with status 200.
  package private(set) var pages = 0
  package private(set) var resets = 0
  package private(set) var slow = 0

  mutating func add(_ kind: Kind, status: Int, fault: RequestFault?) {
    total += 1
    byKind[kind.rawValue, default: 0] += 1
    byStatus["\(status)", default: 0] += 1
    if kind == .resourceGraph, status == 200 { pages += 1 }
    if fault == .reset { resets += 1 }
    if fault == .slow { slow += 1 }
  }

  var json: KQLValue {
    func bag(_ counts: [String: Int]) -> KQLValue {
      .bag(counts.sorted { $0.key < $1.key }.map { ($0.key, .long(Int64($0.value))) })
    }
    func count(_ number: Int) -> KQLValue { .long(Int64(number)) }
    return .bag([
      ("total", count(total)), ("token", count(byKind["token"] ?? 0)),
      ("resourceGraph", count(byKind["resourceGraph"] ?? 0)), ("other", count(byKind["other"] ?? 0)),
      ("pages", count(pages)), ("resets", count(resets)), ("slow", count(slow)), ("status", bag(byStatus)),
    ])
  }
}
