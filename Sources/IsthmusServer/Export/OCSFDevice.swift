import IsthmusCore

/// A host as OCSF Device Inventory Info. <https://schema.ocsf.io/1.5.0/classes/inventory_info>
struct OCSFDevice {
  static let classID: Int64 = 5001

  private let row: JSONValue

  /// - Parameter row: As lists of assets show it.
  init(_ row: JSONValue) { self.row = row }

  var event: JSONValue {
    let cloud = cloud
    var event = OCSFObject()
    event.set("category_uid", 5)
    event.set("category_name", "Discovery")
    event.set("class_uid", Self.classID)
    event.set("class_name", "Device Inventory Info")
    event.set("activity_id", 2)
    event.set("activity_name", "Collect")
    event.set("type_uid", Self.classID * 100 + 2)
    event.set("type_name", "Device Inventory Info: Collect")
    event.set("time", ["lastSeenOn", "firstFoundOn"].lazy.compactMap { row[$0]?.milliseconds }.first ?? 0)
    event.set("severity_id", 1)
    event.set("severity", "Informational")
    let sources = row["sources"]?.array ?? []
    event.set("metadata", OCSFObject.metadata(source: sources.first, profiles: cloud.isEmpty ? [] : ["cloud"]))
    event.set("cloud", cloud)
    event.set("device", device)
    event.set("unmapped", OCSFObject.unmapped(row, without: Self.mapped))
    return event.json
  }

  /// Members of a row that have a place of their own in the event.
  private static let mapped: Set = [
    "externalAssetId", "assetName", "hostName", "fqdn", "serialNumber", "operatingSystemName",
    "operatingSystemVersion", "macAddress", "ipAddress", "cloudProvider", "cloudResourceId", "cloudAccountId",
    "cloudRegion", "createdOn", "truRiskScore", "firstFoundOn", "lastSeenOn",
  ]
}

// MARK: - Objects

extension OCSFDevice {
  private func text(_ names: String...) -> JSONValue? {
    names.lazy.compactMap { row[$0]?.string }.first { !$0.isEmpty }.map(JSONValue.string)
  }

  private var device: OCSFObject {
    let (risk, type) = (risk, type)
    var device = OCSFObject()
    device.set("uid", text("cloudResourceId", "externalAssetId", "id"))
    device.set("uid_alt", text("id"))
    device.set("instance_uid", text("externalAssetId"))
    device.set("type_id", type.id)
    device.set("type", type.caption)
    device.set("name", text("assetName", "hostName"))
    device.set("hostname", text("fqdn", "hostName", "assetName"))
    device.set("ip", text("ipAddress") ?? row["ipAddresses"]?.array?.first)
    device.set("mac", text("macAddress") ?? row["macAddresses"]?.array?.first)
    device.set("region", text("cloudRegion"))
    device.set("os", operatingSystem)
    var hardware = OCSFObject()
    hardware.set("serial_number", text("serialNumber"))
    device.set("hw_info", hardware)
    device.setTime("created_time", row["createdOn"])
    device.setTime("first_seen_time", row["firstFoundOn"])
    device.setTime("last_seen_time", row["lastSeenOn"])
    device.set("risk_score", row["truRiskScore"])
    device.set("risk_level_id", risk.id)
    device.set("risk_level", risk.caption)
    return device
  }

  /// A machine with a size is one of a cloud; of others it is not known what they are.
  private var type: OCSFChoice { text("vmSize") == nil ? .unknown : OCSFChoice(6, "Virtual") }

  /// By the score's band: the schema has five levels of its own.
  private var risk: OCSFChoice {
    switch row["scoreBand"]?.string.flatMap(ScoreBand.init(rawValue:)) {
    case .severe: OCSFChoice(4, "Critical")
    case .high: OCSFChoice(3, "High")
    case .medium: OCSFChoice(2, "Medium")
    case .low: OCSFChoice(1, "Low")
    case nil: OCSFChoice(0, "Info")
    }
  }

  private var operatingSystem: OCSFObject {
    var system = OCSFObject()
    guard let name = row["operatingSystemName"]?.string, !name.isEmpty else { return system }
    let family = Self.family(name.lowercased())
    system.set("name", name)
    system.set("version", row["operatingSystemVersion"])
    system.set("type_id", family.id)
    system.set("type", family.caption)
    return system
  }

  /// Of a name in lower case, which may be that of an image's offer.
  private static func family(_ name: String) -> OCSFChoice {
    if name.contains("windows") { return OCSFChoice(100, "Windows") }
    let linuxes = ["linux", "ubuntu", "debian", "rhel", "red hat", "centos", "suse", "sles", "flatcar", "mariner"]
    return linuxes.contains { name.contains($0) } ? OCSFChoice(200, "Linux") : .unknown
  }

  private var cloud: OCSFObject {
    var cloud = OCSFObject()
    guard let provider = text("cloudProvider") else { return cloud }
    cloud.set("provider", provider)
    cloud.set("region", text("cloudRegion"))
    var account = OCSFObject()
    account.set("uid", text("cloudAccountId"))
    cloud.set("account", account)
    return cloud
  }
}
