import IsthmusCore

/// RFC 4180: a header, cells between commas, CRLF behind each record, UTF-8 without a mark before it.
///
/// A text that a spreadsheet would take for a formula begins with an apostrophe instead: names and tags come from the
/// tenant, and whoever may set them must not run anything on the machine of whoever opens the file
/// (<https://owasp.org/www-community/attacks/CSV_Injection>). Numbers are written as they are.
struct CSVWriter: RowWriter {
  let columns: [String]

  /// Between the elements of a list.
  static let separator = "; "

  func begin(_ bytes: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      Self.append(column, to: &bytes)
    }
    bytes.append(contentsOf: Self.lineEnd)
  }

  func append(_ row: JSONValue, to bytes: inout [UInt8]) {
    guard case .object(let members) = row else { return }
    // Rows have their members in the order of most headers: the search goes on where the last one ended.
    var next = 0
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      let place = members[next...].firstIndex { $0.name == column } ?? members[..<next].firstIndex { $0.name == column }
      guard let place else { continue }
      next = place + 1
      Self.append(members[place].value, to: &bytes)
    }
    bytes.append(contentsOf: Self.lineEnd)
  }

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let lineEnd: [UInt8] = [0x0D, 0x0A]
  private static let apostrophe = UInt8(ascii: "'")

  private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: break
    case .bool, .integer, .number: value.append(to: &bytes)
    case .string(let text): append(text, to: &bytes)
    case .array(let elements): append(elements.map(shown).joined(separator: separator), to: &bytes)
    case .object: append(value.text(), to: &bytes)
    }
  }

  private static func shown(_ value: JSONValue) -> String { value.string ?? (value.isNull ? "" : value.text()) }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { text in
      let isGuarded = text.first.map(beginsFormula) ?? false
      guard text.contains(where: needsQuotes) else {
        if isGuarded { bytes.append(apostrophe) }
        bytes.append(contentsOf: text)
        return
      }
      bytes.append(quote)
      if isGuarded { bytes.append(apostrophe) }
      for byte in text {
        if byte == quote { bytes.append(quote) }
        bytes.append(byte)
      }
      bytes.append(quote)
    }
  }

  /// Also behind a tab or a carriage return, which spreadsheets drop.
  private static func beginsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
    default: false
    }
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == comma || byte == quote || byte == 0x0D || byte == 0x0A
  }
}
