import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Copies of an inventory in use")
struct BackupTests {
  private let folder: TemporaryFolder
  private let target: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    target = try TemporaryFolder()
  }

  private var database: String { folder.file("isthmus.sqlite").path(percentEncoded: false) }
  private var copy: String { target.file("isthmus.sqlite").path(percentEncoded: false) }

  @Test("It is of one moment, whatever another process writes meanwhile")
  func oneMoment() async throws {
    let store = try SQLiteStore(folder: folder.path, newSeed: 1)
    try await store.write { _ = try RandomInventory(seed: 3, $0) }
    let before = try OldDatabase.rows(database).rows
    let other = try DatabaseQueue(path: database)
    let steps = Mutex(0)
    let made = try await DatabaseInspection(folder: folder.path).copy(to: copy, pagesPerStep: 8) { _ in
      let step = steps.withLock { steps in
        steps += 1
        return steps
      }
      // A copy that began anew after each write would never end.
      if step > 10_000 { throw CancellationError() }
      try other.write { try $0.execute(sql: "INSERT INTO tag (name, query) VALUES ('t\(step)', 'x')") }
    }
    #expect(steps.withLock { $0 } > 3)
    #expect(try OldDatabase.rows(copy).rows == before)
    #expect(try OldDatabase.rows(database).rows["tag"]?.count ?? 0 > before["tag"]?.count ?? 0)
    #expect(made.counts.first { $0.name == "findings" }?.rows == before["finding"]?.count)
    #expect(made.bytes == (try Data(contentsOf: URL(filePath: copy))).count)
    // It is one file: put in place, it is an inventory.
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == ["isthmus.sqlite"])
    #expect(try SQLiteStore(folder: target.path, newSeed: 2).seed == 1)
  }

  @Test("One of an earlier version stays of that version, and so does its copy")
  func earlierVersion() async throws {
    let old = try await OldDatabase(version: 1, in: folder)
    let rows = try OldDatabase.rows(old.path).rows
    let made = try await DatabaseInspection(folder: folder.path).copy(to: copy)
    #expect(made.schemaVersion == 1)
    #expect(try OldDatabase.version(database) == 1 && OldDatabase.version(copy) == 1)
    #expect(try OldDatabase.rows(copy).rows == rows)
  }

  @Test("A damaged inventory gives no copy that is called whole")
  func damaged() async throws {
    _ = try await OldDatabase(version: 3, in: folder)
    var bytes = try Data(contentsOf: URL(filePath: database))
    // The page of an index, in the middle.
    let page = try await DatabaseQueue(path: database).read {
      try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'finding_by_control'") ?? 0
    }
    let begin = (page - 1) * 4096
    bytes.replaceSubrange(begin + 100..<begin + 4096, with: Data(repeating: 0x55, count: 3996))
    try bytes.write(to: URL(filePath: database))
    await #expect(throws: StoreError.self) { try await DatabaseInspection(folder: folder.path).copy(to: copy) }
    #expect(try DatabaseInspection(folder: folder.path).damage(.quick).isEmpty == false)
  }
}
