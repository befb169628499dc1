import Foundation
import IsthmusConnect

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
    var settings = ConnectionSettings()
    for descriptor in kind.settings {
      guard let value = members[descriptor.key] else {
        if descriptor.isRequired {
          throw node.failure("the key \"\(descriptor.key)\" is missing (\(descriptor.description))")
        }
        continue
      }
      switch descriptor.form {
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
    return settings
  }

  private func guid(_ node: ConfigNode, _ descriptor: SettingDescriptor) throws(ConfigurationError) -> String {
    let text = try node.nonEmptyText
    guard UUID(uuidString: text) != nil else {
      // Not repeated: a secret may have been put there.
      throw node.failure("this is not a GUID (\(descriptor.description))")
    }
    return text
  }

  /// `{env: NAME}`, `{file: PATH}` or `{stored: true}`; never the secret itself.
  private func secret(_ node: ConfigNode, _ key: String) throws(ConfigurationError) -> Secret {
    guard node.isMapping else {
      throw node.failure("a secret does not stand in the file: write {env: NAME} or {file: PATH}")
    }
    let members = try node.members(known: ["env", "file", "stored"])
    switch (members["env"], members["file"], members["stored"]) {
    case (let variable?, nil, nil):
      let name = try variable.nonEmptyText
      guard let secrets else { return Secret("") }
      guard let value = secrets.environment[name], !value.isEmpty else {
        throw variable.failure("the environment variable \(name) is not set")
      }
      return Secret(value)
    case (nil, let file?, nil):
      let path = try file.nonEmptyText
      if secrets == nil { return Secret("") }
      // Why it can't be read is not told: the path is all that helps, and the content must not show.
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw file.failure("the file \(path) can't be read")
      }
      let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if secret.isEmpty { throw file.failure("the file \(path) is empty") }
      return Secret(secret)
    case (nil, nil, let stored?):
      guard try stored.flag else { throw stored.failure("write {stored: true}, or another form") }
      guard let secrets else { return Secret("") }
      switch secrets.stored[.init(connector: connector, field: key)] {
      case .success(let secret)?: return secret
      case .failure(let error)?: throw stored.failure("its secret can't be read: \(error)")
      case nil: throw stored.failure("no secret is stored for it yet: isthmus secret set \"\(connector)\" \(key)")
      }
    default: throw node.failure("write one of {env: NAME}, {file: PATH} and {stored: true}")
    }
  }
}
