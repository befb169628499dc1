import IsthmusCore
import IsthmusStore

/// What an asset would score if findings of it were fixed.
struct WhatIf {
  let basis: ScoreBasis
  let settings: ScoreSettings
  /// As it is, by the moment of `basis`.
  let current: Double

  init(basis: ScoreBasis, settings: ScoreSettings) {
    self.basis = basis
    self.settings = settings
    current =
      AssetScore(
        counts: basis.counts, criticality: basis.criticality, isExposed: basis.isExposed, settings: settings
      ).value
  }

  /// The finding with the score that its fix would leave; it can be higher, see ``AssetScore/fixing(qds:of:criticality:isExposed:settings:)``.
  func extended(_ finding: JSONValue) -> JSONValue {
    guard case .object(var members) = finding else { return finding }
    var score: JSONValue = .null
    if finding["counts"] == .bool(true), let qds = finding["qds"]?.integer {
      let fixed = AssetScore.fixing(
        qds: Int(qds), of: basis.counts, criticality: basis.criticality, isExposed: basis.isExposed,
        settings: settings)
      score = .integer(Int64(fixed.value.rounded()))
    }
    members.append(.init("scoreIfFixed", score))
    return .object(members)
  }

  /// All of `fixed` together.
  func fixing(_ fixed: [FindingID], of asset: AssetID, among findings: [JSONValue]) throws -> JSONValue {
    var counts = basis.counts
    var known: Set<FindingID> = []
    for id in fixed where known.insert(id).inserted {
      guard let finding = findings.first(where: { $0["id"] == .string(id.description) }) else {
        throw ChangeError.invalid("\(id) is no open finding of \(asset).")
      }
      guard finding["counts"] == .bool(true), let qds = finding["qds"]?.integer else {
        let why = finding["sameAs"]?.string.map { "it is shown and counted as \($0)" }
        throw ChangeError.invalid(
          "\(id) does not count in the score: \(why ?? "a person ignores it or accepts its risk").")
      }
      counts[Int(qds), default: 0] -= 1
    }
    let score = AssetScore(
      counts: counts, criticality: basis.criticality, isExposed: basis.isExposed, settings: settings)
    let change = score.value.rounded() - current.rounded()
    return .object([
      "fixed": .array(fixed.map { .string($0.description) }), "truRiskScore": .integer(Int64(score.value.rounded())),
      "scoreBand": .string(ScoreBand(score: score.value, settings: settings).rawValue),
      "change": .integer(Int64(change)),
    ])
  }
}
