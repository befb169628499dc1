import IsthmusCore

extension SQLFragment {
  /// `expression` compared; null where the expression is.
  init(_ expression: String, _ comparison: Comparison) {
    switch comparison {
    case .isPresent: self.init("\(expression) IS NOT NULL")
    case .text(let pattern): self.init("qql_matches(\(expression), ?)", [.matcher(ValueMatcher(pattern))])
    case .oneOf(let texts): self.init("qql_matches(\(expression), ?)", [.matcher(ValueMatcher(anyOf: texts))])
    case .address(let range): self.init("qql_matches(\(expression), ?)", [.matcher(ValueMatcher(range))])
    case .integer(let lower?, let upper?) where lower == upper: self.init("\(expression) = ?", [.integer(lower)])
    case .integer(let lower, let upper): self.init(expression, lower, upper)
    case .integers(let numbers):
      self.init("\(expression) IN (SELECT value FROM json_each(?))", [.list(numbers)])
    case .boolean(let flag): self.init(flag ? "(\(expression)) IS TRUE" : "(\(expression)) = 0")
    // Moments are whole microseconds, so that `until` is not itself in the range.
    case .date(let from, let until): self.init(expression, from?.microseconds, until.map { $0.microseconds - 1 })
    }
  }

  /// The clauses of a ``ConditionTree/Test``.
  init(_ expression: String, _ clauses: [[Comparison]]) {
    if clauses.count == 1, clauses[0].count == 1 {
      self.init(expression, clauses[0][0])
    } else {
      self.init("qql_matches(\(expression), ?)", [.matcher(ValueMatcher(clauses))])
    }
  }

  private init(_ expression: String, _ lower: Int64?, _ upper: Int64?) {
    switch (lower, upper) {
    case (let lower?, let upper?): self.init("\(expression) BETWEEN ? AND ?", [.integer(lower), .integer(upper)])
    case (let lower?, nil): self.init("\(expression) >= ?", [.integer(lower)])
    case (nil, let upper?): self.init("\(expression) <= ?", [.integer(upper)])
    case (nil, nil): self.init("\(expression) IS NOT NULL")
    }
  }
}

extension SQLValue {
  static func list(_ numbers: [Int64]) -> SQLValue { .text(JSONValue.array(numbers.map(JSONValue.integer)).text()) }
  static func list(_ texts: [String]) -> SQLValue { .text(JSONValue.array(texts.map(JSONValue.string)).text()) }
}
