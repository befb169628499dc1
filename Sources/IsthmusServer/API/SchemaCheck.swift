package import IsthmusCore

/// Compares a value with its schema.
package struct SchemaCheck {
  /// The document's own schemas, by name.
  private let components: [String: Schema]

  package init(_ components: [String: Schema]) { self.components = components }

  package struct Violation: Sendable, Hashable {
    /// A JSON pointer.
    package var pointer: String
    package var problem: String
  }

  /// So many are told at once.
  private static let maximum = 20

  /// What is wrong with the value; none if nothing is. Its depth is bounded by that of the JSON parser.
  package func violations(of value: JSONValue, _ schema: Schema) -> [Violation] {
    var found: [Violation] = []
    check(value, schema, "", &found)
    return found
  }

  private func check(_ value: JSONValue, _ schema: Schema, _ pointer: String, _ found: inout [Violation]) {
    guard found.count < Self.maximum else { return }
    func fail(_ problem: String) { found.append(Violation(pointer: pointer, problem: problem)) }
    switch schema {
    case .any: return
    case .nullable(let schema): if !value.isNull { check(value, schema, pointer, &found) }
    case .reference(let name): if let schema = components[name] { check(value, schema, pointer, &found) }
    case .string(let rule):
      guard let text = value.string else { return fail("is no text") }
      let count = text.unicodeScalars.count
      if count < rule.lengths.lowerBound { fail(count == 0 ? "is empty" : "is too short") }
      if count > rule.lengths.upperBound { fail("is longer than \(rule.lengths.upperBound) characters") }
      if rule.format == "date-time", Timestamp(iso8601: text) == nil { fail("is no date and time") }
    case .integer(let range):
      guard let number = value.integer, range.contains(Int(number)) else {
        return fail("is no whole number from \(range.lowerBound) to \(range.upperBound)")
      }
    case .number: if value.double == nil { fail("is no number") }
    case .boolean: if case .bool = value {} else { fail("is neither true nor false") }
    case .choice(let texts):
      guard let text = value.string, texts.contains(text) else {
        return fail("is none of \(texts.joined(separator: ", "))")
      }
    case .array(let element, let maximum):
      guard let elements = value.array else { return fail("is no list") }
      if let maximum, elements.count > maximum { return fail("has more than \(maximum) elements") }
      for (index, each) in elements.enumerated() { check(each, element, "\(pointer)/\(index)", &found) }
    case .object(let properties, let others):
      guard case .object(let members) = value else { return fail("is no object") }
      check(members, properties, others, pointer, &found)
    }
  }

  private func check(
    _ members: [JSONValue.Member], _ properties: [Schema.Property], _ others: Schema?, _ pointer: String,
    _ found: inout [Violation]
  ) {
    for property in properties where property.isRequired && !members.contains(where: { $0.name == property.name }) {
      found.append(Violation(pointer: pointer, problem: "lacks the member \"\(property.name)\""))
    }
    for member in members {
      let place = "\(pointer)/\(Self.escape(member.name))"
      if let property = properties.first(where: { $0.name == member.name }) {
        check(member.value, property.schema, place, &found)
      } else if let others {
        check(member.value, others, place, &found)
      } else {
        let known = properties.map(\.name).joined(separator: ", ")
        found.append(Violation(pointer: place, problem: "is unknown here; known: \(known)"))
      }
    }
  }

  /// RFC 6901.
  static func escape(_ name: String) -> String { name.replacing("~", with: "~0").replacing("/", with: "~1") }
}
