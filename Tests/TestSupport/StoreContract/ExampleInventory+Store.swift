import IsthmusCore
package import IsthmusStore

/// Writes ``ExampleInventory`` into a store.
package struct ExampleWriter {
  private let transaction: any InventoryTransaction
  private(set) var hidden = HiddenValues()
  private var scopes: [(hosts: Int64, findings: Int64)] = []

  package init(_ transaction: any InventoryTransaction) throws {
    self.transaction = transaction
    try addConnector("Contoso production", "Defender for Cloud", "Microsoft", hostsListed: "2026-02-10T10:00:00Z")
    try addConnector("Other", "Other product", "", hostsListed: "2026-02-09T10:00:00Z")
    try addConnector("Idle", "Idle product", "", hostsListed: "2026-01-15")
    var resources: [Int64] = []
    for (index, record) in ExampleInventory.inventory.assets.enumerated() {
      resources.append(try addHost(record, connector: [0, 1, 1, 2][index]))
    }
    try addTags()
    let unknown = try transaction.insertResource(
      hidden.connectors[0].number, foldedID: "/unknown", writtenID: "/unknown")
    try transaction.setFindingScope(resource: unknown, scope: scopes[0].findings, assessedID: "/unknown")
    for (index, record) in ExampleInventory.inventory.findings.enumerated() {
      let asset = ExampleInventory.inventory.assetOfFinding[index]
      let connector = asset ?? 0 == 0 ? 0 : 1
      try addFinding(record, number: index, resource: asset.map { resources[$0] } ?? unknown, connector: connector)
    }
  }

  private static func moment(_ text: String) -> Timestamp { Timestamp(iso8601: text) ?? Timestamp(microseconds: 0) }

  private mutating func addConnector(_ name: String, _ product: String, _ vendor: String, hostsListed: String) throws {
    let number = try transaction.connector(named: name, kind: "kind", productName: product, vendorName: vendor)
    hidden.connectors.append(HiddenValues.Connector(number: number, name: name, vendor: vendor))
    let hosts = try transaction.scope(number, stream: "hosts", name: "a", title: "")
    try transaction.setListed(scope: hosts.id, at: Self.moment(hostsListed))
    let findings = try transaction.scope(number, stream: "findings", name: "a", title: "")
    for listing in ["2026-02-09T15:00:00Z", "2026-02-10T10:00:00Z"] {
      try transaction.setListed(scope: findings.id, at: Self.moment(listing))
    }
    scopes.append((hosts.id, findings.id))
  }

  // MARK: - Hosts

  private func addHost(_ record: NaiveRecord, connector index: Int) throws -> Int64 {
    let connector = hidden.connectors[index].number
    let source = record.elements[.source]?.first?.values ?? [:]
    let written = record.text(.cloudResourceID) ?? "/vm/\(record.text(.assetName) ?? "")"
    let resource = try transaction.insertResource(connector, foldedID: written.lowercased(), writtenID: written)
    let asset = try transaction.insertAsset(at: record.moment(.assetFirstFound) ?? ExampleInventory.now)
    var values = record.attributes(of: .asset, for: .asset)
    for (scope, field, name) in [
      (.ipAddress, .ipAddress, "ipAddresses"), (.macAddress, .macAddress, "macAddresses"),
      (.publicIPAddress, .publicIPAddress, "publicIpAddresses"), (.cloudTag, .cloudTag, "cloudTags"),
    ] as [(QueryScope, QueryField, String)] {
      values[name] = record.list(scope, field)
    }
    for attribute in record.elements[.customAttribute] ?? [] {
      values["custom.\(attribute.text(.customAttributeKey) ?? "")"] = attribute.text(.customAttributeValue).map {
        .string($0)
      }
    }
    let row = try transaction.insertSource(
      NewSource(
        connector: connector, externalAssetID: NaiveRecord(source).text(.sourceExternalAssetID) ?? written,
        resource: resource, asset: asset, scope: scopes[index].hosts, attributes: values.json.text(), digest: 1,
        at: NaiveRecord(source).moment(.sourceFirstFound) ?? ExampleInventory.now))
    try transaction.attach(resource: resource, source: row, asset: asset)
    try transaction.setFindingScope(resource: resource, scope: scopes[index].findings, assessedID: written)
    try transaction.setAttributes(
      asset, values, hasPublicAddress: record.values[.internetExposed] == .truth(true))
    var score = AssetScore(counts: [:], criticality: 2, isExposed: false, settings: ScoreSettings())
    score.value = Double(record.number(.truRiskScore) ?? 0)
    try transaction.setScore(asset, score, openFindings: Int(record.number(.openFindings) ?? 0))
    if let gone = record.moment(.assetGone) {
      try transaction.setSourceGone(row, at: gone, lastSeen: record.moment(.assetLastSeen))
      _ = try transaction.settlePresence(of: asset, at: gone)
    }
    return resource
  }

  private func addTags() throws {
    for tag in ExampleInventory.inventory.assets[0].elements[.tag] ?? [] {
      let name = tag.text(.tagName) ?? ""
      try transaction.setTag(StoredTag(name: name, query: "", criticality: 4, colour: nil, isExposed: false))
      _ = try transaction.settleTag(name, Query("asset.id: 1", for: .asset, now: ExampleInventory.now))
    }
    for entity in ExampleInventory.inventory.assets[0].elements[.businessEntity] ?? [] {
      let name = entity.text(.businessEntityName) ?? ""
      try transaction.setEntity(StoredEntity(name: name, description: "", tags: ["Production"]))
    }
    for number in 1...4 as ClosedRange<Int64> {
      try transaction.settleFactors(of: AssetID(number), defaultCriticality: 2)
    }
  }

  // MARK: - Findings

  private mutating func addFinding(_ record: NaiveRecord, number: Int, resource: Int64, connector index: Int) throws {
    let connector = hidden.connectors[index].number
    let severity = Int(record.number(.findingSeverity) ?? 0)
    let qds = Int(record.number(.qds) ?? 0)
    var values = record.attributes(of: .control, for: .finding)
    let key = record.text(.controlKey) ?? "key-\(number)"
    values["findingName"] = .string(key)
    for (scope, field, name) in [
      (.category, .category, "categories"), (.threat, .threat, "threats"), (.tactic, .tacticName, "tactics"),
      (.technique, .techniqueName, "techniques"),
    ] as [(QueryScope, QueryField, String)] {
      values[name] = record.list(scope, field)
    }
    let control = try transaction.insertControl(
      connector, key: key, findingSuffix: "/controls/\(number)",
      variant: NewVariant(
        digest: 1, attributes: values.json.text(), category: "c", severityText: record.text(.sourceSeverity) ?? "",
        severity: severity, qds: qds))
    var own = record.attributes(of: .finding, for: .finding)
    for name in ["externalFindingId", "findingStatus", "findingFirstFoundOn", "updatedOn"] { own[name] = nil }
    for attribute in record.elements[.findingCustomAttribute] ?? [] {
      own["custom.\(attribute.text(.findingCustomAttributeKey) ?? "")"] =
        attribute.text(.findingCustomAttributeValue).map { .string($0) }
    }
    let detail = try transaction.insertDetail(connector, digest: Int64(number), attributes: own.json.text())
    let finding = StoredFinding(
      id: FindingID(0), control: control.id, externalID: record.text(.externalFindingID)?.lowercased(), variant: nil,
      detail: detail, severity: severity, qds: qds, sourceFirst: record.moment(.sourceFirstEvaluated),
      sourceUpdated: record.moment(.sourceUpdated), life: record.life, digest: 1)
    let id = try transaction.insertFinding(
      finding, resource: resource, scope: scopes[index].findings,
      ingested: record.moment(.ingested) ?? ExampleInventory.now)
    var decision: FindingDecision?
    if record.values[.isIgnored] == .truth(true) {
      decision = FindingDecision(kind: .ignored, reason: "known", until: nil)
    } else if record.values[.riskAccepted] != nil {
      decision = FindingDecision(
        kind: .riskAccepted, reason: record.text(.riskAcceptanceReason) ?? "", until: record.moment(.riskAcceptanceEnd))
    }
    let decidedAt = record.moment(.riskAccepted) ?? ExampleInventory.now
    if let decision { try transaction.setDecision(id, decision, at: decidedAt) }
    hidden.findings[id] = HiddenValues.Finding(
      connector: connector, severityText: record.text(.sourceSeverity) ?? "", decision: decision,
      decidedAt: decidedAt, custom: [own.custom])
  }
}

extension NaiveRecord {
  fileprivate func text(_ field: QueryField) -> String? {
    if case .text(let text)? = values[field] { text } else { nil }
  }

  fileprivate func number(_ field: QueryField) -> Int64? {
    if case .number(let number)? = values[field] { number } else { nil }
  }

  fileprivate func moment(_ field: QueryField) -> Timestamp? { number(field).map(Timestamp.init(microseconds:)) }

  fileprivate func list(_ scope: QueryScope, _ field: QueryField) -> AttributeValue? {
    elements[scope].map { .list($0.compactMap { $0.text(field).map(AttributeValue.string) }) }
  }

  /// Attributes of the target model that a row of a list shows under their name.
  fileprivate func attributes(of level: AttributeLevel, for entity: QueryEntity) -> AttributeValues {
    var attributes = AttributeValues()
    for member in QueryCatalogue.listFields(for: entity, use: .sort) where member.field.scope == entity.scope {
      guard let attribute = DataModel.inventory.attribute(member.name), attribute.level == level else { continue }
      switch (values[member.field], attribute.type) {
      case (.text(let text)?, .string): attributes[member.name] = .string(text)
      case (.number(let number)?, .integer): attributes[member.name] = .integer(number)
      case (.number(let number)?, .date): attributes[member.name] = .date(Timestamp(microseconds: number))
      default: break
      }
    }
    return attributes
  }

  /// In a scope that was listed twice.
  fileprivate var life: FindingLife {
    let status = text(.findingStatus).flatMap(FindingStatus.init(rawValue:))
    let listing: Int64? =
      switch status {
      case .new, .reopened: 2
      case .active: 1
      case .fixed, nil: nil
      }
    return FindingLife(
      posture: text(.posture).flatMap(Posture.init(rawValue:)), openedInListing: listing,
      firstFound: moment(.firstFound), lastFound: listing == nil ? moment(.lastFound) : nil,
      lastFixed: moment(.lastFixed), reopened: moment(.reopened),
      fixCause: [FixCause.passed, .notApplicable, .absent, .hostGone].first { $0.name == text(.fixCause) })
  }
}
