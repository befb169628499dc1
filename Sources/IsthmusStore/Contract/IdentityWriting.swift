package import IsthmusCore

/// A source row with all that identification and merging look at.
package struct SourceRow: Sendable {
  package var id: Int64
  package var connector: ConnectorNumber
  package var externalAssetID: String
  package var resource: Int64
  package var foldedResourceID: String
  package var asset: AssetID
  /// The asset that was first made for it; nil if it joined another's.
  package var home: AssetID?
  /// Since when it has been listed, or was until it went.
  package var listedSince: Timestamp
  /// When it was listed last; nil while it is present.
  package var lastSeen: Timestamp?
  package var changedAt: Timestamp
  package var attributes: AttributeValues

  package init(
    id: Int64, connector: ConnectorNumber, externalAssetID: String, resource: Int64, foldedResourceID: String,
    asset: AssetID, home: AssetID?, listedSince: Timestamp, lastSeen: Timestamp?, changedAt: Timestamp,
    attributes: AttributeValues
  ) {
    self.id = id
    self.connector = connector
    self.externalAssetID = externalAssetID
    self.resource = resource
    self.foldedResourceID = foldedResourceID
    self.asset = asset
    self.home = home
    self.listedSince = listedSince
    self.lastSeen = lastSeen
    self.changedAt = changedAt
    self.attributes = attributes
  }

  package var isPresent: Bool { lastSeen == nil }
}

/// A row that a rule matched with two or more assets.
package struct StoredAmbiguity: Sendable, Hashable {
  package var source: Int64
  package var rule: String
  /// The value that matched.
  package var matched: String
  /// Of each asset in question one source row.
  package var candidates: [Int64]

  package init(source: Int64, rule: String, matched: String, candidates: [Int64]) {
    self.source = source
    self.rule = rule
    self.matched = matched
    self.candidates = candidates
  }
}

/// What a person once decided of identities, in one act.
package struct IdentityStep: Sendable, Hashable {
  /// By which it is taken back.
  package var step: Int64
  package var kind: PersonDecision.Kind
  package var reason: String
  package var at: Timestamp
  /// Whether any of it holds: it was neither taken back nor did later acts take its place.
  package var isInForce: Bool

  package init(step: Int64, kind: PersonDecision.Kind, reason: String, at: Timestamp, isInForce: Bool) {
    self.step = step
    self.kind = kind
    self.reason = reason
    self.at = at
    self.isInForce = isInForce
  }
}

/// What identification and merging read.
package protocol IdentityReading {
  /// By name, with their numbers.
  func connectorNumbers() throws -> [String: ConnectorNumber]
  /// Names of the identification rules that the connector has turned off.
  func disabledRules(of connector: ConnectorNumber) throws -> Set<String>
  func sourceRow(_ id: Int64) throws -> SourceRow?
  /// The asset's rows, ascending.
  func sourceRows(of asset: AssetID) throws -> [SourceRow]
  /// Whether any row has one of the keys.
  func isAnyKnown(_ digests: [Int64]) throws -> Bool
  /// At most `limit` rows that have the key, ascending; of those that are gone, the latest.
  func sources(withKey digest: Int64, present: Bool, limit: Int) throws -> [Int64]
  /// Decisions in which the row takes part and that are not undone; later ones have greater numbers.
  func decisions(of source: Int64) throws -> [PersonDecision]
  /// Acts of people in which one of the rows takes part, earliest first.
  func identitySteps(of sources: [Int64]) throws -> [IdentityStep]
  /// Cases that wait for a person, by source row and rule, and since when.
  func ambiguities() throws -> [(ambiguity: StoredAmbiguity, since: Timestamp)]
  /// The asset that shows what this one did before; nil if it was not merged.
  func mergedInto(_ asset: AssetID) throws -> AssetID?
  func setting(_ name: String) throws -> JSONValue?
}

/// Which source rows are one asset.
package protocol IdentityWriting: IdentityReading {
  func setDisabledRules(of connector: ConnectorNumber, _ rules: Set<String>) throws
  func sourceNumbers(of connector: ConnectorNumber) throws -> [Int64]

  /// - Parameter digests: Of the values that the row may be identified by.
  func identityKeys(source: Int64) throws -> [Int64]
  func setIdentityKeys(source: Int64, digests: [Int64]) throws

  /// Gives a source row to another asset, and its resource if its findings hang on it.
  func move(source: Int64, to asset: AssetID) throws
  func setHome(source: Int64, _ asset: AssetID?) throws
  /// An asset that was made for a row which turned out to be another one's.
  func deleteUnusedAsset(_ asset: AssetID) throws
  /// An asset whose rows all went to another one; nil: it has rows again.
  func setMerged(_ asset: AssetID, into other: AssetID?, at: Timestamp) throws
  /// The ambiguous cases of these rows, in place of those that were known. A case that stays keeps its date.
  func setAmbiguities(of sources: [Int64], _ ambiguities: [StoredAmbiguity], at: Timestamp) throws
  func insertIdentification(
    _ asset: AssetID, source: Int64, run: RunID?, at: Timestamp, rule: String, outcome: String) throws

  /// Decisions of one act of a person; the number names it where it is undone.
  ///
  /// - Parameter pairs: Of source rows.
  func insertDecisions(
    _ kind: PersonDecision.Kind, _ pairs: [(Int64, Int64)], reason: String, at: Timestamp
  ) throws -> Int64
  /// Undoes the act: what it had taken the place of holds again. Returns its source rows, none if there is no such
  /// act or it was undone before.
  func undoDecisions(step: Int64, at: Timestamp) throws -> Set<Int64>

  func setSetting(_ name: String, _ value: JSONValue) throws
}
