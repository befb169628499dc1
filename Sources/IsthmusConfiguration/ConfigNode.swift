import Yams

/// A value of the configuration file that knows where it stands.
struct ConfigNode {
  let node: Node
  /// `connectors[0].connection`, for messages.
  let path: String
  let file: String

  /// The error at this place; the file, line and column are named.
  func failure(_ problem: String) -> ConfigurationError {
    ConfigurationError(file: file, mark: node.mark, path: path, problem: problem)
  }

  var isNull: Bool { node.null != nil && node.scalar?.style == .plain }

  var isScalar: Bool { if case .scalar(let scalar) = node { !scalar.string.isEmpty } else { false } }
  var isMapping: Bool { if case .mapping(let mapping) = node { !mapping.isEmpty } else { false } }

  /// The members of a mapping; others than `known` are refused.
  func members(known: [String]) throws(ConfigurationError) -> ConfigMembers {
    guard case .mapping(let mapping) = node else { throw failure("\(kindName) stands where a mapping was expected") }
    var values: [String: ConfigNode] = [:]
    for (key, value) in mapping {
      let keyNode = ConfigNode(node: key, path: path, file: file)
      guard let name = key.string else { throw keyNode.failure("a key must be a text") }
      guard known.contains(name) else {
        let near = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
        throw keyNode.failure("unknown key \"\(name)\"\(near) Known here: \(known.joined(separator: ", "))")
      }
      values[name] = ConfigNode(node: value, path: path.isEmpty ? name : "\(path).\(name)", file: file)
    }
    return ConfigMembers(container: self, values: values)
  }

  /// The members of a mapping whose keys are names that people chose; none for null.
  var pairs: [(key: ConfigNode, value: ConfigNode)] {
    get throws(ConfigurationError) {
      if isNull { return [] }
      guard case .mapping(let mapping) = node else { throw failure("\(kindName) stands where a mapping was expected") }
      return mapping.map { key, value in
        let place = "\(path).\(key.string ?? "")"
        return (ConfigNode(node: key, path: place, file: file), ConfigNode(node: value, path: place, file: file))
      }
    }
  }

  var elements: [ConfigNode] {
    get throws(ConfigurationError) {
      guard case .sequence(let sequence) = node else { throw failure("\(kindName) stands where a list was expected") }
      return sequence.enumerated().map { ConfigNode(node: $1, path: "\(path)[\($0)]", file: file) }
    }
  }

  var text: String {
    get throws(ConfigurationError) {
      guard case .scalar(let scalar) = node, !isNull else {
        throw failure("\(kindName) stands where a text was expected")
      }
      return scalar.string
    }
  }

  var nonEmptyText: String {
    get throws(ConfigurationError) {
      let text = try self.text
      if text.isEmpty { throw failure("it is empty") }
      return text
    }
  }

  /// One of `choices`, as written there.
  func choice(_ choices: [String]) throws(ConfigurationError) -> String {
    let text = try self.text
    guard choices.contains(text) else {
      throw failure("\"\(text)\" is none of \(choices.joined(separator: ", "))")
    }
    return text
  }

  var texts: [String] {
    get throws(ConfigurationError) {
      var texts: [String] = []
      for element in try elements { texts.append(try element.nonEmptyText) }
      return texts
    }
  }

  private var kindName: String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar: isNull ? "nothing" : "a single value"
    case .alias: "an alias"
    }
  }
}

struct ConfigMembers {
  let container: ConfigNode
  fileprivate let values: [String: ConfigNode]

  init(container: ConfigNode, values: [String: ConfigNode]) {
    self.container = container
    self.values = values
  }

  subscript(key: String) -> ConfigNode? { values[key] }

  func require(_ key: String) throws(ConfigurationError) -> ConfigNode {
    guard let value = values[key] else { throw container.failure("the key \"\(key)\" is missing") }
    return value
  }
}
