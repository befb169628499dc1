extension KQLParser {
  /// Words that begin an operator. The service takes one that stands where a value must for the start of
  /// something and reports the token after it.
  private static let reservedWords: Set<String> = ["where", "summarize", "extend", "by", "on"]

  mutating func expression() throws(KQLError) -> Expression {
    try enter()
    defer { leave() }
    let first = try conjunction()
    guard isWord("or") else { return first }
    var terms = [first]
    while accept(word: "or") { terms.append(try conjunction()) }
    return Expression(node: .any(terms), offset: first.offset)
  }

  private mutating func conjunction() throws(KQLError) -> Expression {
    let first = try comparison()
    guard isWord("and") else { return first }
    var terms = [first]
    while accept(word: "and") { terms.append(try comparison()) }
    return Expression(node: .all(terms), offset: first.offset)
  }

  private mutating func comparison() throws(KQLError) -> Expression {
    let left = try arithmetic()
    guard current.kind == .symbol || (current.kind == .name && !current.isQuoted) else { return left }
    if let operation = binaryOperator() {
      let right = try arithmetic()
      return Expression(node: .binary(operation, left, right), offset: left.offset)
    }
    if let membership = membershipOperator() {
      return try membershipList(of: left, membership)
    }
    let isNegated = isSymbol("!between")
    if isNegated || isWord("between") {
      advance()
      try expect("(")
      let lower = try arithmetic()
      try expect("..")
      let upper = try arithmetic()
      try expect(")")
      return Expression(
        node: .between(left, lower: lower, upper: upper, isNegated: isNegated), offset: left.offset)
    }
    return left
  }

  /// The comparison at the current token, moved past.
  private mutating func binaryOperator() -> BinaryOperator? {
    if isWord("matches") {
      guard peek(1).kind == .name, peek(1).text == "regex" else { return nil }
      advance()
      advance()
      return .matchesRegex
    }
    let found: BinaryOperator? =
      switch current.text {
      case "==": .equal
      case "!=", "<>": .notEqual
      case "=~": .equalFolded
      case "!~": .notEqualFolded
      case "<": .less
      case "<=": .lessOrEqual
      case ">": .greater
      case ">=": .greaterOrEqual
      default: textOperator(current.text)
      }
    if found != nil { advance() }
    return found
  }

  private func textOperator(_ text: String) -> BinaryOperator? {
    var word = Substring(text)
    let isNegated = word.first == "!"
    if isNegated { word.removeFirst() }
    let isCaseSensitive = word.hasSuffix("_cs")
    if isCaseSensitive { word.removeLast(3) }
    guard let kind = TextMatcher.Kind(rawValue: String(word)) else { return nil }
    return .text(kind, isCaseSensitive: isCaseSensitive, isNegated: isNegated)
  }

  private mutating func membershipOperator() -> Membership? {
    let membership: Membership? =
      switch current.text {
      case "in": Membership(kind: .equalsOne, isFolded: false, isNegated: false)
      case "in~": Membership(kind: .equalsOne, isFolded: true, isNegated: false)
      case "!in": Membership(kind: .equalsOne, isFolded: false, isNegated: true)
      case "!in~": Membership(kind: .equalsOne, isFolded: true, isNegated: true)
      case "has_any": Membership(kind: .hasAny, isFolded: true, isNegated: false)
      case "has_all": Membership(kind: .hasAll, isFolded: true, isNegated: false)
      default: nil
      }
    if membership != nil { advance() }
    return membership
  }

  private mutating func membershipList(of left: Expression, _ membership: Membership) throws(KQLError) -> Expression {
    try expect("(")
    let isTable = current.kind == .name && peek(1).kind == .symbol && peek(1).text == "|"
    if isTable {
      let query = try tabularQuery()
      try expect(")")
      return Expression(node: .tableMembership(left, query, membership), offset: left.offset)
    }
    var members: [Expression] = []
    if !isSymbol(")") {
      repeat { members.append(try expression()) } while accept(",")
    }
    try expect(")")
    return Expression(node: .membership(left, members, membership), offset: left.offset)
  }

  private mutating func arithmetic() throws(KQLError) -> Expression {
    var left = try product()
    var count = 0
    while isSymbol("+") || isSymbol("-") {
      let operation: BinaryOperator = isSymbol("+") ? .add : .subtract
      advance()
      left = Expression(node: .binary(operation, left, try product()), offset: left.offset)
      count += 1
      if count > Self.maximumDepth { throw unexpected() }
    }
    return left
  }

  private mutating func product() throws(KQLError) -> Expression {
    var left = try signed()
    var count = 0
    while true {
      let operation: BinaryOperator
      if isSymbol("*") {
        operation = .multiply
      } else if isSymbol("/") {
        operation = .divide
      } else if isSymbol("%") {
        operation = .modulo
      } else {
        return left
      }
      advance()
      left = Expression(node: .binary(operation, left, try signed()), offset: left.offset)
      count += 1
      if count > Self.maximumDepth { throw unexpected() }
    }
  }

  private mutating func signed() throws(KQLError) -> Expression {
    let offset = current.range.lowerBound
    if accept("+") { return try signed(after: offset, isNegative: false) }
    if accept("-") { return try signed(after: offset, isNegative: true) }
    return try path()
  }

  private mutating func signed(after offset: Int, isNegative: Bool) throws(KQLError) -> Expression {
    let operand = try path()
    guard isNegative else { return operand }
    switch operand.node {
    case .literal(.long(let number), let type): return Expression(node: .literal(.long(-number), type), offset: offset)
    case .literal(.real(let number), let type): return Expression(node: .literal(.real(-number), type), offset: offset)
    case .literal(.timespan(let ticks), let type):
      return Expression(node: .literal(.timespan(-ticks), type), offset: offset)
    default: return Expression(node: .negated(operand), offset: offset)
    }
  }

  /// A primary and the members and elements taken of it.
  private mutating func path() throws(KQLError) -> Expression {
    var base = try primary()
    var count = 0
    while true {
      if isSymbol("."), peek(1).kind != .number {
        advance()
        if current.kind == .name {
          base = Expression(node: .member(base, try name()), offset: base.offset)
        } else if current.kind == .typedLiteral {
          throw unexpected()
        } else {
          try expect("[")
          base = try element(of: base)
        }
      } else if accept("[") {
        base = try element(of: base)
      } else {
        return base
      }
      count += 1
      if count > Self.maximumDepth { throw unexpected() }
    }
  }

  private mutating func element(of base: Expression) throws(KQLError) -> Expression {
    if current.kind == .string, peek(1).kind == .symbol, peek(1).text == "]" {
      let key = current.text
      advance()
      advance()
      return Expression(node: .member(base, key), offset: base.offset)
    }
    let index = try expression()
    try expect("]")
    return Expression(node: .element(base, index), offset: base.offset)
  }

  private mutating func primary() throws(KQLError) -> Expression {
    let token = current
    let offset = token.range.lowerBound
    switch token.kind {
    case .string:
      var text = token.text
      advance()
      while current.kind == .string {
        text += current.text
        advance()
      }
      return Expression(node: .literal(.string(text), .string), offset: offset)
    case .number:
      advance()
      return Expression(node: .literal(token.value, Self.numberType(token.value)), offset: offset)
    case .typedLiteral:
      advance()
      let type = KQLType(queryName: token.text) ?? .string
      return Expression(node: .literal(token.value == .null ? type.absent : token.value, type), offset: offset)
    case .symbol:
      if accept("*") { return Expression(node: .star, offset: offset) }
      try expect("(")
      let inner = try expression()
      try expect(")")
      return Expression(node: inner.node, offset: offset)
    case .end: throw unexpected()
    case .name: return try nameOrCall(token)
    }
  }

  private static func numberType(_ value: KQLValue) -> KQLType {
    switch value {
    case .real: .real
    case .timespan: .timespan
    default: .long
    }
  }

  private mutating func nameOrCall(_ token: KQLToken) throws(KQLError) -> Expression {
    let offset = token.range.lowerBound
    advance()
    if token.isQuoted { return Expression(node: .name(token.text), offset: offset) }
    if Self.reservedWords.contains(token.text) { throw unexpected() }
    guard accept("(") else {
      switch token.text {
      case "true": return Expression(node: .literal(.bool(true), .bool), offset: offset)
      case "false": return Expression(node: .literal(.bool(false), .bool), offset: offset)
      default: return Expression(node: .name(token.text), offset: offset)
      }
    }
    if token.text == "dynamic" {
      let value = try dynamicLiteral()
      try expect(")")
      return Expression(node: .literal(value, .dynamic), offset: offset)
    }
    if token.text == "typeof" {
      let type = try typeName()
      try expect(")")
      return Expression(node: .type(type), offset: offset)
    }
    if let literal = try typedNull(token.text) { return Expression(node: literal, offset: offset) }
    var arguments: [Expression] = []
    if !isSymbol(")") {
      repeat { arguments.append(try expression()) } while accept(",")
    }
    try expect(")")
    return Expression(node: .call(token.text, arguments), offset: offset)
  }

  /// `long(null)` and its like.
  private mutating func typedNull(_ word: String) throws(KQLError) -> Expression.Node? {
    guard let type = KQLType(queryName: word), isWord("null"), peek(1).text == ")" else { return nil }
    advance()
    advance()
    return .literal(type.absent, type)
  }
}
