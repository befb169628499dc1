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
    var pending: [(JSONValue, JSONValue)] = []
    var next: (JSONValue, JSONValue)? = (self, other)
    while let pair = next {
      switch pair {
      case (.null, .null): break
      case (.bool(let a), .bool(let b)): if a != b { return false }
      case (.string(let a), .string(let b)): if !JSONText.isSame(a, b) { return false }
      case (.array(let a), .array(let b)):
        guard a.count == b.count else { return false }
        pending.append(contentsOf: zip(a, b))
      case (.object(let a), .object(let b)):
        guard let pairs = Self.pairs(a, b) else { return false }
        pending.append(contentsOf: pairs)
      default: if Self.order(pair.0, pair.1) != .same { return false }
      }
      next = pending.popLast()
    }
    return true
  }

  /// The values of members with the same names; nil if the names differ.
  private static func pairs(_ a: [Member], _ b: [Member]) -> [(JSONValue, JSONValue)]? {
    guard a.count == b.count else { return nil }
    // Mostly both have the same order.
    let isAligned = zip(a, b).allSatisfy { JSONText.isSame($0.name, $1.name) }
    if isAligned { return zip(a, b).map { ($0.value, $1.value) } }
    let others = Dictionary(b.map { (JSONText($0.name), $0.value) }, uniquingKeysWith: { $1 })
    var pairs: [(JSONValue, JSONValue)] = []
    for member in a {
      guard let other = others[JSONText(member.name)] else { return nil }
      pairs.append((member.value, other))
    }
    return pairs
  }

  /// The value as JSON on one line, like ``text(indentation:)``; its depth takes no stack, of which an expression
  /// that is itself deep has used much.
  var flatText: String {
    enum Step {
      case value(JSONValue)
      case name(String)
      case mark(UInt8)
    }
    var bytes: [UInt8] = []
    var pending = [Step.value(self)]
    while let step = pending.popLast() {
      switch step {
      case .mark(let byte): bytes.append(byte)
      case .name(let name):
        Self.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
      case .value(.array(let elements)):
        bytes.append(UInt8(ascii: "["))
        pending.append(.mark(UInt8(ascii: "]")))
        for (index, element) in elements.enumerated().reversed() {
          pending.append(.value(element))
          if index > 0 { pending.append(.mark(UInt8(ascii: ","))) }
        }
      case .value(.object(let members)):
        bytes.append(UInt8(ascii: "{"))
        pending.append(.mark(UInt8(ascii: "}")))
        for (index, member) in members.enumerated().reversed() {
          pending.append(.value(member.value))
          pending.append(.name(member.name))
          if index > 0 { pending.append(.mark(UInt8(ascii: ","))) }
        }
      case .value(let scalar): bytes.append(contentsOf: scalar.text().utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
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
