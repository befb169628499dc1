/// Cuts an expression into tokens.
struct JMESPathLexer {
  private typealias Kind = JMESPathToken.Kind

  private let text: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// All tokens; the last one is `end`.
  mutating func readTokens() throws(JMESPathError) -> [JMESPathToken] {
    var tokens: [JMESPathToken] = []
    while true {
      while let byte = peek(), byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { position += 1 }
      let start = position
      guard let byte = peek() else {
        tokens.append(JMESPathToken(kind: .end, start: start, end: start))
        return tokens
      }
      position += 1
      let kind = try readToken(startingWith: byte)
      tokens.append(JMESPathToken(kind: kind, start: start, end: position))
    }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skip(_ byte: Character) -> Bool {
    guard let next = peek(), next == byte.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func readToken(startingWith byte: UInt8) throws(JMESPathError) -> Kind {
    switch byte {
    case UInt8(ascii: "."): return .dot
    case UInt8(ascii: "*"): return .star
    case UInt8(ascii: ","): return .comma
    case UInt8(ascii: ":"): return .colon
    case UInt8(ascii: "@"): return .current
    case UInt8(ascii: "("): return .leftParenthesis
    case UInt8(ascii: ")"): return .rightParenthesis
    case UInt8(ascii: "{"): return .leftBrace
    case UInt8(ascii: "}"): return .rightBrace
    case UInt8(ascii: "]"): return .rightBracket
    case UInt8(ascii: "["): return skip("]") ? .flatten : skip("?") ? .filter : .leftBracket
    case UInt8(ascii: "|"): return skip("|") ? .or : .pipe
    case UInt8(ascii: "&"): return skip("&") ? .and : .expression
    case UInt8(ascii: "!"): return skip("=") ? .comparison(.notEqual) : .not
    case UInt8(ascii: "<"): return .comparison(skip("=") ? .lessOrEqual : .less)
    case UInt8(ascii: ">"): return .comparison(skip("=") ? .greaterOrEqual : .greater)
    case UInt8(ascii: "=") where skip("="): return .comparison(.equal)
    case UInt8(ascii: "="): throw failure(position - 1, "'==' was expected")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber(startingWith: byte)
    case UInt8(ascii: "'"): return try readRawString()
    case UInt8(ascii: "`"): return try readLiteral()
    case UInt8(ascii: "\""): return try readQuotedName()
    case _ where byte.isNameStart: return readName()
    default:
      let place = text.utf8.index(text.utf8.startIndex, offsetBy: position - 1)
      throw failure(position - 1, "unexpected '\(text[place])'")
    }
  }

  private mutating func readName() -> Kind {
    let start = position - 1
    while let byte = peek(), byte.isNameStart || byte.isDigit { position += 1 }
    return .name(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func readNumber(startingWith byte: UInt8) throws(JMESPathError) -> Kind {
    let isNegative = byte == UInt8(ascii: "-")
    let start = isNegative ? position : position - 1
    position = start
    while let byte = peek(), byte.isDigit { position += 1 }
    guard position > start else { throw failure(start - 1, "a digit was expected after '-'") }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    return .number(Int(isNegative ? "-\(digits)" : digits) ?? (isNegative ? .min : .max))
  }

  /// The bytes up to the closing `mark`, which are not unescaped; a backslash keeps the byte after it from closing.
  private mutating func readEnclosed(by mark: UInt8, _ name: String) throws(JMESPathError) -> ArraySlice<UInt8> {
    let start = position
    while let byte = peek(), byte != mark { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
    guard position < bytes.count else { throw failure(start - 1, "the \(name) is not closed") }
    position += 1
    return bytes[start..<position - 1]
  }

  /// In a raw string only `\'` is an escape; other backslashes stand for themselves.
  private mutating func readRawString() throws(JMESPathError) -> Kind {
    let raw = try readEnclosed(by: UInt8(ascii: "'"), "text in single quotes")
    return .literal(.string(String(decoding: Self.unescaped(raw, UInt8(ascii: "'")), as: UTF8.self)))
  }

  private mutating func readLiteral() throws(JMESPathError) -> Kind {
    let start = position - 1
    let raw = try readEnclosed(by: UInt8(ascii: "`"), "JSON in backticks")
    do throws(JSONError) {
      let document = try JSONDocument(parsing: ByteStore(Self.unescaped(raw, UInt8(ascii: "`"))))
      return .literal(document.withRoot { JSONValue($0) })
    } catch {
      throw failure(start, "what stands in backticks is not JSON (\(error.problem)); a text goes into single quotes,")
    }
  }

  /// A quoted name is a JSON string.
  private mutating func readQuotedName() throws(JMESPathError) -> Kind {
    let start = position - 1
    _ = try readEnclosed(by: UInt8(ascii: "\""), "quoted name")
    do throws(JSONError) {
      let document = try JSONDocument(parsing: ByteStore(bytes[start..<position]))
      return .quotedName(document.withRoot { $0.string ?? "" })
    } catch {
      throw failure(start, "the quoted name is not a JSON string (\(error.problem))")
    }
  }

  /// Takes away the backslashes that stand before `mark`.
  private static func unescaped(_ raw: ArraySlice<UInt8>, _ mark: UInt8) -> [UInt8] {
    var unescaped: [UInt8] = []
    unescaped.reserveCapacity(raw.count)
    var index = raw.startIndex
    while index < raw.endIndex {
      if raw[index] == UInt8(ascii: "\\"), index + 1 < raw.endIndex {
        if raw[index + 1] != mark { unescaped.append(raw[index]) }
        index += 1
      }
      unescaped.append(raw[index])
      index += 1
    }
    return unescaped
  }

  private func failure(_ offset: Int, _ problem: String) -> JMESPathError {
    JMESPathError(.syntax, atByte: offset, of: text, problem)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  fileprivate var isNameStart: Bool { self == UInt8(ascii: "_") || (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
