/// A typed value of an attribute.
package enum AttributeValue: Sendable, Hashable {
  /// Also IP and MAC addresses, normalised.
  case string(String)
  case integer(Int64)
  case decimal(Double)
  case boolean(Bool)
  case date(Timestamp)
  case list([AttributeValue])

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var date: Timestamp? { if case .date(let date) = self { date } else { nil } }
  package var list: [AttributeValue]? { if case .list(let elements) = self { elements } else { nil } }

  package var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    case .integer(let number): .integer(number)
    case .decimal(let number): .number(number)
    case .boolean(let value): .bool(value)
    case .date(let date): .string(date.description)
    case .list(let elements): .array(elements.map(\.json))
    }
  }
}

/// Values by target attribute, in the order of the map's rows.
package struct AttributeValues: Sendable, Hashable {
  package private(set) var entries: [(name: String, value: AttributeValue)] = []

  package init() {}

  package subscript(name: String) -> AttributeValue? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append((name, value))
      case (nil, nil): break
      }
    }
  }

  package var isEmpty: Bool { entries.isEmpty }

  /// The values of custom attributes, `custom.NAME`.
  package var custom: AttributeValues {
    var values = AttributeValues()
    values.entries = entries.filter { $0.name.hasPrefix(CustomAttribute.prefix) }
    return values
  }

  /// Adds names and values; the same values in the same order give the same digest.
  package func add(to digest: inout Digest) {
    for (name, value) in entries {
      digest.add(name)
      if case .string(let text) = value { digest.add(text) } else { digest.add(value.json.text()) }
    }
  }

  /// By name, so that the order of a map's rows makes no difference.
  package var sorted: AttributeValues {
    var values = self
    values.entries.sort { $0.name < $1.name }
    return values
  }

  package var json: JSONValue { .object(entries.map { JSONValue.Member($0.name, $0.value.json) }) }

  package static func == (a: AttributeValues, b: AttributeValues) -> Bool {
    a.entries.count == b.entries.count && zip(a.entries, b.entries).allSatisfy { $0 == $1 }
  }

  package func hash(into hasher: inout Hasher) {
    for (name, value) in entries {
      hasher.combine(name)
      hasher.combine(value)
    }
  }
}

// MARK: - Reading back

extension AttributeValues {
  /// The values of what ``json`` gave, by the types of `model`; what does not fit is left away.
  /// Custom attributes have the type of what was stored: their dates come back as texts.
  package init(_ stored: JSONValue, of model: DataModel) {
    guard case .object(let members) = stored else { return }
    for member in members {
      self[member.name] =
        CustomAttribute.name(of: member.name) == nil
        ? AttributeValue(member.value, as: model.attribute(member.name)?.type ?? .string)
        : AttributeValue(untyped: member.value)
    }
  }
}

extension AttributeValue {
  fileprivate init?(untyped stored: JSONValue) {
    switch stored {
    case .string(let text): self = .string(text)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .decimal(number)
    case .bool(let value): self = .boolean(value)
    case .array(let elements): self = .list(elements.compactMap(AttributeValue.init(untyped:)))
    case .null, .object: return nil
    }
  }

  fileprivate init?(_ stored: JSONValue, as type: AttributeType) {
    switch (type, stored) {
    case (.list(let element), .array(let elements)):
      self = .list(elements.compactMap { AttributeValue($0, as: element) })
    case (.date, .string(let text)):
      guard let date = Timestamp(iso8601: text) else { return nil }
      self = .date(date)
    case (.integer, .integer(let number)): self = .integer(number)
    case (.decimal, _):
      guard let number = stored.double else { return nil }
      self = .decimal(number)
    case (.boolean, .bool(let value)): self = .boolean(value)
    case (.string, .string(let text)), (.ipAddress, .string(let text)), (.macAddress, .string(let text)):
      self = .string(text)
    default: return nil
    }
  }
}
