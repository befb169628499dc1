package import IsthmusCore

/// A person's decision on a finding: it does not count in the score.
package struct FindingDecision: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case ignored
    case riskAccepted
  }

  package var kind: Kind
  package var reason: String
  /// nil: until it is taken back.
  package var until: Timestamp?
  /// Who made it, as the audit log names them; nil where that is not known.
  package var by: String?

  package init(kind: Kind, reason: String, until: Timestamp?, by: String? = nil) {
    self.kind = kind
    self.reason = reason
    self.until = until
    self.by = by
  }

  /// Whether it says the same, whoever made it.
  package func agrees(with other: FindingDecision?) -> Bool {
    kind == other?.kind && reason == other?.reason && until == other?.until
  }
}

/// What scores rest on.
package protocol ScoreReading {
  func scoreSettings() throws -> ScoreSettings
  /// The map that gave the connector's findings their severity and QDS; nil before its first run.
  func scoreMap(of connector: ConnectorNumber) throws -> ScoreMap?
  func presentAssets() throws -> [AssetID]
  func score(of asset: AssetID) throws -> Double
  /// - Parameter at: Decisions that have run out by then don't count any more.
  func scoreBasis(of asset: AssetID, at: Timestamp) throws -> ScoreBasis
  /// Those of the basis' findings that are of the control, by QDS.
  func countedFindings(of control: ControlID, on asset: AssetID, at: Timestamp) throws -> [Int: Int]
}

/// Scores, and what they rest on.
package protocol ScoreWriting: ScoreReading {
  func setScoreSettings(_ settings: ScoreSettings) throws
  /// Gives what is stored of the connector the severity and QDS of `map`.
  func remapScores(of connector: ConnectorNumber, _ map: ScoreMap) throws
  func connectorNumber(named name: String) throws -> ConnectorNumber?

  func setScore(_ asset: AssetID, _ score: AssetScore, openFindings: Int) throws
  /// Criticality and exposure from the asset's tags and addresses.
  func settleFactors(of asset: AssetID, defaultCriticality: Int) throws
  /// Keeps what the inventory gives now: the day's values of assets and entities where they differ from the day before,
  /// its numbers and what changed on it, and what each recommendation's fix would do. It looks at every open finding.
  ///
  /// - Parameter at: The day is its one in UTC. Decisions that have run out by then don't count any more.
  func recordDay(at: Timestamp) throws

  /// The findings that a list of the query holds, by number.
  func findings(_ query: Query) throws -> [FindingID]
  /// The decision takes the place of an earlier one; nil takes it back.
  func setDecision(_ finding: FindingID, _ decision: FindingDecision?, at: Timestamp) throws
  func decision(on finding: FindingID) throws -> FindingDecision?
  /// The finding and those that are the same one, of other connectors.
  func twins(of finding: FindingID) throws -> [FindingID]
  /// Decisions that have run out.
  func endedDecisions(at: Timestamp) throws -> [FindingID]
}

/// A tag: given to the assets that its query finds.
package struct StoredTag: Sendable, Hashable {
  package var name: String
  package var query: String
  /// 1…5; nil: it says nothing of criticality.
  package var criticality: Int?
  /// `#rrggbb`.
  package var colour: String?
  /// Its assets count as exposed to the internet.
  package var isExposed: Bool

  package init(name: String, query: String, criticality: Int?, colour: String?, isExposed: Bool) {
    self.name = name
    self.query = query
    self.criticality = criticality
    self.colour = colour
    self.isExposed = isExposed
  }
}

/// A business entity: the assets that bear any of its tags.
package struct StoredEntity: Sendable, Hashable {
  package var name: String
  package var description: String
  package var tags: [String]

  package init(name: String, description: String, tags: [String]) {
    self.name = name
    self.description = description
    self.tags = tags
  }
}

package protocol TagReading {
  /// By name.
  func tags() throws -> [StoredTag]
  /// By name, with their tags' names, ascending.
  func entities() throws -> [StoredEntity]
  /// Ascending; none if there is no such tag.
  func assets(withTag name: String) throws -> [AssetID]
}

package protocol TagWriting: TagReading {
  /// Made, or changed if there is one of this name.
  func setTag(_ tag: StoredTag) throws
  /// Returns the assets that bore it; nil if there is no such tag.
  func deleteTag(_ name: String) throws -> [AssetID]?
  /// Gives the tag to the assets that `query` finds now, and takes it from the others; returns both kinds.
  func settleTag(_ name: String, _ query: Query) throws -> [AssetID]
  func setEntity(_ entity: StoredEntity) throws
  func deleteEntity(_ name: String) throws -> Bool
}
