import Foundation
package import IsthmusStore

/// A schema of a test's own in the PostgreSQL server that ``url`` names, removed with its last reference.
package final class TestPostgreSQL: Sendable {
  /// Set by `scripts/with-postgresql`; tests of PostgreSQL are left out without it.
  package static let url = ProcessInfo.processInfo.environment["ISTHMUS_TEST_POSTGRESQL"]
  package static let reason = "scripts/with-postgresql sets ISTHMUS_TEST_POSTGRESQL"

  package let url: String
  package let address: PostgreSQLAddress

  package init() throws {
    let name = "test_\(UUID().uuidString.lowercased().prefix(18).replacing("-", with: "_"))"
    let server = Self.url ?? "postgresql:///"
    url = "\(server)\(server.contains("?") ? "&" : "?")schema=\(name)"
    address = try PostgreSQLAddress(url)
  }

  deinit {
    // One that is left behind goes with the server.
    try? PostgreSQLStore.remove(address)
  }
}
