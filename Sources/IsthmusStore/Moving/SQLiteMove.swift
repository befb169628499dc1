import Foundation
import GRDB

/// SQLite's file as one side of a move.
struct SQLiteMove: MoveTarget {
  fileprivate let db: Database

  static func read<T>(_ folder: String, _ body: (any MoveSide) throws -> T) throws -> T {
    guard FileManager.default.fileExists(atPath: SQLiteStore.file(in: folder)) else { throw StoreMove.noSource(folder) }
    guard let use = try FileLock.take(path: "\(folder)/use.lock") else { throw StoreMove.inUse(folder) }
    defer { use.release() }
    let inspection = try DatabaseInspection(folder: folder)
    let version = try inspection.knownVersion()
    guard version == SQLiteStore.schemaVersion else { throw StoreMove.older(folder, version) }
    if let damage = try inspection.damage(.whole).first {
      throw StoreError(
        .damaged, "The inventory in \(folder) is damaged (\(damage)).",
        remedy: "Restore it from a backup first. Nothing was changed.")
    }
    return try translating { try inspection.queue.read { try body(SQLiteMove(db: $0)) } }
  }

  /// Into a file beside its place, which it gets when it is whole: a process that is killed leaves no inventory.
  static func write<T>(_ folder: String, _ body: (any MoveTarget) throws -> T) throws -> T {
    try SQLiteStore.makeFolder(folder)
    let turn = try FileLock.wait(path: "\(folder)/opening.lock")
    defer { turn.release() }
    guard let use = try FileLock.take(path: "\(folder)/use.lock") else { throw StoreMove.inUse(folder) }
    defer { use.release() }
    let file = SQLiteStore.file(in: folder)
    // A log that stays would be read into the new file and spoil it.
    for place in [file, "\(file)-wal", "\(file)-journal"] where FileManager.default.fileExists(atPath: place) {
      throw StoreMove.isThere(place)
    }
    let part = "\(file).part"
    try? FileManager.default.removeItem(atPath: part)
    do {
      let value = try fill(part, body)
      let handle = try FileHandle(forUpdating: URL(filePath: part))
      try handle.synchronize()
      try handle.close()
      try FileManager.default.moveItem(atPath: part, toPath: file)
      return value
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw error
    }
  }

  private static func fill<T>(_ path: String, _ body: (any MoveTarget) throws -> T) throws -> T {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      // Nothing of a file that was broken off is wanted again; the whole is brought to the disk at its end.
      try db.execute(sql: "PRAGMA journal_mode = OFF")
      try db.execute(sql: "PRAGMA synchronous = OFF")
    }
    return try translating {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let value = try queue.write { db in
        for statement in Migration.all.flatMap(\.statements) { try db.execute(sql: statement) }
        try db.execute(sql: "PRAGMA user_version = \(SQLiteStore.schemaVersion)")
        return try body(SQLiteMove(db: db))
      }
      try queue.close()
      return value
    }
  }

  func rows(of table: SchemaTable, _ body: ([SQLValue]) throws -> Void) throws {
    // Not through GRDB's values, which end a text at its first null character.
    let statement = try SQLiteStatement(db, "SELECT \(table.columnList) FROM \"\(table.name)\"")
    defer { statement.reset() }
    while try statement.step() {
      try body(
        table.columns.enumerated().map { index, column in
          let place = Int32(index)
          if statement.isNull(place) { return .null }
          return switch column.type {
          case "INTEGER": .integer(statement.integer(place))
          case "REAL": .real(statement.double(place))
          case "BLOB": .blob(statement.blob(place))
          default: .text(statement.text(place))
          }
        })
    }
  }

  func lastNumber(of table: SchemaTable) throws -> Int64 {
    let greatest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \"\(table.name)\"") ?? 0
    guard table.keepsNumbers else { return greatest }
    let kept = try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table.name])
    return max(greatest, kept ?? 0)
  }

  func clear(_ table: SchemaTable) throws { try db.execute(sql: "DELETE FROM \"\(table.name)\"") }

  func filling(_ table: SchemaTable) throws -> ([SQLValue]) throws -> Void {
    let places = table.columns.map { _ in "?" }.joined(separator: ", ")
    let sql = "INSERT INTO \"\(table.name)\" (\(table.columnList)) VALUES (\(places))"
    let statement = try SQLiteStatement(db, sql)
    return { row in
      statement.bindAll(row)
      try statement.run()
    }
  }

  /// The other tables' next number is the greatest and one.
  func setLastNumber(of table: SchemaTable, _ number: Int64) throws {
    guard table.keepsNumbers, number > 0 else { return }
    try db.execute(sql: "DELETE FROM sqlite_sequence WHERE name = ?", arguments: [table.name])
    try db.execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", arguments: [table.name, number])
  }

  /// They were made with the tables.
  func makeIndexes() {}
}
