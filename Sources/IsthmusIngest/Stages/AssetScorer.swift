import IsthmusCore
import IsthmusStore

/// Makes assets' scores anew from what is stored of them.
struct AssetScorer: Sendable {
  let settings: ScoreSettings
  /// Decisions of people that have run out by then don't count any more.
  let at: Timestamp

  func rescore(_ asset: AssetID, _ transaction: any InventoryTransaction) throws {
    try transaction.settleTwins(of: asset)
    try transaction.settleFactors(of: asset, defaultCriticality: settings.defaultCriticality)
    let basis = try transaction.scoreBasis(of: asset, at: at)
    let score = AssetScore(
      counts: basis.counts, criticality: basis.criticality, isExposed: basis.isExposed, settings: settings)
    try transaction.setScore(asset, score, openFindings: basis.counts.values.reduce(0, +))
  }

  func rescore(_ assets: some Sequence<AssetID>, _ transaction: any InventoryTransaction) throws {
    for asset in assets { try rescore(asset, transaction) }
  }
}

extension InventoryTransaction {
  /// The asset of the finding, if it hangs on one.
  func asset(of finding: FindingID) throws -> AssetID? { try self.finding(finding)?.asset }

  /// Takes back the decisions that have run out; returns the assets whose scores they touch.
  func endDecisions(run: RunID?, at: Timestamp) throws -> Set<AssetID> {
    var touched: Set<AssetID> = []
    for finding in try endedDecisions(at: at) {
      try setDecision(finding, nil, at: at)
      try insertEvent(finding, run: run, at: at, turn: "decisionEnded", cause: nil, until: nil, by: nil)
      if let asset = try asset(of: finding) { touched.insert(asset) }
    }
    return touched
  }
}
