import Foundation
import IsthmusCore

/// What Foundation's parser says of the same text.
enum JSONOracle {
  static func parse(_ bytes: [UInt8]) -> Any? {
    // Its error carries no more than that the text was refused.
    try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
  }

  /// Foundation takes what RFC 8259 refuses: a comma after an array's last element, and, for the sake of
  /// UTF-16 and UTF-32, zero bytes near the start.
  static func isLenient(_ bytes: [UInt8], refusedAt offset: Int) -> Bool {
    if bytes.prefix(4).contains(0) { return true }
    let before = bytes.prefix(offset).last { !" \t\r\n".utf8.contains($0) }
    return before == UInt8(ascii: ",") && offset < bytes.count && bytes[offset] == UInt8(ascii: "]")
  }

  /// Foundation refuses what RFC 8259 leaves to the reader: half of a surrogate pair, read here as U+FFFD,
  /// and a number beyond a double's range.
  static func isNarrow(_ value: JSONValue) -> Bool {
    switch value {
    case .number(let number): !number.isFinite
    case .string(let text): text.unicodeScalars.contains("\u{FFFD}")
    case .array(let elements): elements.contains(where: isNarrow)
    case .object(let members): members.contains { isNarrow(.string($0.name)) || isNarrow($0.value) }
    default: false
    }
  }

  /// Whether `value` is what `other` holds.
  static func agrees(_ value: JSONValue, _ other: Any?) -> Bool {
    switch value {
    case .null: return other is NSNull
    case .bool(let flag): return (other as? Bool) == flag
    case .integer(let number): return (other as? NSNumber)?.int64Value == number
    case .number(let number):
      guard let double = (other as? NSNumber)?.doubleValue else { return false }
      return abs(double - number) <= abs(number) * 1e-15
    case .string(let text): return (other as? String).map { $0.utf8.elementsEqual(text.utf8) } ?? false
    case .array(let elements):
      guard let others = other as? [Any], others.count == elements.count else { return false }
      return zip(elements, others).allSatisfy { agrees($0, $1) }
    case .object(let members):
      guard let others = other as? [String: Any], others.count == members.count else { return false }
      return members.allSatisfy { agrees($0.value, others[$0.name]) }
    }
  }
}
