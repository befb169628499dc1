import Foundation
import IsthmusConnect
import IsthmusStore

/// Reads a connector's `connection` by its kind's own descriptors.
struct ConnectionReader {
  private let kind: KindDescriptor
  private let connector: String
  /// nil: secrets are not wanted; what stands for them is checked for its form only.
  private let secrets: SecretSource?

  init(_ kind: KindDescriptor, _ connector: String, _ secrets: SecretSource?) {
    self.kind = kind
    self.connector = connector
    self.secrets = secrets?.wanted(by: connector)
  }

  func read(_ node: ConfigNode) throws(ConfigurationError) -> ConnectionSettings {
    let members = try node.members(known: kind.settings.map(\.key))
    try checkChoices(members, node, areRead: false)
    var settings = ConnectionSettings()
    for descriptor in kind.settings {
      guard let value = members[descriptor.key] else {
        if descriptor.isRequired {
          throw node.failure("the key \"\(descriptor.key)\" is missing (\(descriptor.description))")
        }
        continue
      }
      switch descriptor.form {
      case .secretFile: settings.secretFiles[descriptor.key] = try secretFile(value)
      case .secret: settings.secrets[descriptor.key] = try secret(value, descriptor.key)
      case .choice(let choices): settings.texts[descriptor.key] = try value.choice(choices)
      case .listOrAll:
        if value.isScalar {
          _ = try value.choice(["all"])
        } else {
          settings.lists[descriptor.key] = try value.texts
        }
      case .list: settings.lists[descriptor.key] = try value.texts
      case .guid: settings.texts[descriptor.key] = try guid(value, descriptor)
      case .text, .url, .path: settings.texts[descriptor.key] = try value.nonEmptyText
      }
    }
    try checkChoices(members, node, areRead: true)
    return settings
  }

  /// Of each group exactly one: none too many is seen before any secret is read, a lack after what else is wrong.
  private func checkChoices(
    _ members: ConfigMembers, _ node: ConfigNode, areRead: Bool
  ) throws(ConfigurationError) {
    for group in Set(kind.settings.compactMap(\.oneOf)).sorted() {
      let keys = kind.settings.filter { $0.oneOf == group }.map(\.key)
      let given = keys.filter { members[$0] != nil }
      if areRead, given.isEmpty {
        throw node.failure("a \(group) is missing: give one of \(keys.joined(separator: ", "))")
      }
      if let second = given.dropFirst().first, let value = members[second] {
        throw value.failure("\(given[0]) is given too: give one of \(keys.joined(separator: ", "))")
      }
    }
  }

  private func secretFile(_ node: ConfigNode) throws(ConfigurationError) -> SecretFile {
    guard node.isMapping else {
      throw node.failure("a secret does not stand in the file: write {file: PATH}")
    }
    return SecretFile(try node.members(known: ["file"]).require("file").nonEmptyText)
  }

  private func guid(_ node: ConfigNode, _ descriptor: SettingDescriptor) throws(ConfigurationError) -> String {
    let text = try node.nonEmptyText
    guard UUID(uuidString: text) != nil else {
      // Not repeated: a secret may have been put there.
      throw node.failure("this is not a GUID (\(descriptor.description))")
    }
    return text
  }

  private func secret(_ node: ConfigNode, _ key: String) throws(ConfigurationError) -> Secret {
    try SecretReference(node).secret(
      from: secrets, at: .init(connector: connector, field: key), advice: "isthmus secret set \"\(connector)\" \(key)")
  }
}
