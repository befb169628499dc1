/// What a client needs to read the second tenant; base URLs are those of the first one.
package struct SecondTenantAccess: Sendable, Equatable {
  package let tenantID: String
  package let clientID: String
  package let clientSecret: String
  package let subscriptions: [String]

  init(_ second: SecondTenant) {
    tenantID = second.tenant.id
    clientID = second.registration.clientID
    clientSecret = second.registration.clientSecret
    subscriptions = second.tenant.subscriptions
  }

  /// As the first line of output of `isthmus simulate` shows it.
  var json: KQLValue {
    .bag([
      ("tenantId", .string(tenantID)), ("clientId", .string(clientID)), ("clientSecret", .string(clientSecret)),
      ("subscriptions", .array(subscriptions.map { .string($0) })),
    ])
  }
}
