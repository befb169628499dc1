/// A value as written.
struct QueryValue {
  enum Quoting { case none, words, exact }

  var text: String
  var quoting: Quoting
  /// With its quotation marks, in bytes.
  var start: Int
  var length: Int

  var isStar: Bool { quoting == .none && text == "*" }
}

extension QueryParser {
  enum ValuePlace { case bare, bracketed }

  /// The steps of one comparison; the operator stands at the present position.
  mutating func readComparison(of token: QueryToken, at start: Int) throws(QueryError) -> [ParsedStep] {
    let comparison = try readOperator()
    position = scanner.skipBlanks(position)
    outlook = .value(token, start: position)
    let place = place(of: start)
    switch scanner.byte(at: position) {
    case UInt8(ascii: "["), UInt8(ascii: "("):
      guard comparison == .matches || comparison == .equals else {
        throw error(
          "\"\(comparison.rawValue)\" compares with one value.", at: position, 1,
          expected: "\":\" before a list or range")
      }
      return try readBracketed(token, place)
    default:
      return try condition(of: token, comparison, try readValue(.bare), place)
    }
  }

  private mutating func readOperator() throws(QueryError) -> QueryOperator {
    let start = position
    var text = scanner.text(position, 1)
    position += 1
    if text != ":", scanner.byte(at: position) == UInt8(ascii: "=") {
      text += "="
      position += 1
    }
    guard let comparison = QueryOperator(rawValue: text) else {
      throw error(
        "There is no operator \"\(text)\".", at: start, position - start,
        expected: "one of \(QueryOperator.allCases.map(\.rawValue).joined(separator: " "))")
    }
    let next = scanner.skipBlanks(position)
    // An IPv6 address may begin with two colons.
    if scanner.isOperator(at: next), !scanner.isDoubleColon(at: next) {
      throw error("Two operators stand together.", at: next, 1, expected: "a value, or quotation marks around it")
    }
    return comparison
  }

  // MARK: - Lists and ranges

  private mutating func readBracketed(_ token: QueryToken, _ place: Int) throws(QueryError) -> [ParsedStep] {
    let start = position
    let isList = scanner.byte(at: position) == UInt8(ascii: "[")
    var values: [QueryValue] = []
    repeat {
      position = scanner.skipBlanks(position + 1)
      outlook = .value(token, start: position)
      values.append(try readValue(.bracketed))
      position = scanner.skipBlanks(position)
      if values.count == 1, skipRangeDots() {
        return try readRangeEnd(token, from: values[0], isInclusive: isList, start, place)
      }
    } while isList && scanner.byte(at: position) == UInt8(ascii: ",")
    guard isList, scanner.byte(at: position) == UInt8(ascii: "]") else { throw unclosed(start, isList) }
    position += 1
    return try list(of: token, values, place)
  }

  /// Two dots or three.
  private mutating func skipRangeDots() -> Bool {
    guard scanner.isRange(at: position) else { return false }
    position += scanner.byte(at: position + 2) == UInt8(ascii: ".") ? 3 : 2
    return true
  }

  private mutating func readRangeEnd(
    _ token: QueryToken, from lower: QueryValue, isInclusive: Bool, _ start: Int, _ place: Int
  ) throws(QueryError) -> [ParsedStep] {
    position = scanner.skipBlanks(position)
    outlook = .value(token, start: position)
    let upper = try readValue(.bracketed)
    position = scanner.skipBlanks(position)
    let last = scanner.byte(at: position)
    guard last == UInt8(ascii: "]") || last == UInt8(ascii: ")") else {
      throw error(
        "The range is never closed.", at: position < scanner.end ? position : start, 1, expected: "\"]\" or \")\"")
    }
    position += 1
    let range = QueryRange(
      lower: lower, upper: upper, includesLower: isInclusive, includesUpper: last == UInt8(ascii: "]"),
      start: start, length: position - start)
    return try condition(of: token, range, place)
  }

  private func unclosed(_ start: Int, _ isList: Bool) -> QueryError {
    if position >= scanner.end {
      return error(
        isList ? "The list is never closed." : "The range is never closed.", at: start, 1,
        expected: isList ? "\"]\" at the end" : "\".. b)\"")
    }
    return error(
      isList ? "A list's values are separated by commas." : "In parentheses stands a range.", at: position, 1,
      expected: isList ? "\",\", \"..\" or \"]\"" : "\"(a .. b)\", or \"[a, b]\" for a list")
  }

  // MARK: - One value

  mutating func readValue(_ place: ValuePlace) throws(QueryError) -> QueryValue {
    guard let first = scanner.byte(at: position) else {
      throw error("A value is missing at the end.", at: position, 0, expected: "a value")
    }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): return try readQuoted(first)
    default:
      if scanner.isTypographicMark(at: position) {
        throw error(
          "This quotation mark is a typographic one.", at: position, 3, expected: "a straight one: \" or ' or `")
      }
      return try place == .bare ? readBare() : readBracketedValue()
    }
  }

  private mutating func readQuoted(_ mark: UInt8) throws(QueryError) -> QueryValue {
    let start = position
    guard let end = scanner.bytes[(start + 1)...].firstIndex(of: mark) else {
      throw error(
        "The quotation mark is never closed.", at: start, 1, expected: "another \(scanner.text(start, 1)) at the end")
    }
    position = end + 1
    return QueryValue(
      text: scanner.text(start + 1, end - start - 1), quoting: mark == UInt8(ascii: "`") ? .exact : .words,
      start: start, length: position - start)
  }

  /// Words up to a keyword, a closing parenthesis or the end. What looks like another term within them is an error,
  /// whether its name is known or not: a forgotten `and` must not become a search for words.
  private mutating func readBare() throws(QueryError) -> QueryValue {
    let start = position
    var end = position
    while let byte = scanner.byte(at: position), byte != UInt8(ascii: ")") {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        throw error(
          "\"\(scanner.text(position, 1))\" can't stand within plain words.", at: position, 1,
          expected: "quotation marks around the whole value")
      case _ where scanner.isBlank(byte):
        position = scanner.skipBlanks(position)
        if scanner.keyword(at: position) != nil { return try bare(from: start, to: end) }
        if scanner.startsTerm(position) {
          let length = scanner.nameEnd(position) - position
          throw error(
            "\"\(scanner.text(position, length))\" stands directly behind a value.", at: position, length,
            expected: "\"and\" or \"or\" before it, or quotation marks around the value")
        }
      default:
        position += 1
        end = position
      }
    }
    isValueOpen = position == scanner.end && end == position
    return try bare(from: start, to: end)
  }

  private func bare(from start: Int, to end: Int) throws(QueryError) -> QueryValue {
    guard end > start else {
      throw error("A value is missing.", at: start, min(1, scanner.end - start), expected: "a value")
    }
    return QueryValue(text: scanner.text(start, end - start), quoting: .none, start: start, length: end - start)
  }

  private mutating func readBracketedValue() throws(QueryError) -> QueryValue {
    let start = position
    var end = position
    while let byte = scanner.byte(at: position), byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"),
      byte != UInt8(ascii: ")"), !scanner.isRange(at: position)
    {
      if "([\"`".utf8.contains(byte) {
        throw error(
          "\"\(scanner.text(position, 1))\" can't stand within a plain value.", at: position, 1,
          expected: "quotation marks around the whole value")
      }
      position += 1
      if !scanner.isBlank(byte) { end = position }
    }
    return try bare(from: start, to: end)
  }
}
