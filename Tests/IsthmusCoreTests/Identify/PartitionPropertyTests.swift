import IsthmusCore
import TestSupport
import Testing

@Suite("The partition is a function of the set")
struct PartitionPropertyTests {
  struct Case {
    var records: [IdentityRecord]
    var decisions: [PersonDecision]
    var limit: Int
    var generator: SeededGenerator

    init(_ seed: UInt64) {
      var made = RecordGenerator(seed: seed)
      let sources = 1...Int64(made.generator.number(2...14))
      records = made.records(sources)
      decisions = made.decisions(sources)
      limit = made.generator.chance(4) ? 3 : 50
      generator = made.generator
    }

    func partition(_ records: [IdentityRecord]? = nil, _ decisions: [PersonDecision]? = nil) -> Partition {
      RuleBook.standard.partition(records ?? self.records, decisions: decisions ?? self.decisions, commonLimit: limit)
    }
  }

  @Test("Rows and decisions in any order give the same, logs and all", arguments: SeededGenerator.seeds(300))
  func order(seed: UInt64) {
    var made = Case(seed)
    let expected = made.partition()
    for _ in 0..<4 {
      made.records.shuffle(using: &made.generator)
      made.decisions.shuffle(using: &made.generator)
      #expect(made.partition() == expected)
    }
  }

  @Test(
    "Rows that come one by one, with only what they touch decided anew, end the same",
    arguments: SeededGenerator.seeds(200))
  func incremental(seed: UInt64) {
    var made = Case(seed)
    made.records.shuffle(using: &made.generator)
    var arrived: [IdentityRecord] = []
    var groupOf: [Int64: [Int64]] = [:]
    for record in made.records {
      arrived.append(record)
      let touched = Self.reachable(from: record, among: arrived, groupOf, made.decisions)
      for group in made.partition(touched).groups { for source in group { groupOf[source] = group } }
    }
    #expect(Set(groupOf.values) == Set(made.partition().groups))
  }

  /// All rows that are connected with `start` by keys, people's decisions or the assets that they were on.
  static func reachable(
    from start: IdentityRecord, among rows: [IdentityRecord], _ groupOf: [Int64: [Int64]], _ decisions: [PersonDecision]
  ) -> [IdentityRecord] {
    var reached: Set<Int64> = [start.source]
    while true {
      let keys = Set(rows.filter { reached.contains($0.source) }.flatMap(\.evidence.keys))
      let next = rows.filter { row in
        if reached.contains(row.source) || !keys.isDisjoint(with: row.evidence.keys) { return true }
        if groupOf[row.source]?.contains(where: reached.contains) == true { return true }
        return decisions.contains { decision in
          decision.first == row.source && reached.contains(decision.second)
            || decision.second == row.source && reached.contains(decision.first)
        }
      }
      if next.count == reached.count { return next }
      reached = Set(next.map(\.source))
    }
  }

  @Test("Rows that share nothing have no influence on each other", arguments: SeededGenerator.seeds(150))
  func disjoint(seed: UInt64) {
    var first = RecordGenerator(seed: seed)
    var second = RecordGenerator(seed: seed &+ 1_000_000)
    second.prefix = "other-"
    let (a, b) = (first.records(1...7), second.records(8...14))
    let decisions = (first.decisions(1...7), second.decisions(8...14))
    let book = RuleBook.standard
    let (left, right) = (book.partition(a, decisions: decisions.0), book.partition(b, decisions: decisions.1))
    let both = book.partition(b + a, decisions: decisions.1 + decisions.0)
    #expect(both.groups == left.groups + right.groups)
    #expect(both.trials == left.trials.merging(right.trials) { one, _ in one })
    #expect(Set(both.ambiguities) == Set(left.ambiguities + right.ambiguities))
  }

  @Test("A person who confirms what was found changes nothing", arguments: SeededGenerator.seeds(200))
  func confirmed(seed: UInt64) {
    let made = Case(seed)
    let found = made.partition()
    let confirmed = found.groups.flatMap { group in
      group.dropFirst().map { PersonDecision(.together, group[0], $0, number: 100) }
    }
    let again = made.partition(nil, made.decisions + confirmed)
    #expect(again.groups == found.groups)
    #expect(again.ambiguities == found.ambiguities)
  }

  @Test("Groups hold each row once, joined by links and people alone", arguments: SeededGenerator.seeds(300))
  func connected(seed: UInt64) {
    let made = Case(seed)
    let found = made.partition()
    #expect(found.groups.flatMap { $0 }.sorted() == made.records.map(\.source).sorted())
    #expect(found.groups.allSatisfy { $0 == $0.sorted() && !$0.isEmpty })
    let honoured = made.decisions.filter { !found.overridden.contains($0) && $0.first != $0.second }
    let joins = found.links.map(\.sources) + honoured.filter { $0.kind == .together }.map { [$0.first, $0.second] }
    for group in found.groups {
      var reached: Set<Int64> = [group[0]]
      var before = 0
      while before < reached.count {
        before = reached.count
        for join in joins where join.contains(where: reached.contains) { reached.formUnion(join) }
      }
      #expect(reached == Set(group))
    }
    for decision in honoured {
      let isOne = found.groups.contains { $0.contains(decision.first) && $0.contains(decision.second) }
      #expect(isOne == (decision.kind == .together), "\(decision)")
    }
  }

  @Test(
    "Different machines of one connector are one asset by hardware or by a person only",
    arguments: SeededGenerator.seeds(300))
  func resources(seed: UInt64) {
    let made = Case(seed)
    let found = made.partition()
    let rowOf = Dictionary(uniqueKeysWithValues: made.records.map { ($0.source, $0) })
    for group in found.groups {
      let rows = group.compactMap { rowOf[$0] }
      let isDecided = made.decisions.contains { $0.kind == .together && group.contains($0.first) }
      let isHardware = found.links.contains { link in
        ["serial-number", "hardware-uuid"].contains(link.rule) && !Set(link.sources).isDisjoint(with: group)
      }
      if isDecided || isHardware { continue }
      for (a, b) in NaiveRules.pairs(rows) { #expect(!NaiveRules.areDifferent(a, b)) }
    }
  }

  /// The definition, rule by rule, over what was found: no rule may be able to join anything more.
  @Test("Nothing that could be joined is left, and what is ambiguous is told", arguments: SeededGenerator.seeds(300))
  func complete(seed: UInt64) {
    let made = Case(seed)
    let found = made.partition()
    let naive = NaiveRules(made.records, made.decisions.filter { !found.overridden.contains($0) }, limit: made.limit)
    for rule in RuleBook.standard.rules {
      let edges = naive.edges(found.groups, by: rule)
      let open = naive.ambiguous(edges)
      for (a, b) in edges.map({ ($0.first, $0.second) }) {
        #expect(open.contains(a) || open.contains(b), "\(rule.name) joins \(found.groups[a]) and \(found.groups[b])")
      }
      let told = found.ambiguities.filter { $0.rule == rule.name && $0.isPresent }.map(\.sources)
      let expected = open.map { found.groups[$0] }.filter { group in
        made.records.contains { group.contains($0.source) && $0.isPresent }
      }
      // Following rows are told besides, but those are gone.
      #expect(Set(told) == Set(expected), "\(rule.name)")
      if rule.isStrong { continue }
      for gone in found.groups where !naive.isPresent(gone) {
        let hosts = found.groups.filter { naive.isPresent($0) && naive.hosts(gone, in: $0, rule) }
        let isTold = found.ambiguities.contains { $0.rule == rule.name && $0.sources == gone }
        #expect(hosts.isEmpty || isTold, "\(gone) follows \(hosts) by \(rule.name)")
      }
    }
  }
}

/// The rules' graph by its definition, pair by pair.
struct NaiveRules {
  struct Edge: Hashable {
    let first: Int
    let second: Int
  }

  let rows: [Int64: IdentityRecord]
  let decisions: [PersonDecision]
  let common: Set<IdentityKey>

  init(_ records: [IdentityRecord], _ decisions: [PersonDecision], limit: Int) {
    rows = Dictionary(uniqueKeysWithValues: records.map { ($0.source, $0) })
    self.decisions = decisions
    var counts: [IdentityKey: Int] = [:]
    for row in records where row.isPresent { for key in row.evidence.keys { counts[key, default: 0] += 1 } }
    common = Set(counts.filter { $0.value > limit }.keys)
  }

  static func pairs<Element>(_ list: [Element]) -> [(Element, Element)] {
    list.indices.flatMap { index in list[(index + 1)...].map { (list[index], $0) } }
  }

  static func meet(_ a: IdentityRecord, _ b: IdentityRecord) -> Bool {
    let end = (a.lastSeen?.microseconds ?? .max, b.lastSeen?.microseconds ?? .max)
    return max(a.firstSeen.microseconds, b.firstSeen.microseconds) <= min(end.0, end.1)
  }

  static func areDifferent(_ a: IdentityRecord, _ b: IdentityRecord) -> Bool {
    a.connector == b.connector && a.foldedResourceID != b.foldedResourceID && meet(a, b)
      && ![a.foldedResourceID, b.foldedResourceID].contains("")
  }

  func edges(_ groups: [[Int64]], by rule: IdentificationRule) -> Set<Edge> {
    let places = Self.pairs(Array(groups.indices))
    return Set(places.filter { isEdge(groups[$0.0], groups[$0.1], rule) }.map { Edge(first: $0.0, second: $0.1) })
  }

  func isPresent(_ group: [Int64]) -> Bool { group.contains { rows[$0]?.isPresent ?? false } }

  private func isEdge(_ a: [Int64], _ b: [Int64], _ rule: IdentificationRule) -> Bool {
    let isStrong = ["native-key", "cloud-resource-id", "serial-number", "hardware-uuid"].contains(rule.name)
    return joins(a, b, rule) { one, other in isStrong || one.isPresent && other.isPresent }
  }

  /// Whether a group that is gone was listed beside one that is not, with the same value.
  func hosts(_ gone: [Int64], in group: [Int64], _ rule: IdentificationRule) -> Bool {
    joins(gone, group, rule) { one, other in Self.meet(one, other) }
  }

  private func joins(
    _ a: [Int64], _ b: [Int64], _ rule: IdentificationRule, counts: (IdentityRecord, IdentityRecord) -> Bool
  ) -> Bool {
    var meets = false
    for one in a.compactMap({ rows[$0] }) {
      for other in b.compactMap({ rows[$0] }) {
        let pair = Set([one.source, other.source])
        if decisions.contains(where: { $0.kind == .apart && Set([$0.first, $0.second]) == pair }) { return false }
        let natives = [one, other].map { row in row.evidence.keys.first { $0.rule == "native-key" } }
        let isHardware = ["serial-number", "hardware-uuid"].contains(rule.name)
        if Self.areDifferent(one, other), !isHardware || natives[0] == natives[1] { return false }
        let keys = Set(one.evidence.keys).intersection(other.evidence.keys).subtracting(common)
        if counts(one, other), keys.contains(where: { $0.rule == rule.name }) { meets = true }
      }
    }
    return meets
  }

  /// Groups that have two neighbours which are none of each other.
  func ambiguous(_ edges: Set<Edge>) -> Set<Int> {
    var around: [Int: [Int]] = [:]
    for edge in edges {
      around[edge.first, default: []].append(edge.second)
      around[edge.second, default: []].append(edge.first)
    }
    return Set(
      around.filter { _, others in
        Self.pairs(others.sorted()).contains { !edges.contains(Edge(first: $0.0, second: $0.1)) }
      }.keys)
  }
}
