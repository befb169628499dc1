/// The outer columns that hold texts; all others are dynamic.
private let textColumns: Set<String> = [
  "id", "name", "type", "location", "resourceGroup", "subscriptionId", "tenantId", "kind", "managedBy",
]

extension TableSource {
  func type(ofColumn name: String) -> KQLType { textColumns.contains(name) ? .string : .dynamic }
}
