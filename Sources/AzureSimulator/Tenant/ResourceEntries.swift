/// Lists the rows of the tables of resources for a day.
struct ResourceEntries {
  private(set) var resources: [ResourceEntry] = []
  private(set) var compute: [ResourceEntry] = []
  private(set) var containers: [ResourceEntry] = []

  init(fleet: Fleet, estate: Estate, naming: ResourceNaming, seed: UInt64, day: Int) {
    for host in fleet.hosts {
      if host.lives(on: day) {
        add(host, naming, seed: seed, day: day)
      } else if host.isAssessed(on: day), !host.isInstance {
        addLeftInterfaces(of: host, naming, seed: seed, day: day)
      }
    }
    for (index, resource) in estate.resources.enumerated() {
      guard let group = resource.group, let type = Estate.types[resource.kind] else { continue }
      // Rows about parts of a connector are not resources: only the connector is.
      let id = naming.resource(inGroup: group, type: type, name: resource.name)
      resources.append(
        ResourceEntry(
          kind: .estate(index), host: -1, subscription: resource.subscription, group: group, type: type.lowercased(),
          id: id))
    }
    addContainers(fleet, naming)
  }

  /// A deleted machine leaves its interfaces behind for some days, attached to nothing.
  private mutating func addLeftInterfaces(of host: Host, _ naming: ResourceNaming, seed: UInt64, day: Int) {
    for interface in HostInterface.list(of: host, incarnation: host.incarnation(on: day), seed: seed) {
      resources.append(
        ResourceEntry(
          kind: .interface(interface.index), host: host.slot, subscription: host.subscription, group: host.group,
          type: "microsoft.network/networkinterfaces", id: naming.id(ofInterface: interface.index, of: host)))
    }
  }

  private mutating func add(_ host: Host, _ naming: ResourceNaming, seed: UInt64, day: Int) {
    func entry(_ kind: ResourceEntry.Kind, _ type: String, _ id: String) -> ResourceEntry {
      ResourceEntry(kind: kind, host: host.slot, subscription: host.subscription, group: host.group, type: type, id: id)
    }
    let interfaces = HostInterface.list(of: host, incarnation: host.incarnation(on: day), seed: seed)
    switch host.kind {
    case .arc:
      resources.append(entry(.arcMachine, "microsoft.hybridcompute/machines", naming.id(of: host)))
      return
    case .instance:
      let type = "microsoft.compute/virtualmachinescalesets/virtualmachines"
      compute.append(entry(.scaleSetInstance, type, naming.id(of: host)))
      for interface in interfaces {
        let id = naming.id(ofInterface: interface.index, of: host)
        compute.append(entry(.interface(interface.index), "\(type)/networkinterfaces", id))
      }
      return
    case .virtualMachine:
      resources.append(entry(.virtualMachine, "microsoft.compute/virtualmachines", naming.id(of: host)))
    }
    for interface in interfaces {
      let id = naming.id(ofInterface: interface.index, of: host)
      resources.append(entry(.interface(interface.index), "microsoft.network/networkinterfaces", id))
    }
    for index in HostInterface.publicAddresses(of: host, interfaces, seed: seed).indices {
      let id = naming.id(ofPublicAddress: index, of: host)
      resources.append(entry(.publicAddress(index), "microsoft.network/publicipaddresses", id))
    }
    if host.slot % 4 == 0 {
      let id = naming.resource(inGroup: host.group, type: "Microsoft.Compute/disks", name: "\(host.name)_OsDisk")
      resources.append(entry(.disk, "microsoft.compute/disks", id))
    }
  }

  private mutating func addContainers(_ fleet: Fleet, _ naming: ResourceNaming) {
    for (index, subscription) in fleet.subscriptions.enumerated() {
      containers.append(
        ResourceEntry(
          kind: .subscription, host: -1, subscription: index, group: -1, type: "microsoft.resources/subscriptions",
          id: "/subscriptions/\(subscription.id)"))
    }
    for (index, group) in fleet.groups.enumerated() {
      containers.append(
        ResourceEntry(
          kind: .resourceGroup, host: -1, subscription: group.subscription, group: index,
          type: "microsoft.resources/subscriptions/resourcegroups", id: naming.group(index)))
    }
    for name in [fleet.tenantID, fleet.company.managementGroup] {
      containers.append(
        ResourceEntry(
          kind: .managementGroup, host: -1, subscription: -1, group: -1,
          type: "microsoft.management/managementgroups",
          id: "/providers/Microsoft.Management/managementGroups/\(name)"))
    }
  }
}
