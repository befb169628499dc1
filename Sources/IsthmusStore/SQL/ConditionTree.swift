import IsthmusCore

/// A query's condition as a tree, in which what one comparison or one look-up can answer is put together:
/// `name: a or name: b` is one test, `tag: (name: a) or tag: (name: b)` is about one tag that is either.
///
/// The nodes stand in an array, so that neither building nor freeing a tree of 1,000 levels needs a stack.
struct ConditionTree {
  enum Node {
    case constant(Bool)
    case test(Test)
    /// At least two operands, none of which is a constant or of the same kind.
    case all([Int])
    case any([Int])
    case related(Relation)
  }

  /// Of each clause one comparison holds.
  struct Test: Hashable {
    var field: QueryField
    /// Not empty. Where there are several clauses, or several comparisons in one, all are of texts and addresses.
    var clauses: [[Comparison]]
    var isNegated: Bool
    /// In the query, of the first one.
    var position: Int

    static func == (a: Test, b: Test) -> Bool {
      a.field == b.field && a.clauses == b.clauses && a.isNegated == b.isNegated
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(field)
      hasher.combine(clauses)
      hasher.combine(isNegated)
    }
  }

  struct Relation {
    var scope: QueryScope
    var operand: Int
    var isNegated: Bool
    /// Whether tests of a custom attribute ask which source says it.
    var asksSource: Bool
  }

  private(set) var nodes: [Node] = []
  private(set) var root = 0

  init(_ query: Query) {
    let extents = query.steps.extents
    var stack: [Int] = []
    for (index, step) in query.steps.enumerated() {
      let operands = Array(stack.suffix(step.operands))
      stack.removeLast(step.operands)
      switch step {
      case .constant(let value): stack.append(add(.constant(value)))
      case .test(let test, let isNegated):
        let test = Test(
          field: test.field, clauses: [[test.comparison]], isNegated: isNegated, position: test.position)
        stack.append(add(.test(test)))
      case .all: stack.append(join(operands, isAll: true))
      case .any: stack.append(join(operands, isAll: false))
      case .related(let scope, let isNegated):
        let asksSource = query.steps[extents[index]..<index].contains { step in
          if case .test(let test, _) = step { test.field == .customAttributeConnectorID } else { false }
        }
        let relation = Relation(scope: scope, operand: operands[0], isNegated: isNegated, asksSource: asksSource)
        stack.append(add(.related(relation)))
      }
    }
    root = stack.last ?? add(.constant(true))
  }

  private mutating func add(_ node: Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }
}

// MARK: - As a program

extension ConditionTree {
  /// How the node's truth follows from that of its terms: tests, relations and constants.
  ///
  /// - Parameter number: The number of a term, by its node; asked once for tests that are the same. nil where there is none.
  /// - Returns: nil if some term has no number.
  func program(of node: Int, number: (Int) throws -> Int?) rethrows -> TruthProgram? {
    var steps: [TruthProgram.Step] = []
    var known: [Test: Int] = [:]
    // From the last step to the first: what combines stands behind its operands.
    var work = [node]
    while let next = work.popLast() {
      switch nodes[next] {
      case .all(let operands):
        steps.append(.all(operands.count))
        work += operands
      case .any(let operands):
        steps.append(.any(operands.count))
        work += operands
      case .test(let test) where known[test] != nil: steps.append(.term(known[test] ?? 0))
      case .test, .related, .constant:
        guard let term = try number(next) else { return nil }
        if case .test(let test) = nodes[next] { known[test] = term }
        steps.append(.term(term))
      }
    }
    return TruthProgram(steps.reversed())
  }
}

// MARK: - Putting together

extension ConditionTree {
  private struct TestKey: Hashable {
    var field: QueryField
    var isNegated: Bool
  }

  private struct RelationKey: Hashable {
    var scope: QueryScope
    var isNegated: Bool
    var asksSource: Bool
  }

  /// Calls itself for the operands of relations that become one; these stand four within one another at most.
  private mutating func join(_ operands: [Int], isAll: Bool) -> Int {
    var tests: [TestKey: [Test]] = [:]
    var relations: [RelationKey: [Int]] = [:]
    // What is put together stands in the place of its first.
    var places: [Place] = []
    for operand in operands.flatMap({ flattened($0, isAll: isAll) }) {
      switch nodes[operand] {
      case .constant(let value):
        if value != isAll { return operand }
      case .test(let test):
        let key = TestKey(field: test.field, isNegated: test.isNegated)
        if tests[key] == nil { places.append(.tests(key)) }
        tests[key, default: []].append(test)
      // A finding has one asset at most, so that `and` is about the same one.
      case .related(let relation) where relation.isNegated == isAll || relation.scope == .asset:
        let key = RelationKey(
          scope: relation.scope, isNegated: relation.isNegated, asksSource: relation.asksSource)
        if relations[key] == nil { places.append(.relations(key)) }
        relations[key, default: []].append(relation.operand)
      default: places.append(.node(operand))
      }
    }
    var joined: [Int] = []
    for place in places {
      switch place {
      case .node(let node): joined.append(node)
      case .tests(let key):
        // `not a and not b` is `not (a or b)`, `not a or not b` is `not (a and b)`.
        let found = tests[key] ?? []
        joined += (key.isNegated == isAll ? Test.any(of: found) : Test.all(of: found)).map { add(.test($0)) }
      case .relations(let key):
        let operand = join(relations[key] ?? [], isAll: key.isNegated != isAll)
        joined.append(
          add(
            .related(
              Relation(
                scope: key.scope, operand: operand, isNegated: key.isNegated, asksSource: key.asksSource))))
      }
    }
    switch joined.count {
    case 0: return add(.constant(isAll))
    case 1: return joined[0]
    default: return add(isAll ? .all(joined) : .any(joined))
    }
  }

  private enum Place {
    case node(Int)
    case tests(TestKey)
    case relations(RelationKey)
  }

  /// The operands of a node of the same kind, which is in none of its own.
  private func flattened(_ node: Int, isAll: Bool) -> [Int] {
    switch nodes[node] {
    case .all(let operands) where isAll: operands
    case .any(let operands) where !isAll: operands
    default: [node]
    }
  }
}

extension ConditionTree.Test {
  /// As few tests as can be of those of one field, all of which must hold.
  fileprivate static func all(of tests: [Self]) -> [Self] {
    let patterns = tests.filter(\.isOfPatterns)
    guard let first = patterns.first, patterns.count > 1 else { return tests }
    var joined = first
    var known: Set<[Comparison]> = []
    joined.clauses = patterns.flatMap(\.clauses).filter { known.insert($0).inserted }
    return tests.filter { !$0.isOfPatterns } + [joined]
  }

  private var isOfPatterns: Bool {
    if case .enumeration = field.kind { return false }
    return clauses.joined().allSatisfy { comparison in
      switch comparison {
      case .text, .oneOf, .address: true
      case .isPresent, .integer, .integers, .boolean, .date: false
      }
    }
  }

  /// As few tests as can be of those of one field, of which one must hold.
  fileprivate static func any(of tests: [Self]) -> [Self] {
    guard let first = tests.first, tests.count > 1 else { return tests }
    var words: Set<String> = []
    var numbers: Set<Int64> = []
    var patterns: [Comparison] = []
    var known: Set<Comparison> = []
    var others: [Self] = []
    for test in tests {
      if test.clauses.count > 1 {
        others.append(test)
        continue
      }
      for comparison in test.clauses.joined() {
        switch comparison {
        case .oneOf(let texts): words.formUnion(texts)
        case .integers(let several): numbers.formUnion(several)
        case .integer(let lower?, let upper?) where lower == upper: numbers.insert(lower)
        case .text, .address:
          if known.insert(comparison).inserted { patterns.append(comparison) }
        case .isPresent, .integer, .boolean, .date:
          if known.insert(comparison).inserted { others.append(test) }
        }
      }
    }
    if !words.isEmpty { patterns.append(.oneOf(words.sorted())) }
    var joined = others
    func add(_ comparisons: [Comparison]) {
      joined.append(
        Self(field: first.field, clauses: [comparisons], isNegated: first.isNegated, position: first.position))
    }
    if !patterns.isEmpty { add(patterns) }
    if numbers.count == 1, let number = numbers.first {
      add([.integer(lower: number, upper: number)])
    } else if !numbers.isEmpty {
      add([.integers(numbers.sorted())])
    }
    return joined
  }
}
