import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@Suite("PostgreSQL store", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLStoreTests {
  private let database: TestPostgreSQL

  init() throws { database = try TestPostgreSQL() }

  @Test("It keeps the store's contract", arguments: StoreContract.cases)
  func keepsContract(_ contract: StoreContract.Case) async throws {
    let address = database.address
    try await contract.check(StoreContract.Fixture { try PostgreSQLStore(address, newSeed: $0) })
  }
}

@Suite("Leases in PostgreSQL", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLLeaseTests {
  private let database: TestPostgreSQL

  init() throws { database = try TestPostgreSQL() }

  @Test("A lease that ran out is taken over, and what its first holder writes after that is not kept")
  func takenOver() async throws {
    // It renews nothing while this goes on.
    let first = try PostgreSQLStore(database.address, newSeed: 1, leaseSeconds: 3600)
    let second = try PostgreSQLStore(database.address, newSeed: 1, leaseSeconds: 3600)
    let connector = ConnectorNumber(1)
    let held = try #require(try first.lock(connector))
    #expect(try second.lock(connector) == nil)
    #expect(try second.isLocked(connector))
    try await first.write { try held.verify($0) }

    // As if its holder had shown no sign of life for long enough.
    try PostgreSQLStore.endLeases(database.address)
    #expect(try !second.isLocked(connector))
    // Nobody has taken it: what the holder does is still its own.
    try await first.write { try held.verify($0) }
    let taken = try #require(try second.lock(connector))
    let error = await #expect(throws: StoreError.self) {
      try await first.write { transaction in
        try held.verify(transaction)
        try transaction.setSetting("late", .bool(true))
      }
    }
    #expect(error?.kind == .lost)
    #expect(try await second.read { try $0.identities.setting("late") } == nil)
    // That the first one gives up is nothing to the second.
    held.release()
    #expect(try first.isLocked(connector))
    try await second.write { try taken.verify($0) }
    taken.release()
    #expect(try first.lock(connector) != nil)
  }

  @Test("While a transaction of its holder is open, a lease that ran out is not taken")
  func isUsed() async throws {
    // It renews nothing while this goes on.
    let first = try PostgreSQLStore(database.address, newSeed: 1, leaseSeconds: 3600)
    let second = try PostgreSQLStore(database.address, newSeed: 1, leaseSeconds: 3600)
    let connector = ConnectorNumber(1)
    let held = try #require(try first.lock(connector))
    try PostgreSQLStore.endLeases(database.address)
    try await first.write { transaction in
      try held.verify(transaction)
      #expect(try second.lock(connector) == nil)
    }
    #expect(try second.lock(connector) != nil)
  }
}
