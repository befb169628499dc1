package import IsthmusCore
package import IsthmusStore

/// What people are told of hosts that fail a recommendation: what its fix would do to each.
package struct ControlExplanation {
  private let scores: any ScoreReading
  private let settings: ScoreSettings
  private let at: Timestamp

  package init(_ inventory: any InventoryReader, at: Timestamp) throws {
    scores = inventory.scores
    settings = try scores.scoreSettings()
    self.at = at
  }

  /// The host's score if all its findings of the control were fixed, rounded; nil if none of them counts.
  package func scoreIfFixed(_ control: ControlID, on asset: AssetID) throws -> Int64? {
    let removed = try scores.countedFindings(of: control, on: asset, at: at)
    guard !removed.isEmpty else { return nil }
    let basis = try scores.scoreBasis(of: asset, at: at)
    let left = basis.counts.merging(removed) { $0 - $1 }
    let score = AssetScore(
      counts: left, criticality: basis.criticality, isExposed: basis.isExposed, settings: settings)
    return Int64(score.value.rounded())
  }
}
