import IsthmusCore
import IsthmusIngest
package import IsthmusStore

/// `tags` and `entities` of the file.
package struct TagConfiguration: Sendable {
  package let tags: [StoredTag]
  package let entities: [StoredEntity]
  /// Where entities name tags.
  private let named: [(tag: String, failure: ConfigurationError)]

  /// - Parameter at: Dates in queries that count from now count from here.
  init(tags node: ConfigNode?, entities entityNode: ConfigNode?, at: Timestamp) throws(ConfigurationError) {
    var tags: [StoredTag] = []
    for element in try node?.listed ?? [] {
      let members = try element.members(known: ["name", "query", "criticality", "colour", "internetExposed"])
      let name = try members.require("name").name
      if tags.contains(where: { $0.name == name }) { throw element.failure("a tag named \"\(name)\" stands above") }
      tags.append(
        StoredTag(
          name: name, query: try members.require("query").tagQuery(at: at),
          criticality: try members["criticality"]?.integer(1...5), colour: try members["colour"]?.colour,
          isExposed: try members["internetExposed"]?.flag ?? false))
    }
    var entities: [StoredEntity] = []
    var named: [(tag: String, failure: ConfigurationError)] = []
    for element in try entityNode?.listed ?? [] {
      let members = try element.members(known: ["name", "description", "tags"])
      let name = try members.require("name").name
      if entities.contains(where: { $0.name == name }) {
        throw element.failure("an entity named \"\(name)\" stands above")
      }
      let tags = try members.require("tags")
      for tag in try tags.elements { named.append((try tag.nonEmptyText, tag.failure(""))) }
      entities.append(
        StoredEntity(name: name, description: try members["description"]?.text ?? "", tags: try tags.texts))
    }
    self.tags = tags
    self.entities = entities
    self.named = named
  }

  /// - Parameter known: Tags that the inventory has; an entity may have these and the file's own.
  package func check(known: [StoredTag]) throws(ConfigurationError) {
    let names = Set((known + tags).map(\.name))
    for (tag, failure) in named where !names.contains(tag) {
      let near = Spelling.nearest(to: tag, among: names.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
      var failure = failure
      failure.problem = "there is no tag \"\(tag)\"\(near)"
      throw failure
    }
  }
}

extension ConfigNode {
  /// The elements of a list; none for null.
  package var listed: [ConfigNode] {
    get throws(ConfigurationError) { isNull ? [] : try elements }
  }

  fileprivate var name: String {
    get throws(ConfigurationError) {
      let text = try self.text
      if let problem = TagRules.problem(ofName: text) { throw failure(problem) }
      return text
    }
  }

  fileprivate func tagQuery(at: Timestamp) throws(ConfigurationError) -> String {
    let text = try self.text
    if let problem = TagRules.problem(ofQuery: text, at: at) { throw failure(problem) }
    return text
  }

  fileprivate var colour: String {
    get throws(ConfigurationError) {
      let text = try self.text
      if let problem = TagRules.problem(ofColour: text) { throw failure(problem) }
      return text.lowercased()
    }
  }
}
