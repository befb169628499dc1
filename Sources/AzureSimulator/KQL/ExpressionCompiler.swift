/// Turns syntax into closures, resolving columns and checking types once a query.
struct ExpressionCompiler {
  let query: QueryText
  let scope: Scope
  /// Ticks at the start of the query; `now()` is the same for all rows.
  let now: Int64
  /// For messages: the operator whose expressions these are.
  let operatorName: String
  /// Runs a query that stands where values may, giving the values of its first column.
  let tableValues: (TabularQuery) throws(KQLError) -> [KQLValue]

  func compile(_ expression: Expression) throws(KQLError) -> CompiledExpression {
    let compiled = try compileNode(expression)
    if compiled.depth > CompiledExpression.maximumDepth {
      throw query.invalid("The query is nested too deeply.", at: expression.offset)
    }
    return compiled
  }

  private func compileNode(_ expression: Expression) throws(KQLError) -> CompiledExpression {
    switch expression.node {
    case .literal(let value, let type): return .constant(value, type)
    case .name(let name): return try column(name, at: expression.offset)
    case .member, .element: return try path(expression)
    case .call(let name, let arguments): return try call(name, arguments, at: expression.offset)
    case .negated(let operand): return try negated(operand)
    case .binary(let operation, let left, let right):
      return try binary(operation, left, right, at: expression.offset)
    case .all(let terms): return try conjunction(terms)
    case .any(let terms): return try disjunction(terms)
    case .membership(let subject, let members, let membership):
      return try self.membership(of: subject, members: members, membership)
    case .tableMembership(let subject, let table, let membership):
      let values = try tableValues(table)
      return try self.membership(of: try compile(subject), values: values, membership)
    case .between(let subject, let lower, let upper, let isNegated):
      return try between(subject, lower, upper, isNegated: isNegated)
    case .type, .star:
      throw query.invalid("'\(operatorName)' operator: a value is expected here.", at: expression.offset)
    }
  }

  func condition(_ expression: Expression) throws(KQLError) -> CompiledExpression {
    let compiled = try compile(expression)
    switch compiled.type {
    case .bool, .dynamic, .long: return compiled
    default:
      throw query.invalid(
        "'\(operatorName)' operator: a condition must be of type bool, not \(compiled.type.rawValue).",
        at: expression.offset)
    }
  }

  private func column(_ name: String, at offset: Int) throws(KQLError) -> CompiledExpression {
    guard let column = scope.columns.first(where: { $0.name == name }) else {
      throw query.invalid(
        "'\(operatorName)' operator: Failed to resolve column or scalar expression named '\(name)'",
        at: offset, token: name)
    }
    let slot = column.slot
    let info = scope.infos[slot]
    // Texts are never null to expressions, even where a table has none.
    let evaluate: Evaluator
    if column.type == .string {
      evaluate = { cursor in
        let value = cursor.value(slot: slot)
        return value.isNull ? .string("") : value
      }
    } else {
      evaluate = { $0.value(slot: slot) }
    }
    return CompiledExpression(
      type: column.type, evaluate: evaluate, constant: info.constant, origin: info.origin, depth: info.depth + 1,
      slot: slot)
  }

  private enum PathStep: Sendable {
    case key(String)
    case index(Int64)
  }

  /// Members and elements by constants are followed in one loop, not one closure each.
  private func path(_ expression: Expression) throws(KQLError) -> CompiledExpression {
    var steps: [PathStep] = []
    var base = expression
    walk: while true {
      switch base.node {
      case .member(let parent, let key):
        steps.append(.key(key))
        base = parent
      case .element(let parent, let index):
        guard case .literal(.long(let position), _) = index.node else { break walk }
        steps.append(.index(position))
        base = parent
      default: break walk
      }
    }
    if steps.isEmpty, case .element(let parent, let index) = expression.node {
      return try computedElement(of: parent, index)
    }
    steps.reverse()
    let root = try compile(base)
    guard root.type == .dynamic else {
      throw query.invalid(
        "'\(operatorName)' operator: only a dynamic value has members; this one is of type \(root.type.rawValue).",
        at: base.offset)
    }
    let ready = steps
    let evaluateRoot = root.evaluate
    let follow: @Sendable (KQLValue) -> KQLValue = { value in
      var current = value
      for step in ready {
        switch step {
        case .key(let key): current = current.member(key)
        case .index(let index): current = current.element(index)
        }
      }
      return current
    }
    if let constant = root.constant { return .constant(follow(constant), .dynamic) }
    let origin: SourcePath? = root.origin.flatMap { origin in
      var keys = origin.keys
      for step in ready {
        guard case .key(let key) = step else { return nil }
        keys.append(key)
      }
      return SourcePath(column: origin.column, keys: keys)
    }
    // What a function made of a column, here or in an `extend` before, is not the column's own; a column is no deeper.
    var direct: SourcePath?
    if case .name = base.node, root.depth == 1 { direct = origin }
    let evaluate: Evaluator = { [direct] cursor in direct.flatMap(cursor.member) ?? follow(evaluateRoot(cursor)) }
    var compiled = CompiledExpression(type: .dynamic, evaluate: evaluate, depth: root.depth + 1)
    compiled.origin = origin
    return compiled
  }

  private func computedElement(of parent: Expression, _ index: Expression) throws(KQLError) -> CompiledExpression {
    let base = try compile(parent)
    let position = try compile(index)
    guard base.type == .dynamic else {
      throw query.invalid(
        "'\(operatorName)' operator: only a dynamic value has elements; this one is of type \(base.type.rawValue).",
        at: parent.offset)
    }
    let (evaluateBase, evaluatePosition) = (base.evaluate, position.evaluate)
    return CompiledExpression(
      type: .dynamic,
      evaluate: { cursor in
        switch evaluatePosition(cursor) {
        case .string(let key): evaluateBase(cursor).member(key)
        case .long(let index): evaluateBase(cursor).element(index)
        default: .null
        }
      }, depth: max(base.depth, position.depth) + 1)
  }

  private func conjunction(_ terms: [Expression]) throws(KQLError) -> CompiledExpression {
    let compiled = try conditions(terms)
    var result = Self.combined(compiled, decisive: false)
    result.narrowings = compiled.flatMap(\.narrowings)
    return result
  }

  private func disjunction(_ terms: [Expression]) throws(KQLError) -> CompiledExpression {
    let compiled = try conditions(terms)
    var result = Self.combined(compiled, decisive: true)
    result.narrowings = Self.commonNarrowings(compiled)
    return result
  }

  /// `and` (false decides) and `or` (true decides) with three values: without a decisive term an unknown one
  /// leaves the result unknown.
  private static func combined(_ terms: [CompiledExpression], decisive: Bool) -> CompiledExpression {
    let evaluators = terms.map(\.evaluate)
    return CompiledExpression(
      type: .bool,
      evaluate: { cursor in
        var isUnknown = false
        for evaluate in evaluators {
          let value = evaluate(cursor)
          if value.isNull {
            isUnknown = true
          } else if value.isTrue == decisive {
            return .bool(decisive)
          }
        }
        return isUnknown ? .null : .bool(!decisive)
      }, depth: (terms.map(\.depth).max() ?? 0) + 1)
  }

  /// A path that every term narrows is narrowed to what any of them allows.
  private static func commonNarrowings(_ terms: [CompiledExpression]) -> [Narrowing] {
    guard let first = terms.first else { return [] }
    var common: [Narrowing] = []
    for candidate in first.narrowings {
      var values = candidate.values
      var isCommon = true
      for term in terms.dropFirst() {
        guard let match = term.narrowings.first(where: { $0.path == candidate.path }) else {
          isCommon = false
          break
        }
        values.formUnion(match.values)
      }
      if isCommon { common.append(Narrowing(path: candidate.path, values: values)) }
    }
    return common
  }

  private func conditions(_ terms: [Expression]) throws(KQLError) -> [CompiledExpression] {
    var compiled: [CompiledExpression] = []
    for term in terms { compiled.append(try condition(term)) }
    return compiled
  }

  private func negated(_ operand: Expression) throws(KQLError) -> CompiledExpression {
    let compiled = try compile(operand)
    let evaluate = compiled.evaluate
    return CompiledExpression(
      type: compiled.type,
      evaluate: { cursor in
        switch evaluate(cursor) {
        case .long(let number): .long(0 &- number)
        case .real(let number): .real(-number)
        case .timespan(let ticks): .timespan(0 &- ticks)
        default: .null
        }
      }, depth: compiled.depth + 1)
  }
}
