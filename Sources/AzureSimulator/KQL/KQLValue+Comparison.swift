/// Equality and order between values whose types are known only when a row is read.
extension KQLValue {
  /// Nil where the language's answer is null: when both are null.
  static func equals(_ a: KQLValue, _ b: KQLValue) -> Bool? {
    switch (a, b) {
    case (.null, .null): return nil
    case (.null, _), (_, .null): return false
    case (.string(let first), .string(let second)): return first == second
    case (.long(let first), .long(let second)): return first == second
    case (.array, _), (.object, _), (_, .array), (_, .object): return a.text == b.text
    default: return order(a, b).map { $0 == 0 } ?? false
    }
  }

  /// Negative, zero or positive; nil where the values cannot be ordered.
  ///
  /// A text from dynamic data against a datetime, number or bool is read as one.
  static func order(_ a: KQLValue, _ b: KQLValue) -> Int? {
    switch (a, b) {
    case (.string(let first), .string(let second)): return sign(first, second)
    case (.long(let first), .long(let second)): return sign(first, second)
    case (.datetime, _), (_, .datetime):
      guard let first = a.asDatetime, let second = b.asDatetime else { return nil }
      return sign(first, second)
    case (.timespan, _), (_, .timespan):
      guard let first = a.asTimespan, let second = b.asTimespan else { return nil }
      return sign(first, second)
    case (.bool, _), (_, .bool):
      guard let first = a.asBool, let second = b.asBool else { return nil }
      return sign(first ? 1 : 0, second ? 1 : 0)
    case (.array, _), (.object, _), (_, .array), (_, .object): return nil
    default:
      guard let first = a.asReal, let second = b.asReal else { return nil }
      return sign(first, second)
    }
  }

  private static func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : (a == b ? 0 : 1) }
}
