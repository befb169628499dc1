import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// Writes changes that were checked, and what follows from them.
struct ConfigurationApplication {
  let changes: [ConfigurationChange]
  /// All as it is to be.
  let file: ConfigurationFile
  /// Connectors of which a run is on.
  let running: Set<String>

  func carryOut(
    _ transaction: any InventoryTransaction, seed: UInt64, at: Timestamp
  ) throws -> ConfigurationOutcome {
    var inventory = InventoryChange()
    for change in changes { try write(change, &inventory, transaction, at) }
    var deferred: [String] = []
    let decides: Set<ConfigurationItem.Kind> = [.connector, .scoreMap, .identification]
    if changes.contains(where: { decides.contains($0.key.kind) }) {
      let numbers = try transaction.connectorNumbers()
      for connector in file.connectors {
        guard let number = numbers[connector.name] else { continue }
        if !running.contains(connector.name) {
          inventory.scoreMaps[connector.name] = connector.scoreMap
          inventory.disabledRules[connector.name] = connector.disabledRules
        } else if try transaction.scoreMap(of: number).map({ $0 != connector.scoreMap }) ?? false {
          deferred.append(connector.name)
        } else if try transaction.disabledRules(of: number) != connector.disabledRules {
          deferred.append(connector.name)
        }
      }
    }
    let outcome = changes.isEmpty ? .init() : try inventory.apply(transaction, seed: seed, at: at)
    return ConfigurationOutcome(changes: changes, inventory: outcome, deferred: deferred)
  }

  private func write(
    _ change: ConfigurationChange, _ inventory: inout InventoryChange, _ transaction: any InventoryTransaction,
    _ at: Timestamp
  ) throws {
    let name = change.key.name
    switch change.key.kind {
    case .connector, .scoreMap, .retention, .signIn:
      guard let item = change.after else {
        return try transaction.deleteConfigurationItem(kind: change.key.kind.rawValue, name: name)
      }
      try transaction.setConfigurationItem(
        StoredItem(
          kind: change.key.kind.rawValue, name: name, document: item.document, isDraft: item.isDraft, changedAt: at))
    case .transformMap:
      if change.after == nil { return try transaction.retireTransformMap(name, at: at) }
      guard let entry = file.maps[name] else { return }
      _ = try transaction.insertTransformMap(name, document: entry.document, at: at)
    case .tag:
      guard change.after != nil else { return inventory.deletedTags.append(name) }
      inventory.tags += file.tags.tags.filter { $0.name == name }
    case .entity:
      guard change.after != nil else { return inventory.deletedEntities.append(name) }
      inventory.entities += file.tags.entities.filter { $0.name == name }
    case .scoring: inventory.scoring = file.scoring
    case .identification: inventory.identification = file.identification
    }
  }
}
