package import IsthmusCore
import IsthmusIngest

/// One item before and after.
package struct ConfigurationChange: Sendable, Hashable {
  package enum Action: String, Sendable { case create, change, delete }

  package var key: ConfigurationItem.Key
  package var before: ConfigurationItem?
  package var after: ConfigurationItem?

  package var action: Action {
    if before == nil { return .create }
    return after == nil ? .delete : .change
  }

  /// What differs, leaf by leaf.
  package struct Difference: Sendable, Hashable {
    /// `profiles[0].schedule.at`
    package var path: String
    package var before: JSONValue?
    package var after: JSONValue?
  }

  package var differences: [Difference] {
    var found: [Difference] = []
    Self.compare(before?.document, after?.document, at: "", &found)
    if let before, let after, before.isDraft != after.isDraft {
      found.append(Difference(path: "draft", before: .bool(before.isDraft), after: .bool(after.isDraft)))
    }
    return found
  }

  /// Documents nest at most ``JSONDocument/maximumDepth``, which fits a task's stack.
  private static func compare(
    _ before: JSONValue?, _ after: JSONValue?, at path: String, _ found: inout [Difference]
  ) {
    if before == after { return }
    switch (before, after) {
    case (.object(let old)?, .object(let new)?):
      for member in old {
        compare(member.value, after?[member.name], at: path.isEmpty ? member.name : "\(path).\(member.name)", &found)
      }
      for member in new where before?[member.name] == nil {
        compare(nil, member.value, at: path.isEmpty ? member.name : "\(path).\(member.name)", &found)
      }
    case (.array(let old)?, .array(let new)?) where new.contains(where: \.isObject) || old.contains(where: \.isObject):
      for index in 0..<max(old.count, new.count) {
        compare(
          index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, at: "\(path)[\(index)]", &found)
      }
    default: found.append(Difference(path: path, before: before, after: after))
    }
  }

  package var json: JSONValue {
    .object([
      "kind": .string(key.kind.rawValue), "name": .string(key.name), "action": .string(action.rawValue),
      "differences": .array(
        differences.map { difference in
          .object([
            "path": .string(difference.path), "before": difference.before ?? .null, "after": difference.after ?? .null,
          ])
        }),
    ])
  }
}

extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}

extension ConfigurationSnapshot {
  /// What leads from here to `other`, by kind and name.
  package func changes(to other: [ConfigurationItem.Key: ConfigurationItem]) -> [ConfigurationChange] {
    let keys = Set(items.keys).union(other.keys).filter { items[$0] != other[$0] }
    let order = ConfigurationItem.Kind.allCases
    let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    return
      keys
      .sorted { (place[$0.kind] ?? 0, $0.name) < (place[$1.kind] ?? 0, $1.name) }
      .map { ConfigurationChange(key: $0, before: items[$0], after: other[$0]) }
  }

  /// The items as they would be after the file was applied.
  ///
  /// - Parameter prunes: What the file does not name goes; scoring, identification, retention and sign-in that it does not
  ///   speak of become the standard ones.
  package func applying(_ file: ConfigurationFile, prunes: Bool) throws -> [ConfigurationItem.Key: ConfigurationItem] {
    var desired = prunes ? [:] : items
    if prunes {
      let standard = [
        ConfigurationItem(ScoreSettings()), ConfigurationItem(IdentificationSettings()),
        ConfigurationItem(RetentionSettings()), ConfigurationItem(SignInConfiguration()),
      ]
      for single in standard { desired[single.key] = single }
    }
    for item in try file.items { desired[item.key] = item }
    return desired
  }
}
