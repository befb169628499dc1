/// A set of attributes that must all agree for two source rows to be one asset.
package struct IdentificationRule: Sendable, Hashable {
  /// What the configuration, the log and the pages call it: lower-case letters, digits and `-`.
  package let name: String
  /// Attributes of the inventory's model, or `custom.NAME`. `macAddress` stands for all of the host's hardware
  /// addresses, `ipAddress` for all of its addresses.
  package let attributes: [String]
  /// It also identifies rows that were never listed at the same time: a machine that moved, or was made anew.
  /// The values of other rules are given away again: a new host may have the name of one that is gone.
  package let isStrong: Bool
  package let canBeTurnedOff: Bool

  /// - Parameter isStrong: nil: it is if one of its attributes alone would be.
  package init(name: String, attributes: [String], isStrong: Bool? = nil) {
    self.init(name: name, attributes: attributes, isStrong: isStrong, canBeTurnedOff: true)
  }

  private init(name: String, attributes: [String], isStrong: Bool?, canBeTurnedOff: Bool) {
    self.name = name
    self.attributes = attributes
    self.isStrong = isStrong ?? attributes.contains(where: Self.lastingAttributes.contains)
    self.canBeTurnedOff = canBeTurnedOff
  }

  /// Its values belong to the machine itself, so that one connector may list the same machine as two resources.
  package var identifiesHardware: Bool { attributes.contains(where: Self.hardwareAttributes.contains) }

  private static let hardwareAttributes: Set<String> = ["serialNumber", "hardwareUuid"]
  private static let lastingAttributes: Set<String> = ["serialNumber", "hardwareUuid", "cloudResourceId"]

  /// Connector and external asset id; always first.
  package static let nativeKey = IdentificationRule(
    name: "native-key", attributes: ["externalAssetId"], isStrong: true, canBeTurnedOff: false)

  /// From the surest to the weakest.
  package static let standard: [IdentificationRule] = [
    nativeKey,
    IdentificationRule(name: "cloud-resource-id", attributes: ["cloudResourceId"]),
    IdentificationRule(name: "serial-number", attributes: ["serialNumber"]),
    IdentificationRule(name: "hardware-uuid", attributes: ["hardwareUuid"]),
    IdentificationRule(name: "hostname-mac", attributes: ["hostName", "macAddress"]),
    IdentificationRule(name: "fqdn", attributes: ["fqdn"]),
    IdentificationRule(name: "mac-address", attributes: ["macAddress"]),
    IdentificationRule(name: "hostname", attributes: ["hostName"]),
    IdentificationRule(name: "ip-address", attributes: ["ipAddress"]),
  ]
}
