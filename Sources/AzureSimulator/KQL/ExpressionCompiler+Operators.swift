extension ExpressionCompiler {
  func binary(_ operation: BinaryOperator, _ left: Expression, _ right: Expression, at offset: Int) throws(KQLError)
    -> CompiledExpression
  {
    let first = try compile(left)
    let second = try compile(right)
    switch operation {
    case .add, .subtract, .multiply, .divide, .modulo:
      return try arithmetic(operation, first, second, at: offset)
    case .equal: return try equality(first, second, isNegated: false, at: offset)
    case .notEqual: return try equality(first, second, isNegated: true, at: offset)
    case .equalFolded: return try foldedEquality(first, second, isNegated: false, at: offset)
    case .notEqualFolded: return try foldedEquality(first, second, isNegated: true, at: offset)
    case .less: return try ordering(first, second, at: offset) { $0 < 0 }
    case .lessOrEqual: return try ordering(first, second, at: offset) { $0 <= 0 }
    case .greater: return try ordering(first, second, at: offset) { $0 > 0 }
    case .greaterOrEqual: return try ordering(first, second, at: offset) { $0 >= 0 }
    case .text(let kind, let isCaseSensitive, let isNegated):
      return textCondition(first, second, kind, isCaseSensitive: isCaseSensitive, isNegated: isNegated)
    case .matchesRegex:
      let pattern = try regex(second, at: right.offset)
      let evaluate = first.evaluate
      return derived(.bool, first, second) { .bool(pattern.isMatch(in: evaluate($0).text)) }
    }
  }

  /// A result that depends on rows unless both operands are constants.
  private func derived(
    _ type: KQLType, _ first: CompiledExpression, _ second: CompiledExpression, _ evaluate: @escaping Evaluator
  ) -> CompiledExpression {
    CompiledExpression(type: type, evaluate: evaluate, depth: max(first.depth, second.depth) + 1)
  }

  private func checkComparable(_ first: KQLType, _ second: KQLType, at offset: Int) throws(KQLError) {
    let isBoolAgainstNumber = (first == .bool && second == .long) || (first == .long && second == .bool)
    if first.merged(with: second) != nil || isBoolAgainstNumber { return }
    throw query.invalid(
      "'\(operatorName)' operator: Cannot compare values of types \(first.rawValue) and \(second.rawValue). "
        + "Try adding explicit casts.", at: offset)
  }

  private func equality(
    _ first: CompiledExpression, _ second: CompiledExpression, isNegated: Bool, at offset: Int
  ) throws(KQLError) -> CompiledExpression {
    try checkComparable(first.type, second.type, at: offset)
    if first.constant != nil, second.constant == nil {
      return try equality(second, first, isNegated: isNegated, at: offset)
    }
    let evaluate = first.evaluate
    var result: CompiledExpression
    if case .string(let literal)? = second.constant {
      result = derived(.bool, first, second) { cursor in
        switch evaluate(cursor) {
        case .string(let text): .bool((text == literal) != isNegated)
        case .null: .bool(isNegated)
        case let other: .bool((other.text == literal) != isNegated)
        }
      }
      if !isNegated, !literal.isEmpty, let origin = first.origin {
        result.narrowings = [Narrowing(path: origin, values: [literal.lowercased()])]
      }
      return result
    }
    let evaluateSecond = second.evaluate
    return derived(.bool, first, second) { cursor in
      guard let isEqual = KQLValue.equals(evaluate(cursor), evaluateSecond(cursor)) else { return .null }
      return .bool(isEqual != isNegated)
    }
  }

  private func foldedEquality(
    _ first: CompiledExpression, _ second: CompiledExpression, isNegated: Bool, at offset: Int
  ) throws(KQLError) -> CompiledExpression {
    for type in [first.type, second.type] where type != .string && type != .dynamic {
      throw query.invalid(
        "'\(operatorName)' operator: =~ and !~ compare texts, not values of type \(type.rawValue).", at: offset)
    }
    if first.constant != nil, second.constant == nil {
      return try foldedEquality(second, first, isNegated: isNegated, at: offset)
    }
    let (evaluate, evaluateSecond) = (first.evaluate, second.evaluate)
    var result = derived(.bool, first, second) { cursor in
      .bool(TextMatcher.equalsFolded(evaluate(cursor).text, evaluateSecond(cursor).text) != isNegated)
    }
    if !isNegated, let origin = first.origin, case .string(let literal)? = second.constant, !literal.isEmpty {
      result.narrowings = [Narrowing(path: origin, values: [literal.lowercased()])]
    }
    return result
  }

  private func ordering(
    _ first: CompiledExpression, _ second: CompiledExpression, at offset: Int,
    _ holds: @escaping @Sendable (Int) -> Bool
  ) throws(KQLError) -> CompiledExpression {
    try checkComparable(first.type, second.type, at: offset)
    let (evaluate, evaluateSecond) = (first.evaluate, second.evaluate)
    return derived(.bool, first, second) { cursor in
      KQLValue.order(evaluate(cursor), evaluateSecond(cursor)).map { .bool(holds($0)) } ?? .null
    }
  }

  private func textCondition(
    _ first: CompiledExpression, _ second: CompiledExpression, _ kind: TextMatcher.Kind, isCaseSensitive: Bool,
    isNegated: Bool
  ) -> CompiledExpression {
    let evaluate = first.evaluate
    if let pattern = second.constant {
      let matcher = TextMatcher(kind, pattern.text, isCaseSensitive: isCaseSensitive)
      return derived(.bool, first, second) { .bool(matcher.matches(evaluate($0).text) != isNegated) }
    }
    let evaluatePattern = second.evaluate
    return derived(.bool, first, second) { cursor in
      let matcher = TextMatcher(kind, evaluatePattern(cursor).text, isCaseSensitive: isCaseSensitive)
      return .bool(matcher.matches(evaluate(cursor).text) != isNegated)
    }
  }

  func between(_ subject: Expression, _ lower: Expression, _ upper: Expression, isNegated: Bool) throws(KQLError)
    -> CompiledExpression
  {
    let value = try compile(subject)
    let low = try compile(lower)
    let high = try compile(upper)
    try checkComparable(value.type, low.type, at: subject.offset)
    let isRelative = value.type == .datetime && high.type == .timespan
    if !isRelative { try checkComparable(value.type, high.type, at: subject.offset) }
    let (evaluate, evaluateLow, evaluateHigh) = (value.evaluate, low.evaluate, high.evaluate)
    var result = derived(.bool, low, high) { cursor in
      let subject = evaluate(cursor)
      let bottom = evaluateLow(cursor)
      var top = evaluateHigh(cursor)
      if isRelative { top = KQLValue.sum(bottom, top) }
      guard let first = KQLValue.order(subject, bottom), let second = KQLValue.order(subject, top) else { return .null }
      return .bool((first >= 0 && second <= 0) != isNegated)
    }
    result.depth = max(result.depth, value.depth + 1)
    return result
  }

  private func arithmetic(
    _ operation: BinaryOperator, _ first: CompiledExpression, _ second: CompiledExpression, at offset: Int
  ) throws(KQLError) -> CompiledExpression {
    guard let type = Self.arithmeticType(operation, first.type, second.type) else {
      throw query.invalid(
        "'\(operatorName)' operator: Arithmetic is not defined between values of types \(first.type.rawValue) "
          + "and \(second.type.rawValue).", at: offset)
    }
    let compute: @Sendable (KQLValue, KQLValue) -> KQLValue =
      switch operation {
      case .add: KQLValue.sum
      case .subtract: KQLValue.difference
      case .multiply: KQLValue.product
      case .divide: KQLValue.quotient
      default: KQLValue.remainder
      }
    if let a = first.constant, let b = second.constant { return .constant(compute(a, b), type) }
    let (evaluate, evaluateSecond) = (first.evaluate, second.evaluate)
    return derived(type, first, second) { compute(evaluate($0), evaluateSecond($0)) }
  }

  private static func arithmeticType(_ operation: BinaryOperator, _ a: KQLType, _ b: KQLType) -> KQLType? {
    if a == .dynamic || b == .dynamic { return a == .string || b == .string ? nil : .dynamic }
    if a.isNumeric && b.isNumeric { return a == .long && b == .long ? .long : .real }
    switch (operation, a, b) {
    case (.add, .datetime, .timespan), (.add, .timespan, .datetime), (.subtract, .datetime, .timespan):
      return .datetime
    case (.subtract, .datetime, .datetime), (.add, .timespan, .timespan), (.subtract, .timespan, .timespan),
      (.modulo, .timespan, .timespan):
      return .timespan
    case (.divide, .timespan, .timespan): return .real
    case (.multiply, .timespan, .long), (.multiply, .timespan, .real), (.multiply, .long, .timespan),
      (.multiply, .real, .timespan), (.divide, .timespan, .long), (.divide, .timespan, .real):
      return .timespan
    default: return nil
    }
  }
}
