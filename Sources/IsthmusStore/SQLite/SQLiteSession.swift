import GRDB

/// GRDB's connection.
final class SQLiteSession: SQLSession {
  private let db: Database

  init(_ db: Database) { self.db = db }

  func statement(_ sql: String) throws -> any SQLStatement { try SQLiteStatement(db, sql) }
  func scan(_ sql: String) throws -> any SQLStatement { try SQLiteStatement(db, sql) }
  func insertion(_ sql: String) throws -> any SQLStatement { try SQLiteStatement(db, sql) }

  func matching(_ values: SQLExpression, _ matcher: ValueMatcher) -> SQLFragment {
    SQLFragment("qql_matches(\(values.text), ?)", [.matcher(matcher)])
  }

  func holding(_ program: TruthProgram, of terms: [SQLFragment]) -> SQLFragment {
    var joined = SQLFragment.concatenation(terms.map(\.truth))
    joined.text = "qql_holds(\(joined.text), ?)"
    joined.values.append(.program(program))
    return joined
  }
}
