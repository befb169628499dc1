/// What an Arc agent reports to tell its machine from others; nil for what it does not report.
struct ArcIdentity: Sendable {
  var computerName: String
  /// With its domain; nil for a machine in none.
  var fullName: String?
  var domain: String?
  /// The SMBIOS UUID, in the case in which the system writes it.
  var hardwareUUID: String?
  var serialNumber: String?
  var manufacturer: String
  var model: String
  /// Private ones; the agent knows nothing of the address that the internet sees.
  var addresses: [HostInterface.Address]
}

extension ArcIdentity {
  /// The first tenant's machine, seen by an agent on it.
  init(of host: Host, _ facts: MachineFacts) {
    let uuid = facts.hardwareUUID(of: host)
    let fullName = facts.fullName(of: host)
    self.init(
      computerName: facts.computerName(of: host), fullName: fullName?.lowercased(),
      domain: fullName == nil ? nil : facts.domainSuffix(ofGroup: host.group),
      // Windows writes the UUID in capitals, Linux does not.
      hardwareUUID: host.system == .windows ? uuid.uppercased() : uuid, serialNumber: facts.serialNumber(of: host),
      manufacturer: "Microsoft Corporation", model: "Virtual Machine", addresses: facts.privateAddresses(of: host))
  }

  /// What makers write where a serial number should be.
  static let placeholderSerial = "To be filled by O.E.M."

  /// The identity after what it has in common with a host of the first tenant.
  func resembling(_ likeness: Likeness, of first: FirstTenant) -> ArcIdentity {
    let original = likeness.slot.map { first.fleet.hosts[$0] }.map { ArcIdentity(of: $0, first.facts) }
    var identity = self
    switch likeness {
    case .machine: return original ?? self
    case .machineByFullName:
      identity = original ?? self
      identity.hardwareUUID = nil
      identity.serialNumber = nil
    case .machineByHostName:
      identity = original ?? self
      identity.hardwareUUID = nil
      identity.serialNumber = nil
      identity.fullName = nil
      identity.domain = nil
    case .hostName:
      identity.computerName = original?.computerName ?? computerName
      identity.fullName = domain.map { "\(identity.computerName).\($0)".lowercased() }
    case .privateAddress: identity.addresses = original.map { Array($0.addresses.prefix(1)) } ?? addresses
    case .nameSpellsAddress:
      let digits = original?.addresses.first?.privateAddress.replacing(".", with: "-")
      identity.computerName = digits.map { "ip-\($0)" } ?? computerName
      identity.fullName = domain.map { "\(identity.computerName).\($0)".lowercased() }
    case .placeholderSerial: identity.serialNumber = Self.placeholderSerial
    }
    return identity
  }
}
