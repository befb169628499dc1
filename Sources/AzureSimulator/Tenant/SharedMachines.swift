/// The Arc machines by which a second tenant resembles the first one, from the first day on.
///
/// Which hosts of the first tenant appear again depends on their slots alone. Those that only some weak trait
/// connects are chosen among hosts that were there before day 0 and never go, so that what they count as never
/// changes either.
struct SharedMachines: Sendable {
  struct Machine: Sendable {
    let name: String
    let image: HostImage
    let days: Host.Days
    let likeness: Likeness
  }

  /// Machines of day 0.
  private(set) var atFirst: [Machine] = []
  /// Machines of later days, by the day on which they appear.
  private(set) var since: [Int: [Machine]] = [:]

  private let first: FirstTenant
  private let share: Double
  private let seed: UInt64
  /// Two hosts of one computer name, so that a third one of that name is ambiguous; none where there are no two. They
  /// don't appear again: a host that does is no match for another machine of the second tenant.
  private let namesakes: [Int]

  /// - Parameters:
  ///   - share: Share of the first tenant's virtual machines that appear again, 0...1.
  ///   - seed: The second tenant's.
  init(_ first: FirstTenant, share: Double, seed: UInt64) {
    self.first = first
    self.share = share
    self.seed = seed
    let lasting = first.fleet.hosts.filter { $0.birth <= 0 && $0.death == Host.Days.never }
    namesakes = Self.namesakes(among: lasting, first.facts)
    let byFullName = lasting.first { appearsAgain($0) && hasFullNameForItself($0) }?.slot
    let byHostName = lasting.first { appearsAgain($0) && hasHostNameForItself($0) && $0.slot != byFullName }?.slot
    for host in first.fleet.hosts where appearsAgain(host) {
      let likeness: Likeness =
        switch host.slot {
        case byFullName: .machineByFullName(slot: host.slot)
        case byHostName: .machineByHostName(slot: host.slot)
        default: .machine(slot: host.slot)
        }
      // An Arc resource is commonly named for the computer; the slot tells namesakes apart.
      let name = "\(first.facts.computerName(of: host))-\(String(host.slot, radix: 36))"
      let machine = Machine(name: name, image: host.image, days: host.days, likeness: likeness)
      if host.birth <= 0 { atFirst.append(machine) } else { since[host.birth, default: []].append(machine) }
    }
    addStrangers(among: lasting)
  }

  private static func namesakes(among lasting: [Host], _ facts: MachineFacts) -> [Int] {
    // The row of a machine from a specialised disk does not say how the computer is called.
    let named = lasting.filter { host in
      guard case .virtualMachine = host.kind else { return false }
      return host.image.source != .specialised
    }
    let bearers = Dictionary(grouping: named) { facts.computerName(of: $0).lowercased() }
    let pairs = bearers.values.filter { $0.count > 1 }.map { $0.prefix(2).map(\.slot) }
    return pairs.min { $0[0] < $1[0] } ?? []
  }

  private func appearsAgain(_ host: Host) -> Bool {
    guard case .virtualMachine = host.kind, !namesakes.contains(host.slot) else { return false }
    var dice = Dice(seed, .likeness, host.slot)
    return Double(dice.below(1_000_000)) < share * 1_000_000
  }

  /// The suffix is the group's, and in a group names that are not cut are distinct.
  private func hasFullNameForItself(_ host: Host) -> Bool {
    host.name.utf8.count < MachineFacts.longestWindowsName && first.facts.computerName(of: host) == host.name
      && first.facts.fullName(of: host) != nil
  }

  /// Computer names that differ from the resource's hold the slot.
  private func hasHostNameForItself(_ host: Host) -> Bool {
    host.image.source != .specialised && !host.name.hasPrefix(first.facts.computerName(of: host))
  }

  /// Machines that are no host of the first tenant, however much they look like one.
  private mutating func addStrangers(among lasting: [Host]) {
    if let slot = namesakes.first { addStranger("namesake", .hostName(slot: slot)) }
    let addressed = lasting.filter { !first.facts.privateAddresses(of: $0).isEmpty }
    if let host = addressed.first { addStranger("badge-reader", .privateAddress(slot: host.slot)) }
    if let host = addressed.last { addStranger("build-agent", .nameSpellsAddress(slot: host.slot)) }
    for number in 1...2 { addStranger("kiosk-\(number)", .placeholderSerial) }
  }

  private mutating func addStranger(_ name: String, _ likeness: Likeness) {
    var dice = Dice(seed, .likeness, atFirst.count, 1)
    let days = Host.Days(
      birth: -30 - dice.below(200), death: Host.Days.never, lingering: 1, rebirth: Host.Days.never)
    atFirst.append(Machine(name: name, image: dice.pick(HostImage.all), days: days, likeness: likeness))
  }
}

/// The first tenant as a second one sees it.
struct FirstTenant: Sendable {
  let fleet: Fleet
  let facts: MachineFacts
}
