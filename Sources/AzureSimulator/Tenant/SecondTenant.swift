/// Another company's tenant, in which machines of the first one appear again under Azure Arc.
///
/// It has its own id, application, subscriptions, hosts and assessments. What it shares with the first tenant is what
/// ``SharedMachines`` says, and the catalogue of recommendations with their texts, which are Microsoft's.
package struct SecondTenant: Sendable {
  let tenant: Tenant
  let registration: AppRegistration
  private let share: Double

  /// Returns nil if the configuration wants no second tenant.
  init?(beside first: Tenant, expiredSecret: String) {
    guard let share = first.configuration.secondTenantShare else { return nil }
    self.share = share
    var configuration = first.configuration
    configuration.seed = Dice.hash(first.configuration.seed, .tenant, 2)
    configuration.subscriptions = 2
    // Its own hosts, besides those that resemble hosts of the first tenant.
    configuration.hosts = max(8, first.configuration.hosts / 8)
    tenant = Tenant(configuration, company: .fabrikam, catalogue: first.catalogue)
    registration = AppRegistration(
      tenantID: tenant.id, domain: Company.fabrikam.tenantDomain, seed: configuration.seed, secret: nil,
      expiredSecret: expiredSecret)
  }

  /// Everything as it is on the first tenant's day.
  func on(_ day: TenantDay) -> TenantDay {
    let first = FirstTenant(fleet: day.fleet, facts: day.facts)
    let shared = SharedMachines(first, share: share, seed: tenant.configuration.seed)
    let fleet = Fleet(tenant.configuration, through: day.day, company: tenant.company, shared: shared)
    return TenantDay(tenant, day: day.day, fleet: fleet, first: first, templates: day.security.templates)
  }
}
