import IsthmusCore
import Testing

@Suite(
  "JMESPath beside another implementation",
  .enabled(if: JMESPathOracle.found != nil, "no Python with the jmespath package here"))
struct JMESPathOracleTests {
  static let count = 4000

  @Test("Generated expressions, sound and broken, give what the other implementation gives", arguments: 1...3)
  func agrees(seed: Int) throws {
    let oracle = try #require(JMESPathOracle.found)
    let cases = try oracle.cases(seed: seed, count: Self.count)
    #expect(cases.count == Self.count)
    for one in cases {
      let outcome = JMESPathOutcome(of: one.expression, on: one.value)
      let message: Comment = "seed \(seed): \(one.expression) on \(one.value.text()) gives \(outcome)"
      #expect(outcome.agrees(with: one.expected), "\(message), not \(one.expected)")
    }
    // The oracle speaks for itself, not for its corrections; and it is not all errors.
    #expect(cases.count { $0.isCorrected } < Self.count / 10)
    let results = cases.count { if case .result(let value) = $0.expected { value != .null } else { false } }
    #expect(results > Self.count / 4)
  }
}
