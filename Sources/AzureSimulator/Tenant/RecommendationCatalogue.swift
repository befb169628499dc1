/// All recommendations that the tenant's rows may name, ascending by key, so that a resource's rows are too.
struct RecommendationCatalogue: Sendable {
  let all: [Recommendation]
  /// Indices into ``all``: about hosts, no updates.
  let ordinaryForHosts: [Int]
  /// Indices: updates that apply to a system.
  let updates: [OperatingSystem: [Int]]
  let byKind: [AssessedKind: [Int]]
  let indexOfKey: [String: Int]

  /// - Parameter findingsPerHost: How many different ones a host must be able to have.
  init(seed: UInt64, findingsPerHost: Int) {
    var all: [Recommendation] = []
    for (index, line) in PublishedRecommendations.text.split(separator: "\n").enumerated() {
      if let recommendation = Recommendation(line: line, seed: seed, index: index) { all.append(recommendation) }
    }
    let packages = SoftwarePackage.list(ofEachSystem: max(24, findingsPerHost))
    for (index, package) in packages.enumerated() {
      var dice = Dice(seed, .package, index)
      let key = dice.guid()
      let severity = dice.pick([RecommendationSeverity.low, .medium, .medium, .high, .high])
      all.append(Recommendation(package: package, key: key, severity: severity))
    }
    all.sort { $0.key < $1.key }
    let indices = all.indices
    self.all = all
    ordinaryForHosts = indices.filter { all[$0].kind.isHost && !all[$0].isUpdate }
    func updates(for system: OperatingSystem) -> [Int] {
      indices.filter { all[$0].kind.isHost && all[$0].isUpdate && (all[$0].system ?? system) == system }
    }
    self.updates = [.linux: updates(for: .linux), .windows: updates(for: .windows)]
    byKind = Dictionary(grouping: indices) { all[$0].kind }
    indexOfKey = Dictionary(uniqueKeysWithValues: indices.map { (all[$0].key, $0) })
  }

  /// The recommendations that a host has rows of on a day, ascending.
  ///
  /// A tenth are updates. The choice stays the same from day to day, but for one row of every fourth host
  /// that gives way to another every few days.
  func recommendations(of host: Host, count: Int, seed: UInt64, day: Int) -> [UInt16] {
    var dice = Dice(seed, .recommendationsOfHost, host.slot)
    let updates = self.updates[host.system] ?? []
    let wanted = (count + dice.below(10)) / 10
    let ordinaryCount = min(count - min(wanted, count), ordinaryForHosts.count)
    var chosen = Self.choose(ordinaryCount, of: ordinaryForHosts, with: &dice)
    chosen += Self.choose(count - ordinaryCount, of: updates, with: &dice)
    let turns = dice.below(4) == 0
    let offset = dice.below(9)
    if turns, let last = chosen.popLast() {
      // Both alternatives are fixed; which one shows depends on the day.
      let taken = Set(chosen)
      let other = updates.first { !taken.contains($0) && $0 != last } ?? last
      chosen.append((day + offset) / 9 % 2 == 0 ? last : other)
    }
    return chosen.sorted().map { UInt16($0) }
  }

  private static func choose(_ count: Int, of pool: [Int], with dice: inout Dice) -> [Int] {
    var pool = pool
    for position in 0..<min(count, pool.count) {
      pool.swapAt(position, position + dice.below(pool.count - position))
    }
    return Array(pool.prefix(count))
  }
}
