/// Reads a query in one pass, without recursion: what is open stands on a stack of its own, and steps are written
/// in the order in which their operands end.
///
///     query      = [ or ]
///     or         = and { "or" and }
///     and        = operand { "and" operand }
///     operand    = "not" operand | "(" or ")" | term | words
///     term       = token ( ":" | "=" | ">" | ">=" | "<" | "<=" ) value | group ":" "(" or ")"
///                | token "is" [ "not" ] "null"
///
/// Values are read in `QueryParser+Values.swift`.
struct QueryParser {
  /// What is open at a place of the text.
  struct Frame {
    enum Kind { case query, parentheses, not, group }
    var kind: Kind
    /// Where it was opened, in bytes.
    var start: Int
    /// The innermost group around, or this one.
    var group: QueryGroup?
    /// The record that tokens are about; nil in a group of lists until its first token decides.
    var scope: QueryScope?
    /// Relations from the record outside to the one inside, to be closed with the frame.
    var path: [QueryScope] = []
    /// All relations around, this frame's included.
    var relations: Int
    /// Operands of the `and` that is being read.
    var conjuncts = 0
    /// Operands of the `or`, without the `and` that is being read.
    var alternatives = 0
  }

  let scanner: QueryScanner
  let entity: QueryEntity
  let now: Timestamp
  var position = 0
  var frames: [Frame]
  var steps: [ParsedStep] = []
  private var expectsOperand = true
  /// Of the `is` that was read last: `is null` is the negated one.
  var presenceIsNegated = false
  /// Whether the text ended within a plain value, which could go on.
  var isValueOpen = false
  private var counted = (bytes: 0, characters: 0)
  /// For completions: what could stand where the text ends.
  var outlook = QueryOutlook.operand(start: 0)

  init(_ text: String, for entity: QueryEntity, now: Timestamp) {
    scanner = QueryScanner(text)
    self.entity = entity
    self.now = now
    frames = [Frame(kind: .query, start: 0, scope: entity.scope, relations: 0)]
  }

  mutating func parse() throws(QueryError) -> [ParsedStep] {
    if scanner.bytes.count > Query.maximumLength {
      throw QueryError(
        "The query is too long: \(scanner.bytes.count) bytes, and \(Query.maximumLength) are the limit.",
        position: 0, length: 0)
    }
    position = scanner.skipBlanks(position)
    if position == scanner.end { return [.constant(true)] }
    while true {
      position = scanner.skipBlanks(position)
      if expectsOperand {
        try readOperand()
      } else if position < scanner.end {
        try readConnective()
      } else {
        break
      }
    }
    try close(.query, at: position)
    return steps
  }

  // MARK: - What is open

  mutating func open(_ frame: Frame) throws(QueryError) {
    // The query itself is the first frame.
    if frames.count > Query.maximumDepth {
      throw error(
        "The query nests deeper than \(Query.maximumDepth) levels of parentheses and \"not\".", at: position, 1)
    }
    frames.append(frame)
    expectsOperand = true
  }

  /// An operand has ended: it is negated by what stands before it and belongs to the `and` around it.
  mutating func endOperand() {
    if !isValueOpen { outlook = .connective }
    while case .not? = frames.last?.kind {
      frames.removeLast()
      steps.append(.not)
    }
    frames[frames.count - 1].conjuncts += 1
    expectsOperand = false
  }

  private mutating func endConjunction() {
    let last = frames.count - 1
    if frames[last].conjuncts > 1 { steps.append(.all(frames[last].conjuncts)) }
    frames[last].conjuncts = 0
    frames[last].alternatives += 1
  }

  private enum Closing { case query, parenthesis }

  /// A frame within the last one.
  func inner(_ kind: Frame.Kind) -> Frame {
    let outer = frames[frames.count - 1]
    return Frame(kind: kind, start: position, group: outer.group, scope: outer.scope, relations: outer.relations)
  }

  private mutating func close(_ closing: Closing, at place: Int) throws(QueryError) {
    endConjunction()
    let frame = frames[frames.count - 1]
    if frame.alternatives > 1 { steps.append(.any(frame.alternatives)) }
    switch (closing, frame.kind) {
    case (.query, .query): return
    case (.parenthesis, .query), (.parenthesis, .not):
      throw error("This parenthesis closes nothing.", at: place, 1)
    case (.query, _):
      throw error("This parenthesis is never closed.", at: frame.start, 1, expected: "\")\" at the end")
    case (.parenthesis, .group), (.parenthesis, .parentheses):
      for scope in frame.path.reversed() { steps.append(.related(scope)) }
      frames.removeLast()
      endOperand()
    }
  }

  // MARK: - Operands and what joins them

  private mutating func readOperand() throws(QueryError) {
    outlook = .operand(start: position)
    guard position < scanner.end else {
      throw error("Something is missing at the end.", at: position, 0, expected: "a token or words")
    }
    switch scanner.bytes[position] {
    case UInt8(ascii: "("):
      try open(inner(.parentheses))
      position += 1
    case UInt8(ascii: ")"):
      throw error("Nothing stands before this parenthesis.", at: position, 1, expected: "a token or words")
    case _ where scanner.isOperator(at: position) && !scanner.isDoubleColon(at: position):
      throw error("Nothing stands before this operator.", at: position, 1, expected: "a token")
    default:
      if let word = scanner.keyword(at: position) {
        guard word == .not else {
          throw error(
            "\"\(word.rawValue)\" has nothing before it.", at: position, word.rawValue.utf8.count,
            expected: "a token or words")
        }
        try open(inner(.not))
        position += 3
      } else {
        try readTerm()
      }
    }
  }

  private mutating func readConnective() throws(QueryError) {
    outlook = .connective
    if scanner.bytes[position] == UInt8(ascii: ")") {
      try close(.parenthesis, at: position)
      position += 1
      return
    }
    switch scanner.keyword(at: position) {
    case .and: position += 3
    case .or:
      endConjunction()
      position += 2
    case .not:
      throw error(
        "\"not\" can't stand directly behind a value.", at: position, 3,
        expected: "\"and\" or \"or\" before it, or quotation marks around the value if it belongs to that")
    case nil:
      let length = scanner.pieceLength(position)
      throw error(
        "\"\(scanner.text(position, length))\" stands directly behind a value.", at: position, length,
        expected: "\"and\" or \"or\" before it")
    }
    expectsOperand = true
  }

  // MARK: - Places

  /// Characters before a byte of the text; bytes are asked for in ascending order. Counted from the last one, or a long
  /// query would be counted as often as it has terms.
  mutating func place(of start: Int) -> Int {
    let between = scanner.bytes[counted.bytes..<start]
    counted.characters += String(decoding: between, as: UTF8.self).count
    counted.bytes = start
    return counted.characters
  }

  /// - Parameters:
  ///   - start: In bytes.
  ///   - length: In bytes.
  func error(
    _ problem: String, at start: Int, _ length: Int, expected: String? = nil, suggestion: String? = nil
  ) -> QueryError {
    let place = scanner.characters(before: start)
    return QueryError(
      problem, position: place, length: scanner.characters(before: start + length) - place, expected: expected,
      suggestion: suggestion)
  }
}

/// What could stand at the end of a text that is being typed.
enum QueryOutlook {
  case operand(start: Int)
  /// A token's name is complete.
  case comparison(QueryToken)
  case value(QueryToken, start: Int)
  case connective
}
