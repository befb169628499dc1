import IsthmusCore
import Yams

/// Reads rows and examples of a transform map in YAML.
package enum MapRowReader {
  private static let keys = ["source", "type", "target", "values", "default", "required", "identifier", "level"]

  static func read(_ node: ConfigNode) throws(ConfigurationError) -> (ConfigMembers, TransformRow) {
    let members = try node.members(known: keys)
    var row = TransformRow(
      try members.require("source").nonEmptyText, try members.require("target").nonEmptyText,
      required: try members["required"]?.flag ?? false, identifier: try members["identifier"]?.flag ?? false)
    if let type = members["type"] { row.type = try self.type(type) }
    if let values = members["values"] { row.values = try table(values) }
    row.defaultValue = try members["default"]?.text
    if let level = members["level"] {
      row.level = AttributeLevel(rawValue: try level.choice(AttributeLevel.allCases.map(\.rawValue)))
    }
    return (members, row)
  }

  private static let types: [AttributeType] = [.string, .integer, .decimal, .boolean, .date, .ipAddress, .macAddress]

  private static func type(_ node: ConfigNode) throws(ConfigurationError) -> AttributeType {
    let text = try node.text
    let known = types + types.map(AttributeType.list)
    func folded(_ name: String) -> String { name.lowercased().replacing(" ", with: "") }
    if let type = known.first(where: { folded($0.name) == folded(text) }) { return type }
    let near = Spelling.nearest(to: text, among: known.map(\.name)).map { "; did you mean \($0)?" } ?? "."
    let names = types.map(\.name).joined(separator: ", ")
    throw node.failure("\"\(text)\" is no data type\(near) Types: \(names), and list of any of them")
  }

  /// Stands for every text without an entry; an entry for this very text begins with a backslash.
  package static let anythingElse = "*"

  private static func table(_ node: ConfigNode) throws(ConfigurationError) -> ValueTable {
    var entries: [(text: String, value: String)] = []
    var seen: Set<String> = []
    var anythingElse: String?
    for (key, value) in try node.pairs {
      let text = try key.text
      if !seen.insert(text.lowercased()).inserted {
        throw key.failure("\"\(text)\" stands above already; texts are compared without case")
      }
      if text == Self.anythingElse {
        anythingElse = try value.text
      } else {
        entries.append((text.hasPrefix("\\") ? String(text.dropFirst()) : text, try value.text))
      }
    }
    if seen.isEmpty { throw node.failure("the value table is empty; leave it away") }
    return ValueTable(entries: entries, anythingElse: anythingElse)
  }

  /// A record is a mapping, or a text that holds it as JSON.
  static func readExample(_ node: ConfigNode) throws(ConfigurationError) -> MapExample {
    let members = try node.members(known: ["name", "record", "expected"])
    let place = try members.require("record")
    var record = try place.json
    if case .string(let text) = record {
      do throws(JSONError) {
        record = try JSONValue(parsing: text)
      } catch {
        throw place.failure(error.description)
      }
    }
    guard case .object = record else { throw place.failure("a record is a mapping, or a text that holds it as JSON") }
    let expectation = try members.require("expected")
    guard case .object(let expected) = try expectation.json, !expected.isEmpty else {
      throw expectation.failure("write what is expected: target attributes and their values")
    }
    return MapExample(name: try members.require("name").nonEmptyText, record: record, expected: expected)
  }
}
