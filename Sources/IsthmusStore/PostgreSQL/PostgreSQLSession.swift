/// A connection's transaction.
final class PostgreSQLSession: SQLSession {
  let connection: PostgreSQLConnection
  /// What ``matching(_:_:)`` read, by its statement; nil in a transaction that writes, where it may change.
  private var candidates: [String: [String]]?

  init(_ connection: PostgreSQLConnection, isReading: Bool) {
    self.connection = connection
    candidates = isReading ? [:] : nil
  }

  func statement(_ sql: String) -> any SQLStatement {
    PostgreSQLStatement(self, connection.statements.statement(sql))
  }

  func insertion(_ sql: String) throws -> any SQLStatement {
    PostgreSQLStatement(self, try connection.statements.insertion(sql))
  }

  func nextNumber(of table: String) throws -> Int64 { try connection.nextNumber(of: table) }

  /// The server has no function of ours: the different values are compared here, and the server gets those that match.
  func matching(_ values: SQLExpression, _ matcher: ValueMatcher) throws -> SQLFragment {
    let matched = try candidates(of: values).filter { text in
      var text = text
      return text.withUTF8 { matcher.matches(UnsafeRawBufferPointer($0)) }
    }
    if matched.isEmpty { return .false }
    return SQLFragment("\(values.text) IN (SELECT value FROM json_each(?))", [.texts(matched)])
  }

  /// Of more different values none are kept for a second test.
  private static let mostKept = 200_000

  private func candidates(of values: SQLExpression) throws -> [String] {
    let selections = values.places.map { place in
      let condition = place.condition.map { " AND (\($0))" } ?? ""
      return "SELECT \(values.text) FROM \(place.tables) WHERE \(values.text) IS NOT NULL\(condition)"
    }
    let sql = "SELECT DISTINCT * FROM (\(selections.joined(separator: " UNION ALL "))) n"
    if let known = candidates?[sql] { return known }
    let statement = statement(sql)
    defer { statement.reset() }
    var found: [String] = []
    while try statement.step() { found.append(statement.text(0)) }
    if found.count <= Self.mostKept { candidates?[sql] = found }
    return found
  }

  /// PostgreSQL's parser and planner take what a query may nest. No operand of `AND` on top, so that thousands of look-ups
  /// are not planned as joins.
  func holding(_ program: TruthProgram, of terms: [SQLFragment]) -> SQLFragment {
    var stack: [SQLFragment] = []
    for step in program.steps {
      switch step {
      case .term(let index): stack.append(terms[index])
      case .all(let count), .any(let count):
        var word = "OR"
        if case .all = step { word = "AND" }
        let operands = Array(stack.suffix(count))
        stack.removeLast(count)
        stack.append(.combine(operands, word))
      }
    }
    let whole = stack.last ?? .true
    return SQLFragment("(\(whole.text)) IS TRUE", whole.values, depth: 2)
  }
}

// MARK: - Numbers of new rows

extension PostgreSQLConnection {
  /// The next number of a table, from those that were taken ahead: an insertion then waits for no answer. Numbers of
  /// transactions that failed, and those left when the connection ends, are not given again.
  func nextNumber(of table: String) throws -> Int64 {
    if let number = numbers[table]?.next() { return number }
    let size = min(2 * (numbers[table]?.size ?? 2), 1024)
    var values = PostgreSQLValues()
    values.set(1, Int64(size))
    let result = try query("SELECT nextval('\(table)_id_seq') FROM generate_series(1, CAST($1 AS bigint))", values)
    var block = NumberBlock(size: size, left: (0..<result.rows).reversed().map { result.integer($0, 0) })
    guard let number = block.next() else {
      throw StoreError(.damaged, "Table \(table) gives no numbers.", remedy: "Restore the database from a backup.")
    }
    numbers[table] = block
    return number
  }
}

struct NumberBlock {
  var size: Int
  /// The next one last.
  var left: [Int64]

  mutating func next() -> Int64? { left.popLast() }
}
