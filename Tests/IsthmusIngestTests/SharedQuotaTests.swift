import AzureSimulator
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Synchronization
import TestSupport
import Testing

@Suite(
  "A quota that processes share", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct SharedQuotaTests {
  private let database: TestPostgreSQL
  private let standard = QuotaLimit(requests: 15, window: QuotaWindow.longest)

  init() throws { database = try TestPostgreSQL() }

  /// A store as a process of its own opens it.
  private func open() throws -> PostgreSQLStore { try PostgreSQLStore(database.address, newSeed: 7) }

  @Test("Two connectors of one app registration run in two processes at once, and the source refuses neither")
  func isNotRefused() async throws {
    let limit = RequestQuota.Limit(requests: 15, window: .seconds(2))
    let simulator = try await SyncHarness.tenant(subscriptions: 6, quota: limit)
    let processes = [
      try SyncHarness(simulator: simulator, store: open()), try SyncHarness(simulator: simulator, store: open()),
    ]
    let results = try await withThrowingTaskGroup(of: [String].self) { group in
      for (index, process) in processes.enumerated() {
        group.addTask {
          var results: [String] = []
          for _ in 0..<3 { results.append(try await process.sync { $0.connector = "connector \(index)" }.result) }
          return results
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(results == Array(repeating: "succeeded", count: 6))
    let counts = simulator.counts
    #expect(counts.byStatus["429"] == nil, "\(counts)")
    #expect(counts.byKind["resourceGraph"] ?? 0 > 2 * limit.requests, "\(counts)")
    await simulator.stop()
  }

  @Test("What one process used up, the other waits for, until the source's window ends on the server's clock")
  func waits() async throws {
    let stores = [try open(), try open()]
    let sleeps = Mutex(0)
    // Who sleeps wakes up at the end of the window.
    let time = ClientTime(
      now: ClientTime.system.now,
      sleep: { [address = database.address] _ in
        sleeps.withLock { $0 += 1 }
        try PostgreSQLStore.endQuotaWindows(address)
      }, random: { 0 })
    let pacers = stores.map { QuotaPacer(standard: standard, time: time, ledger: $0.quota(of: "tenant client")) }
    let first = try await pacers[0].acquire()
    await pacers[0].answered(first, remaining: 2, resetsAfter: .seconds(200))
    #expect(try await pacers[1].acquire().waited == .zero)
    #expect(try await pacers[0].acquire().waited == .zero)
    #expect(sleeps.withLock { $0 } == 0)
    #expect(try await pacers[1].acquire().waited > .zero)
    #expect(sleeps.withLock { $0 } == 1)
    // Of the window that began then, the other one knows too.
    for _ in 0..<14 { #expect(try await pacers[0].acquire().waited == .zero) }
    #expect(try await pacers[0].acquire().waited > .zero)
  }

  @Test("A database that can't answer keeps no request back")
  func survives() async throws {
    let time = ManualTime()
    let store = try open()
    let pacer = QuotaPacer(standard: standard, time: time.client, ledger: store.quota(of: "tenant client"))
    let first = try await pacer.acquire()
    try PostgreSQLStore.remove(database.address)
    await pacer.refused(first, resetsAfter: .seconds(200))
    let alone = try await pacer.acquire()
    #expect(alone.waited == .zero)
    await pacer.refused(alone, resetsAfter: .seconds(3))
    #expect(try await pacer.acquire().waited == .seconds(3))
  }
}

@Suite("Pacers of a process")
struct PacerRegistryTests {
  private let standard = QuotaLimit(requests: 1, window: .seconds(60))

  @Test("Connectors of one principal have one pacer, those of another one have another")
  func isByPrincipal() throws {
    let registry = PacerRegistry(for: nil)
    let (one, same) = (registry.pacer(for: "a", standard: standard), registry.pacer(for: "a", standard: standard))
    #expect(one === same)
    #expect(one !== registry.pacer(for: "b", standard: standard))
  }

  @Test("Of an inventory in a folder, each process keeps to the quota by itself")
  func isAlone() async throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      let registry = PacerRegistry(for: try SQLiteStore(folder: folder.path, newSeed: 1))
      #expect(try await registry.pacer(for: "a", standard: standard).acquire().waited == .zero)
    }
  }
}
