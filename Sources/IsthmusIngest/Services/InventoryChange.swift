package import IsthmusCore
package import IsthmusStore

/// Other settings of the inventory, brought in as one: what they touch is identified, tagged and scored anew.
package struct InventoryChange: Sendable {
  package var scoring: ScoreSettings?
  /// By the names of connectors; those that have not run yet get theirs at their first run.
  package var scoreMaps: [String: ScoreMap] = [:]
  package var identification: IdentificationSettings?
  /// By the names of connectors, the rules that are turned off.
  package var disabledRules: [String: Set<String>] = [:]
  package var tags: [StoredTag] = []
  package var deletedTags: [String] = []
  package var entities: [StoredEntity] = []
  package var deletedEntities: [String] = []

  package init() {}

  /// What it did.
  package struct Outcome: Sendable {
    /// nil: no score map and no setting was another one.
    package var scores: ScoreChange?
    package var tags = TagChange()
    /// Assets that were identified anew.
    package var identified = 0
    package init() {}
  }

  /// - Parameter seed: The store's.
  package func apply(_ transaction: any InventoryTransaction, seed: UInt64, at: Timestamp) throws -> Outcome {
    var outcome = Outcome()
    let numbers = try transaction.connectorNumbers()
    var disabled: [ConnectorNumber: Set<String>] = [:]
    for (name, rules) in disabledRules { if let number = numbers[name] { disabled[number] = rules } }
    let identified = try IdentificationChange(settings: identification, disabled: disabled)
      .apply(transaction, seed: seed, run: nil, at: at)
    outcome.identified = identified.count
    var touched = identified
    for name in deletedEntities { _ = try transaction.deleteEntity(name) }
    for name in deletedTags { touched.formUnion(try transaction.deleteTag(name) ?? []) }
    for tag in tags {
      try transaction.setTag(tag)
      // A tag whose query stayed may have another criticality now.
      touched.formUnion(try transaction.assets(withTag: tag.name))
    }
    for entity in entities { try transaction.setEntity(entity) }
    if !tags.isEmpty || !touched.isEmpty {
      touched.formUnion(try transaction.settleTags(at: at).assets)
      outcome.tags = try transaction.rescoring(touched, at: at)
    }
    if try isRescored(transaction, numbers) {
      outcome.scores = try transaction.rescoreAll(settings: scoring, maps: scoreMaps, at: at)
    }
    try transaction.recordDay(at: at)
    return outcome
  }

  private func isRescored(
    _ transaction: any InventoryTransaction, _ numbers: [String: ConnectorNumber]
  ) throws -> Bool {
    if let scoring, try transaction.scoreSettings() != scoring { return true }
    for (name, map) in scoreMaps {
      if let number = numbers[name], let known = try transaction.scoreMap(of: number), known != map { return true }
    }
    return false
  }
}
