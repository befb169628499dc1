/// Resources that are no hosts: assessed ones and a few that merely exist.
struct Estate: Sendable {
  struct Resource: Sendable {
    let kind: AssessedKind
    let subscription: Int
    /// Index into ``Fleet/groups``; nil for what lies outside any group.
    let group: Int?
    let name: String
    let id: String
    /// Indices into the catalogue, ascending.
    let recommendations: [UInt16]
  }

  let resources: [Resource]

  /// Makes resources until they have about four rows for each hundred rows of living hosts.
  /// Each subscription has at least rows about itself.
  init(_ configuration: TenantConfiguration, fleet: Fleet, catalogue: RecommendationCatalogue) {
    let naming = ResourceNaming(fleet: fleet)
    let wanted = configuration.hosts * configuration.findingsPerHost / 25
    var resources: [Resource] = []
    var rows = 0
    for subscription in fleet.subscriptions.indices {
      let pool = catalogue.byKind[.subscription] ?? []
      let chosen = Self.choose(12, of: pool, seed: configuration.seed, number: resources.count)
      rows += chosen.count
      resources.append(
        Resource(
          kind: .subscription, subscription: subscription, group: nil,
          name: fleet.subscriptions[subscription].displayName,
          id: "/subscriptions/\(fleet.subscriptions[subscription].id)", recommendations: chosen))
    }
    var groupsOfSubscription: [[Int]] = fleet.subscriptions.map { _ in [] }
    for (index, group) in fleet.groups.enumerated() { groupsOfSubscription[group.subscription].append(index) }
    let kinds = Self.types.keys.sorted { $0.rawValue < $1.rawValue }
    while rows < wanted {
      let number = resources.count
      var dice = Dice(configuration.seed, .estate, number)
      let kind = kinds[number % kinds.count]
      let groups = groupsOfSubscription[dice.lowBelow(fleet.subscriptions.count)]
      let group = groups[dice.below(groups.count)]
      let pool = catalogue.byKind[kind] ?? []
      let count = min(2 + dice.below(8), pool.count, wanted - rows)
      let chosen = Self.choose(count, of: pool, seed: configuration.seed, number: number)
      rows += max(1, chosen.count)
      let name = "\(kind.rawValue)\(number)\(fleet.groups[group].environment)"
      let type = Self.types[kind] ?? ""
      resources.append(
        Resource(
          kind: kind, subscription: fleet.groups[group].subscription, group: group, name: name,
          id: Self.id(kind, type: type, name: name, inGroup: group, naming), recommendations: chosen))
    }
    self.resources = resources
  }

  /// `Microsoft.Storage/storageAccounts`: the type as ids write it. Hosts and subscriptions have none here.
  static let types: [AssessedKind: String] = [
    .storage: "Microsoft.Storage/storageAccounts", .vault: "Microsoft.KeyVault/vaults",
    .kubernetes: "Microsoft.ContainerService/managedClusters", .sql: "Microsoft.Sql/servers",
    .registry: "Microsoft.ContainerRegistry/registries", .cosmos: "Microsoft.DocumentDB/databaseAccounts",
    .database: "Microsoft.DBforPostgreSQL/servers", .web: "Microsoft.Web/sites",
    .network: "Microsoft.Network/virtualNetworks", .redis: "Microsoft.Cache/Redis",
    .cognitive: "Microsoft.CognitiveServices/accounts", .iot: "Microsoft.Devices/IotHubs",
    .ml: "Microsoft.MachineLearningServices/workspaces", .platform: "Microsoft.EventHub/namespaces",
    .scaleset: "Microsoft.Compute/virtualMachineScaleSets", .aws: "Microsoft.Security/securityConnectors",
    .gcp: "Microsoft.Security/securityConnectors", .devops: "Microsoft.Security/securityConnectors",
  ]

  private static func id(
    _ kind: AssessedKind, type: String, name: String, inGroup group: Int, _ naming: ResourceNaming
  ) -> String {
    let id = naming.resource(inGroup: group, type: type, name: name)
    let organisation = naming.fleet.company.managementGroup
    switch kind {
    case .aws: return "\(id)/securityentitydata/aws-ec2-instance-\(name)"
    case .gcp: return "\(id)/securityentitydata/gcp-compute-instance-\(name)"
    case .devops: return "\(id)/devops/default/azureDevOpsOrgs/\(organisation)/projects/main/repos/\(name)"
    default: return id
    }
  }

  private static func choose(_ count: Int, of pool: [Int], seed: UInt64, number: Int) -> [UInt16] {
    var dice = Dice(seed, .estate, number, 1)
    var pool = pool
    let count = min(count, pool.count)
    for position in 0..<count { pool.swapAt(position, position + dice.below(pool.count - position)) }
    return pool.prefix(count).sorted().map { UInt16($0) }
  }
}
