import IsthmusCore

extension SQLSession {
  /// The clauses of a ``ConditionTree/Test``; null where the expression is.
  func comparison(_ values: SQLExpression, _ clauses: [[Comparison]]) throws -> SQLFragment {
    guard clauses.count == 1, clauses[0].count == 1 else { return try matching(values, ValueMatcher(clauses)) }
    switch clauses[0][0] {
    case .text(let pattern): return try matching(values, ValueMatcher(pattern))
    case .oneOf(let texts): return try matching(values, ValueMatcher(anyOf: texts))
    case .address(let range): return try matching(values, ValueMatcher(range))
    case let comparison: return SQLFragment(values.text, comparison)
    }
  }
}

extension SQLFragment {
  /// `expression`, which is no text, compared; null where the expression is.
  fileprivate init(_ expression: String, _ comparison: Comparison) {
    switch comparison {
    case .isPresent: self.init("\(expression) IS NOT NULL")
    case .integer(let lower?, let upper?) where lower == upper: self.init("\(expression) = ?", [.integer(lower)])
    case .integer(let lower, let upper): self.init(expression, lower, upper)
    case .integers(let numbers): self.init("\(expression) IN (SELECT value FROM json_each(?))", [.integers(numbers)])
    case .boolean(let flag): self.init("(\(expression)) IS \(flag ? "TRUE" : "FALSE")")
    // Moments are whole microseconds, so that `until` is not itself in the range.
    case .date(let from, let until): self.init(expression, from?.microseconds, until.map { $0.microseconds - 1 })
    // Texts: of no number.
    case .text, .oneOf, .address: self = .false
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
