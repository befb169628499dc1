import Foundation
package import IsthmusStore
import Synchronization

/// Where tests get their inventories from: SQLite, or with `ISTHMUS_TEST_STORE=postgresql` the server of
/// ``TestPostgreSQL``. `make test` runs them in both.
package enum TestStore {
  package static let isPostgreSQL = ProcessInfo.processInfo.environment["ISTHMUS_TEST_STORE"] == "postgresql"

  /// Schemas, by the folders that SQLite's files would be in.
  private static let databases = Mutex<[String: TestPostgreSQL]>([:])

  /// The inventory of the folder; made if there is none.
  package static func open(in folder: String, newSeed: UInt64) throws -> any InventoryStore {
    guard isPostgreSQL else { return try SQLiteStore(folder: folder, newSeed: newSeed) }
    return try PostgreSQLStore(try address(of: folder), newSeed: newSeed)
  }

  package static func address(of folder: String) throws -> PostgreSQLAddress {
    try databases.withLock { databases in
      if let known = databases[folder] { return known.address }
      let new = try TestPostgreSQL()
      databases[folder] = new
      return new.address
    }
  }

  /// The folder is removed.
  static func forget(_ folder: String) { databases.withLock { $0[folder] = nil } }
}
