/// Subscriptions, resource groups and hosts up to a day, in the order in which they came to be.
///
/// A slot's host depends on the slots before it and never on the day, so that a later day only adds slots.
struct Fleet: Sendable {
  struct Subscription: Sendable {
    let id: String
    let displayName: String
  }

  struct Group: Sendable {
    let subscription: Int
    /// As it was typed: ids and `resourcecontainers` keep this case, column `resourceGroup` does not.
    let name: String
    let region: String
    /// Names of hosts begin with it.
    let role: String
    let environment: String
    /// How numbers are put on names: `vm-web-1`, `WEBPRD01` or `web-prd-001`.
    let style: Int
    let isNeglected: Bool
  }

  struct ScaleSet: Sendable {
    let name: String
    let group: Int
  }

  let company: Company
  let tenantID: String
  let subscriptions: [Subscription]
  private(set) var groups: [Group] = []
  private(set) var scaleSets: [ScaleSet] = []
  private(set) var hosts: [Host] = []

  private let seed: UInt64
  private var groupsOfSubscription: [[Int]] = []
  private var setsOfSubscription: [[Int]] = []
  private var nextNumber: [Int: Int] = [:]
  private var nextInstance: [Int: Int] = [:]

  /// - Parameter shared: Machines of another tenant that appear in this one too.
  init(
    _ configuration: TenantConfiguration, through day: Int, company: Company = .contoso,
    shared: SharedMachines? = nil
  ) {
    seed = configuration.seed
    self.company = company
    tenantID = Self.tenantID(seed: seed)
    subscriptions = Self.subscriptions(configuration.subscriptions, seed: seed, company: company)
    makeGroups(hosts: configuration.hosts)

    let count = configuration.hosts
    hosts.reserveCapacity(count + count / 8)
    for slot in 0..<count { addHost(slot, birth: nil, isDead: false) }
    for slot in count..<count + 1 + count / 100 { addHost(slot, birth: nil, isDead: true) }
    for machine in shared?.atFirst ?? [] { add(machine) }
    guard day > 0 else { return }
    for day in 1...day {
      // By day, so that a later day only adds slots in this tenant too.
      for machine in shared?.since[day] ?? [] { add(machine) }
      for _ in 0..<Self.births(on: day, hosts: count, seed: seed) { addHost(hosts.count, birth: day, isDead: false) }
    }
  }

  /// About six hosts in a thousand are made on a day, and at least one on every third.
  private static func births(on day: Int, hosts: Int, seed: UInt64) -> Int {
    var dice = Dice(seed, .births, day)
    let drawn = (hosts * 6 + dice.below(1000)) / 1000
    return day % 3 == 2 ? max(1, drawn) : drawn
  }

  static func tenantID(seed: UInt64) -> String {
    var dice = Dice(seed, .tenant)
    return dice.guid()
  }

  static func subscriptions(_ count: Int, seed: UInt64, company: Company) -> [Subscription] {
    let names = ["Production", "Shared Services", "Development", "Data Platform", "Sandbox", "Retail", "Identity"]
    return (0..<count).map { index in
      var dice = Dice(seed, .subscription, index)
      let suffix = index < names.count ? "" : " \(index / names.count + 1)"
      return Subscription(id: dice.guid(), displayName: "\(company.name) \(names[index % names.count])\(suffix)")
    }
  }

  private mutating func makeGroups(hosts: Int) {
    let roles = company.roles
    let environments = ["prd", "prd", "dev", "tst", "stg"]
    let regions = ["westeurope", "northeurope", "eastus", "eastus2", "southeastasia", "uksouth", "germanywestcentral"]
    for subscription in subscriptions.indices {
      var ofSubscription: [Int] = []
      var setsOfThis: [Int] = []
      for number in 0..<(3 + min(60, hosts / 40)) {
        var dice = Dice(seed, .group, subscription, number)
        let role = roles[(number + dice.below(3)) % roles.count]
        let environment = dice.pick(environments)
        let region = dice.lowBelow(regions.count)
        let plain = "\(role)-\(environment)-\(number + 1)"
        let name = [
          "rg-\(plain)", "RG-\(plain.uppercased())", "\(company.name).\(role.capitalizedFirst).\(number + 1)",
        ]
        ofSubscription.append(groups.count)
        groups.append(
          Group(
            subscription: subscription, name: name[dice.below(3)], region: regions[region], role: role,
            environment: environment, style: dice.below(3), isNeglected: number % 5 == 1))
        if number % 4 == 1 {
          setsOfThis.append(scaleSets.count)
          scaleSets.append(ScaleSet(name: "vmss-\(plain)", group: groups.count - 1))
        }
      }
      groupsOfSubscription.append(ofSubscription)
      setsOfSubscription.append(setsOfThis)
    }
  }

  /// - Parameters:
  ///   - birth: nil for a host that was there before day 0.
  ///   - isDead: Deleted shortly before day 0, its assessments still listed.
  private mutating func addHost(_ slot: Int, birth: Int?, isDead: Bool) {
    var dice = Dice(seed, .host, slot)
    // The first host of each subscription stays for ever, so that none is ever emptied.
    let isAnchor = slot < subscriptions.count && !isDead
    let subscription = isAnchor ? slot : dice.lowBelow(subscriptions.count)
    let choices = groupsOfSubscription[subscription]
    var group = choices[dice.lowBelow(choices.count)]
    let kindDraw = dice.below(1000)
    let sets = setsOfSubscription[subscription]
    let set = sets[dice.below(sets.count)]
    let drawnKind = company.kind(ofDraw: kindDraw)
    let image = Self.image(isArc: drawnKind == .arc, &dice)

    var kind = Host.Kind.virtualMachine
    var name: String
    if drawnKind == .instance {
      let number = nextInstance[set, default: 0]
      nextInstance[set] = number + 1
      kind = .instance(set: set, number: number)
      group = scaleSets[set].group
      name = "\(scaleSets[set].name)_\(number)"
    } else {
      if drawnKind == .arc { kind = .arc }
      let number = nextNumber[group, default: 1]
      nextNumber[group] = number + 1
      name = Self.name(in: groups[group], number: number)
    }

    let days = lifetime(slot, birth: birth, isAnchor: isAnchor, isDead: isDead, &dice)
    let neglect = groups[group].isNeglected ? 190 : [25, 45, 70, 90, 110, 150][dice.below(6)]
    hosts.append(
      Host(
        slot: slot, kind: kind, name: name, subscription: subscription, group: group, image: image,
        days: days, neglect: neglect, company: company, likeness: nil))
  }

  private mutating func add(_ machine: SharedMachines.Machine) {
    var dice = Dice(seed, .host, hosts.count)
    let group = dice.lowBelow(groups.count)
    hosts.append(
      Host(
        slot: hosts.count, kind: .arc, name: machine.name, subscription: groups[group].subscription, group: group,
        image: machine.image, days: machine.days, neglect: groups[group].isNeglected ? 190 : 80, company: company,
        likeness: machine.likeness))
  }

  private func lifetime(
    _ slot: Int, birth: Int?, isAnchor: Bool, isDead: Bool, _ dice: inout Dice
  ) -> Host.Days {
    let age = 20 + dice.below(680)
    let span = 1 + dice.below(60)
    let lingering = 1 + dice.below(4)
    let diesYoung = dice.chance(perThousand: 300)
    let isMadeAnew = dice.chance(perThousand: 40)
    let born = birth ?? -age
    if isDead {
      return Host.Days(birth: born, death: -(span % 3), lingering: span % 3 + lingering, rebirth: Host.Days.never)
    }
    if isAnchor {
      return Host.Days(birth: born, death: Host.Days.never, lingering: lingering, rebirth: Host.Days.never)
    }
    // Whatever the seed, some host dies in the first days.
    let death = slot % 40 == 7 && birth == nil ? 2 + slot % 7 : (diesYoung ? max(born, 0) + span : Host.Days.never)
    let rebirth = max(born, 0) + 1 + span / 2
    return Host.Days(
      birth: born, death: death, lingering: lingering,
      rebirth: isMadeAnew && rebirth < death ? rebirth : Host.Days.never)
  }

  private static func image(isArc: Bool, _ dice: inout Dice) -> HostImage {
    var image = HostImage.all[dice.below(HostImage.all.count)]
    let source = dice.below(100)
    if !isArc && source >= 76 { image.source = source < 91 ? .gallery : .specialised }
    return image
  }

  private static func name(in group: Group, number: Int) -> String {
    switch group.style {
    case 0: "vm-\(group.role)-\(group.environment)-\(number)"
    case 1: "\((group.role + group.environment).uppercased())\(KQLDate.pad(number, 2))"
    default: "\(group.role)-\(group.environment)-\(KQLDate.pad(number, 3))"
    }
  }
}

extension String {
  /// ASCII: `web` gives `Web`.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
