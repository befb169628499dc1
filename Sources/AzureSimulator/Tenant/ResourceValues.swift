/// Makes the values of resource rows that differ by type.
struct ResourceValues: Sendable {
  let fleet: Fleet
  let estate: Estate
  let naming: ResourceNaming
  let seed: UInt64
  let day: Int
  let calendar: TenantCalendar
  /// The tenant that hosts of this one may resemble.
  let first: FirstTenant?

  var facts: MachineFacts { MachineFacts(seed: seed, day: day) }

  func value(column: Int, of entry: ResourceEntry) -> KQLValue {
    switch column {
    case AzureColumns.name: return .string(name(of: entry))
    case AzureColumns.location: return .string(location(of: entry))
    case AzureColumns.sku: return sku(of: entry)
    case AzureColumns.properties: return properties(of: entry)
    case AzureColumns.tags: return tags(of: entry)
    case AzureColumns.identity: return identity(of: entry)
    case AzureColumns.zones: return zones(of: entry)
    default: return .null
    }
  }

  private func name(of entry: ResourceEntry) -> String {
    switch entry.kind {
    case .virtualMachine, .arcMachine, .scaleSetInstance: fleet.hosts[entry.host].name
    case .subscription: fleet.subscriptions[entry.subscription].displayName
    case .resourceGroup: fleet.groups[entry.group].name
    default: entry.id.split(separator: "/").last.map(String.init) ?? ""
    }
  }

  private func location(of entry: ResourceEntry) -> String {
    switch entry.kind {
    case .subscription, .managementGroup: ""
    default: entry.group < 0 ? "" : fleet.groups[entry.group].region
    }
  }

  private func sku(of entry: ResourceEntry) -> KQLValue {
    switch entry.kind {
    case .publicAddress: .bag([("name", .string("Standard")), ("tier", .string("Regional"))])
    case .disk: .bag([("name", .string("Premium_LRS")), ("tier", .string("Premium"))])
    case .scaleSetInstance:
      .bag([("name", .string(size(of: fleet.hosts[entry.host]))), ("tier", .string("Standard"))])
    case .estate: .bag([("name", .string("Standard"))])
    default: .null
    }
  }

  private func tags(of entry: ResourceEntry) -> KQLValue {
    guard entry.host >= 0 else { return .null }
    var dice = Dice(seed, .machine, entry.host, 7)
    let group = fleet.groups[entry.group]
    switch dice.below(10) {
    case 0...2: return .null
    case 3...4: return .bag([])
    default:
      var tags: [(String, KQLValue)] = [("environment", .string(group.environment)), ("role", .string(group.role))]
      if dice.chance(perThousand: 400) { tags.append(("Cost Center", .string("CC-\(1000 + dice.below(40))"))) }
      if dice.chance(perThousand: 60) { tags.append(("internetExposed", .string("true"))) }
      if dice.chance(perThousand: 50) { tags.append(("Besitzer", .string("Jürgen \"JM\" Müller"))) }
      return .bag(tags)
    }
  }

  private func identity(of entry: ResourceEntry) -> KQLValue {
    switch entry.kind {
    case .virtualMachine, .arcMachine:
      var dice = Dice(seed, .machine, entry.host, 8)
      guard entry.kind.isArcMachine || dice.chance(perThousand: 500) else { return .null }
      return .bag([
        ("type", .string("SystemAssigned")), ("principalId", .string(dice.guid())),
        ("tenantId", .string(fleet.tenantID)),
      ])
    default: return .null
    }
  }

  private func zones(of entry: ResourceEntry) -> KQLValue {
    guard case .virtualMachine = entry.kind else { return .null }
    var dice = Dice(seed, .machine, entry.host, 9)
    return dice.chance(perThousand: 300) ? .array([.string("\(1 + dice.below(3))")]) : .array([])
  }

  private func properties(of entry: ResourceEntry) -> KQLValue {
    switch entry.kind {
    case .virtualMachine, .scaleSetInstance: return virtualMachine(fleet.hosts[entry.host])
    case .arcMachine: return arcMachine(fleet.hosts[entry.host])
    case .interface(let index): return interface(index, of: fleet.hosts[entry.host])
    case .publicAddress(let index): return publicAddress(index, of: fleet.hosts[entry.host])
    case .disk:
      return .bag([
        ("diskSizeGB", .long(128)), ("diskState", .string("Attached")), ("provisioningState", .string("Succeeded")),
        ("osType", .string(fleet.hosts[entry.host].system.rawValue)),
      ])
    case .estate: return .bag([("provisioningState", .string("Succeeded"))])
    case .subscription:
      let chain: KQLValue = .array([
        .bag([
          ("displayName", .string(fleet.company.name)), ("name", .string(fleet.company.managementGroup)),
        ]),
        .bag([("displayName", .string("Tenant Root Group")), ("name", .string(fleet.tenantID))]),
      ])
      return .bag([("managementGroupAncestorsChain", chain), ("state", .string("Enabled"))])
    case .resourceGroup: return .bag([("provisioningState", .string("Succeeded"))])
    case .managementGroup:
      let isRoot = entry.id.hasSuffix(fleet.tenantID)
      return .bag([
        ("displayName", .string(isRoot ? "Tenant Root Group" : fleet.company.name)),
        ("tenantId", .string(fleet.tenantID)),
      ])
    }
  }
}

extension ResourceEntry.Kind {
  var isArcMachine: Bool { if case .arcMachine = self { true } else { false } }
}
