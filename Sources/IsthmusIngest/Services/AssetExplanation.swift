package import IsthmusCore
package import IsthmusStore

/// What people are told of one asset, beyond what is stored: why it is this asset, where its values come from, why
/// it scores so, and what would change that.
package struct AssetExplanation {
  private let inventory: any InventoryReader
  private let identifier: SourceIdentifier
  private let at: Timestamp

  /// - Parameter seed: The store's.
  package init(_ inventory: any InventoryReader, seed: UInt64, at: Timestamp) throws {
    self.inventory = inventory
    self.at = at
    identifier = try SourceIdentifier(inventory.identities, seed: seed, run: nil, at: at)
  }

  /// The whole record; `valueOrigins` says which source each value is from where there are several.
  package func record(of asset: AssetID) throws -> JSONValue? {
    guard case .object(var members)? = try inventory.asset(asset) else { return nil }
    let rows = try inventory.identities.sourceRows(of: asset)
    if rows.count > 1 {
      let names = Dictionary(rows.map { ($0.id, identifier.name($0)) }, uniquingKeysWith: { first, _ in first })
      let merge = identifier.merge(rows)
      let origins = merge.values.entries.map { entry in
        JSONValue.Member(entry.name, merge.origins[entry.name].flatMap { names[$0] }.map(JSONValue.string) ?? .null)
      }
      members.append(.init("valueOrigins", .object(origins)))
    }
    return .object(members)
  }

  /// - Parameter fixed: Findings that are supposed to be fixed, for `whatIf`.
  /// - Throws: ``ChangeError`` if one of them does not count in the score.
  package func explanation(of asset: AssetID, fixing fixed: [FindingID] = []) throws -> JSONValue? {
    guard case .object(var members)? = try inventory.explanation(of: asset, at: at) else { return nil }
    let stored = JSONValue.object(members)
    let settings = try inventory.scores.scoreSettings()
    let basis = try inventory.scores.scoreBasis(of: asset, at: at)
    let whatIf = WhatIf(basis: basis, settings: settings)
    let findings = stored["openFindings"]?.array ?? []
    for index in members.indices where members[index].name == "openFindings" {
      members[index].value = .array(findings.map(whatIf.extended))
    }
    members.append(.init("exposedBy", .array(stored.exposureCauses)))
    members.append(.init("criticalityBy", .array(stored.criticalityCauses(settings))))
    if !fixed.isEmpty { members.append(.init("whatIf", try whatIf.fixing(fixed, of: asset, among: findings))) }
    if whatIf.current.rounded() != Double(stored["truRiskScore"]?.integer ?? 0) {
      members.append(.init("scoreDue", .integer(Int64(whatIf.current.rounded()))))
    }
    members.append(.init("identification", try identification(of: asset)))
    return .object(members)
  }
}

// MARK: - Identification

extension AssetExplanation {
  /// What each rule says of each source now, and what people decided.
  private func identification(of asset: AssetID) throws -> JSONValue {
    let identities = inventory.identities
    let rows = try identities.sourceRows(of: asset)
    let component = try identifier.component(of: rows.map(\.id), in: identities)
    let sources = rows.map { row in
      let trials = (component.partition.trials[row.id] ?? []).map { trial in
        JSONValue.object([
          "rule": .string(trial.rule), "value": trial.value.map(JSONValue.string) ?? .null,
          "outcome": .string(trial.outcome.text { identifier.names($0, in: component, besides: asset) }),
          "assets": .array(
            Set(trial.outcome.sources.compactMap { component.rows[$0]?.asset }).sorted()
              .map { .string($0.description) }),
        ])
      }
      return JSONValue.object([
        "source": .string(identifier.name(row)), "assetName": row.attributes["assetName"]?.json ?? .null,
        "present": .bool(row.isPresent), "trials": .array(trials),
      ])
    }
    let steps = try identities.identitySteps(of: rows.map(\.id)).map { step in
      JSONValue.object([
        "step": .integer(step.step), "kind": .string(step.kind.rawValue), "reason": .string(step.reason),
        "at": .string(step.at.description), "inForce": .bool(step.isInForce),
      ])
    }
    return .object(["sources": .array(sources), "decisions": .array(steps)])
  }

  /// Cases that no rule decides, one a row of source, rule and value.
  package func ambiguities() throws -> [JSONValue] {
    let identities = inventory.identities
    func host(_ source: Int64) throws -> (row: SourceRow, name: JSONValue)? {
      try identities.sourceRow(source).map { ($0, $0.attributes["assetName"]?.json ?? .null) }
    }
    return try identities.ambiguities().compactMap { unclear, since in
      guard let (row, name) = try host(unclear.source) else { return nil }
      let candidates = try unclear.candidates.compactMap(host)
      return .object([
        "asset": .string(row.asset.description), "assetName": name, "source": .string(identifier.name(row)),
        "rule": .string(unclear.rule), "value": .string(unclear.matched),
        "candidates": .array(candidates.map { .string($0.row.asset.description) }),
        "candidateNames": .array(candidates.map(\.name)), "since": .string(since.description),
      ])
    }
  }
}

extension SourceIdentifier {
  /// What the rows give their asset to show.
  func merge(_ rows: [SourceRow]) -> AttributeMerge {
    AttributeMerge(
      rows.map {
        AttributeMerge.Row(
          source: $0.id, connector: $0.connector.number, isPresent: $0.isPresent, changedAt: $0.changedAt,
          values: $0.attributes)
      }, trust: trust)
  }
}

// MARK: - Causes

extension JSONValue {
  /// Why the internet reaches the asset of this explanation.
  fileprivate var exposureCauses: [JSONValue] {
    let addresses = (self["publicIpAddresses"]?.array ?? []).compactMap(\.string).map { "public address \($0)" }
    let tags = (self["tags"]?.array ?? []).filter { $0["internetExposed"] == .bool(true) }
    return (addresses + tags.compactMap { $0["name"]?.string }.map { "tag \"\($0)\"" }).map(JSONValue.string)
  }

  /// What its criticality is from: the tags of the highest one.
  fileprivate func criticalityCauses(_ settings: ScoreSettings) -> [JSONValue] {
    let tags = (self["tags"]?.array ?? []).filter { !($0["criticality"]?.isNull ?? true) }
    if tags.isEmpty { return [.string("default criticality \(settings.defaultCriticality)")] }
    return tags.filter { $0["criticality"] == self["criticality"] }.compactMap { $0["name"]?.string }
      .map { .string("tag \"\($0)\"") }
  }
}
