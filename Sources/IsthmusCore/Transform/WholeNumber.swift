/// Whole numbers that are written as decimals: `4.0`, `1.5e1`.
enum WholeNumber {
  /// The exact value of a JSON number without a fraction, within 64 bits; nil for all other texts.
  static func parse(_ text: String) -> Int64? {
    if let number = Int64(text) { return number }
    var rest = text.utf8[...]
    let isNegative = skip("-", &rest)
    let whole = takeDigits(&rest)
    var fraction: [UInt8] = []
    if skip(".", &rest) {
      fraction = takeDigits(&rest)
      if fraction.isEmpty { return nil }
    }
    var exponent: Int? = 0
    if skip("e", &rest) || skip("E", &rest) {
      let isFraction = skip("-", &rest)
      if !isFraction { _ = skip("+", &rest) }
      let digits = takeDigits(&rest)
      if digits.isEmpty { return nil }
      exponent = Int("\(isFraction ? "-" : "")\(String(decoding: digits, as: UTF8.self))")
    }
    guard !whole.isEmpty, rest.isEmpty else { return nil }
    return value(isNegative, digits: whole + fraction, exponent: exponent, shift: fraction.count)
  }

  /// `digits` × 10 to the power of `exponent` - `shift`; nil for an exponent stands for one beyond all measure.
  private static func value(_ isNegative: Bool, digits: [UInt8], exponent: Int?, shift: Int) -> Int64? {
    let zero = UInt8(ascii: "0")
    let trimmed = digits.drop { $0 == zero }
    guard let last = trimmed.lastIndex(where: { $0 != zero }) else { return 0 }
    guard let exponent, (-digits.count...digits.count + 19).contains(exponent) else { return nil }
    let significant = trimmed[...last]
    let zeros = exponent - shift + (trimmed.endIndex - significant.endIndex)
    guard zeros >= 0, significant.count + zeros <= 19 else { return nil }
    let written = significant + [UInt8](repeating: zero, count: zeros)
    return Int64("\(isNegative ? "-" : "")\(String(decoding: written, as: UTF8.self))")
  }

  private static func skip(_ mark: Character, _ rest: inout Substring.UTF8View) -> Bool {
    guard let first = rest.first, first == mark.asciiValue else { return false }
    rest.removeFirst()
    return true
  }

  private static func takeDigits(_ rest: inout Substring.UTF8View) -> [UInt8] {
    let digits = Array(rest.prefix { $0 &- UInt8(ascii: "0") < 10 })
    rest.removeFirst(digits.count)
    return digits
  }
}
