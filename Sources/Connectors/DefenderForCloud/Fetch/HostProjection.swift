import IsthmusConnect
import IsthmusCore

/// What is asked for of hosts and their interfaces in place of whole rows.
struct HostProjection: Sendable {
  /// Members that ``HostRecords`` adds.
  private static let added: Set<String> = ["networkInterfaces", "derived"]
  /// What it makes them of.
  private static let sources: [[String]] = [
    ["id"], ["name"], ["type"], ["subscriptionId"],
    ["properties", "networkProfile"], ["properties", "vmId"], ["properties", "vmUuid"], ["properties", "machineFqdn"],
    ["properties", "dnsFqdn"], ["properties", "osProfile", "computerName"],
    ["properties", "storageProfile", "imageReference", "exactVersion"],
    ["properties", "storageProfile", "imageReference", "version"],
    ["properties", "extended", "instanceView", "osVersion"], ["properties", "osVersion"],
    ["properties", "cloudMetadata", "provider"], ["properties", "detectedProperties", "cloudprovider"],
  ]

  private let tree: MemberTree
  /// Whether the map reads interfaces themselves, and not only what is derived of them.
  let needsWholeInterfaces: Bool

  /// - Returns: nil where whole rows are needed.
  init?(_ needs: RecordNeeds) {
    guard let read = needs.read else { return nil }
    needsWholeInterfaces = read.contains { $0.first == "networkInterfaces" }
    let looked = needs.looked.filter { $0 != ["properties"] }
    let own = (read + looked).filter { path in !Self.added.contains(path.first ?? "") }
    tree = MemberTree(RowColumns.paths(own) + Self.sources)
    if tree["properties"] == .whole { return nil }
  }

  /// The row's member with the interfaces that belong to it.
  static let interfaces = "interfaces"

  /// An interface's member with the public addresses that name it.
  static let addresses = "addresses"

  /// An interface's own members, as ``KnownInterfaces`` reads them.
  private static let interface = """
    'id', id, 'properties', bag_pack('macAddress', properties.macAddress, 'primary', properties.primary, \
    'dnsSettings', bag_pack('internalDomainNameSuffix', properties.dnsSettings.internalDomainNameSuffix), \
    'ipConfigurations', properties.ipConfigurations)
    """
  private static let address = "'id', id, 'properties', bag_pack('ipAddress', properties.ipAddress)"

  /// Interfaces and public addresses come with their hosts: asked for by id they take several requests for each page of
  /// hosts. Those that do not name what they belong to are still asked for.
  ///
  /// - Parameter rows: A query that gives whole ones, in order.
  func hosts(_ rows: String) -> String {
    if needsWholeInterfaces { return projected(rows, with: []) }
    let query = Queries.unordered(rows)
    let addresses = """
      resources | where type =~ 'microsoft.network/publicipaddresses' \
      | extend owner = tostring(split(tolower(tostring(properties.ipConfiguration.id)), '/ipconfigurations/')[0]) \
      | where isnotempty(owner) | summarize \(Self.addresses) = make_list(bag_pack(\(Self.address))) by owner
      """
    let interface = "bag_pack(\(Self.interface), '\(Self.addresses)', \(Self.addresses))"
    let interfaces = """
      resources | where type =~ 'microsoft.network/networkinterfaces' \
      | extend host = tolower(tostring(properties.virtualMachine.id)), owner = tolower(id) | where isnotempty(host) \
      | join kind=leftouter (\(addresses)) on owner \
      | summarize \(Self.interfaces) = make_list(\(interface)) by host
      """
    return projected(
      "\(query) | extend host = tolower(id) | join kind=leftouter (\(interfaces)) on host", with: [Self.interfaces])
  }

  func scaleSetInstances(_ rows: String) -> String { projected(rows, with: []) }

  private func projected(_ rows: String, with more: [String]) -> String {
    guard case .members(let members) = tree else { return rows }
    let columns = members.map { member in
      member.name == "properties" ? "properties = \(member.tree.expression(of: "properties"))" : member.name
    }
    let query = Queries.unordered(rows)
    return "\(query) | project \((columns + more).joined(separator: ", "))\(Queries.order)"
  }

  /// - Parameter rows: A query that gives whole interfaces, in order.
  func interfaces(_ rows: String) -> String {
    if needsWholeInterfaces { return rows }
    let query = Queries.unordered(rows)
    return
      "\(query) | extend interface = bag_pack(\(Self.interface)) | project id, properties = interface.properties\(Queries.order)"
  }

  func publicAddresses(_ rows: String) -> String {
    let query = Queries.unordered(rows)
    return
      "\(query) | extend address = bag_pack(\(Self.address)) | project id, properties = address.properties\(Queries.order)"
  }
}
