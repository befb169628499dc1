package import IsthmusCore
import IsthmusStore

/// What a change of score maps or settings does to the assets' scores.
package struct ScoreChange: Sendable, Hashable {
  package struct Move: Sendable, Hashable, Comparable {
    package var from: ScoreBand
    package var to: ScoreBand

    package init(from: ScoreBand, to: ScoreBand) {
      self.from = from
      self.to = to
    }

    package static func < (a: Move, b: Move) -> Bool {
      (a.from.rawValue, a.to.rawValue) < (b.from.rawValue, b.to.rawValue)
    }
  }

  /// Present assets.
  package var assets = 0
  /// Assets whose score is another one, as it is shown.
  package var changed = 0
  /// Assets that change band, by the bands.
  package var moves: [Move: Int] = [:]

  package var json: JSONValue {
    let moved = moves.sorted { $0.key < $1.key }.map { move, count in
      JSONValue.object([
        "from": .string(move.from.rawValue), "to": .string(move.to.rawValue), "assets": .integer(Int64(count)),
      ])
    }
    return .object([
      "assets": .integer(Int64(assets)), "changedScores": .integer(Int64(changed)),
      "changedBands": .integer(Int64(moves.values.reduce(0, +))), "moves": .array(moved),
    ])
  }
}

extension InventoryService {
  /// Scores what is stored anew, without a pull.
  ///
  /// - Parameters:
  ///   - settings: nil keeps those that are stored.
  ///   - maps: By the names of connectors that have run; the others keep theirs.
  ///   - isPreview: Only tells what would change.
  package func rescore(
    settings: ScoreSettings?, maps: [String: ScoreMap], isPreview: Bool
  ) async throws -> ScoreChange {
    let at = now()
    do {
      return try await store.write { transaction in
        let change = try transaction.rescoreAll(settings: settings, maps: maps, at: at)
        if isPreview { throw Preview(change: change) }
        try transaction.recordDay(at: at)
        let given: [JSONValue.Member] = [
          .init("scoring", settings?.json ?? .null),
          .init("scoreMaps", .object(maps.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) })),
        ]
        try record("scoring.apply", "scoring", after: .object(given), at: at, in: transaction)
        return change
      }
    } catch let preview as Preview {
      return preview.change
    }
  }

  /// Undoes the transaction and carries out what it found.
  private struct Preview: Error {
    var change: ScoreChange
  }
}

extension InventoryTransaction {
  func rescoreAll(settings: ScoreSettings?, maps: [String: ScoreMap], at: Timestamp) throws -> ScoreChange {
    let before = try scoreSettings()
    let after = settings ?? before
    if let problem = after.problem { throw ChangeError.invalid("The scoring can't be used: \(problem).") }
    try setScoreSettings(after)
    for (name, map) in maps.sorted(by: { $0.key < $1.key }) {
      guard let connector = try connectorNumber(named: name) else { continue }
      if try scoreMap(of: connector) != map { try remapScores(of: connector, map) }
    }
    var change = ScoreChange()
    let scorer = AssetScorer(settings: after, at: at)
    let scored = try presentAssets().map { asset in
      let old = try score(of: asset)
      try scorer.rescore(asset, self)
      return (asset: asset, old: old)
    }
    // Tags may ask for severities and QDS, and decide criticality.
    try scorer.rescore(try settleTags(at: at).assets, self)
    for (asset, old) in scored {
      let new = try score(of: asset)
      change.assets += 1
      if old.rounded() != new.rounded() { change.changed += 1 }
      let move = ScoreChange.Move(
        from: ScoreBand(score: old, settings: before), to: ScoreBand(score: new, settings: after))
      if move.from != move.to { change.moves[move, default: 0] += 1 }
    }
    return change
  }
}
