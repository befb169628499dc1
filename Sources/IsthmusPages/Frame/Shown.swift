import IsthmusCore

/// How values are written on pages.
enum Shown {
  /// `2026-06-01 10:15`, UTC; empty for none.
  static func time(_ text: String?) -> String {
    guard let text, text.count >= 16 else { return text ?? "" }
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }

  /// `2026-06-01` of a moment.
  static func day(_ text: String) -> String { String(text.prefix(10)) }

  /// `12,345`.
  static func number(_ number: Int64) -> String {
    var digits = String(number.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.append(digits.suffix(3))
      digits = String(digits.dropLast(3))
    }
    return (number < 0 ? "−" : "") + ([Substring(digits)] + groups.reversed()).joined(separator: ",")
  }

  static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  static func severity(_ severity: Int64) -> String {
    switch severity {
    case 5: "Critical"
    case 4: "High"
    case 3: "Medium"
    case 2: "Low"
    default: "Informational"
    }
  }

  /// Any value of a record, on one line.
  static func text(_ value: JSONValue?) -> String {
    switch value {
    case .string(let text)?: text
    case .integer(let number)?: String(number)
    case .number(let number)?: String(number)
    case .bool(let flag)?: flag ? "yes" : "no"
    case .array(let values)?: values.map { text($0) }.joined(separator: ", ")
    case .null?, nil: ""
    case .object?: value?.text() ?? ""
    }
  }

  /// Whether a member of a record is a moment.
  static func isTime(_ name: String) -> Bool { name.hasSuffix("On") || name == "at" || name == "until" }

  static func member(_ name: String, of record: JSONValue) -> String {
    let value = record[name]
    return isTime(name) ? time(value?.string) : text(value)
  }
}
