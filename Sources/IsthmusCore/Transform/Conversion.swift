/// What became of one source value.
enum Conversion {
  case value(AttributeValue)
  case empty
  /// It does not fit the row's type; the reason names the type, never more than the start of the value.
  case unusable(String)
}

/// A value as the source has it, in place or made by an expression.
protocol SourceValue {
  associatedtype Elements: Sequence<Self>

  var kind: JSONSlice.Kind { get }
  /// A scalar as text; nil for null and containers.
  var scalarText: String? { get }
  /// Of a list.
  var elements: Elements { get }
  /// Of an object, in order.
  func forEachMember(_ body: (_ name: String, _ value: Self) throws -> Void) rethrows
}

extension SourceValue {
  fileprivate var isNull: Bool { kind == .null }
}

extension JSONSlice: SourceValue {}

extension JSONValue: SourceValue {
  var kind: JSONSlice.Kind {
    switch self {
    case .null: .null
    case .bool(let value): value ? .true : .false
    case .integer, .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  var scalarText: String? {
    switch self {
    case .bool, .integer, .number: text()
    case .string(let text): text
    case .null, .array, .object: nil
    }
  }

  var elements: [JSONValue] { array ?? [] }

  func forEachMember(_ body: (_ name: String, _ value: JSONValue) throws -> Void) rethrows {
    guard case .object(let members) = self else { return }
    for member in members { try body(member.name, member.value) }
  }
}

extension TransformRow {
  /// The typed value of `source`, the value table and the default applied.
  func convert<Value: SourceValue>(_ source: Value?, prefix: String = "") -> Conversion {
    if case .list(let element) = type { return convertList(source, of: element) }
    guard var text = Self.text(of: source) else {
      return .unusable("\(Self.kindName(source)) stands where one value of type \(type.name) was expected")
    }
    if !text.isEmpty, !prefix.isEmpty { text = "\(prefix)\(text)" }
    if let values { text = values.lookUp(text) }
    if text.isEmpty, let defaultValue { text = defaultValue }
    return text.isEmpty ? .empty : Self.convert(text, to: type)
  }

  private func convertList<Value: SourceValue>(_ source: Value?, of element: AttributeType) -> Conversion {
    guard let source, !source.isNull else { return emptyList(isKnown: false, of: element) }
    var texts: [String] = []
    switch source.kind {
    case .object:
      // Tags and the like: `name=value` is what people search for.
      source.forEachMember { name, value in texts.append("\(name)=\(value.scalarText ?? "")") }
    case .array:
      for item in source.elements {
        guard let text = Self.text(of: item) else { return .unusable("the list holds \(Self.kindName(item))") }
        texts.append(text)
      }
    default: texts.append(source.scalarText ?? "")
    }
    var list: [AttributeValue] = []
    for text in texts {
      switch Self.convert(values?.lookUp(text) ?? text, to: element) {
      case .value(let value): list.append(value)
      case .empty: continue
      case .unusable(let reason): return .unusable(reason)
      }
    }
    return list.isEmpty ? emptyList(isKnown: !texts.isEmpty, of: element) : .value(.list(list))
  }

  /// What stands for a list without elements.
  /// - Parameter isKnown: Whether the value table was asked already, for elements that turned out empty.
  private func emptyList(isKnown: Bool, of element: AttributeType) -> Conversion {
    let entry = isKnown ? "" : values?.lookUp("") ?? ""
    let text = entry.isEmpty ? defaultValue ?? "" : entry
    return Self.convert(text, to: element).mapValue { .list([$0]) }
  }

  /// A scalar's text; empty for null and missing; nil for containers.
  private static func text<Value: SourceValue>(of source: Value?) -> String? {
    guard let source, !source.isNull else { return "" }
    return source.scalarText
  }

  private static func kindName<Value: SourceValue>(_ source: Value?) -> String {
    switch source?.kind {
    case .object: "an object"
    case .array: "a list"
    default: "a value of another kind"
    }
  }

  static func convert(_ text: String, to type: AttributeType) -> Conversion {
    if text.isEmpty { return .empty }
    let value: AttributeValue? =
      switch type {
      case .string: .string(text)
      case .integer: WholeNumber.parse(text).map(AttributeValue.integer)
      case .decimal: decimal(text).map(AttributeValue.decimal)
      case .boolean: boolean(text).map(AttributeValue.boolean)
      case .date: Timestamp(iso8601: text).map(AttributeValue.date)
      case .ipAddress: IPAddress(text).map { .string($0.text) }
      case .macAddress: MACAddress(text).map { .string($0.text) }
      case .list: nil
      }
    if let value { return .value(value) }
    let shown = text.count > 60 ? "\(text.prefix(60))…" : text
    return .unusable("\"\(shown)\" is not of type \(type.name)")
  }

  /// Swift also reads hexadecimal numbers, `nan` and `infinity`.
  private static func decimal(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ $0 | 0x20 != UInt8(ascii: "x") }), let number = Double(text) else { return nil }
    return number.isFinite ? number : nil
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "1": true
    case "false", "no", "0": false
    default: nil
    }
  }
}

extension Conversion {
  fileprivate func mapValue(_ transform: (AttributeValue) -> AttributeValue) -> Conversion {
    if case .value(let value) = self { .value(transform(value)) } else { self }
  }
}
