import IsthmusCore

/// Which column of `asset` keeps which target attribute.
enum AssetColumns {
  static let all: [(attribute: String, column: String)] = [
    ("externalAssetId", "external_asset_id"), ("assetName", "name"), ("hostName", "host_name"), ("fqdn", "fqdn"),
    ("hardwareUuid", "hardware_uuid"), ("serialNumber", "serial_number"),
    ("operatingSystemName", "operating_system_name"), ("operatingSystemVersion", "operating_system_version"),
    ("macAddress", "mac_address"), ("ipAddress", "ip_address"), ("macAddresses", "mac_addresses"),
    ("ipAddresses", "ip_addresses"), ("publicIpAddresses", "public_ip_addresses"),
    ("cloudProvider", "cloud_provider"), ("cloudResourceId", "cloud_resource_id"),
    ("cloudAccountId", "cloud_account_id"), ("cloudRegion", "cloud_region"), ("resourceGroup", "resource_group"),
    ("vmSize", "vm_size"), ("powerState", "power_state"), ("cloudTags", "cloud_tags"), ("createdOn", "created_on"),
  ]

  static func stored(_ value: AttributeValue?) -> SQLValue {
    switch value {
    case nil: .null
    case .string(let text): .text(text)
    case .integer(let number): .integer(number)
    case .decimal(let number): .real(number)
    case .boolean(let flag): .integer(flag ? 1 : 0)
    case .date(let date): .integer(date.microseconds)
    case .list: .text(value?.json.text() ?? "[]")
    }
  }

  /// The column's value as JSON, by the attribute's type.
  static func json(_ row: any SQLStatement, _ column: Int32, _ type: AttributeType) -> JSONValue {
    if row.isNull(column) { return .null }
    switch type {
    case .date: return .string(Timestamp(microseconds: row.integer(column)).description)
    // Written by `stored`, so it is JSON.
    case .list: return (try? JSONValue(parsing: row.text(column))) ?? .null
    default: return .string(row.text(column))
    }
  }
}
