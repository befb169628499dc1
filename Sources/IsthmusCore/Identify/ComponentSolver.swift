/// Partitions rows that keys or decisions connect. Rows and groups are known by their places; a group has the
/// place of its smallest row.
struct ComponentSolver {
  let rows: [IdentityRecord]
  let rules: [IdentificationRule]
  let common: Set<IdentityKey>
  /// By rule: keys that two or more rows have, with the places of these.
  let shared: [[(key: IdentityKey, rows: [Int])]]
  /// By row: those that a person keeps it apart from.
  private let apart: [Set<Int>]
  private let nativeKeys: [IdentityKey?]
  private(set) var group: [Int]
  private(set) var members: [Int: [Int]]
  private(set) var links: [IdentityLink] = []

  /// - Parameter rows: Sorted by source.
  init(_ rows: [IdentityRecord], rules: [IdentificationRule], decisions: HonouredDecisions, common: Set<IdentityKey>) {
    self.rows = rows
    self.rules = rules
    self.common = common
    shared = Self.share(rows, rules, common)
    nativeKeys = rows.map { row in row.evidence.keys.first { $0.rule == IdentificationRule.nativeKey.name } }
    var places: [Int64: Int] = [:]
    for (place, row) in rows.enumerated() { places[row.source] = place }
    apart = rows.map { row in Set((decisions.apart[row.source] ?? []).compactMap { places[$0] }) }
    group = rows.map { row in places[decisions.joined.root(of: row.source)] ?? 0 }
    members = Dictionary(grouping: rows.indices, by: { [group] in group[$0] })
  }

  private static func share(
    _ rows: [IdentityRecord], _ rules: [IdentificationRule], _ common: Set<IdentityKey>
  ) -> [[(key: IdentityKey, rows: [Int])]] {
    if rows.count == 1 { return rules.map { _ in [] } }
    var holders: [String: [IdentityKey: [Int]]] = [:]
    for (place, row) in rows.enumerated() {
      for key in row.evidence.keys where !common.contains(key) {
        holders[key.rule, default: [:]][key, default: []].append(place)
      }
    }
    return rules.map { rule in
      (holders[rule.name] ?? [:]).filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
        .map { (key: $0.key, rows: $0.value) }
    }
  }

  /// What a rule is tried on.
  enum Step: Hashable {
    /// Present rows; by a strong rule all.
    case listed(rule: Int)
    /// Groups that are gone, each beside the group with present rows that it was listed with.
    case follow(rule: Int)
    /// Groups that are gone, with each other.
    case past(rule: Int)

    var rule: Int {
      switch self {
      case .listed(let rule), .follow(let rule), .past(let rule): rule
      }
    }
  }

  var steps: [Step] {
    let weak = rules.indices.filter { !rules[$0].isStrong }
    return rules.indices.map { Step.listed(rule: $0) } + weak.flatMap { [Step.follow(rule: $0), .past(rule: $0)] }
  }

  mutating func solve() {
    if rows.count == 1 { return }
    let steps = steps.filter { !shared[$0.rule].isEmpty }
    var next = 0
    while next < steps.count {
      let sets = joinable(by: steps[next]).sets
      for set in sets { join(set, by: steps[next].rule) }
      next = sets.isEmpty ? next + 1 : 0
    }
  }

  /// The sets of groups that a step joins, and the groups that it can't decide about, with their candidates.
  func joinable(by step: Step) -> (sets: [[Int]], ambiguous: [(group: Int, candidates: [Int])]) {
    let graph = graph(for: step)
    guard case .follow = step else {
      let (cliques, ambiguous) = graph.resolve()
      return (cliques, ambiguous.map { ($0, graph.neighbours[$0, default: []].sorted()) })
    }
    return follow(graph, rules[step.rule])
  }

  /// Each group that is gone goes to its one neighbour with present rows, if it agrees with all that go there too.
  private func follow(
    _ graph: GroupGraph, _ rule: IdentificationRule
  ) -> (sets: [[Int]], ambiguous: [(group: Int, candidates: [Int])]) {
    var followers: [Int: [Int]] = [:]
    var ambiguous: [(group: Int, candidates: [Int])] = []
    for (gone, hosts) in graph.neighbours.sorted(by: { $0.key < $1.key }) where !isPresent(gone) {
      if hosts.count == 1, let host = hosts.first {
        followers[host, default: []].append(gone)
      } else {
        ambiguous.append((gone, hosts.sorted()))
      }
    }
    var sets: [[Int]] = []
    for (host, all) in followers.sorted(by: { $0.key < $1.key }) {
      let agreeing = all.filter { one in all.allSatisfy { $0 == one || areCompatible($0, one, by: rule) } }
      for one in all where !agreeing.contains(one) {
        ambiguous.append((one, ([host] + all.filter { $0 != one && !areCompatible($0, one, by: rule) }).sorted()))
      }
      if !agreeing.isEmpty { sets.append(([host] + agreeing).sorted()) }
    }
    return (sets, ambiguous.sorted { $0.group < $1.group })
  }

  private func graph(for step: Step) -> GroupGraph {
    var graph = GroupGraph()
    var refused: Set<Pair> = []
    for (_, holders) in shared[step.rule] {
      var parts: [Int: [Int]] = [:]
      for place in holders where takesPart(place, in: step) { parts[group[place], default: []].append(place) }
      if parts.count < 2 { continue }
      let groups = parts.keys.sorted()
      for (index, a) in groups.enumerated() {
        for b in groups[(index + 1)...] where !graph.areConnected(a, b) && !refused.contains(Pair(a, b)) {
          guard meet(parts[a, default: []], parts[b, default: []], in: step, (a, b)) else { continue }
          if areCompatible(a, b, by: rules[step.rule]) { graph.connect(a, b) } else { refused.insert(Pair(a, b)) }
        }
      }
    }
    return graph
  }

  private struct Pair: Hashable {
    let a: Int
    let b: Int
    init(_ a: Int, _ b: Int) { (self.a, self.b) = (a, b) }
  }

  private func takesPart(_ place: Int, in step: Step) -> Bool {
    if case .listed(let rule) = step { return rules[rule].isStrong || rows[place].isPresent }
    return true
  }

  /// Whether the rows of one group that have a key meet those of the other that have it.
  private func meet(_ a: [Int], _ b: [Int], in step: Step, _ groups: (Int, Int)) -> Bool {
    switch step {
    case .listed: return true
    case .follow where isPresent(groups.0) == isPresent(groups.1): return false
    case .past where isPresent(groups.0) || isPresent(groups.1): return false
    case .follow, .past: return a.contains { one in b.contains { rows[one].wasListedWith(rows[$0]) } }
    }
  }

  func isPresent(_ group: Int) -> Bool { members[group, default: []].contains { rows[$0].isPresent } }

  /// Whether nothing speaks against the two groups being one asset.
  func areCompatible(_ a: Int, _ b: Int, by rule: IdentificationRule) -> Bool {
    members[a, default: []].allSatisfy { one in
      members[b, default: []].allSatisfy { other in
        !apart[one].contains(other) && !areDifferent(one, other, by: rule)
      }
    }
  }

  /// Whether a connector has shown the two rows to be different machines.
  private func areDifferent(_ one: Int, _ other: Int, by rule: IdentificationRule) -> Bool {
    let (a, b) = (rows[one], rows[other])
    guard a.connector == b.connector, !a.foldedResourceID.isEmpty, !b.foldedResourceID.isEmpty,
      a.foldedResourceID != b.foldedResourceID, a.wasListedWith(b)
    else { return false }
    return !rule.identifiesHardware || nativeKeys[one] == nativeKeys[other]
  }

  private mutating func join(_ set: [Int], by rule: Int) {
    let joined = Set(set)
    for (key, holders) in shared[rule] {
      let places = holders.filter { joined.contains(group[$0]) }
      if Set(places.map { group[$0] }).count < 2 { continue }
      links.append(
        IdentityLink(rule: rules[rule].name, value: key.shown, sources: places.map { rows[$0].source }))
    }
    let target = set[0]
    for one in set.dropFirst() {
      let places = members.removeValue(forKey: one) ?? []
      for place in places { group[place] = target }
      members[target, default: []].append(contentsOf: places)
    }
    members[target]?.sort()
  }
}
