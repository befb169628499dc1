import IsthmusCore

/// What an expression gives for a value: a result, or the kind of an error.
enum JMESPathOutcome: CustomStringConvertible {
  case result(JSONValue)
  case error(String)

  init(of expression: String, on value: JSONValue) {
    do throws(JMESPathError) {
      self = .result(try JMESPath(expression).evaluate(value))
    } catch {
      self = .error(error.kind.rawValue)
    }
  }

  func agrees(with expected: JMESPathOutcome) -> Bool {
    switch (self, expected) {
    case (.result(let a), .result(let b)): a.agrees(with: b)
    case (.error(let a), .error(let b)): a == b
    default: false
    }
  }

  var description: String {
    switch self {
    case .result(let value): value.text()
    case .error(let kind): "error \(kind)"
    }
  }
}

extension JSONValue {
  /// The same value, members in any order, decimals up to their last digits.
  func agrees(with other: JSONValue) -> Bool {
    switch (self, other) {
    case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.agrees(with: $1) }
    case (.object(let a), .object(let b)):
      return a.count == b.count
        && a.allSatisfy { member in
          b.contains { $0.name.utf8.elementsEqual(member.name.utf8) && $0.value.agrees(with: member.value) }
        }
    case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
    case (.integer(let a), .integer(let b)): return a == b
    default:
      guard let a = double, let b = other.double else { return self == other }
      return abs(a - b) <= abs(b) * 1e-12
    }
  }

  static func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }
}
