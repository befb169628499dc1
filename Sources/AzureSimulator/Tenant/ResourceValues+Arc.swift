/// `properties` of Arc machines.
extension ResourceValues {
  func arcMachine(_ host: Host) -> KQLValue {
    var dice = Dice(seed, .machine, host.slot)
    var identifiers = facts.identifiers(of: host)
    let machineID = identifiers.guid()
    let domain = host.company.machineDomains[dice.below(2)]
    let changed = calendar.text(day: max(host.created(on: day), day - dice.below(20)), tickOfDay: 123_456_789)
    let agent = "1.\(38 + dice.below(8)).0"
    let manufacturer = dice.pick(["VMware, Inc.", "HPE", "Dell Inc."])
    let model = dice.pick(["VMware7,1", "ProLiant DL380 Gen10", "PowerEdge R640"])
    let plant = 1 + dice.below(4)
    let tellsNetwork = dice.chance(perThousand: 500)
    let identity = identity(
      of: host,
      alone: ArcIdentity(
        computerName: facts.computerName(of: host),
        fullName: "\(facts.computerName(of: host)).\(domain)", domain: domain, hardwareUUID: identifiers.guid(),
        serialNumber: nil, manufacturer: manufacturer, model: model,
        addresses: tellsNetwork ? [Self.plantAddress(of: host)] : []))

    var members: [(String, KQLValue)] = [("vmId", .string(machineID))]
    if let uuid = identity.hardwareUUID { members.append(("vmUuid", .string(uuid))) }
    members.append(("displayName", .string(host.name)))
    if let name = identity.fullName {
      members += [
        ("machineFqdn", .string(name.lowercased())), ("dnsFqdn", .string(name.lowercased())), ("adFqdn", .string(name)),
      ]
    }
    if let domain = identity.domain { members.append(("domainName", .string(domain))) }
    members += [
      ("osName", .string(host.system.rawValue.lowercased())), ("osSku", .string(host.image.systemName)),
      ("osVersion", .string(host.image.systemVersion)), ("osType", .string(host.system.rawValue.lowercased())),
      ("osProfile", .bag([("computerName", .string(identity.computerName))])),
      ("status", .string(isConnected(host) ? "Connected" : "Disconnected")), ("lastStatusChange", .string(changed)),
      ("agentVersion", .string(agent)), ("provisioningState", .string("Succeeded")),
      ("detectedProperties", detectedProperties(identity)),
      ("locationData", .bag([("name", .string("Plant \(plant)")), ("countryOrRegion", .string("DE"))])),
      ("cloudMetadata", .bag([("provider", .string("N/A"))])),
    ]
    if !identity.addresses.isEmpty { members.append(("networkProfile", networkProfile(identity.addresses))) }
    return .bag(members)
  }

  /// Agents of the first company report no serial number: not every agent does.
  private func identity(of host: Host, alone: ArcIdentity) -> ArcIdentity {
    guard host.company == .fabrikam else { return alone }
    var identity = alone
    identity.serialNumber = facts.serialNumber(of: host)
    guard let likeness = host.likeness, let first else { return identity }
    return identity.resembling(likeness, of: first)
  }

  /// An agent on a machine that is off reports nothing.
  private func isConnected(_ host: Host) -> Bool {
    guard let likeness = host.likeness, likeness.isSameMachine, let slot = likeness.slot, let first else {
      return facts.isRunning(host)
    }
    return first.facts.isRunning(first.fleet.hosts[slot])
  }

  private static func plantAddress(of host: Host) -> HostInterface.Address {
    HostInterface.Address(
      name: "", privateAddress: "172.16.\(host.slot >> 8 & 255).\(host.slot & 255)", isIPv6: false, publicAddress: nil)
  }

  private func detectedProperties(_ identity: ArcIdentity) -> KQLValue {
    var members: [(String, KQLValue)] = [
      ("cloudprovider", .string("N/A")), ("manufacturer", .string(identity.manufacturer)),
      ("model", .string(identity.model)),
    ]
    if let serial = identity.serialNumber { members.append(("serialNumber", .string(serial))) }
    return .bag(members)
  }

  private func networkProfile(_ addresses: [HostInterface.Address]) -> KQLValue {
    let list = addresses.map { address -> KQLValue in
      let network = address.privateAddress.split(separator: ".").prefix(2).joined(separator: ".")
      return .bag([
        ("address", .string(address.privateAddress)), ("ipAddressVersion", .string(address.isIPv6 ? "IPv6" : "IPv4")),
        (
          "subnet",
          .bag([("addressPrefix", .string(address.isIPv6 ? "fd00:10::/64" : "\(network).0.0/16"))])
        ),
      ])
    }
    return .bag([("networkInterfaces", .array([.bag([("ipAddresses", .array(list))])]))])
  }
}
