/// What fixing a recommendation on every host would do.
package struct ControlEffect: Sendable, Hashable {
  /// Hosts with an open finding of it, those included of which people said that they don't count.
  package var hosts = 0
  package var openFindings = 0
  /// Sum over the hosts of the score as it is, less the score without the recommendation's findings. It can be below 0:
  /// where small findings go, the mean of their band may rise.
  package var scoreReduction = 0.0

  package init() {}
}

/// Adds up, host by host, what each recommendation's fix would take off the scores.
///
/// Worked: criticality 2, findings of QDS 80 and 39 of two recommendations: `2 × (1.6 × 80 + 0.4 × 39) = 287.2`. Fixing the
/// first one takes off 256, the second one 31.2.
package struct ControlEffects: Sendable {
  package struct Finding: Sendable, Hashable {
    package var control: ControlID
    package var qds: Int
    /// Whether it counts in the score.
    package var counts: Bool

    package init(control: ControlID, qds: Int, counts: Bool) {
      self.control = control
      self.qds = qds
      self.counts = counts
    }
  }

  package private(set) var byControl: [ControlID: ControlEffect] = [:]
  private let settings: ScoreSettings

  package init(settings: ScoreSettings) { self.settings = settings }

  /// - Parameter findings: All open ones of one host.
  package mutating func addHost(_ findings: [Finding], criticality: Int, isExposed: Bool) {
    var counts: [Int: Int] = [:]
    for finding in findings where finding.counts { counts[finding.qds, default: 0] += 1 }
    func score(without removed: [Int: Int]) -> Double {
      let left = counts.merging(removed) { $0 - $1 }
      return AssetScore(counts: left, criticality: criticality, isExposed: isExposed, settings: settings).value
    }
    let current = score(without: [:])
    // Recommendations mostly have one finding on a host, and there are few values of QDS.
    var withoutOne: [Int: Double] = [:]
    let sorted = findings.sorted { $0.control < $1.control }
    var start = 0
    while start < sorted.count {
      let control = sorted[start].control
      let end = sorted[start...].firstIndex { $0.control != control } ?? sorted.count
      var removed: [Int] = []
      for finding in sorted[start..<end] where finding.counts { removed.append(finding.qds) }
      var reduction = 0.0
      if removed.count == 1 {
        let rest = withoutOne[removed[0]] ?? score(without: [removed[0]: 1])
        withoutOne[removed[0]] = rest
        reduction = current - rest
      } else if !removed.isEmpty {
        reduction = current - score(without: Dictionary(removed.map { ($0, 1) }, uniquingKeysWith: +))
      }
      var effect = byControl[control] ?? ControlEffect()
      effect.hosts += 1
      effect.openFindings += end - start
      effect.scoreReduction += reduction
      byControl[control] = effect
      start = end
    }
  }
}
