/// Reads tokens into a syntax tree. The operators are in `KQLParser+Operators`, scalar expressions in `KQLParser+Expressions`.
struct KQLParser {
  /// How deep brackets, calls and sub-queries may nest.
  static let maximumDepth = 200
  /// How many operators one pipeline may have.
  static let maximumOperators = 500
  /// The table of a query that names none.
  static let defaultTable = "resources"

  let query: QueryText
  let tokens: [KQLToken]
  var index = 0
  var depth = 0

  /// Reads a whole query.
  ///
  /// - Throws: `ParserFailure` with the place of the first token that does not fit, `InvalidQueryLanguage`
  ///   for an operator that the service does not take, `UnsupportedJoinFlavor`.
  static func parse(_ query: QueryText) throws(KQLError) -> TabularQuery {
    var parser = KQLParser(query: query, tokens: try KQLLexer.tokens(of: query))
    let result = try parser.tabularQuery()
    while parser.accept(";") {}
    guard parser.current.kind == .end else { throw parser.unexpected() }
    return result
  }

  private init(query: QueryText, tokens: [KQLToken]) {
    self.query = query
    self.tokens = tokens
  }

  var current: KQLToken { tokens[index] }

  func peek(_ distance: Int) -> KQLToken { tokens[min(index + distance, tokens.count - 1)] }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  func isSymbol(_ text: String) -> Bool { current.kind == .symbol && current.text == text }

  func isWord(_ text: String) -> Bool { current.kind == .name && !current.isQuoted && current.text == text }

  mutating func accept(_ symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func accept(word: String) -> Bool {
    guard isWord(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: String) throws(KQLError) {
    guard accept(symbol) else { throw unexpected() }
  }

  mutating func expect(word: String) throws(KQLError) {
    guard accept(word: word) else { throw unexpected() }
  }

  mutating func name() throws(KQLError) -> String {
    guard current.kind == .name else { throw unexpected() }
    defer { advance() }
    return current.text
  }

  mutating func wholeNumber() throws(KQLError) -> Int {
    guard current.kind == .number, case .long(let number) = current.value else { throw unexpected() }
    advance()
    return Int(number)
  }

  /// The failure at the current token. At the end of the text the service names `Ź` as what it expected.
  func unexpected() -> KQLError {
    let isEnd = current.kind == .end
    let token = isEnd ? "<EOF>" : query.text(current.range)
    return query.parserFailure(at: current.range.lowerBound, token: token, expected: isEnd ? "Ź" : nil)
  }

  mutating func enter() throws(KQLError) {
    depth += 1
    if depth > Self.maximumDepth { throw unexpected() }
  }

  mutating func leave() { depth -= 1 }

  /// A source and the operators after it.
  mutating func tabularQuery() throws(KQLError) -> TabularQuery {
    try enter()
    defer { leave() }
    let offset = current.range.lowerBound
    var operators: [TabularOperator] = []
    let source: TabularQuery.Source
    if current.kind == .end {
      throw unexpected()
    } else if accept("(") {
      source = .query(try tabularQuery())
      try expect(")")
    } else if isWord("union") {
      advance()
      source = .union(try unionLegs())
    } else if startsWithOperator {
      source = .table(Self.defaultTable)
      operators.append(try tabularOperator())
    } else {
      source = .table(try name())
    }
    while accept("|") {
      operators.append(try tabularOperator())
      if operators.count > Self.maximumOperators { throw unexpected() }
    }
    return TabularQuery(source: source, operators: operators, offset: offset)
  }

  /// Whether the query begins with an operator, so that its table is the default one.
  private var startsWithOperator: Bool {
    guard current.kind == .name, !current.isQuoted else { return false }
    let following = peek(1)
    if following.kind == .end || (following.kind == .symbol && following.text == "|") {
      return current.text == "count"
    }
    return Self.knownOperators.contains(operatorName().text)
  }
}
