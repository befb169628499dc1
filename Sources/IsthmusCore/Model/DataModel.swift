/// A named list of attributes: what a source's records hold, or what the inventory keeps.
package struct DataModel: Sendable {
  package var name: String
  package var description: String
  package var attributes: [Attribute]

  package init(name: String, description: String, attributes: [Attribute]) {
    self.name = name
    self.description = description
    self.attributes = attributes
  }

  package func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }
}

/// What an attribute belongs to, and so how often it is stored.
package enum AttributeLevel: String, Sendable, CaseIterable {
  case asset
  /// The same for all findings of a recommendation; stored once.
  case control
  case finding
}

package enum AttributeType: Sendable, Hashable {
  case string, integer, decimal, boolean, date, ipAddress, macAddress
  indirect case list(AttributeType)

  package var name: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .decimal: "decimal"
    case .boolean: "boolean"
    case .date: "date"
    case .ipAddress: "IP address"
    case .macAddress: "MAC address"
    case .list(let element): "list of \(element.name)"
    }
  }
}

package struct Attribute: Sendable {
  package var name: String
  package var type: AttributeType
  package var level: AttributeLevel
  package var description: String
  package var example: String
  /// Source models only: where the value stands in the record.
  package var expression: SourceExpression?

  package init(
    _ name: String, _ type: AttributeType, _ level: AttributeLevel, _ description: String, example: String,
    expression: SourceExpression? = nil
  ) {
    self.name = name
    self.type = type
    self.level = level
    self.description = description
    self.example = example
    self.expression = expression
  }
}
