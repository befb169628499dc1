package import IsthmusCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Evaluates conditions over plain rows, record by record: slow, and written without a look at how stores do it.
extension NaiveInventory {
  /// The places of the records that the query lists, ascending.
  package func matches(_ query: Query) -> [Int] { matches(query.steps.map(\.parsed).flatMap { $0 }, query.entity) }

  /// The same for a condition before it is normalised.
  package func matches(_ steps: [ParsedStep], _ entity: QueryEntity) -> [Int] {
    let condition = NaiveCondition(steps)
    let indices = entity == .asset ? assets.indices : findings.indices
    return indices.filter { index in
      holds(condition, 0..<steps.count, at: entity == .asset ? .asset(index) : .finding(index))
    }
  }

  /// Goes through the steps with a stack of truth values; only relations, of which few stand within one another,
  /// call it again.
  private func holds(_ condition: NaiveCondition, _ range: Range<Int>, at place: Place) -> Bool {
    var truths: [Bool] = []
    var index = range.lowerBound
    while index < range.upperBound {
      if let relation = condition.relation(startingAt: index, before: range.upperBound) {
        guard case .related(let scope) = condition.steps[relation] else { preconditionFailure("no relation") }
        let asksSource = condition.tests(.customAttributeConnectorID, in: index..<relation)
        truths.append(
          records(scope, of: place, asksSource: asksSource).contains { holds(condition, index..<relation, at: $0) })
        index = relation + 1
        continue
      }
      switch condition.steps[index] {
      case .constant(let value): truths.append(value)
      case .test(let test): truths.append(values(at: place)[test.field].map { $0.satisfies(test.comparison) } ?? false)
      case .not: truths.append(!truths.removeLast())
      case .all(let count), .any(let count):
        let operands = truths.suffix(count)
        precondition(operands.count == count, "an operand is missing")
        truths.removeLast(count)
        truths.append(condition.steps[index] == .all(count) ? operands.allSatisfy { $0 } : operands.contains(true))
      case .related: preconditionFailure("a relation without its operand")
      }
      index += 1
    }
    precondition(truths.count == 1, "steps are not one condition")
    return truths[0]
  }
}

/// Steps with the place where each relation's operand begins.
private struct NaiveCondition {
  let steps: [ParsedStep]
  private var relations: [Int: [Int]] = [:]

  init(_ steps: [ParsedStep]) {
    self.steps = steps
    var starts: [Int] = []
    for (index, step) in steps.enumerated() {
      let operands =
        switch step {
        case .constant, .test: 0
        case .not, .related: 1
        case .all(let count), .any(let count): count
        }
      precondition(starts.count >= operands, "an operand is missing")
      let start = operands == 0 ? index : starts[starts.count - operands]
      starts.removeLast(operands)
      starts.append(start)
      if case .related = step { relations[start, default: []].append(index) }
    }
  }

  /// The outermost relation whose operand begins at `index`.
  func relation(startingAt index: Int, before end: Int) -> Int? { relations[index]?.last { $0 < end } }

  func tests(_ field: QueryField, in range: Range<Int>) -> Bool {
    steps[range].contains { step in
      if case .test(let test) = step { test.field == field } else { false }
    }
  }
}

extension QueryStep {
  fileprivate var parsed: [ParsedStep] {
    switch self {
    case .constant(let value): [.constant(value)]
    case .test(let test, let isNegated): isNegated ? [.test(test), .not] : [.test(test)]
    case .all(let count): [.all(count)]
    case .any(let count): [.any(count)]
    case .related(let scope, let isNegated): isNegated ? [.related(scope), .not] : [.related(scope)]
    }
  }
}

extension NaiveValue {
  /// Whether a value that is there compares so.
  package func satisfies(_ comparison: Comparison) -> Bool {
    switch (comparison, self) {
    case (.isPresent, _): true
    case (.text(let pattern), .text(let text)): NaiveText.matches(text, pattern.source, pattern.form)
    case (.oneOf(let values), .text(let text)): values.contains { $0.lowercased() == text.lowercased() }
    case (.integer(let lower, let upper), .number(let number)):
      number >= lower ?? .min && number <= upper ?? .max
    case (.integers(let values), .number(let number)): values.contains(number)
    case (.boolean(let wanted), .truth(let truth)): wanted == truth
    case (.date(let from, let until), .number(let moment)):
      moment >= from?.microseconds ?? .min && (until.map { moment < $0.microseconds } ?? true)
    case (.address(let range), .text(let text)): Self.lies(text, from: range.lowerText, to: range.upperText)
    default: preconditionFailure("\(self) can't be compared by \(comparison)")
    }
  }

  private static func lies(_ text: String, from lower: String, to upper: String) -> Bool {
    guard let value = bytes(text), let first = bytes(lower), let last = bytes(upper) else { return false }
    return value.count == first.count && !value.lexicographicallyPrecedes(first)
      && !last.lexicographicallyPrecedes(value)
  }

  private static func bytes(_ address: String) -> [UInt8]? {
    var storage = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, address, &storage) == 1 { return Array(storage.prefix(4)) }
    return inet_pton(AF_INET6, address, &storage) == 1 ? storage : nil
  }
}
