/// How recommendations themselves changed up to a day: Microsoft edits severities and texts now and then.
struct RecommendationHistory: Sendable {
  /// Severities that differ from the catalogue's.
  private(set) var severities: [Int: RecommendationSeverity] = [:]
  /// How often the texts were revised.
  private(set) var revisions: [Int: Int] = [:]

  /// On every third day one recommendation about hosts changes its severity, on every fourth one its texts.
  init(_ catalogue: RecommendationCatalogue, seed: UInt64, through day: Int) {
    guard day > 0 else { return }
    let pool = catalogue.ordinaryForHosts
    for day in 1...day {
      var dice = Dice(seed, .day, day)
      let first = pool[dice.below(pool.count)]
      let second = pool[dice.below(pool.count)]
      let turn = dice.below(2)
      if day % 3 == 2 {
        let present = severities[first] ?? catalogue.all[first].severity
        severities[first] = RecommendationSeverity.allCases.filter { $0 != present }[turn]
      }
      if day % 4 == 3 { revisions[second, default: 0] += 1 }
    }
  }
}
