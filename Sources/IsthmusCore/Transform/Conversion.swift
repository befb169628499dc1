/// What became of one source value.
enum Conversion {
  case value(AttributeValue)
  case empty
  /// It does not fit the row's type; the reason names the type, never more than the start of the value.
  case unusable(String)
}

extension TransformRow {
  /// The typed value of `source`, the value table and the default applied.
  func convert(_ source: JSONSlice?, prefix: String = "") -> Conversion {
    if case .list(let element) = type { return convertList(source, of: element) }
    guard var text = Self.text(of: source) else {
      return .unusable("\(Self.kindName(source)) stands where one value of type \(type.name) was expected")
    }
    if !text.isEmpty, !prefix.isEmpty { text = "\(prefix)\(text)" }
    if let values { text = values.lookUp(text) }
    if text.isEmpty, let defaultValue { text = defaultValue }
    return text.isEmpty ? .empty : Self.convert(text, to: type)
  }

  private func convertList(_ source: JSONSlice?, of element: AttributeType) -> Conversion {
    guard let source, !source.isNull else { return defaultList(of: element) }
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
    return list.isEmpty ? defaultList(of: element) : .value(.list(list))
  }

  private func defaultList(of element: AttributeType) -> Conversion {
    guard let defaultValue else { return .empty }
    return Self.convert(defaultValue, to: element).mapValue { .list([$0]) }
  }

  /// A scalar's text; empty for null and missing; nil for containers.
  private static func text(of source: JSONSlice?) -> String? {
    guard let source, !source.isNull else { return "" }
    return source.scalarText
  }

  private static func kindName(_ source: JSONSlice?) -> String {
    switch source?.kind {
    case .object: "an object"
    case .array: "a list"
    default: "a value of another kind"
    }
  }

  private static func convert(_ text: String, to type: AttributeType) -> Conversion {
    if text.isEmpty { return .empty }
    let value: AttributeValue? =
      switch type {
      case .string: .string(text)
      case .integer: Int64(text).map(AttributeValue.integer)
      case .decimal: decimal(text).map(AttributeValue.decimal)
      case .boolean: boolean(text).map(AttributeValue.boolean)
      case .date: Timestamp(iso8601: text).map(AttributeValue.date)
      case .ipAddress: IPAddress(text).map { .string($0.text) }
      case .macAddress: MACAddress(text).map { .string($0.text) }
      case .list: nil
      }
    let shown = text.count > 60 ? "\(text.prefix(60))…" : text
    return value.map(Conversion.value) ?? .unusable("\"\(shown)\" is not of type \(type.name)")
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
