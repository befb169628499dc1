extension ExpressionCompiler {
  /// The pattern of a regular-expression function: a constant, compiled once.
  func regex(_ pattern: CompiledExpression, at offset: Int) throws(KQLError) -> RegexPattern {
    guard let constant = pattern.constant else {
      throw query.invalid("A regular expression must be a constant.", at: offset)
    }
    guard let regex = RegexPattern(constant.text) else {
      throw query.invalid("'\(constant.text)' is not a regular expression.", at: offset)
    }
    return regex
  }

  private func wholeNumber(_ expression: Expression) throws(KQLError) -> Int {
    guard let constant = try compile(expression).constant, case .long(let number) = constant else {
      throw query.invalid("A whole number is expected here.", at: expression.offset)
    }
    return Int(number)
  }

  /// `extract(regex, group, text [, typeof(type)])`.
  func extract(_ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    try checkCount("extract", arguments, 3...4, at: offset)
    let pattern = try regex(try compile(arguments[0]), at: arguments[0].offset)
    let group = try wholeNumber(arguments[1])
    let subject = try compile(arguments[2])
    var type = KQLType.string
    if arguments.count > 3 {
      guard case .type(let named) = arguments[3].node else {
        throw query.invalid("extract(): typeof(…) is expected.", at: arguments[3].offset, token: "extract")
      }
      type = named
    }
    let evaluate = subject.evaluate
    let wanted = type
    return CompiledExpression(
      type: type,
      evaluate: { cursor in
        guard let found = pattern.group(group, in: evaluate(cursor).text) else { return wanted.absent }
        return KQLValue.string(String(found)).converted(to: wanted)
      }, depth: subject.depth + 1)
  }

  /// `extract_all(regex [, groups], text)`: texts if one group is captured, else arrays of texts.
  func extractAll(_ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    try checkCount("extract_all", arguments, 2...3, at: offset)
    let pattern = try regex(try compile(arguments[0]), at: arguments[0].offset)
    var groups: [Int]?
    if arguments.count > 2 {
      guard let constant = try compile(arguments[1]).constant, case .array(let list) = constant else {
        throw query.invalid("extract_all(): the groups must be a dynamic array.", at: arguments[1].offset)
      }
      groups = list.compactMap { $0.asLong.map(Int.init) }
    }
    let wanted = groups
    let subject = try compile(arguments[arguments.count - 1])
    let evaluate = subject.evaluate
    return CompiledExpression(
      type: .dynamic,
      evaluate: { cursor in
        let found: [KQLValue] = pattern.matches(in: evaluate(cursor).text).map { match in
          let output = match.output
          let numbers = wanted ?? (output.count > 1 ? Array(1..<output.count) : [0])
          let texts: [KQLValue] = numbers.map { number in
            guard number >= 0, number < output.count else { return .string("") }
            return .string(String(output[number].substring ?? ""))
          }
          return texts.count == 1 ? texts[0] : .array(texts)
        }
        return found.isEmpty ? .null : .array(found)
      }, depth: subject.depth + 1)
  }

  /// `replace(regex, rewrite, text)` and `replace_regex(text, regex, rewrite)`.
  func replace(_ name: String, _ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    try checkCount(name, arguments, 3...3, at: offset)
    let isTextFirst = name == "replace_regex"
    let patternSyntax = isTextFirst ? arguments[1] : arguments[0]
    let pattern = try regex(try compile(patternSyntax), at: patternSyntax.offset)
    let rewrite = try compile(isTextFirst ? arguments[2] : arguments[1])
    let subject = try compile(isTextFirst ? arguments[0] : arguments[2])
    let (evaluate, evaluateRewrite) = (subject.evaluate, rewrite.evaluate)
    return CompiledExpression(
      type: .string,
      evaluate: { cursor in
        .string(pattern.replacing(in: evaluate(cursor).text, with: evaluateRewrite(cursor).text))
      }, depth: max(subject.depth, rewrite.depth) + 1)
  }

  /// `trim(regex, text)`: matches at the ends are taken away until there are none.
  func trim(_ name: String, _ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    try checkCount(name, arguments, 2...2, at: offset)
    let constant = try compile(arguments[0])
    guard let text = constant.constant?.text else {
      throw query.invalid("A regular expression must be a constant.", at: arguments[0].offset)
    }
    let leading = try regex(.constant(.string("^(?:\(text))"), .string), at: arguments[0].offset)
    let trailing = try regex(.constant(.string("(?:\(text))$"), .string), at: arguments[0].offset)
    let subject = try compile(arguments[1])
    let evaluate = subject.evaluate
    let (trimsStart, trimsEnd) = (name != "trim_end", name != "trim_start")
    return CompiledExpression(
      type: .string,
      evaluate: { cursor in
        var rest = evaluate(cursor).text
        while trimsStart, let match = leading.firstMatch(in: rest), !match.range.isEmpty {
          rest = String(rest[match.range.upperBound...])
        }
        while trimsEnd, let match = trailing.firstMatch(in: rest), !match.range.isEmpty {
          rest = String(rest[..<match.range.lowerBound])
        }
        return .string(rest)
      }, depth: subject.depth + 1)
  }
}
