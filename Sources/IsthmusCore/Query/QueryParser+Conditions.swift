/// A range as written.
struct QueryRange {
  var lower: QueryValue
  var upper: QueryValue
  var includesLower: Bool
  var includesUpper: Bool
  /// In bytes.
  var start: Int
  var length: Int
}

/// From values to what a field is compared with. Each function gives the steps of one operand.
extension QueryParser {
  // MARK: - One value

  func condition(
    of token: QueryToken, _ comparison: QueryOperator, _ value: QueryValue, _ place: Int
  ) throws(QueryError) -> [ParsedStep] {
    let field = token.field
    if comparison != .matches, comparison != .equals, !field.kind.isOrdered {
      throw error(
        "\"\(token.name)\" has no order, so \"\(comparison.rawValue)\" can't compare it.", at: value.start,
        value.length, expected: "\":\" before the value")
    }
    if value.isStar, comparison == .matches || comparison == .equals { return presence(of: field, at: place) }
    func test(_ comparison: Comparison) -> [ParsedStep] { [.test(QueryTest(field, comparison, position: place))] }
    switch field.kind {
    case .text: return test(.text(try pattern(value)))
    case .keyword:
      if let pattern = wildcard(value) { return test(.text(pattern)) }
      guard !value.text.isEmpty else { throw empty(value) }
      return test(.oneOf([value.text.lowercased()]))
    case .macAddress:
      if let pattern = wildcard(value) { return test(.text(pattern)) }
      guard let address = MACAddress(value.text) else {
        throw wrong(value, "MAC address", expected: "six pairs of hexadecimal digits, as 00:0d:3a:1b:c7:21")
      }
      return test(.oneOf([address.text]))
    case .enumeration(let values): return enumerated(field, try chosen(value, of: values), place)
    case .boolean: return test(.boolean(try boolean(value)))
    case .ipAddress:
      guard comparison == .matches || comparison == .equals else {
        throw error(
          "Addresses are compared with \":\".", at: value.start, value.length,
          expected: "a network as 10.0.0.0/24 or a range as [10.0.0.1 .. 10.0.0.9]")
      }
      return test(.address(try address(value)))
    case .integer, .tenths, .identifier:
      let number = try number(value, of: token)
      return switch comparison {
      case .matches, .equals: numbers(field, number, number, place)
      case .greater: numbers(field, number + 1, nil, place)
      case .greaterOrEqual: numbers(field, number, nil, place)
      case .less: numbers(field, nil, number - 1, place)
      case .lessOrEqual: numbers(field, nil, number, place)
      }
    case .date:
      let date = try date(value)
      return switch comparison {
      case .matches, .equals: dates(field, from: date.span.from, until: date.span.until, place)
      case .greater: dates(field, from: date.bounds.until, until: nil, place)
      case .greaterOrEqual: dates(field, from: date.bounds.from, until: nil, place)
      case .less: dates(field, from: nil, until: date.bounds.from, place)
      case .lessOrEqual: dates(field, from: nil, until: date.bounds.until, place)
      }
    }
  }

  // MARK: - Ranges

  func condition(of token: QueryToken, _ range: QueryRange, _ place: Int) throws(QueryError) -> [ParsedStep] {
    let field = token.field
    if range.lower.isStar, range.upper.isStar { return presence(of: field, at: place) }
    let lower = range.lower.isStar ? nil : range.lower
    let upper = range.upper.isStar ? nil : range.upper
    switch field.kind {
    case .integer, .tenths, .identifier:
      var from = try lower.map { value throws(QueryError) in try number(value, of: token) }
      var to = try upper.map { value throws(QueryError) in try number(value, of: token) }
      if !range.includesLower { from = from.map { $0 + 1 } }
      if !range.includesUpper { to = to.map { $0 - 1 } }
      if let from, let to, from > to { throw emptyRange(range) }
      return numbers(field, from, to, place)
    case .date:
      let first = try lower.map { value throws(QueryError) in try date(value) }
      let last = try upper.map { value throws(QueryError) in try date(value) }
      let from = range.includesLower ? first?.bounds.from : first?.bounds.until
      let until = range.includesUpper ? last?.bounds.until : last?.bounds.from
      if let from, let until, from >= until {
        // With `now` in it a range that was not empty once may be so today: no mistake in the text.
        guard first?.isRelative == true || last?.isRelative == true else { throw emptyRange(range) }
        return [.constant(false)]
      }
      return dates(field, from: from, until: until, place)
    case .ipAddress:
      guard let lower, let upper, range.includesLower, range.includesUpper else {
        throw error(
          "A range of addresses has two ends and includes them.", at: range.start, range.length,
          expected: "[10.0.0.1 .. 10.0.0.9]")
      }
      guard let addresses = AddressRange(from: try address(lower), to: try address(upper)) else {
        throw emptyRange(range)
      }
      return [.test(QueryTest(field, .address(addresses), position: place))]
    case .text, .keyword, .enumeration, .boolean, .macAddress:
      throw error(
        "\"\(token.name)\" has no order, so it has no ranges.", at: range.start, range.length,
        expected: "a value or a list [a, b]")
    }
  }

  // MARK: - Lists

  func list(of token: QueryToken, _ values: [QueryValue], _ place: Int) throws(QueryError) -> [ParsedStep] {
    let field = token.field
    if case .enumeration(let all) = field.kind {
      var chosen: [String] = []
      for value in values { chosen += try self.chosen(value, of: all) }
      return enumerated(field, chosen, place)
    }
    var words: Set<String> = []
    var numbers: Set<Int64> = []
    var steps: [ParsedStep] = []
    var count = 0
    for value in values {
      let condition = try condition(of: token, .matches, value, place)
      if case .test(let test)? = condition.last, condition.count == 1 {
        switch test.comparison {
        case .oneOf(let texts):
          words.formUnion(texts)
          continue
        case .integer(let lower?, let upper?) where lower == upper:
          numbers.insert(lower)
          continue
        default: break
        }
      }
      steps += condition
      count += 1
    }
    func add(_ field: QueryField, _ comparison: Comparison) {
      steps.append(.test(QueryTest(field, comparison, position: place)))
      count += 1
    }
    if !words.isEmpty { add(field, .oneOf(words.sorted())) }
    let stored = field == .qvss ? .qds : field
    if let number = numbers.first, numbers.count == 1 {
      add(stored, .integer(lower: number, upper: number))
    } else if !numbers.isEmpty {
      add(stored, .integers(numbers.sorted()))
    }
    if count > 1 { steps.append(.any(count)) }
    return steps
  }

  // MARK: - Errors

  func emptyRange(_ range: QueryRange) -> QueryError {
    error("Nothing lies in this range.", at: range.start, range.length, expected: "the smaller value first")
  }

  func empty(_ value: QueryValue) -> QueryError {
    error("The value is empty.", at: value.start, value.length, expected: "\"is null\" to find what has no value")
  }

  func wrong(_ value: QueryValue, _ kind: String, expected: String, suggestion: String? = nil) -> QueryError {
    error(
      "\"\(value.text.prefix(60))\" is no \(kind).", at: value.start, value.length, expected: expected,
      suggestion: suggestion)
  }
}
