/// Splits query text into tokens in one pass.
struct KQLLexer {
  private static let rawLiteralWords: Set<String> = ["datetime", "date", "timespan", "time", "guid"]
  private static let wordsBeforeNames: Set<String> = [
    "and", "away", "by", "distinct", "expand", "extend", "keep", "mvexpand", "on", "or", "parse", "project", "rename",
    "summarize", "where",
  ]
  private static let pairs: Set<String> = ["==", "!=", "=~", "!~", "<>", "<=", ">=", ".."]

  private let query: QueryText
  private let bytes: [UInt8]
  private var position = 0
  private var tokens: [KQLToken] = []

  private init(_ query: QueryText) {
    self.query = query
    bytes = query.bytes
  }

  /// All tokens of the text, the last one of kind `end`.
  static func tokens(of query: QueryText) throws(KQLError) -> [KQLToken] {
    var lexer = KQLLexer(query)
    lexer.tokens.reserveCapacity(query.bytes.count / 8)
    while try lexer.next() {}
    let end = query.bytes.count
    lexer.tokens.append(KQLToken(kind: .end, text: "<EOF>", range: end..<end))
    return lexer.tokens
  }

  private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == 0x5F || byte == 0x24 || byte >= 0x80
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

  private mutating func append(_ kind: KQLToken.Kind, _ text: String, from start: Int, value: KQLValue = .null) {
    tokens.append(KQLToken(kind: kind, text: text, value: value, range: start..<position))
  }

  /// Reads one token; false at the end of the text.
  private mutating func next() throws(KQLError) -> Bool {
    skipSpaceAndComments()
    guard position < bytes.count else { return false }
    let start = position
    let first = bytes[position]
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      try string(from: start, isVerbatim: false)
    } else if let prefix = stringPrefix() {
      position += prefix.count
      try string(from: start, isVerbatim: prefix.isVerbatim)
    } else if Self.isNameStart(first) {
      try word(from: start)
    } else if Self.isDigit(first) {
      try number(from: start)
    } else if first == UInt8(ascii: "["), quotedNameMark() != nil {
      try quotedName(from: start)
    } else {
      try symbol(from: start)
    }
    return true
  }

  private mutating func skipSpaceAndComments() {
    while position < bytes.count {
      let current = bytes[position]
      if current == 0x20 || (current >= 0x09 && current <= 0x0D) {
        position += 1
      } else if current == 0xC2, byte(at: position + 1) == 0xA0 {
        position += 2
      } else if current == UInt8(ascii: "/"), byte(at: position + 1) == UInt8(ascii: "/") {
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      } else {
        return
      }
    }
  }

  /// `@`, `h` and `h@` before a quote.
  private func stringPrefix() -> (count: Int, isVerbatim: Bool)? {
    func isQuote(_ index: Int) -> Bool { byte(at: index) == UInt8(ascii: "\"") || byte(at: index) == UInt8(ascii: "'") }
    let isHidden = byte(at: position) | 0x20 == UInt8(ascii: "h")
    if byte(at: position) == UInt8(ascii: "@"), isQuote(position + 1) { return (1, true) }
    if isHidden, isQuote(position + 1) { return (1, false) }
    if isHidden, byte(at: position + 1) == UInt8(ascii: "@"), isQuote(position + 2) { return (2, true) }
    return nil
  }

  private mutating func string(from start: Int, isVerbatim: Bool) throws(KQLError) {
    let quote = bytes[position]
    position += 1
    var content: [UInt8] = []
    while position < bytes.count {
      let current = bytes[position]
      position += 1
      if current == quote {
        guard isVerbatim, byte(at: position) == quote else {
          append(.string, String(decoding: content, as: UTF8.self), from: start)
          return
        }
        content.append(quote)
        position += 1
      } else if current == UInt8(ascii: "\\"), !isVerbatim {
        try escape(into: &content)
      } else if current == 0x0A {
        break
      } else {
        content.append(current)
      }
    }
    let mark = String(UnicodeScalar(quote))
    throw query.parserFailure(at: min(position, bytes.count), token: "<EOF>", expected: mark)
  }

  private mutating func escape(into content: inout [UInt8]) throws(KQLError) {
    let start = position - 1
    let current = byte(at: position)
    position += 1
    switch current {
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "0"): content.append(0)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): content.append(current)
    case UInt8(ascii: "u"), UInt8(ascii: "x"):
      let width = current == UInt8(ascii: "u") ? 4 : 2
      let end = min(position + width, bytes.count)
      guard let code = UInt32(query.text(position..<end), radix: 16), let scalar = Unicode.Scalar(code) else {
        throw query.parserFailure(at: start, token: query.text(start..<end))
      }
      content.append(contentsOf: String(Character(scalar)).utf8)
      position = end
    default:
      throw query.parserFailure(at: start, token: query.text(start..<min(position, bytes.count)))
    }
  }

  private mutating func word(from start: Int) throws(KQLError) {
    while position < bytes.count, Self.isNamePart(bytes[position]) { position += 1 }
    let text = query.text(start..<position)
    if text == "in", byte(at: position) == UInt8(ascii: "~") {
      position += 1
      append(.symbol, text + "~", from: start)
    } else if Self.rawLiteralWords.contains(text), let content = rawContent() {
      append(.typedLiteral, text, from: start, value: try rawValue(content, word: text, at: start))
    } else {
      append(.name, text, from: start)
    }
  }

  /// The text between the brackets that follow, moved past; nil if no bracket follows.
  private mutating func rawContent() -> String? {
    var index = position
    while byte(at: index) == 0x20 { index += 1 }
    guard byte(at: index) == UInt8(ascii: "("), let close = bytes[index...].firstIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    position = close + 1
    var content = Substring(query.text(index + 1..<close))
    while let last = content.last, last.isWhitespace || last == "\"" || last == "'" { content.removeLast() }
    while let first = content.first, first.isWhitespace || first == "\"" || first == "'" { content.removeFirst() }
    return String(content)
  }

  private func rawValue(_ content: String, word: String, at start: Int) throws(KQLError) -> KQLValue {
    if content == "null" { return .null }
    let value: KQLValue? =
      switch word {
      case "datetime", "date": KQLDate.parse(content).map { .datetime($0) }
      case "guid": .string(content.lowercased())
      default: KQLDate.parseTimespan(content).map { .timespan($0) }
      }
    guard let value else {
      throw query.parserFailure(at: start, token: query.text(start..<position))
    }
    return value
  }

  private mutating func number(from start: Int) throws(KQLError) {
    if bytes[position] == 0x30, byte(at: position + 1) | 0x20 == UInt8(ascii: "x") {
      position += 2
      while position < bytes.count, Self.isNamePart(bytes[position]) { position += 1 }
      guard let value = Int64(query.text(start + 2..<position), radix: 16) else {
        throw query.parserFailure(at: start, token: query.text(start..<position))
      }
      append(.number, query.text(start..<position), from: start, value: .long(value))
      return
    }
    skipDigits()
    var isReal = false
    if byte(at: position) == UInt8(ascii: "."), Self.isDigit(byte(at: position + 1)) {
      isReal = true
      position += 1
      skipDigits()
    }
    if byte(at: position) | 0x20 == UInt8(ascii: "e"), isExponent(at: position + 1) {
      isReal = true
      position += 2
      skipDigits()
    }
    let digits = query.text(start..<position)
    let unitStart = position
    while position < bytes.count, Self.isNamePart(bytes[position]) { position += 1 }
    let unit = query.text(unitStart..<position)
    let value: KQLValue? =
      if unit.isEmpty {
        isReal ? Double(digits).map { .real($0) } : Int64(digits).map { .long($0) }
      } else if let ticks = KQLDate.ticks(unit: unit), let amount = Double(digits) {
        Int64(exactly: (amount * Double(ticks)).rounded()).map { .timespan($0) }
      } else {
        nil
      }
    guard let value else { throw query.parserFailure(at: start, token: query.text(start..<position)) }
    append(.number, query.text(start..<position), from: start, value: value)
  }

  private mutating func skipDigits() {
    while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
  }

  private func isExponent(at index: Int) -> Bool {
    let sign = byte(at: index)
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { return Self.isDigit(byte(at: index + 1)) }
    return Self.isDigit(sign)
  }

  /// The quote of `['name']`; only where a name may stand, for after a value the same text is an element.
  private func quotedNameMark() -> UInt8? {
    let mark = byte(at: position + 1)
    guard mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\"") else { return nil }
    guard let last = tokens.last else { return mark }
    switch last.kind {
    case .name:
      // `a['b']` and `a ['b']` are members of a; `by ['b']` is a name after a keyword.
      return last.range.upperBound < position && Self.wordsBeforeNames.contains(last.text) ? mark : nil
    case .symbol: return last.text == "]" || last.text == ")" || last.text == "." ? nil : mark
    default: return mark
    }
  }

  private mutating func quotedName(from start: Int) throws(KQLError) {
    position += 1
    try string(from: start, isVerbatim: false)
    guard byte(at: position) == UInt8(ascii: "]") else {
      // An array of texts inside dynamic(…): give the bracket back and read on.
      let content = tokens.removeLast()
      let bracket = start..<start + 1
      tokens.append(KQLToken(kind: .symbol, text: "[", range: bracket))
      tokens.append(KQLToken(kind: .string, text: content.text, range: start + 1..<position))
      return
    }
    position += 1
    tokens[tokens.count - 1].kind = .name
    tokens[tokens.count - 1].isQuoted = true
    tokens[tokens.count - 1].range = start..<position
  }

  private mutating func symbol(from start: Int) throws(KQLError) {
    if bytes[position] == UInt8(ascii: "!"), Self.isNameStart(byte(at: position + 1)) {
      position += 1
      while position < bytes.count, Self.isNamePart(bytes[position]) { position += 1 }
      if byte(at: position) == UInt8(ascii: "~") { position += 1 }
      append(.symbol, query.text(start..<position), from: start)
      return
    }
    if position + 1 < bytes.count, bytes[position + 1] < 0x80 {
      let pair = query.text(position..<position + 2)
      if Self.pairs.contains(pair) {
        position += 2
        append(.symbol, pair, from: start)
        return
      }
    }
    let character = bytes[position]
    position += 1
    guard "|()[]{},.<>=+-*/%:;?".utf8.contains(character) else {
      throw query.parserFailure(at: start, token: query.text(start..<position))
    }
    append(.symbol, query.text(start..<position), from: start)
  }
}
