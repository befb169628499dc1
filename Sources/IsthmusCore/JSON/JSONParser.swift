/// One pass over the bytes; strings are scanned a word at a time.
struct JSONParser {
  typealias Entry = JSONDocument.Entry

  private let bytes: UnsafePointer<UInt8>
  private let length: Int
  private var position = 0
  private(set) var tape: UnsafeMutablePointer<Entry>
  private(set) var count = 0
  private var capacity: Int

  init(_ store: ByteStore) {
    bytes = UnsafePointer(store.base)
    length = store.count
    capacity = length / 16 + 32
    tape = .allocate(capacity: capacity)
  }

  mutating func parseDocument() throws(JSONError) {
    guard length <= Int(UInt32.max) else { throw JSONError(offset: 0, problem: "the text is larger than 4 GiB") }
    skipSpace()
    try parseValue(depth: 0)
    skipSpace()
    if position < length { throw failure("unexpected text after the value") }
  }

  private mutating func parseValue(depth: Int) throws(JSONError) {
    // Past the end the padding gives a zero byte, which no case accepts.
    switch bytes[position] {
    case UInt8(ascii: "{"): try parseObject(depth: depth)
    case UInt8(ascii: "["): try parseArray(depth: depth)
    case UInt8(ascii: "\""): try parseString(.string)
    case UInt8(ascii: "t"): try parseWord("true", .true)
    case UInt8(ascii: "f"): try parseWord("false", .false)
    case UInt8(ascii: "n"): try parseWord("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
    default: throw failure(position >= length ? "the text ends too early" : "a value was expected")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) {
    let index = try open(.object, depth: depth)
    if bytes[position] == UInt8(ascii: "}") {
      close(index)
      return
    }
    while true {
      guard bytes[position] == UInt8(ascii: "\"") else { throw failure("a member's name was expected") }
      try parseString(.key)
      skipSpace()
      guard bytes[position] == UInt8(ascii: ":") else { throw failure("':' was expected") }
      position += 1
      skipSpace()
      try parseValue(depth: depth + 1)
      skipSpace()
      switch bytes[position] {
      case UInt8(ascii: ","):
        position += 1
        skipSpace()
      case UInt8(ascii: "}"):
        close(index)
        return
      default: throw failure("',' or '}' was expected")
      }
    }
  }

  private mutating func parseArray(depth: Int) throws(JSONError) {
    let index = try open(.array, depth: depth)
    if bytes[position] == UInt8(ascii: "]") {
      close(index)
      return
    }
    while true {
      try parseValue(depth: depth + 1)
      skipSpace()
      switch bytes[position] {
      case UInt8(ascii: ","):
        position += 1
        skipSpace()
      case UInt8(ascii: "]"):
        close(index)
        return
      default: throw failure("',' or ']' was expected")
      }
    }
  }

  private mutating func open(_ kind: JSONSlice.Kind, depth: Int) throws(JSONError) -> Int {
    guard depth < JSONDocument.maximumDepth else {
      throw failure("values are nested more than \(JSONDocument.maximumDepth) deep")
    }
    append(Entry(end: 0, offset: UInt32(truncatingIfNeeded: position), length: 0, kind: kind, hasEscapes: false))
    position += 1
    skipSpace()
    return count - 1
  }

  private mutating func close(_ index: Int) {
    position += 1
    tape[index].end = UInt32(truncatingIfNeeded: count)
    tape[index].length = UInt32(truncatingIfNeeded: position) - tape[index].offset
  }

  private mutating func parseString(_ kind: JSONSlice.Kind) throws(JSONError) {
    let start = position + 1
    var cursor = start
    var highBits: UInt64 = 0
    var hasEscapes = false
    scan: while true {
      let word = UnsafeRawPointer(bytes + cursor).loadUnaligned(as: UInt64.self)
      let ones: UInt64 = 0x0101_0101_0101_0101
      // A byte less one borrows where it was zero: of a byte that is a quote, a backslash or, with its 0x02 turned, below
      // 0x20. In bytes after the first hit it may say so falsely.
      let quote = word ^ 0x2222_2222_2222_2222
      let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let below = (quote &- ones) | (backslash &- ones) | (word &- 0x2020_2020_2020_2020)
      let hits = below & ~word & 0x8080_8080_8080_8080
      highBits |= word
      if hits == 0 {
        // The padding's zeros stop it at the end.
        cursor += 8
        continue
      }
      cursor += hits.trailingZeroBitCount >> 3
      guard cursor < length else {
        position = length
        throw failure("a string is not closed")
      }
      switch bytes[cursor] {
      case UInt8(ascii: "\""): break scan
      case UInt8(ascii: "\\"):
        hasEscapes = true
        cursor = try skipEscape(at: cursor)
      default:
        position = cursor
        throw failure("a control character stands unescaped in a string")
      }
    }
    if highBits & 0x8080_8080_8080_8080 != 0 {
      let invalid = UTF8Validity.firstInvalid(UnsafeBufferPointer(start: bytes + start, count: cursor - start))
      if let invalid {
        position = start + invalid
        throw failure("invalid UTF-8 in a string")
      }
    }
    let end = UInt32(truncatingIfNeeded: count + 1)
    let entry = Entry(
      end: end, offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: cursor - start),
      kind: kind, hasEscapes: hasEscapes)
    append(entry)
    position = cursor + 1
  }

  /// Returns the position after the escape sequence that starts at `cursor`.
  private mutating func skipEscape(at cursor: Int) throws(JSONError) -> Int {
    switch bytes[cursor + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return cursor + 2
    case UInt8(ascii: "u") where cursor + 6 <= length && (2..<6).allSatisfy({ hexDigit(bytes[cursor + $0]) != nil }):
      return cursor + 6
    default:
      position = cursor
      throw failure("an unknown escape sequence")
    }
  }

  private mutating func parseNumber() throws(JSONError) {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    if bytes[position] == UInt8(ascii: "0") {
      position += 1
    } else if skipDigits() == 0 {
      throw failure("a digit was expected")
    }
    if bytes[position] == UInt8(ascii: ".") {
      position += 1
      if skipDigits() == 0 { throw failure("a digit was expected after the decimal point") }
    }
    if bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
      if skipDigits() == 0 { throw failure("a digit was expected in the exponent") }
    }
    appendScalar(.number, from: start)
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    return position - start
  }

  private mutating func parseWord(_ word: StaticString, _ kind: JSONSlice.Kind) throws(JSONError) {
    let start = position
    for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] {
      throw failure("a value was expected")
    }
    position += word.utf8CodeUnitCount
    appendScalar(kind, from: start)
  }

  private mutating func appendScalar(_ kind: JSONSlice.Kind, from start: Int) {
    let end = UInt32(truncatingIfNeeded: count + 1)
    let size = UInt32(truncatingIfNeeded: position - start)
    append(Entry(end: end, offset: UInt32(truncatingIfNeeded: start), length: size, kind: kind, hasEscapes: false))
  }

  private mutating func append(_ entry: Entry) {
    if count == capacity {
      let grown = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
      grown.moveInitialize(from: tape, count: count)
      tape.deallocate()
      tape = grown
      capacity *= 2
    }
    (tape + count).initialize(to: entry)
    count += 1
  }

  private mutating func skipSpace() {
    while true {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private func failure(_ problem: String) -> JSONError { JSONError(offset: min(position, length), problem: problem) }
}

/// The value of one hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
  default: nil
  }
}
