import IsthmusCore
import IsthmusStore

/// What the identification log says.
extension SourceIdentifier {
  /// Why the row is the asset's now.
  func log(
    _ row: SourceRow, to asset: AssetID, in component: Component, _ transaction: any InventoryTransaction
  ) throws {
    let group = component.partition.groups.first { $0.contains(row.id) } ?? [row.id]
    // Rows of the same asset may have come along: they are no reason.
    func comesFromElsewhere(_ source: Int64) -> Bool { component.rows[source].map { $0.asset != row.asset } ?? false }
    func names(_ sources: [Int64]) -> String {
      sources.filter { $0 != row.id }.compactMap { component.rows[$0] }.map(name).joined(separator: ", ")
    }
    let link = component.partition.links.first {
      $0.sources.contains(row.id) && $0.sources.contains(where: comesFromElsewhere)
        && Set($0.sources).isSubset(of: group)
    }
    let others = group.filter(comesFromElsewhere)
    let rule: String
    var outcome: String
    if let link {
      rule = link.rule
      outcome = "merged: \(name(row)) and \(names(link.sources)) agree in \(link.value)"
    } else if !others.isEmpty {
      rule = "person"
      outcome = "merged: \(name(row)) with \(names(others)) by a person's decision"
    } else if act != nil {
      rule = "person"
      outcome = "split: \(name(row)) from \(row.asset)"
    } else {
      rule = "none"
      outcome = "split: \(name(row)) agrees with no other row of \(row.asset) any more"
    }
    if let act { outcome += "; \(act)" }
    try transaction.insertIdentification(asset, source: row.id, run: run, at: at, rule: rule, outcome: outcome)
  }

  /// The asset that the row was of tells where it went.
  func logLeaving(_ row: SourceRow, to asset: AssetID, _ transaction: any InventoryTransaction) throws {
    let cause = act.map { "; \($0)" } ?? ""
    try transaction.insertIdentification(
      row.asset, source: row.id, run: run, at: at, rule: act == nil ? "none" : "person",
      outcome: "left: \(name(row)) is of \(asset) now\(cause)")
  }

  /// A row that is new and agrees with no other one.
  func logNew(
    _ row: SourceRow, _ keys: [IdentityKey], _ transaction: any InventoryTransaction
  ) throws {
    let values = keys.map { "\($0.rule) \($0.shown)" }.joined(separator: "; ")
    try transaction.insertIdentification(
      row.asset, source: row.id, run: run, at: at, rule: "none",
      outcome: "new: no other row agrees in any of \(values)")
  }

  /// A row that is new and stays on an asset of its own, though others have values of it.
  func logResembling(_ row: SourceRow, in component: Component, _ transaction: any InventoryTransaction) throws {
    let trials = (component.partition.trials[row.id] ?? []).filter { !$0.outcome.sources.isEmpty }
    let found = trials.map { trial in
      let outcome = trial.outcome.text { names($0, in: component, besides: row.asset) }
      return "\(trial.rule) \(trial.value ?? ""): \(outcome)"
    }
    try transaction.insertIdentification(
      row.asset, source: row.id, run: run, at: at, rule: "none",
      outcome: found.isEmpty ? "new: no other row agrees" : "new: \(found.joined(separator: "; "))")
  }

  /// Rows by their names, those of other assets with these.
  func names(_ sources: [Int64], in component: Component, besides asset: AssetID) -> String {
    sources.compactMap { component.rows[$0] }
      .map { $0.asset == asset ? name($0) : "\(name($0)) (\($0.asset))" }.joined(separator: ", ")
  }

  /// As people know it.
  func name(_ row: SourceRow) -> String {
    "\(row.externalAssetID) of \(connectors[row.connector] ?? "another connector")"
  }
}
