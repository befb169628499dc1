import Foundation
import GRDB
import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

/// A database as an earlier version left it: the schema from `Released`, and all that it can hold of an inventory.
struct OldDatabase {
  static let versions = Array(1...11)
  /// Tables that this version has no more; what they said follows from others.
  private static let dropped: Set<String> = ["resource_count"]
  static let seed: UInt64 = 4711

  let path: String
  /// What this program shows of the inventory that the rows are from.
  let assets: [JSONValue]
  let findings: [JSONValue]

  init(version: Int, in folder: TemporaryFolder) async throws {
    path = folder.file("isthmus.sqlite").path(percentEncoded: false)
    let current = try TemporaryFolder()
    (assets, findings) = try await Self.fill(current)
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Released/schema-\(version).sql")
    let schema = try String(contentsOf: script, encoding: .utf8)
    try await queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: schema)
      try db.execute(
        sql: "ATTACH ? AS current", arguments: [current.file("isthmus.sqlite").path(percentEncoded: false)])
      for (table, columns) in try Self.columns(db) {
        let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        try db.execute(sql: "INSERT INTO main.\"\(table)\" (\(names)) SELECT \(names) FROM current.\"\(table)\"")
      }
      try db.execute(sql: "DETACH current")
    }
    try queue.close()
  }

  /// An inventory with hosts, findings, tags, a run, a secret and an entry of the audit log.
  private static func fill(_ folder: TemporaryFolder) async throws -> ([JSONValue], [JSONValue]) {
    let store = try SQLiteStore(folder: folder.path, newSeed: seed)
    try await store.write { transaction in
      _ = try RandomInventory(seed: 7, transaction)
      let connector = try transaction.connector(
        named: "Contoso", kind: "kind", productName: "Product", vendorName: "Vendor")
      _ = try transaction.insertRun(
        NewRun(
          connector: connector, profile: "nightly", startedAt: RandomInventory.now, map: "map", mapVersion: 3,
          scoreMap: "default"))
      try transaction.setStoredSecret(
        StoredSecret(
          place: SecretPlace(owner: "connector:Contoso", field: "clientSecret"),
          box: SecretBox(keyID: "k", bytes: [1, 2, 3]), setAt: RandomInventory.now, setBy: "alice", expiresAt: nil))
      try transaction.insertAuditEntry(
        AuditEntry(
          at: RandomInventory.now, actor: AuditActor(.system, name: "test"), action: "secret.set",
          subject: "connector:Contoso"))
    }
    return try await lists(store)
  }

  /// Its hosts and findings, as lists show them.
  static func lists(_ store: SQLiteStore) async throws -> ([JSONValue], [JSONValue]) {
    try await store.read { reader in
      var (assets, findings): ([JSONValue], [JSONValue]) = ([], [])
      try reader.forEachAsset(Listing(limit: nil)) { assets.append($0) }
      try reader.forEachFinding(Listing(limit: nil)) { findings.append($0) }
      return (assets, findings)
    }
  }

  /// Tables with their columns.
  private static func columns(_ db: Database) throws -> [(table: String, columns: [String])] {
    let tables = try String.fetchAll(
      db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return try tables.filter { !dropped.contains($0) }.map { ($0, try db.columns(in: $0).map(\.name)) }
  }

  /// Tables with their rows, each as a text; of the columns that there were before, if they are named.
  static func rows(
    _ path: String, of known: [String: [String]]? = nil
  ) throws -> (columns: [String: [String]], rows: [String: [String]]) {
    let queue = try DatabaseQueue(path: path)
    return try queue.read { db in
      let columns = try known ?? Dictionary(columns(db).map { ($0.table, $0.columns) }) { first, _ in first }
      var rows: [String: [String]] = [:]
      for (table, names) in columns {
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        rows[table] = try Row.fetchAll(db, sql: "SELECT \(list) FROM \"\(table)\"").map(\.description).sorted()
      }
      return (columns, rows)
    }
  }

  static func schema(_ path: String) throws -> [String: String] {
    try DatabaseQueue(path: path).read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
      return Dictionary(rows.map { ($0["name"], $0["sql"]) }) { first, _ in first }
    }
  }

  static func version(_ path: String) throws -> Int? {
    try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
  }
}
