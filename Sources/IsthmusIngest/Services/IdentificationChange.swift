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

  /// Decides anew about all source rows, if anything has changed. Returns the assets that this touches.
  func apply(
    _ transaction: any InventoryTransaction, seed: UInt64, run: RunID?, at: Timestamp
  ) throws -> Set<AssetID> {
    let known = try transaction.identificationSettings()
    var isOther = false
    if let settings, settings != known {
      isOther = true
      try transaction.setSetting(SourceIdentifier.settingName, settings.json)
    }
    for (connector, rules) in disabled where try transaction.disabledRules(of: connector) != rules {
      isOther = true
      try transaction.setDisabledRules(of: connector, rules)
    }
    guard isOther else { return [] }
    let identifier = try SourceIdentifier(transaction, seed: seed, run: run, at: at)
    var sources: [Int64] = []
    for connector in try transaction.connectorNumbers().values {
      sources += try transaction.sourceNumbers(of: connector)
    }
    for source in sources {
      if let row = try transaction.sourceRow(source) { _ = try identifier.rekey(row, transaction) }
    }
    return try identifier.settle(sources.sorted(), transaction)
  }
}
