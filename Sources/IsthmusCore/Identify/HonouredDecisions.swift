/// People's decisions without those that later ones contradict.
///
/// From the latest to the earliest each is taken if it agrees with what was taken before: *together* unless it
/// would join two rows that a later one keeps apart, *apart* unless later ones join the two.
struct HonouredDecisions {
  private(set) var joined = DisjointSets()
  private(set) var apart: [Int64: Set<Int64>] = [:]
  private(set) var overridden: [PersonDecision] = []
  /// By the root of a joined set: the roots of those that it must not join.
  private var separated: [Int64: Set<Int64>] = [:]

  /// - Parameter sources: Decisions about other rows have no effect.
  init(_ decisions: [PersonDecision], among sources: Set<Int64>) {
    let known = Set(decisions).filter {
      sources.contains($0.first) && sources.contains($0.second) && $0.first != $0.second
    }
    for decision in known.sorted(by: Self.isLater) { take(decision) }
    overridden.sort { ($0.first, $0.second, $0.number) < ($1.first, $1.second, $1.number) }
  }

  private mutating func take(_ decision: PersonDecision) {
    let (a, b) = (joined.root(decision.first), joined.root(decision.second))
    switch decision.kind {
    case .apart where a == b: overridden.append(decision)
    case .apart:
      apart[decision.first, default: []].insert(decision.second)
      apart[decision.second, default: []].insert(decision.first)
      separate(a, b)
    case .together where a == b: break
    case .together where separated[a]?.contains(b) ?? false: overridden.append(decision)
    case .together:
      joined.join(a, b)
      let (root, other) = (min(a, b), max(a, b))
      for foreign in separated.removeValue(forKey: other) ?? [] {
        separated[foreign]?.remove(other)
        separate(root, foreign)
      }
    }
  }

  private mutating func separate(_ a: Int64, _ b: Int64) {
    separated[a, default: []].insert(b)
    separated[b, default: []].insert(a)
  }

  private static func isLater(_ a: PersonDecision, _ b: PersonDecision) -> Bool {
    if a.number != b.number { return a.number > b.number }
    if a.kind != b.kind { return a.kind == .apart }
    return (a.first, a.second) < (b.first, b.second)
  }
}

/// Sets that only grow together; each is known by its smallest member.
struct DisjointSets {
  private var parents: [Int64: Int64] = [:]

  mutating func root(_ member: Int64) -> Int64 {
    var root = member
    while let parent = parents[root] { root = parent }
    var place = member
    while let parent = parents[place], parent != root {
      parents[place] = root
      place = parent
    }
    return root
  }

  /// What was joined holds, as ``root(_:)`` finds it, without the short cuts that it leaves for later.
  func root(of member: Int64) -> Int64 {
    var root = member
    while let parent = parents[root] { root = parent }
    return root
  }

  mutating func join(_ a: Int64, _ b: Int64) {
    let (a, b) = (root(a), root(b))
    if a != b { parents[max(a, b)] = min(a, b) }
  }
}
