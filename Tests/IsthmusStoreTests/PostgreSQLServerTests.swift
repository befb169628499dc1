import IsthmusCore
import Testing

@testable import IsthmusStore
@testable import TestSupport

/// What a server does that a file does not.
@Suite("A PostgreSQL server", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLServerTests {
  private let database: TestPostgreSQL

  init() throws { database = try TestPostgreSQL() }

  private func open(_ newSeed: UInt64 = 1) throws -> PostgreSQLStore {
    try PostgreSQLStore(database.address, newSeed: newSeed)
  }

  private func connect() throws -> PostgreSQLConnection { try PostgreSQLConnection(database.address, settings: []) }

  @Test("A server that says yes to an advisory lock and holds none is refused")
  func holdsNoLocks() throws {
    // As one is told by it: no lock of the session's is known.
    let connection = try connect()
    let error = #expect(throws: StoreError.self) { try PostgreSQLOpening(connection).requireHeldLock() }
    #expect(error?.kind == .notAllowed)
    #expect(error?.summary.contains("keeps no advisory locks") == true)
    try PostgreSQLLock.shared(PostgreSQLLock.opening(database.address), connection)
    try PostgreSQLOpening(connection).requireHeldLock()
  }

  @Test(
    "What keeps a connection from being made is told with what to do, and without the password",
    arguments: [
      ("postgres://isthmus:hunter2@127.0.0.1:1/x", StoreError.Kind.unreachable, "Check host and port"),
      ("postgres://isthmus:hunter2@no-such-host.invalid/x", .unreachable, "Check host and port"),
    ])
  func unreachable(url: String, kind: StoreError.Kind, remedy: String) throws {
    let error = #expect(throws: StoreError.self) { try PostgreSQLStore(PostgreSQLAddress(url), newSeed: 1) }
    #expect(error?.kind == kind)
    #expect(error?.remedy.contains(remedy) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hunter2") == false, "\(error?.description ?? "")")
  }

  @Test("A database or user that is not there, and TLS that the server has not, are told apart")
  func refused() throws {
    let url = try #require(TestPostgreSQL.url)
    for (other, remedy) in [
      (url.replacing("/postgres?", with: "/nosuch?"), "createdb"),
      (url.replacing("isthmus@", with: "nobody@"), "Make the user"),
    ] {
      let error = #expect(throws: StoreError.self) { try PostgreSQLStore(PostgreSQLAddress(other), newSeed: 1) }
      #expect(error?.kind == .notAllowed)
      #expect(error?.remedy.contains(remedy) == true, "\(error?.description ?? "")")
    }
  }

  @Test("A schema of a newer version, and one of another program, is refused and not changed")
  func refusesOthers() throws {
    _ = try open()
    _ = try connect().query("UPDATE schema_version SET version = 99", PostgreSQLValues())
    #expect(throws: StoreError.self) { try open() }
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.kind == .newerVersion)
    _ = try connect().query("DROP TABLE schema_version", PostgreSQLValues())
    #expect(#expect(throws: StoreError.self) { try open() }?.kind == .damaged)
  }

  @Test("A schema of an older version is brought to this one's, unless another process has it open")
  func migrates() async throws {
    let connection = try connect()
    try connection.transaction(["BEGIN"]) {
      try connection.send("CREATE SCHEMA \"\(database.address.schema)\"")
      let all = PostgreSQLSchema.statements(from: 0)
      // As the first version made it.
      let first = PostgreSQLSchema.statements(from: 1)
      for statement in all.tables where !first.tables.contains(statement) { try connection.send(statement) }
      for statement in all.indexes where !first.indexes.contains(statement) { try connection.send(statement) }
      try connection.send("UPDATE schema_version SET version = 1")
    }
    let use = PostgreSQLLock.use(database.address)
    try PostgreSQLLock.shared(use, connection)
    #expect(#expect(throws: StoreError.self) { try open() }?.kind == .busy)
    try PostgreSQLLock.releaseShared(use, connection)
    let store = try open(5)
    #expect(store.seed == 5)
    #expect(try PostgreSQLSchema.content(connection) == .version(SQLiteStore.schemaVersion))
    #expect(try await store.assetRows().isEmpty)
  }

  @Test("An error of a statement that nobody waited for undoes its transaction whole")
  func lateError() async throws {
    let store = try open()
    let error = await #expect(throws: StoreError.self) {
      try await store.write { transaction in
        _ = try SampleInventory(transaction, connector: "A")
        for _ in 0..<2 {
          try (transaction as? SQLTransaction)?.run("INSERT INTO tag (name, query) VALUES (?, '')", [.text("twice")])
        }
      }
    }
    #expect(error?.kind == .defect && error?.summary.contains("23505") == true, "\(error?.description ?? "")")
    #expect(try await store.read { try $0.runs(connector: nil, limit: nil).isEmpty && $0.tagRows().isEmpty })
  }

  @Test("Thousands of statements without an answer are one transaction")
  func many() async throws {
    let store = try open()
    try await store.write { transaction in
      let inventory = try SampleInventory(transaction, connector: "A")
      for number in 0..<5000 {
        try transaction.appendLog(
          inventory.run, at: SampleInventory.noon(1), level: "info",
          message: "\(number) \(String(repeating: "x", count: 100))")
      }
    }
    let (log, run) = try await store.read { reader in
      let run = try #require(try reader.runs(connector: nil, limit: 1).first)
      return (try reader.log(of: run.id), run.id)
    }
    #expect(log.count == 5000 && log.last?["message"]?.string?.hasPrefix("4999 ") == true, "\(run)")
  }

  @Test("Two processes that write at the same time wait for each other")
  func twoWriters() async throws {
    let stores = [try open(), try open()]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for store in stores {
        group.addTask {
          for _ in 0..<20 {
            _ = try await store.write { try $0.insertAsset(at: SampleInventory.noon(1)) }
          }
        }
      }
      try await group.waitForAll()
    }
    let assets = try await stores[0].assetRows()
    #expect(Set(assets.compactMap { $0["id"]?.string }) == Set((1...40).map { "A\($0)" }))
  }

  /// Ends all connections that hold the lock of use, as a restart of the server does, and waits until it is free.
  private func endConnections() throws {
    let use = PostgreSQLLock.use(database.address)
    let pids = """
      SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid <> pg_backend_pid()
        AND (l.classid::bigint << 32 | l.objid::bigint) = \(use)
      """
    let connection = try connect()
    var isFree = false
    for _ in 0..<500 where !isFree {
      _ = try connection.query(pids, PostgreSQLValues())
      isFree = try PostgreSQLLock.take(use, connection)
    }
    try #require(isFree)
    try PostgreSQLLock.release(use, connection)
  }

  @Test("Whoever goes on after the server was started anew is in the way of a change of the schema again")
  func usesAgain() async throws {
    let store = try open()
    #expect(try await store.assetRows().isEmpty)
    try endConnections()
    // The first call may meet the connection that was ended.
    _ = try? await store.assetRows()
    #expect(try await store.assetRows().isEmpty)
    let connection = try connect()
    #expect(try !PostgreSQLLock.take(PostgreSQLLock.use(database.address), connection))
  }

  @Test("A schema that was brought up while the server was away is not used by the older program")
  func refusesMeanwhile() async throws {
    let store = try open()
    #expect(try await store.assetRows().isEmpty)
    try endConnections()
    _ = try connect().query("UPDATE schema_version SET version = 99", PostgreSQLValues())
    _ = try? await store.assetRows()
    let error = await #expect(throws: StoreError.self) { try await store.assetRows() }
    #expect(error?.kind == .newerVersion)
  }

  @Test("A connection that the server ended is replaced, and so is that of the locks")
  func replaced() async throws {
    let store = try open()
    let lock = try #require(try store.lock(ConnectorNumber(1)))
    let pids = """
      SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid <> pg_backend_pid()
        AND (l.classid::bigint << 32 | l.objid::bigint) = \(PostgreSQLLock.use(database.address))
      """
    let ended = try connect().query(pids, PostgreSQLValues())
    #expect(ended.rows == 1)
    // The server lets go of it when the backend has ended, which it was only asked to.
    var next: (any RunLock)?
    for _ in 0..<50 where next == nil { next = try store.lock(ConnectorNumber(2)) }
    #expect(next != nil)
    #expect(try store.lock(ConnectorNumber(1)) == nil, "what is held is taken again")
    lock.release()
    #expect(try store.lock(ConnectorNumber(1)) != nil)
  }

  @Test("A copy that a process left behind goes at the next start; one in use stays")
  func removesCopies() async throws {
    let store = try open()
    let copy = try await store.rehearsal()
    let left = "\(database.address.schema)_copy_left"
    _ = try connect().query("CREATE SCHEMA \"\(left)\"", PostgreSQLValues())
    _ = try open()
    func copies() throws -> Int {
      Int(
        try connect().query(
          "SELECT count(*) FROM pg_namespace WHERE starts_with(nspname, '\(database.address.schema)_copy_')",
          PostgreSQLValues()
        ).integer(0, 0))
    }
    #expect(try copies() == 1)
    #expect(try await copy.read { try $0.countAssets(Listing(limit: nil)) } == 0)
  }
}
