import Crypto
import Foundation
import GRDB
import Synchronization

extension DatabaseInspection {
  /// What a copy holds, as it was read back from its file.
  package struct Copy: Sendable {
    package var schemaVersion: Int
    /// Rows of what people know by name; tables that the version lacks are left out.
    package var counts: [(name: String, rows: Int)]
    package var bytes: Int
    /// In hexadecimal.
    package var sha256: String
  }

  private static let counted = [
    ("connectors", "connector"), ("runs", "run"), ("assets", "asset"), ("findings", "finding"),
    ("secrets", "secret"), ("accounts", "account"),
  ]

  /// Copies the database page by page into the empty file at `path`, as it is at one moment, and checks the copy.
  ///
  /// The whole copy is one reader's view, so that writers wait for nothing and the copy never begins anew; in return
  /// the write-ahead log can't be taken into the file until it is done. SQLite's `VACUUM INTO` takes the same view for
  /// as long and makes a file a tenth smaller, but can't be stopped between steps; rehearsals copy in this way too. The
  /// copy is one file, without a write-ahead log.
  ///
  /// - Parameters:
  ///   - pagesPerStep: The default is 16 MiB with the usual pages; between two steps it is looked whether to stop.
  ///   - onStep: Is told how many pages are still to be copied; what it throws ends the copy.
  /// - Throws: ``StoreError``, of kind `damaged` if the copy is not whole; `CancellationError`.
  package func copy(
    to path: String, pagesPerStep: Int32 = 4096, onStep: @escaping @Sendable (Int) throws -> Void = { _ in }
  ) async throws -> Copy {
    let version = try knownVersion()
    do {
      try await copyPages(to: path, pagesPerStep, onStep)
    } catch let error as DatabaseError {
      throw StoreError(sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "")
    }
    try Task.checkCancellation()
    // Through a connection of its own: what it sees is what the file holds.
    let copy = try DatabaseInspection(file: path)
    let damage = try copy.damage(.whole)
    let copied = try copy.version()
    guard damage.isEmpty, copied == version else {
      let what = damage.first.map { "SQLite finds: \($0)" } ?? "its schema version is \(copied) instead of \(version)"
      throw StoreError(
        .damaged, "The copy is not whole (\(what)).",
        remedy: "Look at the database itself with isthmus doctor --full; nothing was kept of the copy.")
    }
    let counts = try copy.counts()
    try copy.queue.close()
    let (bytes, sha256) = try Self.digest(path)
    return Copy(schemaVersion: version, counts: counts, bytes: bytes, sha256: sha256)
  }

  private func copyPages(
    to path: String, _ pagesPerStep: Int32, _ onStep: @escaping @Sendable (Int) throws -> Void
  ) async throws {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      // Nothing of a copy that was broken off is wanted again; the whole is brought to the disk at its end.
      try db.execute(sql: "PRAGMA journal_mode = OFF")
      try db.execute(sql: "PRAGMA synchronous = OFF")
    }
    let target = try DatabaseQueue(path: path, configuration: configuration)
    let stop = Stop()
    try await withTaskCancellationHandler {
      try await queue.read { source in
        // The view begins here; else each step would take one of its own.
        _ = try Int.fetchOne(source, sql: "SELECT count(*) FROM sqlite_schema")
        try target.inDatabase { copy in
          try source.backup(to: copy, pagesPerStep: pagesPerStep) { progress in
            if stop.isAsked { throw CancellationError() }
            try onStep(progress.remainingPageCount)
          }
        }
      }
    } onCancel: {
      stop.ask()
    }
    // The source's mark of a write-ahead log was copied too.
    try await target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try target.close()
  }

  private func counts() throws -> [(name: String, rows: Int)] {
    try translating {
      try queue.read { db in
        var counts: [(name: String, rows: Int)] = []
        for (name, table) in Self.counted where try db.tableExists(table) {
          counts.append((name, try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0))
        }
        return counts
      }
    }
  }

  private static func digest(_ path: String) throws -> (bytes: Int, sha256: String) {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }  // It was only read.
    var (hash, bytes) = (SHA256(), 0)
    while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
      hash.update(data: part)
      bytes += part.count
    }
    return (bytes, hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
  }
}

/// Carries a cancellation to the thread that copies.
private final class Stop: Sendable {
  private let flag = Mutex(false)

  var isAsked: Bool { flag.withLock { $0 } }
  func ask() { flag.withLock { $0 = true } }
}
