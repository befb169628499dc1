extension ExpressionCompiler {
  /// Functions whose result differs from their argument in letter case or type only: a condition on the result
  /// narrows a table as one on the argument would.
  private static let transparentFunctions: Set<String> = [
    "tostring", "tolower", "toupper", "parse_json", "parsejson", "todynamic",
  ]

  func call(_ name: String, _ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    switch name {
    case "iff", "iif": return try conditional(name, arguments, at: offset)
    case "case": return try caseCall(arguments, at: offset)
    case "coalesce": return try coalesce(arguments, at: offset)
    case "now": return try moment(arguments, sign: 1, at: offset, optional: true)
    case "ago": return try moment(arguments, sign: -1, at: offset, optional: false)
    case "pack_all": return packAll()
    case "column_ifexists", "columnifexists": return try columnIfExists(arguments, at: offset)
    case "extract": return try extract(arguments, at: offset)
    case "extract_all": return try extractAll(arguments, at: offset)
    case "replace", "replace_regex": return try replace(name, arguments, at: offset)
    case "trim", "trim_start", "trim_end": return try trim(name, arguments, at: offset)
    default: return try scalarCall(name, arguments, at: offset)
    }
  }

  func checkCount(_ name: String, _ arguments: [Expression], _ allowed: ClosedRange<Int>, at offset: Int)
    throws(KQLError)
  {
    if allowed.contains(arguments.count) { return }
    throw query.invalid("\(name)(): wrong number of arguments (\(arguments.count)).", at: offset, token: name)
  }

  private func scalarCall(_ name: String, _ arguments: [Expression], at offset: Int) throws(KQLError)
    -> CompiledExpression
  {
    guard let function = ScalarFunction.table[name] else {
      throw query.invalid("Unknown function: '\(name)'.", at: offset, token: name)
    }
    try checkCount(name, arguments, function.arguments, at: offset)
    var compiled: [CompiledExpression] = []
    for argument in arguments { compiled.append(try compile(argument)) }
    let type = function.resultType(of: compiled.map(\.type))
    if name == "gettype", let first = compiled.first, first.type != .dynamic {
      return .constant(.string(first.type.rawValue), .string)
    }
    let constants = compiled.compactMap(\.constant)
    if constants.count == compiled.count { return .constant(function.apply(constants), type) }
    let evaluators = compiled.map(\.evaluate)
    let evaluate: Evaluator
    switch function.body {
    case .one(let body):
      let first = evaluators[0]
      evaluate = { body(first($0)) }
    case .two(let body):
      let (first, second) = (evaluators[0], evaluators[1])
      evaluate = { body(first($0), second($0)) }
    case .many(let body):
      evaluate = { cursor in body(evaluators.map { $0(cursor) }) }
    }
    var result = CompiledExpression(
      type: type, evaluate: evaluate, depth: (compiled.map(\.depth).max() ?? 0) + 1)
    if Self.transparentFunctions.contains(name) { result.origin = compiled[0].origin }
    return result
  }

  /// The type of a choice between values.
  private func chosenType(_ name: String, _ types: [KQLType], at offset: Int) throws(KQLError) -> KQLType {
    var type = types[0]
    for other in types.dropFirst() {
      guard let merged = type.merged(with: other) else {
        throw query.invalid(
          "\(name)(): values of types \(type.rawValue) and \(other.rawValue) cannot be results of one call.",
          at: offset, token: name)
      }
      type = merged
    }
    return type
  }

  /// Wholes become reals where the choice is between both.
  private func widened(_ compiled: CompiledExpression, to type: KQLType) -> Evaluator {
    let evaluate = compiled.evaluate
    guard type == .real, compiled.type == .long else { return evaluate }
    return { evaluate($0).converted(to: .real) }
  }

  private func conditional(_ name: String, _ arguments: [Expression], at offset: Int) throws(KQLError)
    -> CompiledExpression
  {
    try checkCount(name, arguments, 3...3, at: offset)
    let test = try condition(arguments[0])
    let first = try compile(arguments[1])
    let second = try compile(arguments[2])
    let type = try chosenType(name, [first.type, second.type], at: offset)
    let evaluateTest = test.evaluate
    let (evaluateFirst, evaluateSecond) = (widened(first, to: type), widened(second, to: type))
    return CompiledExpression(
      type: type, evaluate: { evaluateTest($0).isTrue ? evaluateFirst($0) : evaluateSecond($0) },
      depth: max(test.depth, first.depth, second.depth) + 1)
  }

  private func caseCall(_ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    guard arguments.count >= 3, arguments.count % 2 == 1 else {
      throw query.invalid("case(): wrong number of arguments (\(arguments.count)).", at: offset, token: "case")
    }
    var tests: [Evaluator] = []
    var results: [CompiledExpression] = []
    var depth = 0
    for index in stride(from: 0, to: arguments.count - 1, by: 2) {
      let test = try condition(arguments[index])
      tests.append(test.evaluate)
      results.append(try compile(arguments[index + 1]))
      depth = max(depth, test.depth)
    }
    results.append(try compile(arguments[arguments.count - 1]))
    let type = try chosenType("case", results.map(\.type), at: offset)
    let evaluators = results.map { widened($0, to: type) }
    let ready = tests
    return CompiledExpression(
      type: type,
      evaluate: { cursor in
        for (index, test) in ready.enumerated() where test(cursor).isTrue { return evaluators[index](cursor) }
        return evaluators[ready.count](cursor)
      }, depth: max(depth, results.map(\.depth).max() ?? 0) + 1)
  }

  private func coalesce(_ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    try checkCount("coalesce", arguments, 1...64, at: offset)
    var compiled: [CompiledExpression] = []
    for argument in arguments { compiled.append(try compile(argument)) }
    let type = try chosenType("coalesce", compiled.map(\.type), at: offset)
    let evaluators = compiled.map { widened($0, to: type) }
    let skipsEmptyText = type == .string
    return CompiledExpression(
      type: type,
      evaluate: { cursor in
        for evaluate in evaluators {
          let value = evaluate(cursor)
          if !(skipsEmptyText ? value.isEmpty : value.isNull) { return value }
        }
        return type.absent
      }, depth: (compiled.map(\.depth).max() ?? 0) + 1)
  }

  private func moment(_ arguments: [Expression], sign: Int64, at offset: Int, optional: Bool) throws(KQLError)
    -> CompiledExpression
  {
    let name = optional ? "now" : "ago"
    try checkCount(name, arguments, (optional ? 0 : 1)...1, at: offset)
    guard let argument = arguments.first else { return .constant(.datetime(now), .datetime) }
    let span = try compile(argument)
    guard span.type == .timespan else {
      throw query.invalid("\(name)(): the argument must be a timespan.", at: offset, token: name)
    }
    let start = KQLValue.datetime(now)
    let shift: @Sendable (KQLValue) -> KQLValue = {
      sign < 0 ? KQLValue.difference(start, $0) : KQLValue.sum(start, $0)
    }
    if let constant = span.constant { return .constant(shift(constant), .datetime) }
    let evaluate = span.evaluate
    return CompiledExpression(type: .datetime, evaluate: { shift(evaluate($0)) }, depth: span.depth + 1)
  }

  private func packAll() -> CompiledExpression {
    let columns = scope.columns
    let depth = columns.map { scope.infos[$0.slot].depth }.max() ?? 0
    return CompiledExpression(
      type: .dynamic,
      evaluate: { cursor in
        .object(KQLObject(columns.map { ($0.name, cursor.value(slot: $0.slot)) }))
      }, depth: depth + 1)
  }

  private func columnIfExists(_ arguments: [Expression], at offset: Int) throws(KQLError) -> CompiledExpression {
    try checkCount("column_ifexists", arguments, 2...2, at: offset)
    let name = try compile(arguments[0])
    if case .string(let text)? = name.constant, scope.columns.contains(where: { $0.name == text }) {
      return try compile(Expression(node: .name(text), offset: offset))
    }
    return try compile(arguments[1])
  }
}

extension ScalarFunction {
  func apply(_ values: [KQLValue]) -> KQLValue {
    switch body {
    case .one(let body): body(values[0])
    case .two(let body): body(values[0], values[1])
    case .many(let body): body(values)
    }
  }
}
