/// What came of each value of each row, told from what a component was solved to.
struct TrialLog {
  private let solver: ComponentSolver
  private let undecided: Set<Edge>
  private let holders: [IdentityKey: [Int]]
  private let joined: Set<Member>

  /// Two groups that a rule could not decide about.
  struct Edge: Hashable {
    let rule: Int
    let a: Int
    let b: Int

    init(_ rule: Int, _ a: Int, _ b: Int) { (self.rule, self.a, self.b) = (rule, min(a, b), max(a, b)) }
  }

  /// A row that a link joined.
  private struct Member: Hashable {
    let rule: String
    let value: String
    let source: Int64
  }

  init(_ solver: ComponentSolver, undecided: Set<Edge>) {
    self.solver = solver
    self.undecided = undecided
    var holders: [IdentityKey: [Int]] = [:]
    for (key, rows) in solver.shared.joined() { holders[key] = rows }
    self.holders = holders
    joined = Set(
      solver.links.flatMap { link in
        link.sources.map { Member(rule: link.rule, value: link.value, source: $0) }
      })
  }

  func trials(of place: Int) -> [RuleTrial] { solver.rules.indices.flatMap { trials(of: place, by: $0) } }

  private func trials(of place: Int, by index: Int) -> [RuleTrial] {
    let (rule, evidence) = (solver.rules[index], solver.rows[place].evidence)
    if evidence.turnedOff.contains(rule.name) {
      return [RuleTrial(rule: rule.name, value: nil, outcome: .turnedOff)]
    }
    let keys = evidence.keys.filter { $0.rule == rule.name }
    let weak = evidence.weak.filter { $0.rule == rule.name }
    if keys.isEmpty, weak.isEmpty { return [RuleTrial(rule: rule.name, value: nil, outcome: .noValue)] }
    return keys.map { RuleTrial(rule: rule.name, value: $0.shown, outcome: outcome(of: $0, place, index)) }
      + weak.map { RuleTrial(rule: rule.name, value: $0.value, outcome: .weak($0.reason)) }
  }

  private func outcome(of key: IdentityKey, _ place: Int, _ index: Int) -> RuleTrial.Outcome {
    if solver.common.contains(key) { return .tooCommon }
    let (rows, group) = (solver.rows, solver.group)
    let others = holders[key, default: []].filter { $0 != place }
    let own = others.filter { group[$0] == group[place] }.map { rows[$0].source }
    if !own.isEmpty {
      let member = Member(rule: key.rule, value: key.shown, source: rows[place].source)
      return joined.contains(member) ? .matched(own) : .agrees(own)
    }
    let open = others.filter { undecided.contains(Edge(index, group[place], group[$0])) }
    if !open.isEmpty { return .ambiguous(open.map { rows[$0].source }) }
    let different = others.filter { !solver.areCompatible(group[place], group[$0], by: solver.rules[index]) }
    return different.isEmpty ? .noMatch : .keptApart(different.map { rows[$0].source })
  }
}
