extension ComponentSolver {
  /// Adds what was found, and why, to the partition.
  func report(to partition: inout Partition, logged: Set<Int64>?) {
    for (_, places) in members.sorted(by: { $0.key < $1.key }) { partition.groups.append(places.map(source)) }
    partition.links += links
    let undecided = undecided()
    for (step, group, candidates) in undecided {
      let values = shared[step.rule].filter { _, holders in
        holders.contains { self.group[$0] == group } && holders.contains { candidates.contains(self.group[$0]) }
      }
      partition.ambiguities.append(
        Ambiguity(
          rule: rules[step.rule].name, sources: members[group, default: []].map(source),
          values: values.map(\.key.shown), candidates: candidates.map { members[$0, default: []].map(source) },
          isPresent: isPresent(group)))
    }
    let places = rows.indices.filter { logged?.contains(rows[$0].source) ?? true }
    if places.isEmpty { return }
    let open = undecided.flatMap { step, group, candidates in candidates.map { TrialLog.Edge(step.rule, group, $0) } }
    let log = TrialLog(self, undecided: Set(open))
    for place in places { partition.trials[rows[place].source] = log.trials(of: place) }
  }

  private func source(_ place: Int) -> Int64 { rows[place].source }

  private func undecided() -> [(step: Step, group: Int, candidates: [Int])] {
    if members.count == 1 { return [] }
    return steps.filter { !shared[$0.rule].isEmpty }.flatMap { step in
      joinable(by: step).ambiguous.map { (step, $0.group, $0.candidates) }
    }
  }
}
