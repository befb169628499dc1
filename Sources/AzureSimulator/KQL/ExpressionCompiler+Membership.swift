extension ExpressionCompiler {
  /// `in`, `has_any` and their like over a list as written.
  func membership(of subject: Expression, members: [Expression], _ membership: Membership) throws(KQLError)
    -> CompiledExpression
  {
    let value = try compile(subject)
    var constants: [KQLValue] = []
    var evaluators: [Evaluator] = []
    var depth = value.depth
    for member in members {
      let compiled = try compile(member)
      if membership.kind == .equalsOne, value.type.merged(with: compiled.type) == nil {
        throw query.invalid(
          "'\(operatorName)' operator: Cannot compare values of types \(value.type.rawValue) and "
            + "\(compiled.type.rawValue). Try adding explicit casts.", at: member.offset)
      }
      depth = max(depth, compiled.depth)
      if let constant = compiled.constant {
        constants.append(constant)
      } else {
        evaluators.append(compiled.evaluate)
      }
    }
    if evaluators.isEmpty { return try self.membership(of: value, values: constants, membership) }
    let (evaluate, fixed, computed) = (value.evaluate, constants, evaluators)
    return CompiledExpression(
      type: .bool,
      evaluate: { cursor in
        let list = MemberList(fixed + computed.map { $0(cursor) }, membership)
        return .bool(list.contains(evaluate(cursor)))
      }, depth: depth + 1)
  }

  /// The same over values known before the first row: the list is prepared once.
  func membership(of value: CompiledExpression, values: [KQLValue], _ membership: Membership) throws(KQLError)
    -> CompiledExpression
  {
    let list = MemberList(values, membership)
    let evaluate = value.evaluate
    var result = CompiledExpression(
      type: .bool, evaluate: { .bool(list.contains(evaluate($0))) }, depth: value.depth + 1)
    if membership.kind == .equalsOne, !membership.isNegated, let origin = value.origin, let texts = list.onlyTexts {
      result.narrowings = [Narrowing(path: origin, values: Set(texts.map { $0.lowercased() }))]
    }
    return result
  }
}

/// The right side of `in`, `has_any` or `has_all`, prepared for look-up. Arrays count as their elements.
private struct MemberList: Sendable {
  private let membership: Membership
  private var texts: Set<String> = []
  private var others: [KQLValue] = []
  private var matchers: [TextMatcher] = []

  init(_ values: [KQLValue], _ membership: Membership) {
    self.membership = membership
    for value in values {
      if case .array(let elements) = value {
        for element in elements { add(element) }
      } else {
        add(value)
      }
    }
  }

  private mutating func add(_ value: KQLValue) {
    if membership.kind != .equalsOne {
      matchers.append(TextMatcher(.has, value.text, isCaseSensitive: false))
    } else if case .string(let text) = value {
      texts.insert(membership.isFolded ? text.lowercased() : text)
    } else if !value.isNull {
      others.append(value)
    }
  }

  /// The members, if all of them are texts.
  var onlyTexts: Set<String>? { others.isEmpty && !texts.contains("") ? texts : nil }

  func contains(_ value: KQLValue) -> Bool { holds(value) != membership.isNegated }

  private func holds(_ value: KQLValue) -> Bool {
    switch membership.kind {
    case .hasAny:
      let text = value.text
      return matchers.contains { $0.matches(text) }
    case .hasAll:
      let text = value.text
      return matchers.allSatisfy { $0.matches(text) }
    case .equalsOne:
      if value.isNull { return false }
      if !texts.isEmpty {
        let text = value.text
        if texts.contains(membership.isFolded ? text.lowercased() : text) { return true }
      }
      return others.contains { KQLValue.equals($0, value) == true }
    }
  }
}
