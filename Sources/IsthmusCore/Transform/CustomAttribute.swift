/// `custom.NAME`, a target that no model names.
package enum CustomAttribute {
  package static let prefix = "custom."
  package static let rule = "a custom target is custom.NAME: a letter, then up to 63 letters, digits, '_' or '-'"

  /// What stands after the prefix; nil for other targets.
  package static func name(of target: String) -> Substring? {
    target.hasPrefix(prefix) ? target.dropFirst(prefix.count) : nil
  }

  package static func isValid(_ name: Substring) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
    return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5F || $0 == 0x2D }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
