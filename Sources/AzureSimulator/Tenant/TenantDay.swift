/// A tenant on one day: its tables and the truth about them. Immutable; a request keeps the day that it began on.
package final class TenantDay: Sendable {
  package let day: Int
  package let truth: SimulatorTruth
  let fleet: Fleet
  let security: SecurityResourcesTable
  let resources: ResourceTable
  let compute: ResourceTable
  let containers: ResourceTable
  let facts: MachineFacts
  /// Living hosts that are the same machine as a host of the first tenant.
  let sharedMachines: Int

  package var tables: [any TableSource] { [resources, security, containers, compute] }

  convenience init(_ tenant: Tenant, day: Int) {
    self.init(
      tenant, day: day, fleet: Fleet(tenant.configuration, through: day), first: nil,
      templates: Self.templates(tenant, day: day))
  }

  /// - Parameters:
  ///   - first: The tenant that hosts of this one resemble.
  ///   - templates: Recommendations are Microsoft's, the same in each tenant.
  init(_ tenant: Tenant, day: Int, fleet: Fleet, first: FirstTenant?, templates: [AssessmentTemplate]) {
    self.day = day
    let configuration = tenant.configuration
    let estate = Estate(configuration, fleet: fleet, catalogue: tenant.catalogue)
    let naming = ResourceNaming(fleet: fleet)
    let entries = ResourceEntries(fleet: fleet, estate: estate, naming: naming, seed: configuration.seed, day: day)
    let values = ResourceValues(
      fleet: fleet, estate: estate, naming: naming, seed: configuration.seed, day: day,
      calendar: configuration.calendar, first: first)
    let security = Self.securityTable(tenant, fleet, estate, naming, templates, day: day)
    self.fleet = fleet
    facts = values.facts
    self.security = security
    resources = ResourceTable(name: "resources", entries: entries.resources, values: values)
    compute = ResourceTable(name: "computeresources", entries: entries.compute, values: values)
    containers = ResourceTable(name: "resourcecontainers", entries: entries.containers, values: values)
    truth = Self.count(security, fleet, facts)
    sharedMachines = fleet.hosts.count { $0.lives(on: day) && $0.likeness?.isSameMachine == true }
  }

  private static func templates(_ tenant: Tenant, day: Int) -> [AssessmentTemplate] {
    let configuration = tenant.configuration
    let history = RecommendationHistory(tenant.catalogue, seed: configuration.seed, through: day)
    return tenant.catalogue.all.enumerated().map { index, recommendation in
      AssessmentTemplate(
        of: recommendation, index: index, configuration: configuration,
        severity: history.severities[index] ?? recommendation.severity, revision: history.revisions[index] ?? 0)
    }
  }

  private static func securityTable(
    _ tenant: Tenant, _ fleet: Fleet, _ estate: Estate, _ naming: ResourceNaming, _ templates: [AssessmentTemplate],
    day: Int
  ) -> SecurityResourcesTable {
    let configuration = tenant.configuration
    let objects = SecurityObject.list(of: fleet, seed: configuration.seed)
    var entries: [(resource: AssessedResource, type: String, recommendations: [UInt16])] = []
    for host in fleet.hosts where host.isAssessed(on: day) {
      entries.append(
        (
          assessed(host, fleet, naming, seed: configuration.seed), type(of: host),
          tenant.catalogue.recommendations(
            of: host, count: configuration.findingsPerHost, seed: configuration.seed, day: day)
        ))
    }
    for (index, resource) in estate.resources.enumerated() where !resource.recommendations.isEmpty {
      let group = resource.group.map { fleet.groups[$0].name.lowercased() } ?? ""
      entries.append(
        (
          AssessedResource(
            kind: .estate(index), subscription: resource.subscription, id: resource.id, resourceGroup: group,
            bits: Dice.hash(configuration.seed, .assessment, index, 1), birth: -200 - index % 300, system: nil,
            neglect: 80, isExposed: false),
          Estate.types[resource.kind] ?? "Microsoft.Resources/subscriptions", resource.recommendations
        ))
    }
    for (index, object) in objects.enumerated() {
      entries.append(
        (
          AssessedResource(
            kind: .object(index), subscription: object.subscription, id: object.id, resourceGroup: "",
            bits: Dice.hash(configuration.seed, .assessment, index, 2), birth: 0, system: nil, neglect: 0,
            isExposed: false), object.type, []
        ))
    }
    return SecurityResourcesTable(
      day: day, calendar: configuration.calendar, tenantID: fleet.tenantID,
      subscriptions: fleet.subscriptions.map(\.id), catalogue: tenant.catalogue,
      templates: templates, entries: entries, objects: objects)
  }

  private static func assessed(
    _ host: Host, _ fleet: Fleet, _ naming: ResourceNaming, seed: UInt64
  ) -> AssessedResource {
    let bits = Dice.hash(seed, .assessment, host.slot)
    let interfaces = HostInterface.list(of: host, incarnation: 0, seed: seed)
    return AssessedResource(
      kind: .host(slot: host.slot), subscription: host.subscription,
      id: ResourceNaming.recased(naming.id(of: host), style: Int(bits >> 40 & 0xFFFF)),
      resourceGroup: fleet.groups[host.group].name.lowercased(), bits: bits, birth: host.birth, system: host.system,
      neglect: host.neglect, isExposed: interfaces.contains { $0.addresses.contains { $0.publicAddress != nil } })
  }

  private static func type(of host: Host) -> String {
    switch host.kind {
    case .virtualMachine: "Microsoft.Compute/virtualMachines"
    case .arc: "Microsoft.HybridCompute/machines"
    case .instance: "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"
    }
  }

  private static func count(
    _ security: SecurityResourcesTable, _ fleet: Fleet, _ facts: MachineFacts
  ) -> SimulatorTruth {
    let day = facts.day
    var truth = SimulatorTruth(day: day)
    for host in fleet.hosts where host.lives(on: day) {
      truth.assets += 1
      truth.networkInterfaces += facts.interfaces(of: host).count
    }
    for row in 0..<RowID(security.count) where security.isAssessment(row) {
      guard case .host(let slot) = security.resources[Int(security.owners[Int(row)])].kind else {
        truth.nonHost += 1
        continue
      }
      if security.templates[Int(security.recommendations[Int(row)])].recommendation.isUpdate {
        truth.updates += 1
      } else if !fleet.hosts[slot].lives(on: day) {
        truth.deletedHost += 1
      } else {
        switch security.state(of: row).code {
        case .notApplicable: truth.notApplicable += 1
        case .healthy: truth.pass += 1
        case .unhealthy: truth.fail += 1
        }
      }
    }
    return truth
  }
}
