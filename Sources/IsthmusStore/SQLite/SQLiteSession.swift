import GRDB

/// GRDB's connection.
final class SQLiteSession: SQLSession {
  private let db: Database
  private let changesBefore: Int

  init(_ db: Database) {
    self.db = db
    changesBefore = db.totalChangesCount
  }

  var hasChanged: Bool { db.totalChangesCount != changesBefore }

  func count(_ tally: FindingTally, with: SQLFragment, from source: SQLFragment) throws {
    let sql = "\(with.text)SELECT qql_tally(?, \(FindingTally.columns)) \(source.text)"
    let statement = try statement(sql)
    statement.bindAll(with.values + [.tally(tally)] + source.values)
    try statement.run()
  }

  /// No other transaction is on.
  func lock(_ assets: [Int64]) {}

  func statement(_ sql: String) throws -> any SQLStatement { try SQLiteStatement(db, sql) }
  func scan(_ sql: String) throws -> any SQLStatement { try SQLiteStatement(db, sql) }
  func insertion(_ sql: String) throws -> any SQLStatement { try SQLiteStatement(db, sql) }

  func matching(_ values: SQLExpression, _ matcher: ValueMatcher) -> SQLFragment {
    SQLFragment("qql_matches(\(values.text), ?)", [.matcher(matcher)])
  }

  func foldedIDHolds(_ parts: [String]) -> SQLFragment {
    .combine(parts.map { SQLFragment("instr(r.folded_id, ?) > 0", [.text($0)]) }, "OR")
  }

  func holding(_ program: TruthProgram, of terms: [SQLFragment]) -> SQLFragment {
    var joined = SQLFragment.concatenation(terms.map(\.truth))
    joined.text = "qql_holds(\(joined.text), ?)"
    joined.values.append(.program(program))
    return joined
  }
}
