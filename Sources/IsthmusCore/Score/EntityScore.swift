/// The scores of a set of assets: a business entity, or all that bear a tag.
///
/// Worked: scores 1000, 200, 200, 100 have the mean 375 and the worst 1000. The mean hides one bad host among
/// many good ones; `worst`, the mean of the worst tenth, does not.
package struct EntityScore: Sendable, Hashable {
  package var assets: Int
  /// 0…1000; 0 without assets.
  package var mean: Double
  /// Mean of the worst tenth of the assets, at least one: 0…1000.
  package var worst: Double

  /// - Parameter scores: Of the present assets, in any order.
  package init(scores: [Double]) {
    assets = scores.count
    let worstCount = (scores.count + 9) / 10
    let worstScores = scores.sorted(by: >).prefix(worstCount)
    mean = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
    worst = worstScores.isEmpty ? 0 : worstScores.reduce(0, +) / Double(worstScores.count)
  }
}
