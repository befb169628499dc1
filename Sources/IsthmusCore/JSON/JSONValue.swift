/// A JSON value of its own, for small things: settings, answers of commands, stored attributes.
/// Records of a source are read in place by ``JSONSlice`` instead.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// Members in order; names are unique.
  case object([Member])

  package struct Member: Sendable, Hashable {
    package var name: String
    package var value: JSONValue
    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  package init(_ slice: JSONSlice) {
    switch slice.kind {
    case .null: self = .null
    case .true: self = .bool(true)
    case .false: self = .bool(false)
    case .number: self = slice.integer.map(JSONValue.integer) ?? .number(slice.double ?? 0)
    case .string, .key: self = .string(slice.string ?? "")
    case .array: self = .array(slice.elements.map(JSONValue.init))
    case .object:
      var members: [Member] = []
      slice.forEachMember { name, value in members.append(Member(name, JSONValue(value))) }
      self = .object(members)
    }
  }

  package init(parsing text: String) throws(JSONError) {
    self = try JSONDocument(text).withRoot { JSONValue($0) }
  }

  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member($0.key, $0.value) })
  }

  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  package var isNull: Bool { self == .null }

  package var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}

// MARK: - Writing

extension JSONValue {
  /// The value as JSON text; `indentation` spaces a level, or one line if nil.
  package func text(indentation: Int? = nil) -> String {
    var bytes: [UInt8] = []
    append(to: &bytes, indentation: indentation, level: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the value on one line.
  package func append(to bytes: inout [UInt8]) { append(to: &bytes, indentation: nil, level: 0) }

  private func append(to bytes: inout [UInt8], indentation: Int?, level: Int) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .number(let value): bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .string(let text): Self.append(text, to: &bytes)
    case .array(let elements):
      Self.appendList(elements, brackets: "[]", to: &bytes, indentation: indentation, level: level) { value, bytes in
        value.append(to: &bytes, indentation: indentation, level: level + 1)
      }
    case .object(let members):
      Self.appendList(members, brackets: "{}", to: &bytes, indentation: indentation, level: level) { member, bytes in
        Self.append(member.name, to: &bytes)
        bytes.append(contentsOf: (indentation == nil ? ":" : ": ").utf8)
        member.value.append(to: &bytes, indentation: indentation, level: level + 1)
      }
    }
  }

  private static func appendList<Element>(
    _ elements: [Element], brackets: String, to bytes: inout [UInt8], indentation: Int?, level: Int,
    write: (Element, inout [UInt8]) -> Void
  ) {
    let marks = Array(brackets.utf8)
    bytes.append(marks[0])
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let indentation { bytes.append(contentsOf: newLine(indentation * (level + 1))) }
      write(element, &bytes)
    }
    if let indentation, !elements.isEmpty { bytes.append(contentsOf: newLine(indentation * level)) }
    bytes.append(marks[1])
  }

  private static func newLine(_ spaces: Int) -> [UInt8] { [0x0A] + [UInt8](repeating: 0x20, count: spaces) }

  /// Appends a string literal; control characters are escaped, all else stands as UTF-8.
  package static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { source in
      var start = 0
      for (index, byte) in source.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
        bytes.append(contentsOf: source[start..<index])
        bytes.append(contentsOf: escape(byte).utf8)
        start = index + 1
      }
      bytes.append(contentsOf: source[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case 0x22: "\\\""
    case 0x5C: "\\\\"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x09: "\\t"
    default: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
    }
  }
}
