/// What the specification says of values: truth, equality, order.
extension JSONValue {
  /// All but null, false, and what is empty.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .bool(let value): value
    case .integer, .number: true
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer, .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The member's value; of several with that name the last one's.
  func member(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { JSONText.isSame($0.name, name) }?.value
  }

  /// Equality of JMESPath: numbers by value, texts by code points, objects whatever the order of their members.
  func isSame(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.null, .null): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.string(let a), .string(let b)): return JSONText.isSame(a, b)
    case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    case (.object(let a), .object(let b)): return Self.isSame(a, b)
    default: return Self.order(self, other) == .same
    }
  }

  private static func isSame(_ a: [Member], _ b: [Member]) -> Bool {
    guard a.count == b.count else { return false }
    // Mostly both have the same order.
    let isAligned = zip(a, b).allSatisfy { JSONText.isSame($0.name, $1.name) }
    if isAligned { return zip(a, b).allSatisfy { $0.value.isSame(as: $1.value) } }
    let others = Dictionary(b.map { (JSONText($0.name), $0.value) }, uniquingKeysWith: { $1 })
    return a.allSatisfy { member in others[JSONText(member.name)]?.isSame(as: member.value) ?? false }
  }

  enum Order { case before, same, after }

  /// The order of two numbers or two texts; nil for all else.
  static func order(_ a: JSONValue, _ b: JSONValue) -> Order? {
    switch (a, b) {
    case (.integer(let a), .integer(let b)): order(a, b)
    case (.number(let a), .number(let b)): order(a, b)
    case (.integer(let a), .number(let b)): order(a, b)
    case (.number(let a), .integer(let b)): order(b, a).map(\.reversed)
    case (.string(let a), .string(let b)):
      JSONText.precedes(a, b) ? .before : JSONText.precedes(b, a) ? .after : .same
    default: nil
    }
  }

  private static func order<Value: Comparable>(_ a: Value, _ b: Value) -> Order? {
    a < b ? .before : a > b ? .after : a == b ? .same : nil
  }

  /// Exact, though not every 64-bit integer has a double of its own.
  private static func order(_ a: Int64, _ b: Double) -> Order? {
    if let b = Int64(exactly: b) { return order(a, b) }
    if b >= 0x1p63 { return .before }
    if b < -0x1p63 { return .after }
    return order(Double(a), b)
  }
}

extension JSONValue.Order {
  fileprivate var reversed: JSONValue.Order {
    switch self {
    case .before: .after
    case .same: .same
    case .after: .before
    }
  }
}
