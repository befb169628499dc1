/// What stays the same on each day of a tenant.
package struct Tenant: Sendable {
  package let configuration: TenantConfiguration
  let catalogue: RecommendationCatalogue
  package let id: String
  /// Subscription ids in lower case, in the order in which they are numbered.
  package let subscriptions: [String]
  package let subscriptionNames: [String]

  package init(_ configuration: TenantConfiguration) {
    self.configuration = configuration
    catalogue = RecommendationCatalogue(
      seed: configuration.seed, findingsPerHost: configuration.findingsPerHost)
    id = Fleet.tenantID(seed: configuration.seed)
    let subscriptions = Fleet.subscriptions(configuration.subscriptions, seed: configuration.seed)
    self.subscriptions = subscriptions.map(\.id)
    subscriptionNames = subscriptions.map(\.displayName)
  }

  /// Everything as it is on a day.
  package func on(day: Int) -> TenantDay {
    TenantDay(self, day: day)
  }
}
