import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Quotas in PostgreSQL", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLQuotaTests {
  private let database: TestPostgreSQL
  /// Long enough not to end while a test runs.
  private let standard = QuotaLimit(requests: 15, window: QuotaWindow.longest)

  init() throws { database = try TestPostgreSQL() }

  /// The principal's quota as a process with a store of its own sees it.
  private func quota(_ principal: String = "tenant client") throws -> PostgreSQLQuota {
    try PostgreSQLStore(database.address, newSeed: 1).quota(of: principal)
  }

  private func connect() throws -> PostgreSQLConnection { try PostgreSQLConnection(database.address, settings: []) }

  private func take(_ quota: PostgreSQLQuota) async throws -> Int64? {
    let standard = standard
    guard case .granted(let request) = try await quota.change({ $0.take(presuming: standard, now: $1) }) else {
      return nil
    }
    return request
  }

  private func window(_ quota: PostgreSQLQuota) async throws -> QuotaWindow {
    try await quota.change { window, _ in window }
  }

  @Test("Processes that take at the same time get no more than the window has, and each another request")
  func takesTogether() async throws {
    let quotas = try (0..<4).map { _ in try quota() }
    let granted = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for quota in quotas {
        group.addTask {
          var granted: [Int64] = []
          for _ in 0..<10 { if let request = try await take(quota) { granted.append(request) } }
          return granted
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(granted.sorted() == Array(1...15))
    #expect(try await take(quota("tenant other")) == 1, "another principal has a window of its own")
  }

  @Test("A window ends by the server's clock, for all")
  func ends() async throws {
    let quotas = try (0..<2).map { _ in try quota() }
    for index in 0..<15 { #expect(try await take(quotas[index % 2]) != nil) }
    #expect(try await take(quotas[0]) == nil)
    try PostgreSQLStore.endQuotaWindows(database.address)
    #expect(try await take(quotas[1]) == 16)
    #expect(try await window(quotas[0]).left == 14)
  }

  @Test("What one process hears of the source is known to the other; an old word raises nothing")
  func hears() async throws {
    let (one, other) = (try quota(), try quota())
    let first = try #require(try await take(one))
    let second = try #require(try await take(other))
    try await other.change { $0.answered(second, remaining: 3, resetsAfter: .seconds(200), now: $1) }
    #expect(try await window(one).left == 2)
    try await one.change { $0.answered(first, remaining: 4, resetsAfter: .seconds(200), now: $1) }
    #expect(try await window(other).left == 3)
    for quota in [one, other, one] { #expect(try await take(quota) != nil) }
    #expect(try await take(one) == nil)
    #expect(try await take(other) == nil)
  }

  @Test("All of a window is kept, to the microsecond")
  func keepsAll() async throws {
    var wanted = QuotaWindow()
    wanted.granted = 1 << 40
    wanted.grantedBefore = 2
    wanted.grantedBeforeWord = 3
    wanted.unanswered = 4
    wanted.remaining = -5
    wanted.resetsAt = .microseconds(1_800_000_000_123_456)
    let written = wanted
    try await quota().change { window, _ in window = written }
    #expect(try await window(quota()) == written)
  }

  @Test("A connection that the server ended is replaced, and nothing is lost with it")
  func reconnects() async throws {
    let quota = try quota()
    #expect(try await take(quota) == 1)
    let pid = try await quota.quotas.pool.run { connection in
      try connection.query("SELECT pg_backend_pid()", PostgreSQLValues()).integer(0, 0)
    }
    let connection = try connect()
    _ = try connection.query("SELECT pg_terminate_backend(\(pid))", PostgreSQLValues())
    // It was only asked to end: until it has, it may still answer.
    var isGone = false
    for _ in 0..<10_000 where !isGone {
      isGone = try connection.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(pid)", PostgreSQLValues()).rows == 0
    }
    try #require(isGone)
    // The first call may meet the connection that was ended.
    _ = try? await window(quota)
    #expect(try await window(quota).granted == 1)
    #expect(try await take(quota) == 2)
  }

  @Test("A window that the server lost begins anew, and a late answer does not disturb it")
  func isLost() async throws {
    let quota = try quota()
    for _ in 0..<3 { _ = try await take(quota) }
    _ = try connect().query("DELETE FROM quota_window", PostgreSQLValues())
    try await quota.change { $0.answered(3, remaining: 0, resetsAfter: .seconds(200), now: $1) }
    #expect(try await take(quota) == 1)
    #expect(try await window(quota).left == 14)
  }

  @Test("An inventory of the version before gets the table")
  func migrates() async throws {
    let connection = try connect()
    try connection.transaction(["BEGIN"]) {
      try connection.send("CREATE SCHEMA \"\(database.address.schema)\"")
      let all = PostgreSQLSchema.statements(from: 0)
      let added = PostgreSQLSchema.statements(from: 10)
      #expect(added.tables.contains(PostgreSQLQuotas.table))
      for statement in all.tables where !added.tables.contains(statement) { try connection.send(statement) }
      for statement in all.indexes where !added.indexes.contains(statement) { try connection.send(statement) }
      try connection.send("UPDATE schema_version SET version = 10")
    }
    #expect(try await take(quota()) == 1)
    #expect(try PostgreSQLSchema.content(connection) == .version(SQLiteStore.schemaVersion))
  }

  @Test("A copy to try things on has no quotas of the inventory")
  func leavesOut() async throws {
    let store = try PostgreSQLStore(database.address, newSeed: 1)
    #expect(try await take(store.quota(of: "tenant client")) == 1)
    let copy = try #require(try await store.rehearsal() as? PostgreSQLStore)
    #expect(try await window(copy.quota(of: "tenant client")) == QuotaWindow())
  }
}
