import IsthmusCore
import IsthmusStore

/// `tags` and `entities` of the file.
struct TagConfiguration {
  let tags: [StoredTag]
  let entities: [StoredEntity]

  init(tags node: ConfigNode?, entities entityNode: ConfigNode?) throws(ConfigurationError) {
    var tags: [StoredTag] = []
    for element in try node?.listed ?? [] {
      let members = try element.members(known: ["name", "query", "criticality", "colour", "internetExposed"])
      let name = try members.require("name").nonEmptyText
      if tags.contains(where: { $0.name == name }) { throw element.failure("a tag named \"\(name)\" stands above") }
      tags.append(
        StoredTag(
          name: name, query: try members.require("query").nonEmptyText,
          criticality: try members["criticality"]?.integer(1...5), colour: try members["colour"]?.colour,
          isExposed: try members["internetExposed"]?.flag ?? false))
    }
    var entities: [StoredEntity] = []
    for element in try entityNode?.listed ?? [] {
      let members = try element.members(known: ["name", "description", "tags"])
      let name = try members.require("name").nonEmptyText
      if entities.contains(where: { $0.name == name }) {
        throw element.failure("an entity named \"\(name)\" stands above")
      }
      entities.append(
        StoredEntity(
          name: name, description: try members["description"]?.text ?? "", tags: try members.require("tags").texts))
    }
    self.tags = tags
    self.entities = entities
  }
}

extension ConfigNode {
  /// The elements of a list; none for null.
  var listed: [ConfigNode] {
    get throws(ConfigurationError) { isNull ? [] : try elements }
  }

  fileprivate var colour: String {
    get throws(ConfigurationError) {
      let text = try self.text
      guard text.utf8.count == 7, text.first == "#", text.dropFirst().allSatisfy(\.isHexDigit) else {
        throw failure("\"\(text)\" is no colour, such as \"#c0392b\"")
      }
      return text.lowercased()
    }
  }
}
