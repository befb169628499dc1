/// One step of a query's condition in post-order: operands stand before what combines them.
///
/// A flat array instead of a tree: queries nest 1,000 deep, and neither walking, comparing nor freeing an array
/// needs a stack. To evaluate it, keep a stack of truth values: `test` and `constant` push one, `all` and `any`
/// replace the last n by one, `related` replaces the last by whether some record of its scope gave true.
package enum QueryStep: Sendable, Hashable {
  /// Stands only directly before a `related`, or alone as the whole condition.
  case constant(Bool)
  /// Negated: also true where the field has no value.
  case test(QueryTest, isNegated: Bool)
  /// The last `count` operands, at least two, hold.
  case all(Int)
  /// One of the last `count` operands, at least two, holds.
  case any(Int)
  /// Some record of `scope` that belongs to the present one satisfies the last operand; negated: none does.
  /// Tests of that operand are about such a record. From a finding to its asset there is at most one.
  case related(QueryScope, isNegated: Bool)

  /// How many operands it takes off.
  package var operands: Int {
    switch self {
    case .constant, .test: 0
    case .all(let count), .any(let count): count
    case .related: 1
    }
  }
}

extension [QueryStep] {
  /// For each step where its operand's first step stands; its own place for a step without operands.
  package var extents: [Int] {
    var starts: [Int] = []
    var result: [Int] = []
    starts.reserveCapacity(count)
    result.reserveCapacity(count)
    for (index, step) in enumerated() {
      let operands = Swift.min(step.operands, starts.count)
      let start = operands == 0 ? index : starts[starts.count - operands]
      starts.removeLast(operands)
      starts.append(start)
      result.append(start)
    }
    return result
  }
}

/// A step as it is parsed, before negation is moved to the tests.
package enum ParsedStep: Sendable, Hashable {
  case constant(Bool)
  case test(QueryTest)
  case not
  case all(Int)
  case any(Int)
  case related(QueryScope)
}
