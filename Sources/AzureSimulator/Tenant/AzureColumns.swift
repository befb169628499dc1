/// The outer columns of each table in the order in which Azure prints them.
enum AzureColumns {
  static let names = [
    "id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku", "plan",
    "properties", "tags", "identity", "zones", "extendedLocation",
  ]

  static let id = 0
  static let name = 1
  static let type = 2
  static let tenantID = 3
  static let kind = 4
  static let location = 5
  static let resourceGroup = 6
  static let subscriptionID = 7
  static let managedBy = 8
  static let sku = 9
  static let plan = 10
  static let properties = 11
  static let tags = 12
  static let identity = 13
  static let zones = 14
  static let extendedLocation = 15
}

extension KQLValue {
  /// A property bag of members in this order.
  static func bag(_ members: [(String, KQLValue)]) -> KQLValue { .object(KQLObject(members)) }
}
