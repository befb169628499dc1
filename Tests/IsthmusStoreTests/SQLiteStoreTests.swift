import Foundation
import IsthmusStore
import TestSupport
import Testing

@Suite("SQLite store")
struct SQLiteStoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var database: URL { folder.file("isthmus.sqlite") }

  private func open(_ newSeed: UInt64 = 1) throws -> SQLiteStore {
    try SQLiteStore(folder: folder.path, newSeed: newSeed)
  }

  @Test("It keeps the store's contract", arguments: StoreContract.cases)
  func keepsContract(_ contract: StoreContract.Case) async throws {
    let path = folder.path
    try await contract.check(StoreContract.Fixture { try SQLiteStore(folder: path, newSeed: $0) })
  }

  @Test("Folders are made down to the one that is named, for this user alone")
  func makesFolders() throws {
    let deep = folder.file("a/b c/é").path(percentEncoded: false)
    _ = try SQLiteStore(folder: deep, newSeed: 1)
    #expect(FileManager.default.fileExists(atPath: "\(deep)/isthmus.sqlite"))
    let attributes = try FileManager.default.attributesOfItem(atPath: deep)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
  }

  @Test("A folder that can't be made or used is named", arguments: ["file", "file/below", "file/below/it"])
  func refusesFolder(path: String) throws {
    try Data("x".utf8).write(to: folder.file("file"))
    let error = #expect(throws: StoreError.self) {
      try SQLiteStore(folder: folder.file(path).path(percentEncoded: false), newSeed: 1)
    }
    #expect(error?.kind == .notAllowed)
    #expect(try Data(contentsOf: folder.file("file")) == Data("x".utf8))
  }

  /// Sets the schema version, a big-endian number at byte 60 of the file's header.
  /// <https://www.sqlite.org/fileformat.html#user_version_number>
  ///
  /// - Returns: The version that it had.
  @discardableResult
  private func setVersion(_ version: UInt8) throws -> UInt8 {
    _ = try open()
    try #require(!FileManager.default.fileExists(atPath: "\(database.path(percentEncoded: false))-wal"))
    var bytes = try Data(contentsOf: database)
    #expect(Array(bytes[60..<63]) == [0, 0, 0])
    let known = bytes[63]
    bytes[63] = version
    try bytes.write(to: database)
    return known
  }

  @Test("A database of a newer version is refused, and not a byte of it changed")
  func refusesNewer() throws {
    let known = try setVersion(99)
    let before = try Data(contentsOf: database)
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.kind == .newerVersion)
    #expect(error?.summary == "The database has schema version 99; this program knows \(known) at most.")
    #expect(try Data(contentsOf: database) == before)
  }

  @Test("A database that another program made is refused, and not a byte of it changed")
  func refusesForeign() throws {
    try setVersion(0)
    let before = try Data(contentsOf: database)
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.kind == .damaged)
    #expect(try Data(contentsOf: database) == before)
  }

  @Test("A file that is no database is refused, and not a byte of it changed", arguments: [100, 5000])
  func refusesRubbish(size: Int) throws {
    let before = Data(repeating: 0x41, count: size)
    try before.write(to: database)
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.kind == .damaged)
    #expect(error?.remedy.isEmpty == false)
    #expect(try Data(contentsOf: database) == before)
  }

  private func rehearsals() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("rehearsal-") }
  }

  @Test("A rehearsal's folder goes with it; one that a process left behind goes at the next start")
  func removesRehearsals() async throws {
    let store = try open()
    var copy: (any InventoryStore)? = try await store.rehearsal()
    let mine = try rehearsals()
    #expect(mine.count == 1)
    let left = folder.file("rehearsal-left")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: left.appending(path: "isthmus.sqlite"))
    // Another process starts while this one's copy is in use.
    _ = try open()
    #expect(try rehearsals() == mine)
    #expect(try await copy?.read { try $0.countAssets(Listing(limit: nil)) } == 0)
    copy = nil
    #expect(try rehearsals().isEmpty)
  }

  @Test("An empty file becomes an inventory")
  func fillsEmptyFile() throws {
    try Data().write(to: database)
    #expect(try open(5).seed == 5)
  }
}
