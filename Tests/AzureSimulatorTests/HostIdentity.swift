import Foundation

@testable import AzureSimulator

/// What identifies a host, read from the rows alone as an inventory would; texts in lower case.
struct HostIdentity {
  var id: String
  var subscription: String
  var machineID: String?
  var isArc: Bool
  var hardwareUUID: String?
  var serialNumber: String?
  var fullName: String?
  var hostName: String?
  var hardwareAddresses: [String] = []
  var privateAddresses: [String] = []
  var publicAddresses: [String] = []

  /// All hosts that the client's tenant shows.
  static func read(_ client: SimulatorClient) throws -> [HostIdentity] {
    let types = "'microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines'"
    let instance = "microsoft.compute/virtualmachinescalesets/virtualmachines"
    let hosts =
      try client.rows("resources | where type in~ (\(types)) | order by id asc")
      + client.rows("computeresources | where type =~ '\(instance)' | order by id asc")
    let interfaces =
      try client.rows("resources | where type =~ 'microsoft.network/networkinterfaces' | order by id asc")
      + client.rows("computeresources | where type =~ '\(instance)/networkinterfaces' | order by id asc")
    let addresses = try client.rows(
      "resources | where type =~ 'microsoft.network/publicipaddresses' | order by id asc")
    var publicAddresses: [String: String] = [:]
    for row in addresses { publicAddresses[lower(row.text("id")) ?? ""] = row.text("properties", "ipAddress") }
    let interfacesOfHost = Dictionary(grouping: interfaces) { row in
      lower(row.text("properties", "virtualMachine", "id")) ?? ""
    }
    return hosts.map { row in
      HostIdentity(row, interfaces: interfacesOfHost[lower(row.text("id")) ?? ""] ?? [], publicAddresses)
    }
  }

  private init(_ row: [String: Any], interfaces: [[String: Any]], _ addresses: [String: String]) {
    id = Self.lower(row.text("id")) ?? ""
    subscription = row.text("subscriptionId") ?? ""
    machineID = row.text("properties", "vmId")
    isArc = row.text("type") == "microsoft.hybridcompute/machines"
    hardwareUUID = Self.lower(row.text("properties", isArc ? "vmUuid" : "vmId"))
    serialNumber = row.text("properties", "detectedProperties", "serialNumber")
    let computerName = row.text("properties", "osProfile", "computerName")
    let seen = row.text("properties", "extended", "instanceView", "computerName")
    hostName = Self.lower(computerName ?? seen)
    let suffix = interfaces.first?.text("properties", "dnsSettings", "internalDomainNameSuffix")
    fullName =
      isArc
      ? row.text("properties", "machineFqdn")
      : computerName.flatMap { name in suffix.map { "\(name).\($0)".lowercased() } }
    for interface in interfaces {
      if let address = interface.text("properties", "macAddress") { hardwareAddresses.append(address) }
      for configuration in interface.at("properties", "ipConfigurations") as? [[String: Any]] ?? [] {
        if let address = configuration.text("properties", "privateIPAddress") { privateAddresses.append(address) }
        let own = configuration.text("properties", "publicIPAddress", "properties", "ipAddress")
        let id = Self.lower(configuration.text("properties", "publicIPAddress", "id"))
        if let address = own ?? id.flatMap({ addresses[$0] }) { publicAddresses.append(address) }
      }
    }
    guard isArc else { return }
    for interface in row.at("properties", "networkProfile", "networkInterfaces") as? [[String: Any]] ?? [] {
      privateAddresses += (interface["ipAddresses"] as? [[String: Any]] ?? []).compactMap { $0.text("address") }
    }
  }

  private static func lower(_ text: String?) -> String? { text?.lowercased() }

  /// How many assets the hosts of two tenants are: rule by rule, two rows that are each other's only match are one.
  /// Rows of one tenant are different resources, which only firmware could make one; theirs differ.
  static func assets(_ first: [HostIdentity], _ second: [HostIdentity]) -> Int {
    var left = (Array(first.indices), Array(second.indices))
    var matches = 0
    let rules: [(HostIdentity) -> [String]] = [
      { $0.serialNumber.map { $0 == "To be filled by O.E.M." ? [] : [$0] } ?? [] },
      { $0.hardwareUUID.map { [$0] } ?? [] },
      { host in host.hostName.map { name in host.hardwareAddresses.map { "\(name) \($0)" } } ?? [] },
      { $0.fullName.map { [$0] } ?? [] }, { $0.hardwareAddresses },
      { $0.hostName.map { $0.hasPrefix("ip-") ? [] : [$0] } ?? [] }, { $0.publicAddresses },
    ]
    for rule in rules {
      func bearers(_ hosts: [HostIdentity], _ indices: [Int]) -> [String: Set<Int>] {
        var bearers: [String: Set<Int>] = [:]
        for index in indices { for key in rule(hosts[index]) { bearers[key, default: []].insert(index) } }
        return bearers
      }
      let ofFirst = bearers(first, left.0)
      let ofSecond = bearers(second, left.1)
      for index in left.1 {
        let found = Set(rule(second[index]).flatMap { ofFirst[$0] ?? [] })
        guard found.count == 1, let match = found.first,
          Set(rule(first[match]).flatMap { ofSecond[$0] ?? [] }) == [index]
        else { continue }
        matches += 1
        left.0.removeAll { $0 == match }
        left.1.removeAll { $0 == index }
      }
    }
    return first.count + second.count - matches
  }
}
