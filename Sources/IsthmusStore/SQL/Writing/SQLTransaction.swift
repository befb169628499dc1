import GRDB
import IsthmusCore

/// The writes of one transaction. Made, used and dropped on the writer's thread.
final class SQLTransaction: InventoryTransaction {
  let db: Database
  private var statements: [String: SQLStatement] = [:]

  init(_ db: Database) { self.db = db }

  /// The statement for `sql`, prepared once.
  func statement(_ sql: String) throws -> SQLStatement {
    if let known = statements[sql] { return known }
    let statement = try SQLStatement(db, sql)
    statements[sql] = statement
    return statement
  }

  func run(_ sql: String, _ values: [SQLValue]) throws {
    let statement = try statement(sql)
    statement.bindAll(values)
    try statement.run()
  }

  /// Runs an INSERT; the new row's number.
  func insert(_ sql: String, _ values: [SQLValue]) throws -> Int64 {
    let statement = try statement(sql)
    statement.bindAll(values)
    try statement.run()
    return statement.lastInsertedRow
  }

  /// What `read` makes of each row.
  func rows<T>(_ sql: String, _ values: [SQLValue], _ read: (SQLStatement) throws -> T) throws -> [T] {
    let statement = try statement(sql)
    statement.bindAll(values)
    defer { statement.reset() }
    var rows: [T] = []
    while try statement.step() { rows.append(try read(statement)) }
    return rows
  }

  // The findings' statements, on the hot path.
  private(set) lazy var findingsOfResource = Result { try SQLStatement(db, Self.selectFindings) }
  private(set) lazy var insertFindingStatement = Result { try SQLStatement(db, Self.insertFindingSQL) }
  private(set) lazy var updateFindingStatement = Result { try SQLStatement(db, Self.updateFindingSQL) }
}

extension Timestamp {
  init?(_ stored: Int64?) {
    guard let stored else { return nil }
    self.init(microseconds: stored)
  }
}
