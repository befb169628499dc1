package import IsthmusCore
package import IsthmusStore

extension IdentityReading {
  /// The inventory's own.
  package func identificationSettings() throws -> IdentificationSettings {
    IdentificationSettings(try setting(SourceIdentifier.settingName) ?? .null)
  }
}

/// Other identification rules, or other trust, than those by which the inventory was made.
struct IdentificationChange {
  /// nil: the inventory's own stay.
  var settings: IdentificationSettings?
  /// By connector, the names of the rules that it has turned off; the other connectors keep theirs.
  var disabled: [ConnectorNumber: Set<String>]

  /// Decides anew about the source rows that other rules are for now: those of connectors that have others turned off, or
  /// all of them. Returns the assets that this touches.
  func apply(
    _ transaction: any InventoryTransaction, seed: UInt64, run: RunID?, at: Timestamp
  ) throws -> Set<AssetID> {
    let known = try transaction.identificationSettings()
    var changed: Set<ConnectorNumber> = []
    for (connector, rules) in disabled where try transaction.disabledRules(of: connector) != rules {
      changed.insert(connector)
      try transaction.setDisabledRules(of: connector, rules)
    }
    if let settings, settings != known {
      changed.formUnion(try transaction.connectorNumbers().values)
      try transaction.setSetting(SourceIdentifier.settingName, settings.json)
    }
    if changed.isEmpty { return [] }
    let identifier = try SourceIdentifier(transaction, seed: seed, run: run, at: at)
    var unsettled: Set<Int64> = []
    for connector in changed {
      for source in try transaction.sourceNumbers(of: connector) {
        unsettled.insert(source)
        guard let row = try transaction.sourceRow(source) else { continue }
        unsettled.formUnion(try identifier.rekey(row, transaction))
      }
    }
    return try identifier.settle(unsettled.sorted(), transaction)
  }
}
