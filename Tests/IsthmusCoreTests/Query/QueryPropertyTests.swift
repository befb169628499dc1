import IsthmusCore
import TestSupport
import Testing

@Suite("Random queries")
struct QueryPropertyTests {
  static let now = Timestamp(microseconds: 1_770_000_000_123_456)

  @Test("A query selects what it was made to select, before and after it is made simpler", arguments: 1...40)
  func selects(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let inventory = NaiveInventory.random(assets: 8, findings: 16, now: Self.now, &random)
    var generator = QueryGenerator(seed: UInt64(seed), now: Self.now)
    var selected = 0
    for number in 0..<60 {
      let made = generator.query(for: number.isMultiple(of: 2) ? .asset : .finding)
      let expected = made.matches(in: inventory)
      let steps = try Query.parse(made.text, for: made.entity, now: Self.now)
      #expect(inventory.matches(steps, made.entity) == expected, "as parsed: \(made.text)")
      let query = Query(steps, for: made.entity)
      #expect(inventory.matches(query) == expected, "made simpler: \(made.text)")
      selected += expected.isEmpty ? 0 : 1
    }
    // Queries that select nothing would prove little.
    #expect(selected > 20)
  }

  @Test("Written plainly and read again a query is the same", arguments: 1...40)
  func printed(seed: Int) throws {
    var generator = QueryGenerator(seed: UInt64(1000 + seed), now: Self.now)
    for number in 0..<100 {
      let made = generator.query(for: number.isMultiple(of: 2) ? .asset : .finding)
      let query = try Query(made.text, for: made.entity, now: Self.now)
      let again = try Query(query.text, for: made.entity, now: Self.now)
      #expect(again == query, "\(made.text)\nwritten: \(query.text)")
    }
  }

  @Test("A simpler condition has no constants, single operands or nests of one kind left", arguments: 1...40)
  func normal(seed: Int) throws {
    var generator = QueryGenerator(seed: UInt64(2000 + seed), now: Self.now)
    for number in 0..<100 {
      let made = generator.query(for: number.isMultiple(of: 2) ? .asset : .finding)
      let steps = try Query(made.text, for: made.entity, now: Self.now).steps
      #expect(Self.isNormal(steps), "\(made.text)\n\(steps)")
    }
  }

  private static func isNormal(_ steps: [QueryStep]) -> Bool {
    var operands: [QueryStep] = []
    for (index, step) in steps.enumerated() {
      guard operands.count >= step.operands else { return false }
      let taken = operands.suffix(step.operands)
      operands.removeLast(step.operands)
      operands.append(step)
      switch step {
      case .all(let count):
        guard count > 1, !taken.contains(where: { if case .all = $0 { true } else { false } }) else { return false }
      case .any(let count):
        guard count > 1, !taken.contains(where: { if case .any = $0 { true } else { false } }) else { return false }
      case .constant:
        guard steps.count > 1 else { break }
        guard index + 1 < steps.count, case .related = steps[index + 1] else { return false }
      case .test, .related: break
      }
    }
    return operands.count == 1
  }

  @Test("No mangled query crashes, and what is refused is refused at a place in the text", arguments: 1...40)
  func mangled(seed: Int) {
    var random = SeededGenerator(seed: UInt64(3000 + seed))
    var generator = QueryGenerator(seed: UInt64(3000 + seed), now: Self.now)
    for _ in 0..<60 {
      let made = generator.query(for: .finding)
      let text = random.mangled(made.text)
      do {
        let query = try Query(text, for: .finding, now: Self.now)
        #expect(query.steps.extents.last == 0)
      } catch {
        #expect((0...text.count).contains(error.position), "\(text)")
        #expect(error.position + error.length <= text.count, "\(text)")
        #expect(!error.rendered(in: text).isEmpty)
      }
      let place = random.number(0...text.count)
      for completion in QueryCompletion.completions(of: text, at: place, for: .asset, now: Self.now) {
        #expect(completion.replaces.upperBound == place && !completion.text.isEmpty)
      }
    }
  }
}
