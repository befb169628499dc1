import Foundation
import IsthmusCore

/// What Foundation's parser says of the same text.
///
/// It differs from RFC 8259, and so from ``JSONDocument``, in the ways that ``isQuirk(_:)`` knows.
enum JSONOracle {
  static func parse(_ bytes: [UInt8]) -> Any? {
    try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
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
