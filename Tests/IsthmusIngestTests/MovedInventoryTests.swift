import AzureSimulator
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Syncs after a move", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct MovedInventoryTests {
  @Test("They go on in PostgreSQL, and in SQLite again, as if nothing had been moved")
  func goOn() async throws {
    let simulator = try await SyncHarness.tenant()
    let (beside, first, last) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
    let stayed = try SyncHarness(simulator: simulator, store: try folderStore(beside))
    let database = try TestPostgreSQL()
    try await sync(simulator, day: 0, stayed) { try folderStore(first) }
    _ = try StoreMove(from: .folder(first.path), to: .database(database.address)).perform()
    try await sync(simulator, day: 5, stayed) { try PostgreSQLStore(database.address, newSeed: 1) }
    _ = try StoreMove(from: .database(database.address), to: .folder(last.path)).perform()
    try await sync(simulator, day: 12, stayed) { try folderStore(last) }
    await simulator.stop()
    withExtendedLifetime((beside, first, last)) {}
  }

  private func folderStore(_ folder: TemporaryFolder) throws -> SQLiteStore {
    try SQLiteStore(folder: folder.path, newSeed: 7)
  }

  private func sync(
    _ simulator: Simulator, day: Int, _ stayed: SyncHarness, _ open: () throws -> any InventoryStore
  ) async throws {
    try simulator.setDay(day)
    let moved = try SyncHarness(simulator: simulator, store: try open())
    let (one, other) = (try await stayed.sync(), try await moved.sync())
    #expect(one.result == "succeeded" && other.result == "succeeded", "day \(day)")
    #expect(one.run == other.run, "day \(day)")
    #expect(try await stayed.snapshot() == moved.snapshot(), "day \(day)")
  }
}
