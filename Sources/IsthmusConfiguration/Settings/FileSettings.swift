import Yams

/// The `server` mapping of a configuration file: what `isthmus serve` takes from it.
package struct FileSettings: Sendable {
  package struct Value: Sendable {
    package var text: String
    /// `isthmus.yaml:3`.
    package var place: String
  }

  /// By the settings' names.
  package private(set) var values: [String: Value] = [:]

  /// - Parameter node: The mapping; nil: the file has none.
  init(_ node: ConfigNode?) throws(ConfigurationError) {
    guard let node, !node.isNull else { return }
    try read(node, Setting.all.filter { !$0.key.isEmpty }.map { ($0, $0.key.dropFirst()) })
  }

  /// - Parameter settings: Those under this mapping, with what is left of their keys.
  private mutating func read(
    _ node: ConfigNode, _ settings: [(setting: Setting, key: ArraySlice<String>)]
  ) throws(ConfigurationError) {
    var names: [String] = []
    for name in settings.compactMap(\.key.first) where !names.contains(name) { names.append(name) }
    let members = try node.members(known: names)
    for name in names {
      guard let value = members[name] else { continue }
      let under = settings.filter { $0.key.first == name }
      guard under.count == 1, under[0].key.count == 1 else {
        try read(value, under.map { ($0.setting, $0.key.dropFirst()) })
        continue
      }
      let text = try value.text
      if let problem = under[0].setting.problem(of: text) { throw value.failure(problem) }
      let line = value.node.mark.map { ":\($0.line)" } ?? ""
      values[under[0].setting.name] = Value(text: text, place: "\(value.file)\(line)")
    }
  }
}
