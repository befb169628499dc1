package import IsthmusConnect
package import IsthmusStore

/// Where the secrets that a configuration names are.
package struct SecretSource: Sendable {
  package typealias Place = SecretPlace

  /// Variables of the process.
  package var environment: [String: String]
  /// From the inventory, where they are encrypted.
  package var stored: [Place: Result<Secret, any Error>]

  /// The connector whose secrets are wanted; nil: all. What another one lacks must not keep this one from running.
  package var only: String?

  /// nil for a connector whose secrets are not wanted.
  func wanted(by connector: String) -> SecretSource? { only == nil || only == connector ? self : nil }

  package init(environment: [String: String], stored: [Place: Result<Secret, any Error>] = [:]) {
    self.environment = environment
    self.stored = stored
  }
}

extension SecretPlace {
  /// - Parameter field: The connection's key, such as `clientSecret`.
  package init(connector: String, field: String) { self.init(owner: "connector:\(connector)", field: field) }

  /// nil for a secret that is no connector's.
  package var connector: String? {
    owner.hasPrefix("connector:") ? String(owner.dropFirst("connector:".count)) : nil
  }
}
