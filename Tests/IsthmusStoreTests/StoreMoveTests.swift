import Foundation
import GRDB
import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

@Suite(
  "An inventory moved to PostgreSQL and back",
  .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct StoreMoveTests {
  private let folder: TemporaryFolder
  private let other: TemporaryFolder
  private let database: TestPostgreSQL

  init() throws {
    folder = try TemporaryFolder()
    other = try TemporaryFolder()
    database = try TestPostgreSQL()
  }

  private var file: String { folder.file("isthmus.sqlite").path(percentEncoded: false) }
  private var there: StoreMove { StoreMove(from: .folder(folder.path), to: .database(database.address)) }
  private var back: StoreMove { StoreMove(from: .database(database.address), to: .folder(other.path)) }

  /// A random inventory, and values that are easily lost on the way.
  private func fill() async throws -> ([JSONValue], [JSONValue]) {
    let store = try SQLiteStore(folder: folder.path, newSeed: 4711)
    try await store.write { _ = try RandomInventory(seed: 11, $0) }
    let queue = try DatabaseQueue(path: file)
    try await queue.write { db in
      let texts = ["", "Ω é 😀 e\u{301}", "a\u{0}b", "\\x00", "\\N\t\n\"'", "NULL"]
      for (index, text) in texts.enumerated() {
        try db.execute(
          sql: "INSERT INTO store (key, value) VALUES (?, CAST(? AS TEXT))",
          arguments: ["odd \(index)", Data(text.utf8)])
      }
      let asset = try #require(try Int64.fetchOne(db, sql: "SELECT min(id) FROM asset"))
      let numbers = [0.1 + 0.2, Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude, -0.0, .infinity, 1.0 / 3]
      for (index, number) in numbers.enumerated() {
        try db.execute(
          sql: "INSERT INTO asset_day (asset_id, day, score, open_findings) VALUES (?, ?, ?, ?)",
          arguments: [asset, 900_000 + index, number, index.isMultiple(of: 2) ? Int64.min : Int64.max])
      }
      try db.execute(
        sql: "INSERT INTO secret VALUES ('connector:x', 'clientSecret', 'k', ?, 1, 'alice', NULL)",
        arguments: [Data((0...255).map(UInt8.init))])
      try db.execute(
        sql: "INSERT INTO sign_in_attempt VALUES (?, 1, NULL, NULL, 2)", arguments: [Data()])
      // A number that was given once, and is never given again.
      try db.execute(
        sql: """
          INSERT INTO account (id, name, folded_name, role, made_at) VALUES (41, 'a', 'a', 'viewer', 1);
          DELETE FROM account WHERE id = 41
          """)
    }
    try queue.close()
    return try await OldDatabase.lists(store)
  }

  @Test("Every table, list and number is the same in both, and again in SQLite")
  func thereAndBack() async throws {
    let lists = try await fill()
    let rows = try OldDatabase.rows(file).rows
    let moved = try there.perform()
    #expect(Set(moved.map(\.name)) == Set(rows.keys))
    for table in moved { #expect(table.rows == rows[table.name]?.count, "\(table.name)") }
    #expect(moved.filter { $0.rows > 0 }.count > 15)
    let connection = try PostgreSQLConnection(database.address, settings: [])
    #expect(try PostgreSQLTrigrams(connection).state() == .byTrigrams)
    #expect(try await listsInPostgreSQL() == lists.0 + lists.1)

    #expect(try back.perform() == moved)
    let copy = other.file("isthmus.sqlite").path(percentEncoded: false)
    #expect(try OldDatabase.rows(copy).rows == rows)
    #expect(try texts(copy) == texts(file))
    #expect(try texts(copy).contains("610062"))
    #expect(try OldDatabase.schema(copy) == OldDatabase.schema(file))
    #expect(try DatabaseInspection(folder: other.path).damage(.wholeWithReferences).isEmpty)
    let account = try await DatabaseQueue(path: copy).read { db in
      try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'account'")
    }
    #expect(account == 41)
    let again = try SQLiteStore(folder: other.path, newSeed: 1)
    #expect(again.seed == 4711)
    let found = try await OldDatabase.lists(again)
    #expect(found.0 + found.1 == lists.0 + lists.1)
  }

  /// Byte by byte: other readings end at a null character.
  private func texts(_ path: String) throws -> [String] {
    try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: "SELECT hex(value) FROM store ORDER BY key") }
  }

  private func listsInPostgreSQL() async throws -> [JSONValue] {
    let store = try PostgreSQLStore(database.address, newSeed: 1)
    #expect(store.seed == 4711)
    return try await store.read { reader in
      var rows: [JSONValue] = []
      try reader.forEachAsset(Listing(limit: nil)) { rows.append($0) }
      try reader.forEachFinding(Listing(limit: nil)) { rows.append($0) }
      return rows
    }
  }

  @Test("New rows get numbers that no row ever had")
  func numbers() async throws {
    _ = try await fill()
    let greatest = try await DatabaseQueue(path: file).read { db in
      try #require(try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'asset'"))
    }
    _ = try there.perform()
    let connection = try PostgreSQLConnection(database.address, settings: [])
    let next = try connection.query("SELECT nextval('account_id_seq'), nextval('asset_id_seq')", PostgreSQLValues())
    #expect(next.integer(0, 0) == 42)
    #expect(next.integer(0, 1) == greatest + 1)
  }

  @Test("Broken off at any table, it leaves nothing at the target, and can be done again")
  func brokenOff() async throws {
    _ = try await fill()
    let tables = try SchemaTable.all().map(\.name)
    for name in [tables[0], tables[tables.count / 2], tables[tables.count - 1]] {
      #expect(throws: CancellationError.self) {
        try there.perform { if $0 == name { throw CancellationError() } }
      }
      #expect(try !PostgreSQLStore.isThere(database.address), "\(name)")
    }
    let moved = try there.perform()
    for name in [tables[0], tables[tables.count - 1]] {
      #expect(throws: CancellationError.self) {
        try back.perform { if $0 == name { throw CancellationError() } }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: other.path)
      #expect(left.allSatisfy { $0.hasSuffix(".lock") }, "\(name): \(left)")
    }
    // What a killed process leaves beside the place of the file.
    try Data("half".utf8).write(to: other.file("isthmus.sqlite.part"))
    #expect(try back.perform() == moved)
  }

  @Test("Where something is already, nothing is replaced")
  func occupied() async throws {
    _ = try await fill()
    _ = try there.perform()
    #expect(throws: StoreError.self) { try there.perform() }
    #expect(throws: StoreError.self) { try StoreMove(from: .folder(folder.path), to: .folder(folder.path)).perform() }
    let error = #expect(throws: StoreError.self) {
      try StoreMove(from: .database(database.address), to: .folder(folder.path)).perform()
    }
    #expect(error?.kind == .notAllowed)
  }

  @Test("An inventory that is in use, or whose run may still be on, stays where it is")
  func inUse() async throws {
    _ = try await fill()
    do {
      let store = try SQLiteStore(folder: folder.path, newSeed: 1)
      #expect(#expect(throws: StoreError.self) { try there.perform() }?.kind == .busy)
      withExtendedLifetime(store) {}
    }
    _ = try there.perform()
    do {
      let store = try PostgreSQLStore(database.address, newSeed: 1)
      #expect(#expect(throws: StoreError.self) { try back.perform() }?.kind == .busy)
      withExtendedLifetime(store) {}
    }
    let connection = try PostgreSQLConnection(database.address, settings: [])
    _ = try connection.query(
      "INSERT INTO run_lease VALUES (1, 1, 'a dead process', clock_timestamp() + interval '1 hour')", PostgreSQLValues()
    )
    #expect(#expect(throws: StoreError.self) { try back.perform() }?.kind == .busy)
    try PostgreSQLStore.endLeases(database.address)
    #expect(try !back.perform().isEmpty)
  }

  @Test("An older, a missing and a damaged inventory are not moved")
  func unfit() async throws {
    #expect(#expect(throws: StoreError.self) { try there.perform() }?.kind == .notAllowed)
    #expect(#expect(throws: StoreError.self) { try back.perform() }?.kind == .notAllowed)
    _ = try await OldDatabase(version: 3, in: other)
    let older = StoreMove(from: .folder(other.path), to: .database(database.address))
    #expect(#expect(throws: StoreError.self) { try older.perform() }?.kind == .notAllowed)
    _ = try await fill()
    let queue = try DatabaseQueue(path: file)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try queue.close()
    var bytes = try Data(contentsOf: URL(filePath: file))
    let half = bytes.count / 2
    bytes.replaceSubrange(half..<half + 16_384, with: Data(repeating: 0xA5, count: 16_384))
    try bytes.write(to: URL(filePath: file))
    #expect(#expect(throws: StoreError.self) { try there.perform() }?.kind == .damaged)
    #expect(try !PostgreSQLStore.isThere(database.address))
  }

  @Test("A row that is missing, twice or changed gives another digest; another order does not")
  func digests() {
    func digest(_ rows: [[SQLValue]]) -> String {
      var digest = RowsDigest()
      for row in rows { digest.add(row) }
      return digest.text
    }
    let (one, two): ([SQLValue], [SQLValue]) = ([.integer(1), .text("ab"), .null], [.integer(2), .text(""), .real(1)])
    let both = digest([one, two])
    #expect(both == digest([two, one]))
    let others = [
      digest([one]), digest([one, two, two]), digest([one, [.integer(2), .text(""), .integer(1)]]),
      digest([[.integer(1), .text("a"), .text("b")], two]), digest([[.integer(1), .text("ab"), .blob([])], two]),
    ]
    #expect(Set(others + [both]).count == others.count + 1)
  }
}
