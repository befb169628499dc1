/// Groups of rows, and which of them a rule would join.
struct GroupGraph {
  private(set) var neighbours: [Int: Set<Int>] = [:]

  mutating func connect(_ a: Int, _ b: Int) {
    neighbours[a, default: []].insert(b)
    neighbours[b, default: []].insert(a)
  }

  func areConnected(_ a: Int, _ b: Int) -> Bool { neighbours[a]?.contains(b) ?? false }

  /// What falls apart: groups that can be joined with all of their neighbours, and those that can't.
  ///
  /// Two groups that stay next to each other have the same neighbours (each one's are neighbours of one another, and
  /// the other is among them), so the parts of what stays are cliques.
  func resolve() -> (cliques: [[Int]], ambiguous: [Int]) {
    var ambiguous: Set<Int> = []
    for part in parts(without: []) where !isClique(part) {
      for group in part where !neighboursAgree(of: group) { ambiguous.insert(group) }
    }
    return (parts(without: ambiguous).filter { $0.count > 1 }, ambiguous.sorted())
  }

  private func isClique(_ part: [Int]) -> Bool {
    part.allSatisfy { neighbours[$0, default: []].count == part.count - 1 }
  }

  private func neighboursAgree(of group: Int) -> Bool {
    let around = neighbours[group, default: []]
    return around.allSatisfy { one in
      // `one` is a neighbour of `group`, and of all the others but itself.
      neighbours[one, default: []].intersection(around).count == around.count - 1
    }
  }

  /// Connected parts; each sorted, and all by their first.
  private func parts(without left: Set<Int>) -> [[Int]] {
    var parts: [[Int]] = []
    var visited = left
    for start in neighbours.keys.sorted() where visited.insert(start).inserted {
      var part = [start]
      var next = 0
      while next < part.count {
        for other in neighbours[part[next], default: []] where visited.insert(other).inserted { part.append(other) }
        next += 1
      }
      parts.append(part.sorted())
    }
    return parts
  }
}
