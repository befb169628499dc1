extension KQLParser {
  /// Rows that one input row gives where the query says nothing.
  static let defaultExpandLimit = 128
  static let maximumExpandLimit = 2000

  mutating func joinClause() throws(KQLError) -> JoinClause {
    var flavor = JoinClause.Flavor.innerUnique
    while current.kind == .name, peek(1).kind == .symbol, peek(1).text == "=" {
      let option = try name()
      advance()
      let place = current.range.lowerBound
      let value = try name()
      if option == "kind" { flavor = try joinFlavor(value, at: place) }
    }
    let right: TabularQuery
    if isSymbol("(") {
      let offset = current.range.lowerBound
      advance()
      right = TabularQuery(source: .query(try tabularQuery()), operators: [], offset: offset)
      try expect(")")
    } else {
      let offset = current.range.lowerBound
      right = TabularQuery(source: .table(try name()), operators: [], offset: offset)
    }
    try expect(word: "on")
    var keys: [(left: String, right: String)] = []
    repeat { keys.append(contentsOf: try joinKeys()) } while accept(",")
    return JoinClause(flavor: flavor, right: right, keys: keys)
  }

  private func joinFlavor(_ name: String, at offset: Int) throws(KQLError) -> JoinClause.Flavor {
    switch name {
    case "innerunique": return .innerUnique
    case "inner": return .inner
    case "leftouter": return .leftOuter
    case "fullouter": return .fullOuter
    default:
      let place = query.position(of: offset)
      throw KQLError(
        code: "UnsupportedJoinFlavor", message: "UnsupportedJoinFlavor", line: place.line,
        characterPositionInLine: place.column, token: name)
    }
  }

  /// `name`, or `$left.a == $right.b`, several of them joined by `and`.
  private mutating func joinKeys() throws(KQLError) -> [(left: String, right: String)] {
    guard isWord("$left") || isWord("$right") else {
      let name = try name()
      return [(name, name)]
    }
    var keys: [(left: String, right: String)] = []
    repeat {
      let first = try sideColumn()
      guard accept("==") else { throw unexpected() }
      let second = try sideColumn()
      guard first.isLeft != second.isLeft else { throw unexpected() }
      keys.append(first.isLeft ? (first.name, second.name) : (second.name, first.name))
    } while accept(word: "and")
    return keys
  }

  private mutating func sideColumn() throws(KQLError) -> (isLeft: Bool, name: String) {
    let isLeft = isWord("$left")
    guard isLeft || isWord("$right") else { throw unexpected() }
    advance()
    if current.kind == .name, current.isQuoted { return (isLeft, try name()) }
    try expect(".")
    return (isLeft, try name())
  }

  mutating func expandClause() throws(KQLError) -> ExpandClause {
    var clause = ExpandClause(columns: [], indexColumn: nil, limit: Self.defaultExpandLimit, isArrayKind: false)
    while isWord("kind") || isWord("bagexpansion") || isWord("with_itemindex"), peek(1).text == "=" {
      let option = try name()
      advance()
      let value = try name()
      if option == "with_itemindex" {
        clause.indexColumn = value
      } else if value == "array" {
        clause.isArrayKind = true
      } else if value != "bag" {
        throw QueryText.unsupported(value)
      }
    }
    repeat { clause.columns.append(try expandColumn()) } while accept(",")
    if accept(word: "limit") {
      let offset = current.range.lowerBound
      clause.limit = try wholeNumber()
      if clause.limit > Self.maximumExpandLimit {
        throw query.invalid("mv-expand: RowLimit may not be more than \(Self.maximumExpandLimit).", at: offset)
      }
    }
    return clause
  }

  private mutating func expandColumn() throws(KQLError) -> ExpandClause.Column {
    var name: String?
    if current.kind == .name, peek(1).kind == .symbol, peek(1).text == "=" {
      name = try self.name()
      advance()
    }
    let expression = try expression()
    var type: KQLType?
    if accept(word: "to") {
      guard isWord("typeof") else { throw unexpected() }
      advance()
      try expect("(")
      type = try typeName()
      try expect(")")
    }
    return ExpandClause.Column(name: name, expression: expression, type: type)
  }

  mutating func parseClause() throws(KQLError) -> ParseClause {
    var isRelaxed = false
    if isWord("kind"), peek(1).text == "=" {
      advance()
      advance()
      if accept(word: "relaxed") {
        isRelaxed = true
      } else if isWord("regex") {
        throw QueryText.unsupported("parse kind=regex")
      } else {
        try expect(word: "simple")
      }
    }
    var clause = ParseClause(expression: try expression(), parts: [], isRelaxed: isRelaxed)
    try expect(word: "with")
    while true {
      if accept("*") {
        clause.parts.append(.star)
      } else if current.kind == .string {
        clause.parts.append(.literal(current.text))
        advance()
      } else if current.kind == .name {
        let name = try name()
        clause.parts.append(.capture(name, accept(":") ? try typeName() : .string))
      } else {
        break
      }
    }
    if clause.parts.isEmpty { throw unexpected() }
    return clause
  }

  mutating func typeName() throws(KQLError) -> KQLType {
    guard current.kind == .name || current.kind == .typedLiteral, let type = KQLType(queryName: current.text) else {
      throw unexpected()
    }
    advance()
    return type
  }
}
