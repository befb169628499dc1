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
