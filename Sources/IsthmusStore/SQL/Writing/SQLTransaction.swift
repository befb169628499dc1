import IsthmusCore

/// The writes of one transaction. Made, used and dropped on the thread of its connection.
final class SQLTransaction: InventoryTransaction {
  let session: any SQLSession
  private var statements: [String: any SQLStatement] = [:]
  /// Of numbers that lists show; see ``settleCounts()``.
  var countChanges = CountChanges()
  /// Resources of which something changed that lists count by; see ``settlePacks(at:)``.
  var unpacked: Set<Int64> = []

  init(_ session: any SQLSession) { self.session = session }

  /// The statement for `sql`, prepared once.
  func statement(_ sql: String) throws -> any SQLStatement {
    if let known = statements[sql] { return known }
    let statement = try session.statement(sql)
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
    let statement = try statements[sql] ?? session.insertion(sql)
    statements[sql] = statement
    statement.bindAll(values)
    return try statement.insert()
  }

  /// Runs a statement that changes rows; how many these were.
  func runCounting(_ sql: String, _ values: [SQLValue]) throws -> Int {
    let statement = try statement(sql)
    statement.bindAll(values)
    return try statement.runCounting()
  }

  /// What `read` makes of each row.
  func rows<T>(_ sql: String, _ values: [SQLValue], _ read: (any SQLStatement) throws -> T) throws -> [T] {
    let statement = try statement(sql)
    statement.bindAll(values)
    defer { statement.reset() }
    var rows: [T] = []
    while try statement.step() { rows.append(try read(statement)) }
    return rows
  }

  // The findings' statements, on the hot path.
  private(set) lazy var findingsOfResource = Result { try session.statement(Self.selectFindings) }
  private(set) lazy var insertFindingStatement = Result { try session.insertion(Self.insertFindingSQL) }
  private(set) lazy var updateFindingStatement = Result { try session.statement(Self.updateFindingSQL) }
}

extension Timestamp {
  init?(_ stored: Int64?) {
    guard let stored else { return nil }
    self.init(microseconds: stored)
  }
}
