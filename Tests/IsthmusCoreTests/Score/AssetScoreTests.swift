import IsthmusCore
import TestSupport
import Testing

@Suite("Asset scores")
struct AssetScoreTests {
  struct Worked: Sendable, CustomTestStringConvertible {
    var counts: [Int: Int]
    var criticality = 2
    var isExposed = false
    var score: Double
    var testDescription: String { "\(counts), criticality \(criticality)\(isExposed ? ", exposed" : "")" }
  }

  // Computed by hand; 2^0.01 = 1.0069555500567189, 3^0.01 = 1.0110466919378536, 10^0.01 = 1.0232929922807541.
  static let worked = [
    Worked(counts: [:], score: 0),
    Worked(counts: [80: 1], score: 256),
    Worked(counts: [80: 1], isExposed: true, score: 307.2),
    Worked(counts: [39: 1], score: 31.2),
    Worked(counts: [20: 1], criticality: 1, score: 8),
    Worked(counts: [55: 2], score: 110.76511050623908),
    // Low: mean 29.5 of two; 0.4 × 29.5 × 2^0.01 × 3.
    Worked(counts: [20: 1, 39: 1], criticality: 3, score: 35.64622647200785),
    // Critical: mean 280/3 of three (95, 95, 90); 2 × 93.333… × 3^0.01; High: 1.6 × 80.
    Worked(counts: [95: 2, 90: 1, 80: 1], criticality: 1, score: 316.728715828399338),
    Worked(counts: [80: 10], criticality: 1, score: 130.98150301193652),
    Worked(counts: [95: 1, 80: 1, 55: 1, 39: 1], criticality: 5, score: 1000),
    // QDS 0 is no risk and in no band.
    Worked(counts: [0: 50], score: 0),
    Worked(counts: [80: 0], score: 0),
  ]

  @Test("The score follows the formula", arguments: worked)
  func computes(_ worked: Worked) {
    let score = AssetScore(
      counts: worked.counts, criticality: worked.criticality, isExposed: worked.isExposed, settings: ScoreSettings())
    #expect(abs(score.value - worked.score) < 1e-9, "\(score.value)")
  }

  @Test("The score says what it is made of")
  func explains() throws {
    let score = AssetScore(counts: [95: 1, 91: 1, 80: 3], criticality: 4, isExposed: true, settings: ScoreSettings())
    #expect(score.criticality == 4)
    #expect(score.exposureFactor == 1.2)
    #expect(score.parts.map(\.band) == [.critical, .high])
    #expect(score.parts.map(\.count) == [2, 3])
    #expect(score.parts.map(\.mean) == [93, 80])
    #expect(score.parts.map(\.weight) == [2, 1.6])
    let sum = score.parts.reduce(0) { $0 + $1.value }
    #expect(score.value == min(1000, 1.2 * 4 * sum))
    #expect(ScoreBand(score: score.value, settings: ScoreSettings()) == .severe)
  }

  @Test("Settings change weights, exponent and exposure")
  func usesSettings() {
    var settings = ScoreSettings()
    settings.weights = [.critical: 1, .high: 0, .medium: 1, .low: 1]
    settings.countExponent = 1
    settings.exposureFactor = 2
    let score = AssetScore(counts: [50: 3, 80: 5], criticality: 1, isExposed: true, settings: settings)
    #expect(score.value == 300)
  }

  @Test(
    "QDS falls into bands",
    arguments: [
      (-1, nil), (0, nil), (1, .low), (39, .low), (40, .medium), (69, .medium), (70, .high), (89, .high),
      (90, .critical), (100, .critical), (101, nil),
    ] as [(Int, QDSBand?)])
  func bandsQDS(qds: Int, band: QDSBand?) { #expect(QDSBand(qds: qds) == band) }

  @Test(
    "Scores fall into bands as they are shown, rounded",
    arguments: [
      (0, .low), (499, .low), (499.4, .low), (499.5, .medium), (500, .medium), (699.49, .medium), (699.5, .high),
      (700, .high), (849.4, .high), (849.5, .severe), (850, .severe), (1000, .severe),
    ] as [(Double, ScoreBand)])
  func bandsScores(score: Double, band: ScoreBand) {
    #expect(ScoreBand(score: score, settings: ScoreSettings()) == band)
  }

  private func randomCounts(_ random: inout SeededGenerator) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for _ in 0..<random.number(0...8) { counts[random.number(0...100)] = random.number(0...40) }
    return counts
  }

  @Test("A score is from 0 to 1000, and grows with criticality and exposure", arguments: SeededGenerator.seeds(10))
  func isBounded(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let counts = randomCounts(&random)
      var last = 0.0
      for criticality in 1...5 {
        let score = AssetScore(counts: counts, criticality: criticality, isExposed: false, settings: ScoreSettings())
        let exposed = AssetScore(counts: counts, criticality: criticality, isExposed: true, settings: ScoreSettings())
        #expect((0...1000).contains(score.value), "\(counts)")
        #expect(score.value >= last && exposed.value >= score.value, "\(counts)")
        last = score.value
      }
    }
  }

  /// Across bands the formula, which takes means, is not monotone: a finding that leaves a band can lower the
  /// mean of the one it joins.
  @Test("A finding whose QDS rises within its band never lowers the score", arguments: SeededGenerator.seeds(10))
  func isMonotoneWithinBands(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var counts = randomCounts(&random)
      let band = random.pick(QDSBand.allCases)
      let from = random.number(band.range.lowerBound...band.range.upperBound)
      counts[from, default: 0] += 1
      let before = AssetScore(counts: counts, criticality: 1, isExposed: false, settings: ScoreSettings())
      counts[from, default: 0] -= 1
      counts[random.number(from...band.range.upperBound), default: 0] += 1
      let after = AssetScore(counts: counts, criticality: 1, isExposed: false, settings: ScoreSettings())
      #expect(after.value >= before.value - 1e-9, "\(counts)")
    }
  }

  @Test("The score of one finding never falls as its QDS rises")
  func isMonotoneAlone() {
    var last = 0.0
    for qds in 0...100 {
      let score = AssetScore(counts: [qds: 1], criticality: 2, isExposed: false, settings: ScoreSettings())
      #expect(score.value >= last, "QDS \(qds)")
      last = score.value
    }
  }
}
