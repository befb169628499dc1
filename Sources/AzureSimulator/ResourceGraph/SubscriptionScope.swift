/// What the caller may see, and which part of it a request asks for.
struct SubscriptionScope: Sendable {
  /// All subscriptions of the tenant, lower case, in their order.
  let all: [String]
  /// Names of the management groups, which hold all subscriptions.
  let managementGroups: [String]
  /// Subscriptions without any right for the caller.
  let forbidden: Set<String>
  /// Subscriptions that give no rows and no error.
  let hidden: Set<String>

  /// The subscriptions whose rows a request may get, sorted.
  ///
  /// One readable subscription is enough: the others then give no rows, silently.
  func resolve(_ request: ResourceGraphRequest) throws(ResourceGraphError) -> [String] {
    if request.subscriptions != nil && request.managementGroups != nil {
      throw .badRequest(
        "InvalidScope", "Subscriptions and management groups cannot both be specified in one request.")
    }
    if let groups = request.managementGroups {
      let isKnown = groups.contains { group in
        managementGroups.contains { $0.lowercased() == group.lowercased() }
      }
      guard isKnown else { throw Self.noEligible }
      return readable(all)
    }
    guard let listed = request.subscriptions else { return readable(all) }
    let known = Set(all).intersection(listed)
    guard !known.isEmpty else { throw Self.noEligible }
    if known.isSubset(of: forbidden) { throw .accessDenied }
    return readable(known.sorted())
  }

  func readable(_ subscriptions: [String]) -> [String] {
    subscriptions.filter { !forbidden.contains($0) && !hidden.contains($0) }.sorted()
  }

  private static let noEligible = ResourceGraphError.badRequest(
    "NoValidSubscriptionsInQueryRequest",
    "There must be at least one subscription that is eligible to contain resources. Given: 0 eligible.")
}
