package import IsthmusConnect

/// Where the secrets that a configuration names are.
package struct SecretSource: Sendable {
  package struct Place: Sendable, Hashable {
    package var connector: String
    /// The connection's key, such as `clientSecret`.
    package var field: String

    package init(connector: String, field: String) {
      self.connector = connector
      self.field = field
    }
  }

  /// Variables of the process.
  package var environment: [String: String]
  /// From the inventory, where they are encrypted.
  package var stored: [Place: Result<Secret, any Error>]

  package init(environment: [String: String], stored: [Place: Result<Secret, any Error>] = [:]) {
    self.environment = environment
    self.stored = stored
  }
}
