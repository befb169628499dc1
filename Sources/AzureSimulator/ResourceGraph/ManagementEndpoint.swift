/// The few other answers of the resource manager that clients ask for.
struct ManagementEndpoint {
  let tenant: Tenant
  let scope: SubscriptionScope

  /// `GET /subscriptions`
  func subscriptions() -> Answer {
    let readable = Set(scope.readable(scope.all))
    let list = scope.all.indices.filter { readable.contains(scope.all[$0]) }.map(subscription)
    return .json(
      .bag([
        ("value", .array(list)),
        ("count", .bag([("type", .string("Total")), ("value", .long(Int64(list.count)))])),
      ]))
  }

  /// `GET /subscriptions/{id}`
  func subscription(_ id: String) -> Answer {
    let readable = scope.readable(scope.all)
    guard readable.contains(id.lowercased()), let index = scope.all.firstIndex(of: id.lowercased()) else {
      return Self.error(404, "SubscriptionNotFound", "The subscription '\(id)' could not be found.")
    }
    return .json(subscription(index))
  }

  private func subscription(_ index: Int) -> KQLValue {
    .bag([
      ("id", .string("/subscriptions/\(scope.all[index])")), ("authorizationSource", .string("RoleBased")),
      ("managedByTenants", .array([])), ("subscriptionId", .string(scope.all[index])),
      ("tenantId", .string(tenant.id)), ("displayName", .string(tenant.subscriptionNames[index])),
      ("state", .string("Enabled")),
      (
        "subscriptionPolicies",
        .bag([
          ("locationPlacementId", .string("Public_2014-09-01")), ("quotaId", .string("EnterpriseAgreement_2014-09-01")),
          ("spendingLimit", .string("Off")),
        ])
      ),
    ])
  }

  /// `GET /providers/Microsoft.ResourceGraph/operations`
  static func operations() -> Answer {
    let names = [
      ("Microsoft.ResourceGraph/operations/read", "Gets the list of supported operations", "Operation"),
      ("Microsoft.ResourceGraph/resources/read", "Queries the resources", "Resources"),
    ]
    let list: [KQLValue] = names.map { name, text, resource in
      .bag([
        ("name", .string(name)),
        (
          "display",
          .bag([
            ("provider", .string("Microsoft Resource Graph")), ("resource", .string(resource)),
            ("operation", .string(text)), ("description", .string(text)),
          ])
        ),
      ])
    }
    return .json(.bag([("value", .array(list))]))
  }

  static func error(
    _ status: Int, _ code: String, _ message: String, headers: [(name: String, value: String)] = []
  ) -> Answer {
    .json(
      .bag([("error", .bag([("code", .string(code)), ("message", .string(message))]))]), status: status,
      headers: headers)
  }
}
