/// IP addresses of one family from one to another, both included.
package struct AddressRange: Sendable, Hashable {
  package enum Family: Sendable, Hashable { case v4, v6 }

  package let family: Family
  package let lower: UInt128
  package let upper: UInt128

  /// - Returns: nil for two families, or a start after the end.
  init?(from lower: AddressRange, to upper: AddressRange) {
    guard lower.family == upper.family, lower.lower <= upper.upper else { return nil }
    family = lower.family
    self.lower = lower.lower
    self.upper = upper.upper
  }

  private init(_ family: Family, _ lower: UInt128, _ upper: UInt128) {
    self.family = family
    self.lower = lower
    self.upper = upper
  }

  /// Reads an address, a network as `10.0.0.0/24`, or the beginning of an IPv4 address as `10.0.*`.
  package init?(_ text: String) {
    if let slash = text.firstIndex(of: "/") {
      guard let address = AddressRange(address: text[..<slash]),
        let length = Int(digits: text[text.index(after: slash)...])
      else { return nil }
      let bits = address.family == .v4 ? 32 : 128
      guard length <= bits else { return nil }
      let host: UInt128 = length == bits ? 0 : (~0 >> UInt128(128 - bits + length))
      self.init(address.family, address.lower & ~host, address.lower | host)
    } else if text.hasSuffix(".*") {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let numbers = parts.prefix { $0 != "*" }
      guard (1...3).contains(numbers.count), parts.count <= 4, parts.dropFirst(numbers.count).allSatisfy({ $0 == "*" })
      else { return nil }
      var value: UInt128 = 0
      for part in numbers {
        guard let number = Int(digits: part), number < 256 else { return nil }
        value = value << 8 | UInt128(number)
      }
      let open = UInt128(32 - 8 * numbers.count)
      self.init(.v4, value << open, value << open | (1 << open - 1))
    } else {
      self.init(address: text[...])
    }
  }

  private init?(address text: Substring) {
    guard let canonical = IPAddress(String(text))?.text, let (family, value) = Self.read(canonical.utf8) else {
      return nil
    }
    self.init(family, value, value)
  }

  /// Whether `text`, an address in its canonical form, lies in the range.
  package func contains(_ text: some Collection<UInt8>) -> Bool {
    guard let (family, value) = Self.read(text), family == self.family else { return false }
    return value >= lower && value <= upper
  }

  /// The address, where the range holds one only; in canonical form.
  package var single: String? { lower == upper ? Self.text(family, lower) : nil }

  package var lowerText: String { Self.text(family, lower) }
  package var upperText: String { Self.text(family, upper) }

  /// Reads what `inet_ntop` writes. Not strict: texts from elsewhere go through ``IPAddress`` first.
  private static func read(_ text: some Collection<UInt8>) -> (Family, UInt128)? {
    // Sixteen bits each; a dotted ending is two of them. `gap` is where `::` stood.
    var groups = SIMD8<UInt16>()
    var count = 0
    var gap: Int?
    var dotted: UInt32 = 0
    var dots = 0
    // Of the number that is read: as hexadecimal, as decimal, and its number of digits.
    var hex = 0
    var decimal = 0
    var digits = 0
    var isAfterColon = false
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
        let value = byte < UInt8(ascii: "a") ? Int(byte & 15) : Int(byte) - 87
        hex = hex << 4 | value
        decimal = decimal * 10 + value
        digits += 1
        guard digits <= 4 else { return nil }
        isAfterColon = false
      case UInt8(ascii: "."):
        guard digits > 0, decimal < 256, dots < 3 else { return nil }
        dotted = dotted << 8 | UInt32(decimal)
        dots += 1
        (hex, decimal, digits) = (0, 0, 0)
      case UInt8(ascii: ":"):
        guard dots == 0 else { return nil }
        if digits > 0 {
          guard count < 8 else { return nil }
          groups[count] = UInt16(hex)
          count += 1
        } else if isAfterColon {
          gap = count
        }
        (hex, decimal, digits) = (0, 0, 0)
        isAfterColon = true
      default: return nil
      }
    }
    if dots > 0 {
      guard dots == 3, digits > 0, decimal < 256 else { return nil }
      dotted = dotted << 8 | UInt32(decimal)
      if count == 0, gap == nil { return (.v4, UInt128(dotted)) }
      guard count <= 6 else { return nil }
      groups[count] = UInt16(dotted >> 16)
      groups[count + 1] = UInt16(truncatingIfNeeded: dotted)
      count += 2
    } else if digits > 0 {
      guard count < 8 else { return nil }
      groups[count] = UInt16(hex)
      count += 1
    }
    guard count == 8 || gap != nil else { return nil }
    var value: UInt128 = 0
    for index in 0..<count {
      let place = index < gap ?? 8 ? 7 - index : count - 1 - index
      value |= UInt128(groups[index]) << UInt128(16 * place)
    }
    return (.v6, value)
  }

  private static func text(_ family: Family, _ value: UInt128) -> String {
    if family == .v4 { return (0..<4).map { String(value >> UInt128(24 - 8 * $0) & 255) }.joined(separator: ".") }
    let written = (0..<8).map { String(value >> UInt128(112 - 16 * $0) & 0xFFFF, radix: 16) }.joined(separator: ":")
    return IPAddress(written)?.text ?? written
  }
}

extension Int {
  /// One to three decimal digits.
  fileprivate init?(digits: Substring) {
    guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
      return nil
    }
    self.init(digits)
  }
}
