/// What stays the same on each day of a tenant.
package struct Tenant: Sendable {
  let company: Company
  package let configuration: TenantConfiguration
  let catalogue: RecommendationCatalogue
  package let id: String
  /// Subscription ids in lower case, in the order in which they are numbered.
  package let subscriptions: [String]
  package let subscriptionNames: [String]

  package init(_ configuration: TenantConfiguration) {
    let catalogue = RecommendationCatalogue(
      seed: configuration.seed, findingsPerHost: configuration.findingsPerHost)
    self.init(configuration, company: .contoso, catalogue: catalogue)
  }

  init(_ configuration: TenantConfiguration, company: Company, catalogue: RecommendationCatalogue) {
    self.configuration = configuration
    self.company = company
    self.catalogue = catalogue
    id = Fleet.tenantID(seed: configuration.seed)
    let subscriptions = Fleet.subscriptions(
      configuration.subscriptions, seed: configuration.seed, company: company)
    self.subscriptions = subscriptions.map(\.id)
    subscriptionNames = subscriptions.map(\.displayName)
  }

  /// Everything as it is on a day.
  package func on(day: Int) -> TenantDay {
    TenantDay(self, day: day)
  }
}
