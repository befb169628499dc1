import IsthmusCore
import TestSupport
import Testing

@Suite("What fixing a recommendation everywhere would do")
struct ControlEffectTests {
  private typealias Finding = ControlEffects.Finding

  @Test("It takes off each host's score what that host would lose")
  func worked() {
    var effects = ControlEffects(settings: ScoreSettings())
    let high = Finding(control: ControlID(1), qds: 80, counts: true)
    let low = Finding(control: ControlID(2), qds: 39, counts: true)
    effects.addHost([low, high], criticality: 2, isExposed: false)
    // 1.2 × 1 × 1.6 × 80; what does not count is open all the same.
    let ignored = Finding(control: ControlID(2), qds: 39, counts: false)
    effects.addHost([high, ignored], criticality: 1, isExposed: true)
    let (first, second) = (effects.byControl[ControlID(1)], effects.byControl[ControlID(2)])
    #expect(first?.hosts == 2 && first?.openFindings == 2)
    #expect(abs((first?.scoreReduction ?? 0) - 409.6) < 1e-9)
    #expect(second?.hosts == 2 && second?.openFindings == 2)
    #expect(abs((second?.scoreReduction ?? 0) - 31.2) < 1e-9)
  }

  @Test("A host at the cap loses only what falls below it, and a fix that raises a mean adds to the score")
  func edges() {
    var effects = ControlEffects(settings: ScoreSettings())
    let qds = [95, 80, 55, 39]
    effects.addHost(
      qds.enumerated().map { Finding(control: ControlID(Int64($0)), qds: $1, counts: true) }, criticality: 5,
      isExposed: true)
    #expect(effects.byControl[ControlID(3)]?.scoreReduction == 0)
    effects = ControlEffects(settings: ScoreSettings())
    let pair = [100, 90].map { Finding(control: ControlID(Int64($0)), qds: $0, counts: true) }
    effects.addHost(pair, criticality: 1, isExposed: false)
    #expect((effects.byControl[ControlID(90)]?.scoreReduction ?? 0) < 0)
  }

  @Test("It is the sum of each host's score less its score without the findings", arguments: SeededGenerator.seeds(40))
  func likeNaive(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var settings = ScoreSettings()
    settings.countExponent = random.pick([0.01, 0.3, 1])
    var effects = ControlEffects(settings: settings)
    var expected: [ControlID: ControlEffect] = [:]
    for _ in 0..<random.number(1...8) {
      let findings = (0..<random.number(0...20)).map { _ in
        Finding(
          control: ControlID(Int64(random.number(1...6))), qds: random.pick([0, 20, 39, 55, 80, 95, 100]),
          counts: !random.chance(5))
      }
      let (criticality, isExposed) = (random.number(1...5), random.chance(2))
      effects.addHost(findings, criticality: criticality, isExposed: isExposed)
      func score(_ findings: [Finding]) -> Double {
        let counts = Dictionary(findings.filter(\.counts).map { ($0.qds, 1) }, uniquingKeysWith: +)
        return AssetScore(counts: counts, criticality: criticality, isExposed: isExposed, settings: settings).value
      }
      for control in Set(findings.map(\.control)) {
        let rest = findings.filter { $0.control != control }
        var effect = expected[control] ?? ControlEffect()
        effect.hosts += 1
        effect.openFindings += findings.count - rest.count
        effect.scoreReduction += score(findings) - score(rest)
        expected[control] = effect
      }
    }
    #expect(Set(effects.byControl.keys) == Set(expected.keys))
    for (control, effect) in expected {
      let found = effects.byControl[control]
      #expect(found?.hosts == effect.hosts && found?.openFindings == effect.openFindings)
      #expect(abs((found?.scoreReduction ?? .infinity) - effect.scoreReduction) < 1e-6)
    }
  }
}
