import Synchronization

/// What changes while the simulator runs: day, faults, tokens, quotas, counts.
final class SimulatorState: Sendable {
  let tenant: Tenant
  let registration: AppRegistration
  let second: SecondTenant?
  let quotaLimit: RequestQuota.Limit?

  private struct Current {
    /// Absent only while the lock is held to make another day: both days at once would take twice the memory.
    var view: View?
    var faults: ResolvedFaults
    var generation = 0
    var baseURL = ""
    var cache = ResultCache()
    var answers: AnswerMemory
    var tokens = TokenStore()
    var quotas: [String: RequestQuota] = [:]
    var requestNumber = 0
    var counts = RequestCounts()
  }

  /// What requests are answered from.
  private struct View {
    var day: TenantDay
    var service: ResourceGraphService
    var second: (day: TenantDay, service: ResourceGraphService)?
  }

  private let current: Mutex<Current>

  init(
    tenant: Tenant, registration: AppRegistration, quota: RequestQuota.Limit?, faults: FaultSettings,
    keptAnswerBytes: Int = 0
  ) throws(FaultSyntaxError) {
    self.tenant = tenant
    self.registration = registration
    let second = SecondTenant(beside: tenant, expiredSecret: registration.expiredSecret)
    self.second = second
    quotaLimit = quota
    let resolved = try ResolvedFaults(faults, among: Self.subscriptions(tenant, second))
    let day = tenant.on(day: tenant.configuration.day)
    let view = Self.view(tenant, day, second, second?.on(day), resolved, generation: 0)
    let answers = AnswerMemory(capacity: keptAnswerBytes)
    current = Mutex(Current(view: view, faults: resolved, answers: answers))
  }

  /// Of all tenants: faults may name each.
  private static func subscriptions(_ tenant: Tenant, _ second: SecondTenant?) -> [String] {
    tenant.subscriptions + (second?.tenant.subscriptions ?? [])
  }

  private var view: View {
    current.withLock { current in
      guard let view = current.view else { preconditionFailure("A view is left behind whenever the lock is free.") }
      return view
    }
  }

  var day: TenantDay { view.day }
  var service: ResourceGraphService { view.service }
  /// The second tenant's day; nil where there is none.
  var secondDay: TenantDay? { view.second?.day }

  /// The application and tenant that a token request's path names; the first one where it names none, so that it
  /// can refuse.
  func registration(forTenant text: String) -> AppRegistration {
    if let second, second.registration.isTenant(text) { return second.registration }
    return registration
  }

  /// The tenant in which a token's holder is signed in, and what answers there.
  func standpoint(of principal: String) -> (tenant: Tenant, service: ResourceGraphService) {
    let view = view
    if let second, let part = view.second, principal == second.registration.clientID {
      return (second.tenant, part.service)
    }
    return (tenant, view.service)
  }

  /// What inventories must arrive at today.
  var truth: CombinedTruth {
    let view = view
    return CombinedTruth(first: view.day, second: view.second?.day)
  }
  var faults: FaultSettings { current.withLock { $0.faults.settings } }
  var counts: RequestCounts { current.withLock { $0.counts } }

  /// `https://127.0.0.1:8443`, known once the server listens.
  var baseURL: String {
    get { current.withLock { $0.baseURL } }
    set { current.withLock { $0.baseURL = newValue } }
  }

  /// Moves the tenant. Requests under way keep their day, new ones wait; skip tokens of the old day are refused.
  func setDay(_ number: Int) {
    current.withLock { current in
      current.view = nil
      current.cache = ResultCache()
      current.answers.forget()
      current.generation += 1
      let day = tenant.on(day: number)
      current.view = Self.view(
        tenant, day, second, second?.on(day), current.faults, generation: current.generation)
    }
  }

  func setFaults(_ faults: FaultSettings) throws(FaultSyntaxError) {
    let resolved = try ResolvedFaults(faults, among: Self.subscriptions(tenant, second))
    current.withLock { current in
      current.faults = resolved
      current.cache = ResultCache()
      current.answers.forget()
      current.generation += 1
      guard let view = current.view else { return }
      current.view = Self.view(
        tenant, view.day, second, view.second?.day, resolved, generation: current.generation)
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
      let lifetime = Duration.seconds(current.faults.settings.expireToken ?? 3599)
      return current.tokens.issue(to: principal, lifetime: lifetime, at: .now)
    }
  }

  /// What a request with the token may do.
  func admit(_ token: String) -> TokenStore.Standing {
    current.withLock { $0.tokens.admit(token, most: $0.faults.settings.tokenRequests, at: .now) }
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

  func keptAnswer(for key: AnswerMemory.Key) -> [UInt8]? { current.withLock { $0.answers[key] } }

  func keep(_ answer: [UInt8], for key: AnswerMemory.Key) {
    current.withLock { current in
      if key.generation == current.generation { current.answers.keep(answer, for: key) }
    }
  }

  func cachedResult(for key: ResultCache.Key) -> KQLResult? {
    current.withLock { $0.cache.result(for: key) }
  }

  func keep(_ result: KQLResult, for key: ResultCache.Key) {
    current.withLock { current in
      if key.generation == current.generation { current.cache.insert(result, for: key) }
    }
  }

  private static func view(
    _ tenant: Tenant, _ day: TenantDay, _ second: SecondTenant?, _ secondDay: TenantDay?, _ faults: ResolvedFaults,
    generation: Int
  ) -> View {
    var view = View(day: day, service: service(tenant, day, faults, generation: generation))
    if let second, let secondDay {
      view.second = (secondDay, service(second.tenant, secondDay, faults, generation: generation))
    }
    return view
  }

  private static func service(
    _ tenant: Tenant, _ day: TenantDay, _ faults: ResolvedFaults, generation: Int
  ) -> ResourceGraphService {
    var tables: [any TableSource] = day.tables
    let malformed = faults.settings.malformed
    if malformed > 0 || !faults.emptied.isEmpty {
      let spoilable: [any SpoilableTable] = [day.resources, day.security, day.compute]
      tables = spoilable.map { FaultyTable(base: $0, emptied: faults.emptied, malformed: malformed) }
      tables.append(day.containers)
    }
    let end = tenant.configuration.calendar.end(of: day.day)
    return ResourceGraphService(
      engine: KQLEngine(
        tables: tables, now: { end }, refusedWords: faults.settings.refuse, listLimit: faults.settings.listLimit),
      scope: SubscriptionScope(
        all: tenant.subscriptions, managementGroups: [tenant.company.managementGroup, tenant.id],
        forbidden: faults.forbidden, hidden: faults.hidden),
      tenant: tenant.company, generation: generation)
  }
}
