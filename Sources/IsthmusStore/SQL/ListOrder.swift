import IsthmusCore

/// The order of a list: terms, records without a value last in either direction, then the record's number, so that
/// no two records are equal in it.
struct ListOrder {
  struct Term {
    var expression: String
    var isDescending = false
    /// Whether records may have no value.
    var isNullable = true
    /// Nil where it is not known.
    var type: ValueType?

    var sql: String { "\(expression) \(direction)\(isNullable ? " NULLS LAST" : "")" }
    var direction: String { isDescending ? "DESC" : "ASC" }
    /// What comes later.
    var comparison: String { isDescending ? "<" : ">" }
  }

  enum ValueType { case integer, real, text, condition }

  private(set) var terms: [Term] = []
  /// Of the record.
  private(set) var number: Term

  /// - Parameters:
  ///   - terms: What follows the record's number orders nothing.
  ///   - number: The record's; it goes in the direction of the last term unless it is one, so that an index serves both.
  init(_ terms: [Term], number: String) {
    self.number = Term(expression: number, isDescending: terms.last?.isDescending ?? false, isNullable: false)
    for term in terms {
      if term.expression == number {
        self.number.isDescending = term.isDescending
        break
      }
      self.terms.append(term)
    }
  }

  /// The list's own order.
  init(own terms: [Term], number: String) {
    self.terms = terms
    self.number = Term(expression: number, isNullable: false)
  }

  /// For `ORDER BY`.
  var sql: String { (terms + [number]).map(\.sql).joined(separator: ", ") }

  /// A plus before the first term keeps SQLite from walking through an index in that order to the end, where few
  /// records satisfy the query.
  var unindexedSQL: String {
    var plain = self
    if plain.terms.isEmpty {
      plain.number.expression = "+\(number.expression)"
    } else {
      plain.terms[0].expression = "+(\(terms[0].expression))"
    }
    return plain.sql
  }

  /// A record's place.
  struct Place {
    var values: [SQLValue]
    var number: Int64
  }

  /// - Throws: ``CursorError`` if it is of another order.
  func place(_ cursor: ListCursor) throws(CursorError) -> Place {
    guard cursor.values.count == terms.count else {
      throw CursorError("The cursor does not fit the order of the list.")
    }
    let values = zip(terms, cursor.values).map { term, value in SQLValue(value).fitted(to: term.type) }
    return Place(values: values, number: cursor.number)
  }

  /// Which records come after the place. Pluses keep SQLite from choosing an index for it: it narrows little.
  func after(_ place: Place) -> SQLFragment {
    var alternatives: [SQLFragment] = []
    var equal: [SQLFragment] = []
    for (term, value) in zip(terms, place.values) {
      let expression = "+(\(term.expression))"
      if case .null = value {
        equal.append(SQLFragment("\(expression) IS NULL"))
        continue
      }
      let later = SQLFragment("\(expression) \(term.comparison) ?", [value])
      let last = term.isNullable ? SQLFragment("\(expression) IS NULL") : .false
      alternatives.append(.combine(equal + [.combine([later, last], "OR")], "AND"))
      equal.append(SQLFragment("\(expression) = ?", [value]))
    }
    let number = SQLFragment("+\(number.expression) \(number.comparison) ?", [.integer(place.number)])
    alternatives.append(.combine(equal + [number], "AND"))
    return .combine(alternatives, "OR")
  }

  /// A condition on the first term that an index can begin at; all that comes after the place satisfies it. `true` if
  /// there is none.
  func beginning(_ place: Place) -> SQLFragment {
    guard let first = terms.first, let value = place.values.first else {
      return SQLFragment("\(number.expression) \(number.comparison) ?", [.integer(place.number)])
    }
    if first.isNullable { return .true }
    return SQLFragment("(\(first.expression)) \(first.comparison)= ?", [value])
  }
}

extension SQLValue {
  /// The value where it is of the type, else one that has the same place in the order: numbers stand before texts. People
  /// can put anything into a cursor.
  fileprivate func fitted(to type: ListOrder.ValueType?) -> SQLValue {
    switch (type, self) {
    case (.integer, .real(let number)): .integer(Int64(exactly: number.rounded()) ?? (number < 0 ? .min : .max))
    case (.integer, .text): .integer(.max)
    case (.real, .text): .real(.infinity)
    case (.text, .integer), (.text, .real): .text("")
    case (.condition, .integer(let number)): .integer(min(max(number, 0), 1))
    case (.condition, .real), (.condition, .text): .integer(1)
    default: self
    }
  }

  init(_ value: ListCursor.Value) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .integer(number)
    case .real(let number): self = .real(number)
    case .text(let text): self = .text(text)
    }
  }
}

extension ListCursor.Value {
  /// - Parameter value: A column's.
  init(_ value: SQLValue) {
    switch value {
    case .integer(let number): self = .integer(number)
    case .real(let number): self = .real(number)
    case .text(let text): self = .text(text)
    case .null, .blob, .integers, .texts, .matcher, .program, .tally: self = .null
    }
  }
}
