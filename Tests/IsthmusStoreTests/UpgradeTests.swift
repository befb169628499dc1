import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Databases of earlier versions")
struct UpgradeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> SQLiteStore { try SQLiteStore(folder: folder.path, newSeed: 1) }

  @Test("A database of each earlier version is brought to this one with all its rows", arguments: OldDatabase.versions)
  func keepsAll(version: Int) async throws {
    let old = try await OldDatabase(version: version, in: folder)
    let before = try OldDatabase.rows(old.path)
    #expect(before.rows["finding"]?.isEmpty == false && before.rows["run"]?.isEmpty == false)
    #expect(!old.assets.isEmpty && !old.findings.isEmpty)
    do {
      let store = try open()
      #expect(store.seed == OldDatabase.seed)
      let (assets, findings) = try await OldDatabase.lists(store)
      #expect(assets == old.assets && findings == old.findings)
    }
    #expect(try OldDatabase.rows(old.path, of: before.columns).rows == before.rows)
    #expect(try OldDatabase.version(old.path) == SQLiteStore.schemaVersion)
    #expect(try DatabaseInspection(folder: folder.path).damage(.wholeWithReferences).isEmpty)
  }

  @Test("It then has the schema of a new one: released steps are as they were", arguments: OldDatabase.versions)
  func sameSchema(version: Int) async throws {
    let old = try await OldDatabase(version: version, in: folder)
    _ = try open()
    let new = try TemporaryFolder()
    _ = try SQLiteStore(folder: new.path, newSeed: 1)
    #expect(
      try OldDatabase.schema(old.path) == OldDatabase.schema(new.file("isthmus.sqlite").path(percentEncoded: false)))
  }

  @Test("A step that fails leaves the database as it was, also what the steps before it did")
  func failsWhole() async throws {
    let old = try await OldDatabase(version: 1, in: folder)
    // The third version's own table is there already: the second's step is done when the third's fails.
    try await DatabaseQueue(path: old.path).write { try $0.execute(sql: "CREATE TABLE secret (x)") }
    let before = (try OldDatabase.rows(old.path).rows, try OldDatabase.schema(old.path))
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.summary.contains("secret") == true)
    #expect(try OldDatabase.version(old.path) == 1)
    #expect(try OldDatabase.rows(old.path).rows == before.0)
    #expect(try OldDatabase.schema(old.path) == before.1)
    try await DatabaseQueue(path: old.path).write { try $0.execute(sql: "DROP TABLE secret") }
    _ = try open()
    #expect(try OldDatabase.version(old.path) == SQLiteStore.schemaVersion)
  }

  @Test("Several that start at once wait for the one that changes the schema")
  func startTogether() async throws {
    let old = try await OldDatabase(version: 1, in: folder)
    let before = try OldDatabase.rows(old.path)
    let opened = Mutex<[Result<SQLiteStore, any Error>]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let result = Result { try open() }
      opened.withLock { $0.append(result) }
    }
    let stores = opened.withLock { $0 }
    #expect(try stores.map { try $0.get().seed } == Array(repeating: OldDatabase.seed, count: 8))
    #expect(try OldDatabase.rows(old.path, of: before.columns).rows == before.rows)
  }

  @Test("While another process has a database of an earlier version open, its schema is not changed")
  func refusesBesideOthers() async throws {
    let old = try await OldDatabase(version: 3, in: folder)
    let before = try Data(contentsOf: URL(filePath: old.path))
    let other = try FileLock.shared(path: folder.file("use.lock").path(percentEncoded: false))
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.kind == .busy)
    #expect(error?.summary.contains("version 3 and is to be brought to \(SQLiteStore.schemaVersion)") == true)
    #expect(try Data(contentsOf: URL(filePath: old.path)) == before)
    other.release()
    _ = try open()
  }

  @Test("An open inventory can't be had alone, by several it can be used")
  func holdsUse() throws {
    let path = folder.file("use.lock").path(percentEncoded: false)
    do {
      let stores = [try open(), try open()]
      #expect(try FileLock.take(path: path) == nil)
      #expect(stores.count == 2)
    }
    #expect(try FileLock.take(path: path) != nil)
  }
}
