package import IsthmusCore
package import IsthmusStore

/// A small random inventory in a store, written by the calls that runs and people use; with what its lists don't show.
package struct RandomInventory: Sendable {
  fileprivate struct Connector: Sendable {
    var number: ConnectorNumber
    var hostScopes: [Int64]
    var findingScopes: [Scope]
  }

  fileprivate struct Scope: Sendable {
    var number: Int64
    /// Of its whole listings, ascending.
    var listings: [Timestamp]
  }

  fileprivate struct Host: Sendable {
    var asset: AssetID?
    var resource: Int64
    var connector: Int
    /// As its findings write it.
    var id: String
    var scope: Scope
    var isGone = false
  }

  fileprivate struct Control: Sendable {
    var stored: StoredControl
    /// By variant's number.
    var custom: [Int64: AttributeValues]
  }

  package static let now = Timestamp(microseconds: 1_770_724_800_123_456)

  private(set) var hidden = HiddenValues()
  /// Assets that went into another one.
  private(set) var merged: [AssetID] = []
  private var connectors: [Connector] = []
  private var random: SeededGenerator
  private var hosts: [Host] = []

  package init(seed: UInt64, hosts: Int = 14, _ transaction: any InventoryTransaction) throws {
    random = SeededGenerator(seed: seed)
    for index in 0..<3 { try addConnector(index, transaction) }
    var settings = ScoreSettings()
    settings.bandMinimums = [.severe: 800, .high: 433, .medium: 100]
    try transaction.setScoreSettings(settings)
    for index in 0..<hosts { try addHost(index, transaction) }
    for index in stride(from: 0, to: hosts - 1, by: 4) { try merge(index, index + 1, transaction) }
    try addTags(transaction)
    for index in connectors.indices { try addFindings(index, transaction) }
    for asset in Set(self.hosts.compactMap(\.asset)) { try transaction.settleTwins(of: asset) }
  }

  // MARK: - Connectors

  private mutating func addConnector(_ index: Int, _ transaction: any InventoryTransaction) throws {
    let name = ["Contoso – web", "a_b 1,024", "Éclair"][index]
    let product = ["Defender for Cloud", "port x.9", "Defender for Cloud"][index]
    let vendor = ["Microsoft", "", "éclair corp.com"][index]
    let number = try transaction.connector(named: name, kind: "kind", productName: product, vendorName: vendor)
    hidden.connectors.append(HiddenValues.Connector(number: number, name: name, vendor: vendor))
    var connector = Connector(number: number, hostScopes: [], findingScopes: [])
    for scope in 0..<3 {
      let hosts = try transaction.scope(number, stream: "hosts", name: "\(scope)", title: "")
      if !random.chance(3) { try transaction.setListed(scope: hosts.id, at: moment()) }
      connector.hostScopes.append(hosts.id)
      let findings = try transaction.scope(number, stream: "findings", name: "\(scope)", title: "")
      let listings = (0..<random.number(0...4)).map { _ in moment() }.sorted()
      for listing in listings { try transaction.setListed(scope: findings.id, at: listing) }
      connector.findingScopes.append(Scope(number: findings.id, listings: listings))
    }
    connectors.append(connector)
  }

  // MARK: - Hosts

  private mutating func addHost(_ index: Int, _ transaction: any InventoryTransaction) throws {
    let place = random.number(0...connectors.count - 1)
    let connector = connectors[place]
    let written = index < 3 ? ["/Subscriptions/1", "/subscriptions/1/X", "/É/ΣΑ"][index] : "/Subscriptions/\(index)/vm"
    let resource = try transaction.insertResource(
      connector.number, foldedID: written.lowercased(), writtenID: written)
    let assessed = random.chance(3) ? written.uppercased() : written
    // Not all scalars keep their length: where folding differs the ids are two.
    let id = assessed.lowercased() == written.lowercased() ? assessed : written
    let scope = random.pick(connector.findingScopes)
    try transaction.setFindingScope(resource: resource, scope: scope.number, assessedID: id)
    var host = Host(resource: resource, connector: place, id: id, scope: scope)
    // Findings may come for a resource whose host is not known.
    if !random.chance(8) { host.asset = try addAsset(for: host, written, transaction) }
    hosts.append(host)
  }

  private mutating func addAsset(
    for host: Host, _ written: String, _ transaction: any InventoryTransaction
  ) throws -> AssetID {
    let connector = connectors[host.connector]
    let asset = try transaction.insertAsset(at: moment())
    let source = try transaction.insertSource(
      NewSource(
        connector: connector.number, externalAssetID: "\(random.pick(NaiveVocabulary.keywords))-\(host.resource)",
        resource: host.resource, asset: asset, scope: random.pick(connector.hostScopes),
        attributes: attributes(of: .asset).json.text(), digest: 1, at: moment()))
    try transaction.attach(resource: host.resource, source: source, asset: asset)
    var values = attributes(of: .asset)
    values["cloudResourceId"] = .string(written)
    try transaction.setAttributes(asset, values, hasPublicAddress: random.chance(3))
    var score = AssetScore(counts: [:], criticality: 2, isExposed: false, settings: ScoreSettings())
    score.value = Double(random.number(0...2000)) / 2
    try transaction.setScore(asset, score, openFindings: random.number(0...3))
    return asset
  }

  /// Makes one asset of two, and lets some of their sources go.
  private mutating func merge(_ first: Int, _ second: Int, _ transaction: any InventoryTransaction) throws {
    guard let asset = hosts[first].asset, let other = hosts[second].asset else { return }
    if random.chance(2) {
      for row in try transaction.sourceRows(of: other) { try transaction.move(source: row.id, to: asset) }
      try transaction.setMerged(other, into: asset, at: moment())
      merged.append(other)
      hosts[second].asset = asset
    }
    for row in try transaction.sourceRows(of: asset) where !random.chance(3) {
      try transaction.setSourceGone(row.id, at: moment(), lastSeen: random.chance(3) ? nil : moment())
      for index in hosts.indices where hosts[index].resource == row.resource { hosts[index].isGone = true }
    }
    _ = try transaction.settlePresence(of: asset, at: moment())
  }

  // MARK: - Tags

  private mutating func addTags(_ transaction: any InventoryTransaction) throws {
    let names = ["Production", "production", "web-01 – Éclair", "a, b", "日本"]
    for name in names {
      let criticality = random.maybe { $0.number(1...5) }
      try transaction.setTag(
        StoredTag(name: name, query: "", criticality: criticality, colour: nil, isExposed: random.chance(4)))
      let assets = (0..<random.number(1...6)).map { _ in "\(random.number(1...12))" }.joined(separator: ", ")
      // Gone ones as well.
      let query = "asset.id: [\(assets)] and (asset.isGone: true or asset.isGone: false)"
      _ = try transaction.settleTag(name, Query(query, for: .asset, now: Self.now))
    }
    for name in ["Web shop", "a_b", "Empty"] {
      let tags = name == "Empty" ? [] : Array(Set((0..<2).map { _ in random.pick(names) })).sorted()
      try transaction.setEntity(StoredEntity(name: name, description: "", tags: tags))
    }
    for asset in Set(hosts.compactMap(\.asset)).sorted(by: { $0.number < $1.number }) {
      try transaction.settleFactors(of: asset, defaultCriticality: random.number(1...5))
    }
  }

  // MARK: - Findings

  private mutating func addFindings(_ connector: Int, _ transaction: any InventoryTransaction) throws {
    var controls: [Control] = []
    for index in 0..<4 {
      let key = ["High", "x*y", "key-2", "Éclair"][index]
      let suffix = ["/X", "", "/providers/y", "/É"][index]
      var custom: [Int64: AttributeValues] = [:]
      let (variant, own) = self.variant(1, key: key)
      var stored = try transaction.insertControl(
        connectors[connector].number, key: key, findingSuffix: suffix, variant: variant)
      custom[stored.defaultVariant] = own
      for digest in 2...3 as ClosedRange<Int64> {
        let (variant, own) = self.variant(digest, key: key)
        let added = try transaction.insertVariant(stored.id, variant)
        stored.variants.append(added)
        custom[added.id] = own
      }
      controls.append(Control(stored: stored, custom: custom))
    }
    for host in hosts where host.connector == connector {
      for control in controls where !random.chance(3) { try addFinding(control, on: host, transaction) }
    }
  }

  private mutating func variant(_ digest: Int64, key: String) -> (NewVariant, AttributeValues) {
    var values = attributes(of: .control)
    values["findingName"] = .string(key)
    let severity = random.number(0...5)
    let variant = NewVariant(
      digest: digest, attributes: values.json.text(), category: "c",
      severityText: random.chance(4) ? "" : random.pick(NaiveVocabulary.keywords), severity: severity,
      qds: severity == 0 ? 0 : random.number(1...100))
    return (variant, values.custom)
  }

  private mutating func addFinding(
    _ control: Control, on host: Host, _ transaction: any InventoryTransaction
  ) throws {
    let own = random.chance(4) ? control.stored.variants.dropFirst().randomElement(using: &random) : nil
    let variant = own ?? control.stored.variants.first { $0.id == control.stored.defaultVariant }
    guard let variant else { return }
    let connector = connectors[host.connector]
    var custom = [control.custom[variant.id] ?? AttributeValues()]
    var detail: Int64?
    if !random.chance(5) {
      let values = attributes(of: .finding, resource: host.id)
      custom.append(values.custom)
      let folded = DetailTemplate(resourceID: host.id).fold(values)
      detail = try transaction.insertDetail(
        connector.number, digest: Int64(random.number(1...Int(Int32.max))), attributes: folded.json.text())
    }
    let external = random.chance(5) ? random.pick(["/subscriptions/1/x", "éclair", "own-id"]) : nil
    let finding = StoredFinding(
      id: FindingID(0), control: control.stored.id, externalID: external, variant: own?.id, detail: detail,
      severity: variant.severity, qds: variant.qds, sourceFirst: random.maybe { Self.moment(&$0) },
      sourceUpdated: random.maybe { Self.moment(&$0) }, life: life(of: host), digest: 1)
    let id = try transaction.insertFinding(
      finding, resource: host.resource, scope: host.scope.number, ingested: moment())
    let decision = random.chance(4) ? self.decision() : nil
    let decidedAt = moment()
    if let decision { try transaction.setDecision(id, decision, at: decidedAt) }
    hidden.findings[id] = HiddenValues.Finding(
      connector: connector.number, severityText: variant.severityText, decision: decision, decidedAt: decidedAt,
      custom: custom)
  }

  private mutating func decision() -> FindingDecision {
    FindingDecision(
      kind: random.chance(2) ? .ignored : .riskAccepted, reason: NaiveVocabulary.text(&random),
      until: random.maybe { Self.moment(&$0) })
  }

  /// What the scope's listings, and maybe one that is not whole, say one after another.
  private mutating func life(of host: Host) -> FindingLife {
    var life = FindingLife()
    var last: Timestamp?
    let listings = host.scope.listings + (random.chance(3) || host.scope.listings.isEmpty ? [Self.now] : [])
    for (index, listing) in listings.enumerated() {
      if random.chance(6) {
        _ = life.miss(.absent, at: listing, lastListed: last)
      } else {
        let posture = random.pick([.fail, .fail, .fail, .pass, .notApplicable] as [Posture])
        _ = life.observe(posture, at: listing, listing: Int64(index + 1), lastListed: last)
      }
      last = listing
    }
    if host.isGone { _ = life.miss(.hostGone, at: moment(), lastListed: last) }
    return life
  }
}

// MARK: - Values

extension RandomInventory {
  private static func moment(_ random: inout SeededGenerator) -> Timestamp { NaiveVocabulary.moment(now, &random) }

  private mutating func moment() -> Timestamp { Self.moment(&random) }

  private mutating func attributes(of level: AttributeLevel, resource: String = "") -> AttributeValues {
    var values = AttributeValues()
    let apart: Set = ["externalFindingId", "findingStatus", "findingFirstFoundOn", "updatedOn"]
    for attribute in DataModel.inventory.attributes where attribute.level == level && !apart.contains(attribute.name) {
      if !random.chance(4) { values[attribute.name] = value(of: attribute, resource: resource) }
    }
    for name in ["owner", "Web", "x-1"] where random.chance(2) {
      values["\(CustomAttribute.prefix)\(name)"] = customValue(resource: resource)
    }
    return values
  }

  private mutating func value(of attribute: Attribute, resource: String) -> AttributeValue {
    switch attribute.type {
    case .date: .date(moment())
    case .integer: .integer(Int64(random.number(0...5)))
    case .ipAddress: .string(random.pick(NaiveVocabulary.addresses))
    case .macAddress: .string(random.pick(NaiveVocabulary.hardwareAddresses))
    case .list(.ipAddress): list { $0.pick(NaiveVocabulary.addresses) }
    case .list(.macAddress): list { $0.pick(NaiveVocabulary.hardwareAddresses) }
    case .list where attribute.name == "cloudTags":
      list { $0.pick(["env=prod", "ENV=Prod", "env", "web=a=b", "=x", "db=", "éclair=Éclair web-01"]) }
    case .list: list { $0.pick(["Networking", "networking", "Brute Force", "Éclair", "a, b", "web-01"]) }
    default: .string(text(resource: resource))
    }
  }

  private mutating func list(_ element: (inout SeededGenerator) -> String) -> AttributeValue {
    var elements: [String] = []
    for _ in 0..<random.number(0...3) {
      let next = element(&random)
      if !elements.contains(next) { elements.append(next) }
    }
    return .list(elements.map(AttributeValue.string))
  }

  private mutating func text(resource: String) -> String {
    switch random.number(0...11) {
    case 0...3: random.pick(NaiveVocabulary.keywords)
    case 4 where !resource.isEmpty: resource
    case 5 where !resource.isEmpty: "web \(resource)/x port"
    case 6 where !resource.isEmpty: "x=%2FSubscriptions%2f1 \(resource.replacing("/", with: "%2F")) "
    // Looks like a mark in place of the resource's id.
    case 7 where !resource.isEmpty: "\u{1}web \u{4}"
    default: NaiveVocabulary.text(&random)
    }
  }

  private mutating func customValue(resource: String) -> AttributeValue {
    switch random.number(0...7) {
    case 0: .boolean(random.chance(2))
    case 1: .integer(Int64(random.number(0...9)))
    case 2: .decimal(Double(random.number(1...9)) + 0.5)
    case 3: .date(moment())
    case 4: list { $0.pick(["web", "DB 01", "Éclair"]) }
    default: .string(text(resource: resource))
    }
  }
}
