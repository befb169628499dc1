/// `properties` of network interfaces and public addresses.
extension ResourceValues {
  func interface(_ index: Int, of host: Host) -> KQLValue {
    let interfaces = HostInterface.list(of: host, incarnation: host.incarnation(on: day), seed: seed)
    let interface = interfaces[index]
    let group = fleet.groups[host.group]
    let suffix = facts.domainSuffix(ofGroup: host.group)
    var members: [(String, KQLValue)] = [
      ("provisioningState", .string("Succeeded")), ("resourceGuid", .string(interface.resourceGUID)),
      ("macAddress", .string(interface.hardwareAddress)), ("primary", .bool(index == 0)),
      ("enableAcceleratedNetworking", .bool(interface.isAccelerated)), ("enableIPForwarding", .bool(false)),
      (
        "ipConfigurations",
        .array(interface.addresses.indices.map { configuration($0, of: interface, host, all: interfaces) })
      ),
      (
        "dnsSettings",
        .bag([
          ("dnsServers", .array([])), ("appliedDnsServers", .array([])), ("internalDomainNameSuffix", .string(suffix)),
        ])
      ),
      ("nicType", .string("Standard")), ("tapConfigurations", .array([])), ("hostedWorkloads", .array([])),
    ]
    if host.lives(on: day) {
      let owner = [("id", .string(naming.id(of: host))), ("resourceGroup", KQLValue.string(group.name.lowercased()))]
      members.append(("virtualMachine", .bag(owner)))
    }
    return .bag(members)
  }

  private func configuration(
    _ index: Int, of interface: HostInterface, _ host: Host, all interfaces: [HostInterface]
  ) -> KQLValue {
    let address = interface.addresses[index]
    let group = fleet.groups[host.group]
    let network = naming.resource(
      inGroup: host.group, type: "Microsoft.Network/virtualNetworks", name: "vnet-\(group.region)")
    var members: [(String, KQLValue)] = [
      ("provisioningState", .string("Succeeded")), ("privateIPAddress", .string(address.privateAddress)),
      ("privateIPAllocationMethod", .string("Dynamic")),
      ("privateIPAddressVersion", .string(address.isIPv6 ? "IPv6" : "IPv4")), ("primary", .bool(index == 0)),
      (
        "subnet",
        .bag([
          ("id", .string("\(network)/subnets/default")), ("resourceGroup", .string(group.name.lowercased())),
        ])
      ),
    ]
    if let number = address.publicAddress {
      members.append(("publicIPAddress", reference(toPublicAddress: number, host, interfaces)))
    }
    let id = "\(naming.id(ofInterface: interface.index, of: host))/ipConfigurations/\(address.name)"
    return .bag([
      ("name", .string(address.name)), ("id", .string(id)),
      ("type", .string("Microsoft.Network/networkInterfaces/ipConfigurations")),
      ("resourceGroup", .string(group.name.lowercased())), ("properties", .bag(members)),
    ])
  }

  /// Machines name the address's own row; scale-set instances hold the address itself.
  private func reference(toPublicAddress number: Int, _ host: Host, _ interfaces: [HostInterface]) -> KQLValue {
    let group = fleet.groups[host.group].name.lowercased()
    guard host.isInstance else {
      return .bag([
        ("id", .string(naming.id(ofPublicAddress: number, of: host))), ("resourceGroup", .string(group)),
      ])
    }
    let addresses = HostInterface.publicAddresses(of: host, interfaces, seed: seed)
    var properties: [(String, KQLValue)] = [("publicIPAddressVersion", .string("IPv4"))]
    if let text = addresses[number] { properties.append(("ipAddress", .string(text))) }
    return .bag([("name", .string("pip-\(number + 1)")), ("properties", .bag(properties))])
  }

  func publicAddress(_ index: Int, of host: Host) -> KQLValue {
    let interfaces = HostInterface.list(of: host, incarnation: host.incarnation(on: day), seed: seed)
    let addresses = HostInterface.publicAddresses(of: host, interfaces, seed: seed)
    var dice = Dice(seed, .network, host.slot, 20 + index)
    let label = host.name.lowercased()
    let region = fleet.groups[host.group].region
    var members: [(String, KQLValue)] = [
      ("provisioningState", .string("Succeeded")), ("resourceGuid", .string(dice.guid())),
      ("publicIPAllocationMethod", .string(addresses[index] == nil ? "Dynamic" : "Static")),
      ("publicIPAddressVersion", .string("IPv4")), ("idleTimeoutInMinutes", .long(4)),
    ]
    if let text = addresses[index] { members.append(("ipAddress", .string(text))) }
    for interface in interfaces {
      for address in interface.addresses where address.publicAddress == index {
        let id = "\(naming.id(ofInterface: interface.index, of: host))/ipConfigurations/\(address.name)"
        members.append(("ipConfiguration", .bag([("id", .string(id))])))
      }
    }
    if dice.chance(perThousand: 300) {
      let name = "\(label).\(region).cloudapp.azure.com"
      members.append(("dnsSettings", .bag([("domainNameLabel", .string(label)), ("fqdn", .string(name))])))
    }
    return .bag(members)
  }
}
