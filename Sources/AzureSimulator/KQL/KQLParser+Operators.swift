extension KQLParser {
  private static let takenOperators: Set<String> = [
    "where", "filter", "extend", "project", "project-away", "project-keep", "project-rename", "join", "mv-expand",
    "mvexpand", "summarize", "order", "sort", "top", "take", "limit", "sample", "distinct", "union", "count", "parse",
  ]

  private static let refusedOperators: Set<String> = [
    "as", "consume", "datatable", "evaluate", "externaldata", "facet", "find", "fork", "getschema", "graph-match",
    "invoke", "let", "lookup", "macro-expand", "make-graph", "make-series", "mv-apply", "parse-kv", "parse-where",
    "partition", "print", "project-reorder", "range", "reduce", "render", "sample-distinct", "scan", "search",
    "serialize", "set", "top-hitters", "top-nested",
  ]

  static let knownOperators = takenOperators.union(refusedOperators)

  /// The operator's name at the current token, hyphens included, and how many tokens it takes.
  func operatorName() -> (text: String, tokenCount: Int) {
    var text = current.text
    var count = 1
    while peek(count).kind == .symbol, peek(count).text == "-", peek(count + 1).kind == .name,
      peek(count - 1).range.upperBound == peek(count).range.lowerBound,
      peek(count).range.upperBound == peek(count + 1).range.lowerBound,
      Self.hyphenatedStarts.contains(current.text)
    {
      text += "-\(peek(count + 1).text)"
      count += 2
    }
    return (text, count)
  }

  private static let hyphenatedStarts: Set<String> = [
    "project", "mv", "make", "graph", "macro", "parse", "sample", "top",
  ]

  mutating func tabularOperator() throws(KQLError) -> TabularOperator {
    guard current.kind == .name, !current.isQuoted else { throw unexpected() }
    let offset = current.range.lowerBound
    let name = operatorName()
    if Self.refusedOperators.contains(name.text) { throw QueryText.unsupported(name.text) }
    guard Self.takenOperators.contains(name.text) else { throw unexpected() }
    for _ in 0..<name.tokenCount { advance() }
    return TabularOperator(kind: try operatorBody(name.text), offset: offset)
  }

  private mutating func operatorBody(_ name: String) throws(KQLError) -> TabularOperator.Kind {
    switch name {
    case "where", "filter": .filter(try expression())
    case "extend": .extend(try namedExpressions())
    case "project": .project(try namedExpressions())
    case "project-away": .projectAway(try namePatterns())
    case "project-keep": .projectKeep(try namePatterns())
    case "project-rename": .projectRename(try renames())
    case "join": .join(try joinClause())
    case "mv-expand", "mvexpand": .expand(try expandClause())
    case "summarize": try summarize()
    case "order", "sort": try sort()
    case "top": try top()
    case "take", "limit", "sample": .take(try expression())
    case "distinct": .distinct(try distinctColumns())
    case "union": .union(try unionLegs())
    case "count": .count
    default: .parse(try parseClause())
    }
  }

  /// `a, b = c, …`.
  mutating func namedExpressions() throws(KQLError) -> [NamedExpression] {
    var list: [NamedExpression] = []
    repeat { list.append(try namedExpression()) } while accept(",")
    return list
  }

  private mutating func namedExpression() throws(KQLError) -> NamedExpression {
    if current.kind == .name, peek(1).kind == .symbol, peek(1).text == "=" {
      let name = try name()
      advance()
      return NamedExpression(name: name, expression: try expression())
    }
    return NamedExpression(name: nil, expression: try expression())
  }

  private mutating func namePatterns() throws(KQLError) -> [String] {
    var list: [String] = []
    repeat {
      if accept("*") {
        list.append("*")
        continue
      }
      let end = current.range.upperBound
      let name = try name()
      let isPrefix = isSymbol("*") && current.range.lowerBound == end
      if isPrefix { advance() }
      list.append(isPrefix ? "\(name)*" : name)
    } while accept(",")
    return list
  }

  private mutating func renames() throws(KQLError) -> [(new: String, old: String)] {
    var list: [(new: String, old: String)] = []
    repeat {
      let new = try name()
      try expect("=")
      list.append((new, try name()))
    } while accept(",")
    return list
  }

  private mutating func distinctColumns() throws(KQLError) -> [NamedExpression] {
    if isSymbol("*") {
      let offset = current.range.lowerBound
      advance()
      return [NamedExpression(name: nil, expression: Expression(node: .star, offset: offset))]
    }
    return try namedExpressions()
  }

  private mutating func summarize() throws(KQLError) -> TabularOperator.Kind {
    var aggregates: [NamedExpression] = []
    if !isWord("by") { aggregates = try namedExpressions() }
    var keys: [NamedExpression] = []
    if accept(word: "by") { keys = try namedExpressions() }
    return .summarize(aggregates: aggregates, keys: keys)
  }

  private mutating func sort() throws(KQLError) -> TabularOperator.Kind {
    try expect(word: "by")
    var keys: [SortKey] = []
    repeat { keys.append(try sortKey()) } while accept(",")
    return .sort(keys)
  }

  private mutating func sortKey() throws(KQLError) -> SortKey {
    let expression = try expression()
    var isAscending = false
    if accept(word: "asc") {
      isAscending = true
    } else {
      _ = accept(word: "desc")
    }
    var areNullsFirst = isAscending
    if accept(word: "nulls") {
      areNullsFirst = accept(word: "first")
      if !areNullsFirst { try expect(word: "last") }
    }
    return SortKey(expression: expression, isAscending: isAscending, areNullsFirst: areNullsFirst)
  }

  private mutating func top() throws(KQLError) -> TabularOperator.Kind {
    let count = try expression()
    try expect(word: "by")
    return .top(count, try sortKey())
  }

  /// The legs of a union after the word itself; `isfuzzy` is refused as the service does.
  mutating func unionLegs() throws(KQLError) -> [TabularQuery] {
    while current.kind == .name, peek(1).kind == .symbol, peek(1).text == "=" {
      guard isWord("kind") else { throw QueryText.unsupported(current.text) }
      advance()
      advance()
      guard accept(word: "outer") else { throw unexpected() }
    }
    var legs: [TabularQuery] = []
    repeat {
      if isSymbol("(") {
        let offset = current.range.lowerBound
        advance()
        let leg = try tabularQuery()
        try expect(")")
        legs.append(TabularQuery(source: .query(leg), operators: [], offset: offset))
      } else {
        let offset = current.range.lowerBound
        legs.append(TabularQuery(source: .table(try name()), operators: [], offset: offset))
      }
    } while accept(",")
    return legs
  }
}
