/// What a machine's own system and firmware say of it, drawn from its slot: it is the same in whatever tenant it shows.
struct MachineFacts: Sendable {
  let seed: UInt64
  let day: Int

  /// The SMBIOS UUID; of a machine in Azure also its `vmId`. A host that is made anew gets another.
  func hardwareUUID(of host: Host) -> String {
    var identifiers = identifiers(of: host)
    return identifiers.guid()
  }

  /// Draws the GUIDs of the present machine, `vmId` first.
  func identifiers(of host: Host) -> Dice {
    Dice(seed, .machine, host.slot, 100 + host.incarnation(on: day))
  }

  /// Most run; some are off for good, some every other week.
  func isRunning(_ host: Host) -> Bool {
    var dice = Dice(seed, .machine, host.slot, 1)
    let draw = dice.below(100)
    return draw >= 10 || (draw >= 6 && (day + dice.below(7)) / 7 % 2 == 0)
  }

  func computerName(of host: Host) -> String {
    var dice = Dice(seed, .machine, host.slot, 2)
    if case .instance(_, let number) = host.kind {
      return "vmss\(KQLDate.pad(number, 2))\(String(host.group, radix: 36))00\(String(number, radix: 36))".uppercased()
    }
    guard dice.chance(perThousand: 200) else {
      return host.system == .windows ? String(host.name.prefix(Self.longestWindowsName)) : host.name
    }
    let prefix = host.company.computerPrefix(host.system)
    return "\(prefix)-\(String(host.slot, radix: 36))\(dice.below(900) + 100)"
  }

  /// Characters of a NetBIOS name. Longer names of one group may become the same when they are cut.
  static let longestWindowsName = 15

  /// `internalDomainNameSuffix` of the interfaces in a group.
  func domainSuffix(ofGroup group: Int) -> String {
    "\(String(Dice.hash(seed, .group, group, 5), radix: 36)).ax.internal.cloudapp.net"
  }

  /// The name under which the network's name server knows a machine in Azure: nil without an interface, or where its
  /// row does not say how the machine is called.
  func fullName(of host: Host) -> String? {
    guard host.image.source != .specialised, !interfaces(of: host).isEmpty else { return nil }
    return "\(computerName(of: host)).\(domainSuffix(ofGroup: host.group))"
  }

  func interfaces(of host: Host) -> [HostInterface] {
    HostInterface.list(of: host, incarnation: host.incarnation(on: day), seed: seed)
  }

  func privateAddresses(of host: Host) -> [HostInterface.Address] {
    interfaces(of: host).flatMap(\.addresses)
  }

  /// As a virtual machine's firmware words it: six groups of four digits and one of two.
  func serialNumber(of host: Host) -> String {
    var dice = Dice(seed, .machine, host.slot, 10)
    let groups = (0..<6).map { _ in KQLDate.pad(dice.below(10_000), 4) }
    return "\(groups.joined(separator: "-"))-\(KQLDate.pad(dice.below(100), 2))"
  }
}
