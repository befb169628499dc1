package import IsthmusCore

/// The shape of a JSON value: what is documented is what is checked.
///
/// A part of JSON Schema 2020-12, which OpenAPI 3.1 uses.
package indirect enum Schema: Sendable {
  case string(TextRule)
  case integer(ClosedRange<Int>)
  case number
  case boolean
  /// One of these texts.
  case choice([String])
  case array(Schema, maximum: Int?)
  /// With these members; with others too where `others` says what they may be.
  case object([Property], others: Schema?)
  /// A schema of the document's own, by name.
  case reference(String)
  case nullable(Schema)
  case any

  package struct TextRule: Sendable, Hashable {
    package var format: String?
    package var lengths: ClosedRange<Int>
    package init(format: String? = nil, lengths: ClosedRange<Int> = 0...65_536) {
      self.format = format
      self.lengths = lengths
    }
  }

  package struct Property: Sendable {
    package var name: String
    package var schema: Schema
    package var isRequired: Bool
    package var description: String

    package init(_ name: String, _ schema: Schema, required: Bool = false, _ description: String = "") {
      self.name = name
      self.schema = schema
      isRequired = required
      self.description = description
    }
  }

  package static let text = Schema.string(TextRule())
  package static let name = Schema.string(TextRule(lengths: 1...200))
  package static let dateTime = Schema.string(TextRule(format: "date-time", lengths: 1...64))
  package static let count = Schema.integer(0...Int(Int32.max))
  package static func list(_ schema: Schema) -> Schema { .array(schema, maximum: nil) }
  package static func object(_ properties: Property...) -> Schema { .object(properties, others: nil) }
  /// An answer: members may be added in later versions.
  package static func answer(_ properties: Property...) -> Schema { .object(properties, others: .any) }
}

// MARK: - As JSON Schema

extension Schema {
  package var json: JSONValue {
    switch self {
    case .string(let rule):
      var members = [JSONValue.Member("type", .string("string"))]
      if let format = rule.format { members.append(.init("format", .string(format))) }
      if rule.lengths.lowerBound > 0 {
        members.append(.init("minLength", .integer(Int64(rule.lengths.lowerBound))))
      }
      members.append(.init("maxLength", .integer(Int64(rule.lengths.upperBound))))
      return .object(members)
    case .integer(let range):
      return .object([
        "type": .string("integer"), "minimum": .integer(Int64(range.lowerBound)),
        "maximum": .integer(Int64(range.upperBound)),
      ])
    case .number: return .object(["type": .string("number")])
    case .boolean: return .object(["type": .string("boolean")])
    case .choice(let texts):
      return .object(["type": .string("string"), "enum": .array(texts.map(JSONValue.string))])
    case .array(let element, let maximum):
      var members = [JSONValue.Member("type", .string("array")), .init("items", element.json)]
      if let maximum { members.append(.init("maxItems", .integer(Int64(maximum)))) }
      return .object(members)
    case .object(let properties, let others): return Self.object(properties, others)
    case .reference(let name): return .object(["$ref": .string("#/components/schemas/\(name)")])
    case .nullable(let schema):
      return .object(["anyOf": .array([schema.json, .object(["type": .string("null")])])])
    case .any: return .object([])
    }
  }

  private static func object(_ properties: [Property], _ others: Schema?) -> JSONValue {
    let members = properties.map { property -> JSONValue.Member in
      guard case .object(var schema) = property.schema.json, !property.description.isEmpty else {
        return .init(property.name, property.schema.json)
      }
      schema.append(.init("description", .string(property.description)))
      return .init(property.name, .object(schema))
    }
    var object = [JSONValue.Member("type", .string("object")), .init("properties", .object(members))]
    let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { object.append(.init("required", .array(required))) }
    object.append(.init("additionalProperties", others?.json ?? .bool(false)))
    return .object(object)
  }
}
