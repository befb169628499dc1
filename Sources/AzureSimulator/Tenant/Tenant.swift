/// What stays the same on each day of a tenant.
package struct Tenant: Sendable {
  package let configuration: TenantConfiguration
  let catalogue: RecommendationCatalogue
  /// The fleet of day 0: subscriptions and groups never change, only hosts come and go.
  private let firstFleet: Fleet

  package init(_ configuration: TenantConfiguration) {
    self.configuration = configuration
    catalogue = RecommendationCatalogue(
      seed: configuration.seed, findingsPerHost: configuration.findingsPerHost)
    firstFleet = Fleet(configuration, through: 0)
  }

  package var id: String { firstFleet.tenantID }

  /// Subscription ids in lower case, in the order in which they are numbered.
  package var subscriptions: [String] { firstFleet.subscriptions.map(\.id) }

  package var subscriptionNames: [String] { firstFleet.subscriptions.map(\.displayName) }

  /// Everything as it is on a day.
  package func on(day: Int) -> TenantDay {
    TenantDay(self, day: day)
  }
}
