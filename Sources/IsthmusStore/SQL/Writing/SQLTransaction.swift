import IsthmusCore

/// The writes of one transaction. Made, used and dropped on the thread of its connection.
final class SQLTransaction: InventoryTransaction {
  let session: any SQLSession
  private var statements: [String: any SQLStatement] = [:]
  /// Of numbers that lists show; see ``settleCounts()``.
  var countChanges = CountChanges()
  /// Resources of which something changed that lists count by; see ``settlePacks(at:)``.
  var unpacked: Set<Int64> = []

  /// Whether a statement was asked for that may change what lists count.
  private(set) var mayChangeLists = false

  init(_ session: any SQLSession) { self.session = session }

  /// What runs tell of themselves, and what belongs to accounts: no list of hosts or findings looks at these tables.
  private static let besideLists: Set<Substring> = [
    "run", "run_log", "run_request", "run_scope", "run_seen", "reject", "kept_part", "schedule_mark", "account",
    "api_token", "audit", "one_time_link", "saved_search", "secret", "session", "sign_in_attempt",
  ]

  /// To be asked of each statement that is new to the transaction.
  private func note(_ sql: String) {
    let words = sql.prefix(80).split(whereSeparator: { $0 == " " || $0 == "\n" }).prefix(3)
    guard let first = words.first, first != "SELECT" else { return }
    let table = first == "UPDATE" ? words.dropFirst().first : words.last
    if table.map({ !Self.besideLists.contains($0) }) ?? true { mayChangeLists = true }
  }

  /// The statement for `sql`, prepared once.
  func statement(_ sql: String) throws -> any SQLStatement {
    if let known = statements[sql] { return known }
    note(sql)
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
    if statements[sql] == nil { note(sql) }
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
