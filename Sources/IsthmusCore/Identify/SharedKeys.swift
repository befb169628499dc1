/// Which rows have which keys, and what falls apart for want of a common one.
struct SharedKeys {
  /// Keys that too many present rows have.
  private(set) var common: Set<IdentityKey>
  /// Places of the rows that have a key, for keys that two or more have.
  private let holders: [IdentityKey: [Int]]

  init(of rows: [IdentityRecord], common known: Set<IdentityKey>, limit: Int) {
    common = known
    var first: [IdentityKey: Int] = [:]
    var holders: [IdentityKey: [Int]] = [:]
    for (place, row) in rows.enumerated() {
      for key in row.evidence.keys {
        if let other = first[key] {
          holders[key, default: [other]].append(place)
        } else {
          first[key] = place
        }
      }
    }
    for (key, places) in holders where places.count(where: { rows[$0].isPresent }) > limit { common.insert(key) }
    self.holders = holders
  }

  /// Places of rows that keys or decisions connect, each sorted.
  func components(of rows: [IdentityRecord], joined: DisjointSets) -> [[Int]] {
    var sets = DisjointSets()
    for (key, places) in holders where !common.contains(key) {
      for place in places.dropFirst() { sets.join(Int64(places[0]), Int64(place)) }
    }
    var placeOfRoot: [Int64: Int] = [:]
    for (place, row) in rows.enumerated() {
      let root = joined.root(of: row.source)
      if let other = placeOfRoot[root] { sets.join(Int64(other), Int64(place)) } else { placeOfRoot[root] = place }
    }
    var members: [Int64: [Int]] = [:]
    for place in rows.indices { members[sets.root(Int64(place)), default: []].append(place) }
    return members.values.sorted { $0[0] < $1[0] }
  }
}
