/// Reads JSON text into a dynamic value; keys keep their order.
///
/// Nesting is bounded so that hostile text cannot exhaust the stack.
package struct JSONTextParser {
  private static let maximumDepth = 128

  private let bytes: [UInt8]
  private var position = 0

  private init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The value of the text, or nil if it is not one whole JSON value.
  package static func parse(_ text: String) -> KQLValue? {
    var parser = JSONTextParser(text)
    guard let value = parser.value(depth: 0) else { return nil }
    parser.skipSpace()
    return parser.position == parser.bytes.count ? value : nil
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func accept(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
    position += count
    return true
  }

  private mutating func value(depth: Int) -> KQLValue? {
    guard depth < Self.maximumDepth else { return nil }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return accept(word: "true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return accept(word: "false") ? .bool(false) : nil
    case UInt8(ascii: "n"): return accept(word: "null") ? .null : nil
    default: return number()
    }
  }

  private mutating func object(depth: Int) -> KQLValue? {
    position += 1
    var members: [(String, KQLValue)] = []
    skipSpace()
    if accept(UInt8(ascii: "}")) { return .object(KQLObject([])) }
    while true {
      skipSpace()
      guard let key = string() else { return nil }
      skipSpace()
      guard accept(UInt8(ascii: ":")), let member = value(depth: depth + 1) else { return nil }
      members.append((key, member))
      skipSpace()
      if accept(UInt8(ascii: "}")) { return .object(KQLObject(members)) }
      guard accept(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func array(depth: Int) -> KQLValue? {
    position += 1
    var elements: [KQLValue] = []
    skipSpace()
    if accept(UInt8(ascii: "]")) { return .array([]) }
    while true {
      guard let element = value(depth: depth + 1) else { return nil }
      elements.append(element)
      skipSpace()
      if accept(UInt8(ascii: "]")) { return .array(elements) }
      guard accept(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func string() -> String? {
    guard accept(UInt8(ascii: "\"")) else { return nil }
    var content: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        content.append(contentsOf: String(Character(scalar)).utf8)
      case 0..<0x20: return nil
      default: content.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard let byte = current else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      guard let unit = hexUnit() else { return nil }
      guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
      let mark = position
      guard accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")), let low = hexUnit(), low & 0xFC00 == 0xDC00 else {
        position = mark
        return "\u{FFFD}"
      }
      return Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF))
    default: return nil
    }
  }

  private mutating func hexUnit() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard let unit = UInt32(digits, radix: 16) else { return nil }
    position += 4
    return unit
  }

  private mutating func number() -> KQLValue? {
    let start = position
    var isWhole = true
    _ = accept(UInt8(ascii: "-"))
    guard acceptDigits() else { return nil }
    if accept(UInt8(ascii: ".")) {
      isWhole = false
      guard acceptDigits() else { return nil }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if !accept(UInt8(ascii: "-")) { _ = accept(UInt8(ascii: "+")) }
      guard acceptDigits() else { return nil }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let whole = Int64(text) { return .long(whole) }
    return Double(text).map { .real($0) }
  }

  private mutating func acceptDigits() -> Bool {
    let start = position
    while let byte = current, byte >= 0x30 && byte <= 0x39 { position += 1 }
    return position > start
  }
}
