import TestSupport

/// Makes JSON texts: every kind, odd spacing, every way to write a character.
struct JSONTextGenerator {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// A document of at most some hundred values.
  mutating func document() -> String { "\(space())\(value(depth: 0))\(space())" }

  /// `text` with some bytes changed, put in, left out or cut off.
  mutating func mutation(of text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    let marks = Array("{}[]\",:\\/ut0123456789-+.eE \n\tnflx".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
    for _ in 0..<random.number(1...3) where !bytes.isEmpty {
      let place = random.number(0...bytes.count - 1)
      switch random.number(0...3) {
      case 0: bytes[place] = random.pick(marks)
      case 1: bytes.insert(random.pick(marks), at: place)
      case 2: bytes.remove(at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  private mutating func space() -> String {
    random.chance(4) ? String(repeating: random.pick([" ", "\n", "\t", "\r"]), count: random.number(1...9)) : ""
  }

  private mutating func value(depth: Int) -> String {
    switch random.number(0...(depth < 5 ? 9 : 6)) {
    case 0: return "null"
    case 1: return random.pick(["true", "false"])
    case 2, 3: return number()
    case 4...6: return string(unique: nil)
    case 7, 8: return list(depth: depth, brackets: "[]") { $0.value(depth: depth + 1) }
    default:
      var index = 0
      return list(depth: depth, brackets: "{}") { generator in
        index += 1
        let name = generator.string(unique: index)
        return "\(name)\(generator.space()):\(generator.space())\(generator.value(depth: depth + 1))"
      }
    }
  }

  private mutating func list(
    depth: Int, brackets: String, element: (inout JSONTextGenerator) -> String
  ) -> String {
    let elements = (0..<random.number(0...5)).map { _ in "\(space())\(element(&self))\(space())" }
    let inside = elements.isEmpty ? space() : elements.joined(separator: ",")
    return "\(brackets.prefix(1))\(inside)\(brackets.suffix(1))"
  }

  mutating func number() -> String {
    let sign = random.chance(3) ? "-" : ""
    let whole = random.pick(["0", "7", "42", "1000000", "9007199254740993", "123456789012345678"])
    switch random.number(0...3) {
    case 0: return "\(sign)\(whole).\(random.number(0...999_999))"
    case 1:
      let exponent = random.pick(["e5", "E+3", "e-7", "E0", "e+007"])
      return "\(sign)\(random.number(0...99)).\(random.number(0...9))\(exponent)"
    default: return "\(sign)\(whole)"
    }
  }

  /// A string's literal; names of one object are told apart by `unique`.
  private mutating func string(unique: Int?) -> String {
    var literal = unique.map { "\"\($0)-" } ?? "\""
    for scalar in random.text(random.chance(5) ? 60 : 12).unicodeScalars { literal += spelling(of: scalar) }
    return "\(literal)\""
  }

  private mutating func spelling(of scalar: Unicode.Scalar) -> String {
    let short: [Unicode.Scalar: String] = [
      "\"": "\\\"", "\\": "\\\\", "/": "\\/", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
    ]
    if let escape = short[scalar], random.chance(2) { return escape }
    let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
    guard mustEscape || random.chance(6) else { return String(scalar) }
    return String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16, uppercase: random.chance(2))
      return "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }.joined()
  }
}
