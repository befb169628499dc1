/// What stands in brackets, braces and parentheses.
extension JMESPathParser {
  /// Whether `[number]` follows the bracket just read.
  var isIndex: Bool {
    if case .number = current.kind { next() != .colon } else { false }
  }

  /// Whether a slice or `[*]` follows the bracket just read.
  var isBracketed: Bool {
    switch current.kind {
    case .colon, .number: true
    case .star: next() == .rightBracket
    default: false
    }
  }

  mutating func parseIndex(_ bracket: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    guard case .number(let index) = advance().kind else { throw unexpected() }
    try expect(.rightBracket, "']'")
    return try node(.index(index), at: bracket.start)
  }

  mutating func parseSlice(_ bracket: JMESPathToken) throws(JMESPathError) -> JMESPathNode.Slice {
    var parts: [Int?] = [nil, nil, nil]
    var part = 0
    var step = bracket
    if current.kind == .rightBracket || !isBracketed {
      throw unexpected("a number, ':', '*' or '?' was expected after '['")
    }
    while !skip(.rightBracket) {
      if part < 2, skip(.colon) {
        part += 1
      } else if parts[part] == nil, case .number(let number) = current.kind {
        step = advance()
        parts[part] = number
      } else {
        throw unexpected(part < 2 ? "a number, ':' or ']' was expected" : "a number or ']' was expected")
      }
    }
    if parts[2] == 0 { throw failure(step, "a slice's step can't be 0", .invalidValue) }
    return JMESPathNode.Slice(start: parts[0], stop: parts[1], step: parts[2] ?? 1)
  }

  /// `[a, b]`
  mutating func parseList(_ bracket: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    var elements: [JMESPathNode] = []
    repeat { elements.append(try parseExpression()) } while skip(.comma)
    try expect(.rightBracket, "',' or ']'")
    return try node(.list(elements), at: bracket.start)
  }

  /// `{a: x, "b": y}`; of members with the same name the last one counts.
  mutating func parseObject(_ brace: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    var members: [JMESPathNode.Member] = []
    var places: [JSONText: Int] = [:]
    repeat {
      let name = try parseMemberName()
      let value = try parseExpression()
      let place = places[JSONText(name)] ?? places.count
      places[JSONText(name)] = place
      members.append(JMESPathNode.Member(name: name, value: value, place: place))
    } while skip(.comma)
    try expect(.rightBrace, "',' or '}'")
    return try node(.object(members), at: brace.start)
  }

  /// A member's name and its colon.
  private mutating func parseMemberName() throws(JMESPathError) -> String {
    let token = current
    switch token.kind {
    case .name(let name), .quotedName(let name):
      advance()
      try expect(.colon, "':'")
      return name
    default: throw unexpected("a member's name was expected")
    }
  }

  mutating func parseCall(_ token: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    advance()
    var arguments: [JMESPathNode.Argument] = []
    var starts: [JMESPathToken] = []
    if !skip(.rightParenthesis) {
      repeat {
        starts.append(current)
        arguments.append(try parseArgument())
      } while skip(.comma)
      try expect(.rightParenthesis, "',' or ')'")
    }
    let function = try function(named: text(of: token), token)
    try check(arguments, starts, function, token)
    return try node(.call(function, arguments), at: token.start)
  }

  private mutating func parseArgument() throws(JMESPathError) -> JMESPathNode.Argument {
    let isExpression = skip(.expression)
    let argument = try parseExpression()
    return isExpression ? .expression(argument) : .value(argument)
  }

  private func function(named name: String, _ token: JMESPathToken) throws(JMESPathError) -> JMESPathFunction {
    if let function = JMESPathFunction(rawValue: name) { return function }
    let near = NearestName.find(name, among: JMESPathFunction.allCases.map(\.rawValue))
    let hint = near.map { ", the nearest is \($0)()," } ?? ""
    throw failure(token, "there is no function \(name)()\(hint)", .unknownFunction)
  }

  private func check(
    _ arguments: [JMESPathNode.Argument], _ starts: [JMESPathToken], _ function: JMESPathFunction,
    _ token: JMESPathToken
  ) throws(JMESPathError) {
    try checkCount(of: arguments, function, token)
    for (index, argument) in arguments.enumerated() {
      try check(argument, starts[index], function, index)
    }
  }

  private func checkCount(
    of arguments: [JMESPathNode.Argument], _ function: JMESPathFunction, _ token: JMESPathToken
  ) throws(JMESPathError) {
    let minimum = function.minimumArguments
    let isRight = function.isVariadic ? arguments.count >= minimum : arguments.count == minimum
    guard !isRight else { return }
    let expected = "\(minimum)\(function.isVariadic ? " or more" : "")"
    let noun = expected == "1" ? "argument" : "arguments"
    throw failure(token, "\(function.rawValue)() takes \(expected) \(noun), not \(arguments.count),", .invalidArity)
  }

  /// Which parameters take expressions is known before any value is.
  private func check(
    _ argument: JMESPathNode.Argument, _ token: JMESPathToken, _ function: JMESPathFunction, _ index: Int
  ) throws(JMESPathError) {
    let place = "argument \(index + 1) of \(function.rawValue)()"
    switch (argument, function.parameter(index)) {
    case (.expression, .expression): return
    case (.expression, _): throw failure(token, "\(place) is a value, without '&',", .invalidType)
    case (.value, .expression): throw failure(token, "\(place) is an expression: '&' goes before it,", .invalidType)
    case (.value, _): return
    }
  }
}
