package import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
import Yams

/// A transform map in the form in which people write it, YAML, with the places of its parts.
///
/// ```yaml
/// name: mine
/// sourceModel: defender-for-cloud
/// targetModel: inventory
/// rows:
///   - {source: vmId, target: externalAssetId, identifier: true}
///   - source: tags.owner || 'nobody'
///     target: custom.owner
///     level: asset
/// examples:
///   - name: A machine without an owner
///     record: {name: web-01, properties: {vmId: one}}
///     expected: {custom.owner: nobody}
/// ```
package struct WrittenMap {
  package let map: TransformMap
  package let examples: [MapExample]
  /// The file that holds it.
  private let text: String
  private let members: ConfigMembers
  private let rows: [ConfigMembers]

  package static let keys = ["name", "sourceModel", "targetModel", "rows", "examples"]

  /// A file that holds one map and nothing else.
  package init(_ text: String, path: String) throws(ConfigurationError) {
    try self.init(try ConfigNode.compose(text, path: path), in: text)
  }

  /// A map in JSON.
  package init(_ document: JSONValue) throws(ConfigurationError) {
    try self.init(ConfigNode(document, label: ""), in: "")
  }

  /// - Parameter text: All of the file that `node` is from.
  /// - Throws: The first thing that is wrong with its form; whether it can be used, ``check()`` tells.
  init(_ node: ConfigNode, in text: String) throws(ConfigurationError) {
    self.text = text
    members = try node.members(known: Self.keys)
    let name = try members.require("name")
    if let problem = Self.problem(ofName: try name.nonEmptyText) { throw name.failure(problem) }
    let list = try members.require("rows")
    var read: [(members: ConfigMembers, row: TransformRow)] = []
    for element in try list.elements { read.append(try MapRowReader.read(element)) }
    if read.isEmpty { throw list.failure("the list is empty: the map would bring nothing") }
    rows = read.map(\.members)
    map = TransformMap(
      name: try name.text, sourceModel: try members.require("sourceModel").nonEmptyText,
      targetModel: try members.require("targetModel").nonEmptyText, rows: read.map(\.row))
    var examples: [MapExample] = []
    for element in try members["examples"]?.listed ?? [] {
      let example = try MapRowReader.readExample(element)
      if examples.contains(where: { $0.name == example.name }) {
        throw element.failure("an example named \"\(example.name)\" stands above already")
      }
      examples.append(example)
    }
    self.examples = examples
  }

  /// The document under another name, with all its comments; nil where the name stands in an unusual way.
  package func text(renamed name: String) -> String? {
    guard case .scalar(let scalar)? = members["name"]?.node, let place = ScalarPlace.range(of: scalar, in: text) else {
      return nil
    }
    return "\(text[..<place.lowerBound])\(YAMLText.scalar(name, inFlow: true))\(text[place.upperBound...])"
  }

  /// What a map may be called; nil if it may.
  package static func problem(ofName name: String) -> String? {
    let marks = " -_./".unicodeScalars
    let isKnown = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || marks.contains($0)
    }
    guard isKnown, name.count <= 100, let first = name.first, first.isLetter || first.isNumber, name.last != " " else {
      return "a map's name is of letters, digits, spaces and - _ . /, at most 100, and begins with a letter or digit"
    }
    return nil
  }
}

// MARK: - Whether it can be used

extension WrittenMap {
  /// The kind whose records it maps; nil if no kind has its source model.
  package func kind(among kinds: KindCatalog) -> KindDescriptor? { kinds.kind(ofModel: map.sourceModel) }

  /// - Throws: All that keeps the map from being used with its models.
  package func check(_ kinds: KindCatalog) throws(ConfigurationError) {
    let problems = problems(kinds)
    guard var first = problems.first else { return }
    first.further = Array(problems.dropFirst())
    throw first
  }

  private func problems(_ kinds: KindCatalog) -> [ConfigurationError] {
    var problems: [ConfigurationError] = []
    let sources = kinds.descriptors.map(\.sourceModel.name)
    let kind = kind(among: kinds)
    if kind == nil { problems.append(unknownModel("sourceModel", map.sourceModel, sources)) }
    if map.targetModel != DataModel.inventory.name {
      problems.append(unknownModel("targetModel", map.targetModel, [DataModel.inventory.name]))
    }
    guard let kind, problems.isEmpty else { return problems }
    for index in rows.indices {
      problems += self.problems(ofRow: index, kind.sourceModel).map { failure($0, inRow: index) }
    }
    let targets = Set(map.rows.map(\.target))
    for (target, reason) in NeededTarget.all where !targets.contains(target) {
      problems.append(place("rows").failure("no row has the target \(target): \(reason)"))
    }
    return problems
  }

  private func unknownModel(_ key: String, _ name: String, _ known: [String]) -> ConfigurationError {
    let near = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? "."
    return place(key).failure("there is no such model \"\(name)\"\(near) Known: \(known.joined(separator: ", "))")
  }

  private func place(_ key: String) -> ConfigNode { members[key] ?? members.container }

  /// What is wrong with one row: by itself, and beside an earlier one that has the same target.
  private func problems(ofRow index: Int, _ source: DataModel) -> [MapError] {
    let row = map.rows[index]
    var alone = map
    alone.rows = [row]
    let target = row.target.lowercased()
    guard let earlier = map.rows[..<index].first(where: { $0.target.lowercased() == target }) else {
      return alone.problems(from: source, to: .inventory)
    }
    var both = map
    both.rows = [earlier, row]
    alone.rows = [earlier]
    let ofEarlier = alone.problems(from: source, to: .inventory).count
    return Array(both.problems(from: source, to: .inventory).dropFirst(ofEarlier))
  }

  private func failure(_ problem: MapError, inRow index: Int) -> ConfigurationError {
    let row = rows[index]
    let part: ConfigNode? =
      switch problem.part {
      case .source: row["source"]
      case .type: row["type"]
      case .target: row["target"]
      case .values: row["values"]
      case .defaultValue: row["default"]
      case .level: row["level"]
      case .identifier: row["identifier"]
      case nil: nil
      }
    var failure = (part ?? row.container).failure(problem.problem)
    if let position = problem.position, case .scalar(let scalar)? = part?.node,
      let place = ScalarPlace(of: scalar, offset: position, in: text)
    {
      (failure.line, failure.column) = (place.line, place.column)
    }
    return failure
  }
}
