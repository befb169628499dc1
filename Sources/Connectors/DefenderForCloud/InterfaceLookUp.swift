import IsthmusConnect
import IsthmusCore

/// Finds the network interfaces and public addresses of a page of hosts, asked for by id in groups:
/// one query per host would meet the quota at once.
struct InterfaceLookUp: Sendable {
  /// Ids in one query; Microsoft's guidance is to stay below 300.
  static let idsPerQuery = 250

  let graph: ResourceGraphClient
  let scopes: [SourceScope]
  /// nil: interfaces are asked for whole.
  let projection: HostProjection?

  func find(for hosts: ResourceGraphPage) async throws(ResourceGraphError) -> KnownInterfaces {
    var known = KnownInterfaces()
    // Those that came with their hosts.
    hosts.forEachRow { row in
      for interface in row[HostProjection.interfaces].map({ Array($0.elements) }) ?? [] {
        known.add(interface: interface)
      }
    }
    var plain: Set<String> = []
    var ofScaleSets: Set<String> = []
    hosts.forEachRow { row in
      for id in HostRecords.interfaceReferences(of: row).map(\.foldedID) where known.interfaces[id] == nil {
        if id.contains("/\(HostType.scaleSetInstance.rawValue.split(separator: "/")[1])/") {
          ofScaleSets.insert(id)
        } else {
          plain.insert(id)
        }
      }
    }
    let interfaces = projection?.interfaces ?? { $0 }
    let addresses = projection?.publicAddresses ?? { $0 }
    try await rows(of: plain, by: { interfaces(Queries.networkInterfaces($0)) }, each: { known.add(interface: $0) })
    try await rows(
      of: ofScaleSets, by: { interfaces(Queries.scaleSetInterfaces($0)) }, each: { known.add(interface: $0) })
    try await rows(
      of: known.missingAddressIDs, by: { addresses(Queries.publicAddresses($0)) },
      each: { known.add(publicAddress: $0) })
    return known
  }

  private func rows(
    of ids: Set<String>, by query: ([String]) -> String, each body: (JSONSlice) -> Void
  ) async throws(ResourceGraphError) {
    let listing = PagedListing(
      graph: graph, queries: ids.sorted().batches(of: Self.idsPerQuery).map(query), scopes: scopes,
      mostAhead: PagedListing.usualAhead, after: nil)
    while let page = try await listing.next() { page.rows.forEachRow(body) }
  }
}

/// Interfaces and public addresses by folded id.
struct KnownInterfaces: Sendable {
  struct Interface: Sendable {
    /// The whole row, for maps that read more of it.
    var json: String
    var macAddress: String?
    var domainSuffix: String?
    var isPrimary: Bool
    /// In the order of the IP configurations, the primary one first.
    var privateAddresses: [String] = []
    var publicAddresses: [String] = []
    var publicAddressIDs: [String] = []
  }

  private(set) var interfaces: [String: Interface] = [:]
  private(set) var publicAddresses: [String: String] = [:]
  /// Those too that are not allocated, and so have no address.
  private var seenAddressIDs: Set<String> = []

  /// Of public addresses that interfaces name and that did not come with them.
  var missingAddressIDs: Set<String> {
    Set(interfaces.values.flatMap(\.publicAddressIDs)).subtracting(seenAddressIDs)
  }

  mutating func add(interface row: JSONSlice) {
    guard let id = row["id"]?.string, let properties = row["properties"] else { return }
    for address in row[HostProjection.addresses].map({ Array($0.elements) }) ?? [] { add(publicAddress: address) }
    var interface = Interface(
      json: row.jsonText, macAddress: properties["macAddress"]?.string,
      domainSuffix: properties["dnsSettings"]?["internalDomainNameSuffix"]?.string,
      isPrimary: properties["primary"]?.bool ?? false)
    let configurations = properties["ipConfigurations"].map { Array($0.elements) } ?? []
    let primaryFirst =
      configurations.filter { $0["properties"]?["primary"]?.bool == true }
      + configurations.filter { $0["properties"]?["primary"]?.bool != true }
    for configuration in primaryFirst.compactMap({ $0["properties"] }) {
      if let address = configuration["privateIPAddress"]?.string { interface.privateAddresses.append(address) }
      guard let reference = configuration["publicIPAddress"] else { continue }
      // Scale-set instances may carry the address itself.
      if let address = reference["properties"]?["ipAddress"]?.string {
        interface.publicAddresses.append(address)
      } else if let id = reference["id"]?.string {
        interface.publicAddressIDs.append(id.lowercased())
      }
    }
    interfaces[id.lowercased()] = interface
  }

  mutating func add(publicAddress row: JSONSlice) {
    guard let id = row["id"]?.string?.lowercased() else { return }
    seenAddressIDs.insert(id)
    // One that is not allocated has none.
    if let address = row["properties"]?["ipAddress"]?.string { publicAddresses[id] = address }
  }
}
