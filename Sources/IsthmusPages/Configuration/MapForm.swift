import IsthmusConfiguration
import IsthmusCore
import IsthmusServer

/// A transform map as a form has it: rows of texts, and back to a document.
struct MapForm: Sendable {
  struct Row: Sendable {
    let source: String
    let type: String
    let target: String
    /// A line an entry: `text => value`.
    let values: String
    let defaultValue: String
    let level: String
    let isRequired: Bool
    let isIdentifier: Bool
  }

  static let types: [AttributeType] = {
    let single: [AttributeType] = [.string, .integer, .decimal, .boolean, .date, .ipAddress, .macAddress]
    return single + single.map(AttributeType.list)
  }()

  /// A map of more rows than this is edited in a file.
  static let maximumRows = 1000
  private static let separator = "=>"
}

// MARK: - From a document

extension MapForm {
  static func rows(of document: JSONValue) -> [Row] {
    (document["rows"]?.array ?? []).map { row in
      let type = Shown.text(row["type"])
      let known = types.first { folded($0.name) == folded(type) }
      return Row(
        source: Shown.text(row["source"]), type: known?.name ?? (type.isEmpty ? AttributeType.string.name : type),
        target: Shown.text(row["target"]), values: lines(of: row["values"]),
        defaultValue: Shown.text(row["default"]), level: Shown.text(row["level"]),
        isRequired: isTrue(row["required"]), isIdentifier: isTrue(row["identifier"]))
    }
  }

  private static func folded(_ name: String) -> String { name.lowercased().replacing(" ", with: "") }
  private static func isTrue(_ value: JSONValue?) -> Bool { value == .bool(true) || value?.string == "true" }

  private static func lines(of table: JSONValue?) -> String {
    guard case .object(let members)? = table else { return "" }
    return members.map { "\(quoted($0.name)) \(separator) \(quoted(plain($0.value)))" }.joined(separator: "\n")
  }

  /// Numbers and truth values as the document has them.
  private static func plain(_ value: JSONValue) -> String { value.string ?? (value.isNull ? "" : value.text()) }

  /// In quotes where a line could not hold it otherwise.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text == text.trimmed && !text.contains(separator) && !text.contains(where: \.isNewline)
      && !text.hasPrefix("\"")
    return isPlain ? text : JSONValue.string(text).text()
  }
}

// MARK: - To a document

extension MapForm {
  /// The rows as they were typed; those that are empty or were marked to go are left out.
  ///
  /// - Parameter before: The stored document: its name, models and examples stay.
  static func document(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    let count = min(maximumRows, Int(request.field("rows")) ?? 0)
    // Looked up once: a form has some thousands of fields.
    let fields = Dictionary(request.form.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let rows = (0..<max(0, count)).compactMap { row(fields, $0) }
    return before.with("rows", .array(rows))
  }

  private static func row(_ fields: [String: String], _ index: Int) -> JSONValue? {
    func text(_ name: String) -> String { (fields["\(name)-\(index)"] ?? "").trimmed }
    let (source, target) = (text("source"), text("target"))
    if fields["remove-\(index)"] != nil || source.isEmpty && target.isEmpty { return nil }
    var members: [JSONValue.Member] = [.init("source", .string(source)), .init("target", .string(target))]
    let type = text("type")
    if !type.isEmpty, type != AttributeType.string.name { members.append(.init("type", .string(type))) }
    let table = table(fields["values-\(index)"] ?? "")
    if !table.isEmpty { members.append(.init("values", .object(table))) }
    if let value = fields["default-\(index)"], !value.isEmpty { members.append(.init("default", .string(value))) }
    let level = text("level")
    if !level.isEmpty { members.append(.init("level", .string(level))) }
    for mark in ["required", "identifier"] where fields["\(mark)-\(index)"] != nil {
      members.append(.init(mark, .bool(true)))
    }
    return .object(members)
  }

  /// A line without the arrow is a text that stands for nothing.
  private static func table(_ text: String) -> [JSONValue.Member] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let line = String(line).trimmed
      if line.isEmpty { return nil }
      guard let arrow = arrow(in: line) else { return .init(unquoted(line), .string("")) }
      return .init(
        unquoted(String(line[..<arrow.lowerBound]).trimmed),
        .string(unquoted(String(line[arrow.upperBound...]).trimmed)))
    }
  }

  /// The first one that stands outside of quotes.
  private static func arrow(in line: String) -> Range<String.Index>? {
    guard line.hasPrefix("\"") else { return line.firstRange(of: separator) }
    var place = line.index(after: line.startIndex)
    while place < line.endIndex, line[place] != "\"" {
      place = line.index(place, offsetBy: line[place] == "\\" ? 2 : 1, limitedBy: line.endIndex) ?? line.endIndex
    }
    return line[place...].firstRange(of: separator)
  }

  private static func unquoted(_ text: String) -> String {
    guard text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 else { return text }
    // What only looks like a quoted text is one without quotes.
    return (try? JSONValue(parsing: text))?.string ?? text
  }
}
