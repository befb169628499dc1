/// Parses by precedence: each operator takes on its right what binds stronger than itself.
struct JMESPathParser {
  typealias Kind = JMESPathToken.Kind

  let text: String
  private let tokens: [JMESPathToken]
  private var place = 0
  private var nesting = 0

  /// - Parameter tokens: Not empty; the last one is `end`.
  init(_ text: String, _ tokens: [JMESPathToken]) {
    self.text = text
    self.tokens = tokens
  }

  mutating func parse() throws(JMESPathError) -> JMESPathNode {
    let root = try parseExpression()
    guard current.kind == .end else { throw unexpected() }
    return root
  }

  var current: JMESPathToken { tokens[place] }

  func next(_ distance: Int = 1) -> Kind { tokens[min(place + distance, tokens.count - 1)].kind }

  /// The current token; goes on to the next one, never beyond the end.
  @discardableResult
  mutating func advance() -> JMESPathToken {
    let token = tokens[place]
    if place + 1 < tokens.count { place += 1 }
    return token
  }

  mutating func skip(_ kind: Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: Kind, _ name: String) throws(JMESPathError) {
    guard skip(kind) else { throw unexpected("\(name) was expected") }
  }

  /// Everything from here that binds stronger than `power`.
  mutating func parseExpression(_ power: Int = 0) throws(JMESPathError) -> JMESPathNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= JMESPath.maximumNesting else { throw tooDeep(current) }
    // Steps of one path, gathered here rather than each around the one before, whatever their number.
    var steps = [try parsePrefix()]
    while let power = stronger(than: power) {
      let token = advance()
      switch token.kind {
      case .dot where current.kind != .star: steps.append(try parseStep())
      case .leftBracket where isIndex: steps.append(try parseIndex(token))
      case .pipe: steps.append(try parseExpression(power))
      default:
        let left = try joined(steps)
        steps = [try parseInfix(token, power, left)]
      }
    }
    return try joined(steps)
  }

  private func stronger(than power: Int) -> Int? { current.kind.power.flatMap { $0 > power ? $0 : nil } }

  private func joined(_ steps: [JMESPathNode]) throws(JMESPathError) -> JMESPathNode {
    steps.count == 1 ? steps[0] : try node(.chain(steps), at: steps[0].start)
  }

  func node(_ kind: JMESPathNode.Kind, at start: Int) throws(JMESPathError) -> JMESPathNode {
    let node = JMESPathNode(kind, at: start)
    guard node.height <= JMESPath.maximumNesting else { throw tooDeep(current) }
    return node
  }

  // MARK: - What an expression starts with

  // Small functions on the way down: what they hold is on the stack once for every level.
  private mutating func parsePrefix() throws(JMESPathError) -> JMESPathNode {
    let token = advance()
    switch token.kind {
    case .name where current.kind == .leftParenthesis: return try parseCall(token)
    case .not: return try parseNot(token)
    case .leftParenthesis: return try parseParenthesized()
    case .star, .flatten, .filter: return try parseProjection(token)
    case .leftBracket where isIndex: return try parseIndex(token)
    case .leftBracket where isBracketed: return try parseProjection(token)
    case .leftBracket: return try parseList(token)
    case .leftBrace: return try parseObject(token)
    default: return try parseWord(token)
    }
  }

  private mutating func parseNot(_ token: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    let negated = try parseExpression(Kind.notPower)
    return try node(.not(negated), at: token.start)
  }

  private mutating func parseParenthesized() throws(JMESPathError) -> JMESPathNode {
    let inner = try parseExpression()
    try expect(.rightParenthesis, "')'")
    return inner
  }

  /// A projection of the current value itself.
  private mutating func parseProjection(_ token: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    let whole = try node(.current, at: token.start)
    return token.kind == .star ? try parseObjectProjection(token, whole) : try parseInfix(token, 0, whole)
  }

  private func parseWord(_ token: JMESPathToken) throws(JMESPathError) -> JMESPathNode {
    switch token.kind {
    case .name(let name): return try node(.field(name), at: token.start)
    case .quotedName(let name):
      if current.kind == .leftParenthesis { throw failure(token, "a function's name has no quotes") }
      return try node(.field(name), at: token.start)
    case .literal(let value): return try node(.literal(value), at: token.start)
    case .current: return try node(.current, at: token.start)
    case .expression: throw failure(token, "'&' stands only before a function's argument, not")
    case .end: throw failure(token, place == 0 ? "an expression was expected" : "the expression ends too early,")
    default: throw failure(token, "unexpected '\(text(of: token))'")
    }
  }

  // MARK: - What goes on with an expression

  private mutating func parseInfix(
    _ token: JMESPathToken, _ power: Int, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    switch token.kind {
    case .dot: return try parseObjectProjection(advance(), left)
    case .or, .and: return try parseTerms(token, power, left)
    case .comparison: return try parseComparison(token, power, left)
    case .flatten: return try parseFlatten(token, left)
    case .filter: return try parseFilter(token, left)
    case .leftBracket where skip(.star): return try parseListProjection(token, left)
    case .leftBracket: return try parseSlicing(token, left)
    default: throw failure(token, "unexpected '\(text(of: token))'")
    }
  }

  private mutating func parseComparison(
    _ token: JMESPathToken, _ power: Int, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    let right = try parseExpression(power)
    guard case .comparison(let comparison) = token.kind else { throw unexpected() }
    return try node(.comparison(comparison, left, right), at: token.start)
  }

  /// All terms that the same operator joins, as one node.
  private mutating func parseTerms(
    _ token: JMESPathToken, _ power: Int, _ first: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    var terms = [first]
    repeat { terms.append(try parseExpression(power)) } while skip(token.kind)
    return try node(token.kind == .or ? .or(terms) : .and(terms), at: first.start)
  }

  private mutating func parseFlatten(
    _ token: JMESPathToken, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    let right = try parseProjected(Kind.flatten.power ?? 0)
    let flat = try node(.chain([left, node(.flatten, at: token.start)]), at: left.start)
    return try node(.listProjection(left: flat, right: right), at: token.start)
  }

  private mutating func parseFilter(
    _ token: JMESPathToken, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    let condition = try parseExpression()
    try expect(.rightBracket, "']'")
    let right = try parseProjected(Kind.filter.power ?? 0)
    return try node(.filter(left: left, condition: condition, right: right), at: token.start)
  }

  private mutating func parseListProjection(
    _ token: JMESPathToken, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    try expect(.rightBracket, "']'")
    let right = try parseProjected(Kind.projectionPower)
    return try node(.listProjection(left: left, right: right), at: token.start)
  }

  private mutating func parseSlicing(
    _ token: JMESPathToken, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    let slice = try node(.slice(parseSlice(token)), at: token.start)
    let right = try parseProjected(Kind.projectionPower)
    let sliced = try node(.chain([left, slice]), at: left.start)
    return try node(.listProjection(left: sliced, right: right), at: token.start)
  }

  private mutating func parseObjectProjection(
    _ token: JMESPathToken, _ left: JMESPathNode
  ) throws(JMESPathError) -> JMESPathNode {
    let right = try parseProjected(Kind.projectionPower)
    return try node(.objectProjection(left: left, right: right), at: token.start)
  }

  /// What is projected onto each element; nil if the projection ends here.
  private mutating func parseProjected(_ power: Int) throws(JMESPathError) -> JMESPathNode? {
    switch current.kind {
    case .leftBracket, .filter: return try parseExpression(power)
    case .dot:
      advance()
      return try parseStep(power)
    default: return nil
    }
  }

  /// What stands after a dot. A multi-select takes nothing more: it ends a projection, as users of other
  /// implementations know it.
  private mutating func parseStep(_ power: Int = Kind.dot.power ?? 0) throws(JMESPathError) -> JMESPathNode {
    switch current.kind {
    case .name, .quotedName, .star: return try parseExpression(power)
    case .leftBracket: return try parseList(advance())
    case .leftBrace: return try parseObject(advance())
    default: throw unexpected("a name, '*', '[' or '{' was expected after '.'")
    }
  }

  // MARK: - Errors

  func text(of token: JMESPathToken) -> String {
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: token.start)
    let end = bytes.index(start, offsetBy: token.end - token.start)
    let shown = text[start..<end]
    return shown.count > 40 ? "\(shown.prefix(40))…" : String(shown)
  }

  func failure(
    _ token: JMESPathToken, _ problem: String, _ kind: JMESPathError.Kind = .syntax
  ) -> JMESPathError {
    JMESPathError(kind, atByte: token.start, of: text, problem)
  }

  func unexpected(_ expectation: String? = nil) -> JMESPathError {
    switch (current.kind, expectation) {
    case (.end, let expectation?): failure(current, expectation)
    case (.end, nil): failure(current, "the expression ends too early,")
    case (_, let expectation?): failure(current, "\(expectation), not '\(text(of: current))',")
    case (_, nil): failure(current, "unexpected '\(text(of: current))'")
    }
  }

  private func tooDeep(_ token: JMESPathToken) -> JMESPathError {
    failure(token, "parts are nested more than \(JMESPath.maximumNesting) deep")
  }
}
