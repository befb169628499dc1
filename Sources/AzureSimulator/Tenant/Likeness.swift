/// What an Arc machine of a second tenant has in common with a host of the first one.
///
/// The comments say whether an inventory that is fed from both tenants makes one asset of the two, by its default
/// rules: native key, cloud resource id, serial number or hardware UUID, host name with hardware address, fully
/// qualified name, hardware address, host name, address. ``SharedMachines`` sees to the conditions.
enum Likeness: Sendable, Equatable {
  /// The same machine, which the agent's hardware UUID proves: one asset, whatever else there is.
  case machine(slot: Int)
  /// The same machine. The agent is too old to report a hardware UUID, but reports the fully qualified name that
  /// only this host of the first tenant has: one asset.
  case machineByFullName(slot: Int)
  /// The same machine, of which the agent reports no more than a host name; no other host of the first tenant ever
  /// has it: one asset.
  case machineByHostName(slot: Int)
  /// Another machine with the host name of this host, which at least one more host of the first tenant has: the rule
  /// for host names finds two assets and so decides nothing. An asset of its own.
  case hostName(slot: Int)
  /// Another machine with the private address of this host. Private networks overlap: an asset of its own.
  case privateAddress(slot: Int)
  /// Another machine, whose host name spells the private address of this host. Such names are made from an address
  /// that may be given to anything: an asset of its own.
  case nameSpellsAddress(slot: Int)
  /// A machine whose board's maker left the serial number as it came; another machine of this tenant has the same
  /// one. It says nothing: an asset of its own.
  case placeholderSerial

  /// Slot of the first tenant's host, unless it resembles none.
  var slot: Int? {
    switch self {
    case .machine(let slot), .machineByFullName(let slot), .machineByHostName(let slot), .hostName(let slot),
      .privateAddress(let slot), .nameSpellsAddress(let slot):
      slot
    case .placeholderSerial: nil
    }
  }

  /// Whether the two are one machine, and by the default rules one asset.
  var isSameMachine: Bool {
    switch self {
    case .machine, .machineByFullName, .machineByHostName: true
    case .hostName, .privateAddress, .nameSpellsAddress, .placeholderSerial: false
    }
  }
}
