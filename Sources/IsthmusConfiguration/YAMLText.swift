import IsthmusCore

/// Texts and JSON values as YAML that people read: without quotes where none are needed.
enum YAMLText {
  /// - Parameter inFlow: Between `{` and `}`, where commas and brackets end a plain text.
  static func scalar(_ text: String, inFlow: Bool = false) -> String {
    if isPlain(text, inFlow) { return text }
    if text.unicodeScalars.contains(where: needsEscape) { return doubleQuoted(text) }
    let prefersSingle = text.contains("\"") || text.contains("\\")
    return prefersSingle ? "'\(text.replacing("'", with: "''"))'" : doubleQuoted(text)
  }

  /// The value in block style, a line each, without indentation.
  static func lines(_ value: JSONValue) -> [String] {
    switch value {
    case .null: return ["null"]
    case .bool, .integer, .number: return [value.text()]
    case .string(let text): return [scalar(text)]
    case .array(let elements) where elements.isEmpty: return ["[]"]
    case .object(let members) where members.isEmpty: return ["{}"]
    case .array(let elements):
      return elements.flatMap { element in
        lines(element).enumerated().map { index, line in "\(index == 0 ? "- " : "  ")\(line)" }
      }
    case .object(let members): return members.flatMap { member(scalar($0.name), $0.value) }
    }
  }

  /// `key: value`, the value below it where it takes several lines.
  static func member(_ key: String, _ value: JSONValue) -> [String] {
    let lines = lines(value)
    return isNested(value) ? ["\(key):"] + lines.map { "  \($0)" } : ["\(key): \(lines[0])"]
  }

  private static func isNested(_ value: JSONValue) -> Bool {
    switch value {
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    default: false
    }
  }

  /// What readers of YAML 1.1 take for something else than a text.
  private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

  private static func isPlain(_ text: String, _ inFlow: Bool) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      first == "_" || first == "/" || first == "(" || first.properties.isAlphabetic, last != " ", last != ":"
    else { return false }
    if words.contains(text.lowercased()) || text.contains(": ") || text.contains(" #") { return false }
    if inFlow, text.unicodeScalars.contains(where: { ",[]{}:?".unicodeScalars.contains($0) }) { return false }
    return !text.unicodeScalars.contains(where: needsEscape)
  }

  /// Not printable in YAML, or taken for a line break.
  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: false
    default: true
    }
  }

  private static func doubleQuoted(_ text: String) -> String {
    var quoted = String.UnicodeScalarView()
    quoted.append("\"")
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted.append(contentsOf: ["\\", scalar])
      case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
      case "\t": quoted.append(contentsOf: "\\t".unicodeScalars)
      case _ where needsEscape(scalar):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let padding = String(repeating: "0", count: 8 - digits.count)
        quoted.append(contentsOf: "\\U\(padding)\(digits)".unicodeScalars)
      default: quoted.append(scalar)
      }
    }
    quoted.append("\"")
    return String(quoted)
  }
}
