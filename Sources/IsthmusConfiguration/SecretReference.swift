import IsthmusConnect
import IsthmusStore

/// Where a secret is, as a configuration says it: `{env: NAME}`, `{file: PATH}` or `{stored: true}`. The secret itself
/// stands in none.
struct SecretReference {
  private enum Form {
    case environment(String, ConfigNode)
    case file(String, ConfigNode)
    case stored(ConfigNode)
  }

  private let form: Form

  init(_ node: ConfigNode) throws(ConfigurationError) {
    guard node.isMapping else {
      throw node.failure("a secret does not stand in the file: write {env: NAME} or {file: PATH}")
    }
    let members = try node.members(known: ["env", "file", "stored"])
    switch (members["env"], members["file"], members["stored"]) {
    case (let variable?, nil, nil): form = .environment(try variable.nonEmptyText, variable)
    case (nil, let file?, nil): form = .file(try file.nonEmptyText, file)
    case (nil, nil, let stored?):
      guard try stored.flag else { throw stored.failure("write {stored: true}, or another form") }
      form = .stored(stored)
    default: throw node.failure("write one of {env: NAME}, {file: PATH} and {stored: true}")
    }
  }

  /// - Parameters:
  ///   - secrets: nil: secrets are not wanted, and none is read.
  ///   - place: Where it is stored, if it is.
  ///   - advice: What to do where none is stored.
  func secret(
    from secrets: SecretSource?, at place: SecretSource.Place, advice: String
  ) throws(ConfigurationError) -> Secret {
    guard let secrets else { return Secret("") }
    switch form {
    case .environment(let name, let node):
      guard let value = secrets.environment[name], !value.isEmpty else {
        throw node.failure("the environment variable \(name) is not set")
      }
      return Secret(value)
    case .file(let path, let node):
      guard let secret = SecretFile(path).content() else { throw node.failure("the file \(path) can't be read") }
      if secret.isEmpty { throw node.failure("the file \(path) is empty") }
      return secret
    case .stored(let node):
      switch secrets.stored[place] {
      case .success(let secret)?: return secret
      case .failure(let error)?: throw node.failure("its secret can't be read: \(error)")
      case nil: throw node.failure("no secret is stored for it yet: \(advice)")
      }
    }
  }
}
