import IsthmusCore

/// A field of a form, with what explains it and what is wrong with it.
struct FormField: Sendable {
  struct Limit: Sendable {
    let name: String
    let value: String
  }

  let name: String
  let label: String
  let help: String
  /// Where the value stands in the document, as a JSON pointer.
  let pointer: String
  var problem = ""
  var value = ""
  /// Of an `input`.
  var type = "text"
  var limits: [Limit] = []
  var options: [FormOption] = []
  var isInput = false
  var isQuery = false
  var isChoice = false
  var isLines = false
  var isFlag = false
  var isChecks = false
  /// Whether its options fit beside each other.
  var isShort = false
  var isChecked = false

  private init(_ name: String, _ label: String, _ help: String, at pointer: String) {
    self.name = name
    self.label = label
    self.help = help
    self.pointer = pointer
  }

  static func text(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?, isRequired: Bool = false,
    suggestions list: String = ""
  ) -> FormField {
    var field = FormField(name, label, help, at: pointer)
    field.isInput = true
    field.value = Shown.text(value)
    // What a browser remembers of other forms has no place here.
    field.limits.append(Limit(name: "autocomplete", value: "off"))
    if isRequired { field.limits.append(Limit(name: "required", value: "required")) }
    if !list.isEmpty { field.limits.append(Limit(name: "list", value: list)) }
    return field
  }

  /// What is typed is not shown, and what is stored neither.
  static func secret(_ name: String, _ label: String, _ help: String, at pointer: String) -> FormField {
    var field = text(name, label, help, at: pointer, nil)
    field.type = "password"
    field.limits = [Limit(name: "autocomplete", value: "new-password")]
    return field
  }

  /// - Parameter step: `any` for a decimal number.
  static func number(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?, from least: String,
    to most: String, step: String = "1"
  ) -> FormField {
    var field = text(name, label, help, at: pointer, value, isRequired: true)
    field.type = "number"
    field.limits += [
      Limit(name: "min", value: least), Limit(name: "max", value: most), Limit(name: "step", value: step),
    ]
    return field
  }

  /// A date, a time of day, or both, with the browser's own means to choose it. What is none of them is shown as it is.
  static func moment(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?, empty: String
  ) -> FormField {
    var field = text(name, label, help, at: pointer, value)
    let types = ["0000-00-00T00:00": "datetime-local", "0000-00-00": "date", "00:00": "time"]
    let form = String(field.value.map { $0.isASCII && $0.isNumber ? "0" : $0 })
    field.type = field.value.isEmpty ? empty : types[form] ?? "text"
    return field
  }

  static func query(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?
  ) -> FormField {
    var field = text(name, label, help, at: pointer, value)
    field.isInput = false
    field.isQuery = true
    return field
  }

  static func choice(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?,
    _ options: [(value: String, title: String)]
  ) -> FormField {
    var field = FormField(name, label, help, at: pointer)
    field.isChoice = true
    let chosen = Shown.text(value)
    field.options = FormOption.list(options, chosen: chosen)
    return field
  }

  private static let longestBeside = 14

  /// - Parameter title: What people read for a name.
  static func checks(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?, among names: [String],
    title: (String) -> String = { $0 }
  ) -> FormField {
    var field = FormField(name, label, help, at: pointer)
    field.isChecks = true
    let chosen = value?.array?.compactMap(\.string) ?? []
    // What is chosen and does not exist is shown too, so that it can be taken off.
    let all = names + chosen.filter { !names.contains($0) }
    field.options = all.map { FormOption(value: $0, title: title($0), isChosen: chosen.contains($0)) }
    field.isShort = field.options.allSatisfy { $0.title.count <= longestBeside }
    return field
  }

  static func lines(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?
  ) -> FormField {
    var field = FormField(name, label, help, at: pointer)
    field.isLines = true
    field.value = (value?.array ?? []).map { Shown.text($0) }.joined(separator: "\n")
    return field
  }

  static func flag(
    _ name: String, _ label: String, _ help: String, at pointer: String, _ value: JSONValue?
  ) -> FormField {
    var field = FormField(name, label, help, at: pointer)
    field.isFlag = true
    field.isChecked = value == .bool(true)
    return field
  }
}

/// What a form's fields say, as members of a document.
extension PageRequest {
  func text(_ name: String) -> JSONValue { .string(field(name)) }

  /// null for an empty field.
  func optionalText(_ name: String) -> JSONValue { field(name).isEmpty ? .null : text(name) }

  /// A text where it is no number: whoever reads the document says so.
  func number(_ name: String) -> JSONValue {
    let text = field(name).trimmed
    if text.isEmpty { return .null }
    if let number = Int64(text) { return .integer(number) }
    if let number = Double(text), number.isFinite { return .number(number) }
    return .string(text)
  }

  func lines(_ name: String) -> JSONValue {
    let lines = field(name).split(whereSeparator: \.isNewline).map { String($0).trimmed }
    return .array(lines.filter { !$0.isEmpty }.map(JSONValue.string))
  }

  func flag(_ name: String) -> JSONValue { .bool(isChecked(name)) }

  func checks(_ name: String) -> JSONValue { .array(fields(name).map(JSONValue.string)) }
}

extension String {
  /// Without white space around it.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
