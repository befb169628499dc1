/// A connection's transaction.
final class PostgreSQLSession: SQLSession {
  let connection: PostgreSQLConnection
  /// Whether a statement was run that changes something, whether it found rows or not.
  var hasChanged = false
  /// What ``matching(_:_:)`` read, by its statement; nil in a transaction that writes, where it may change.
  private var candidates: [String: [String]]?
  /// How many tests of findings' values the server has prepared; see ``candidates(of:for:)``.
  private var preparedTests = 0
  private var numbers = PostgreSQLNumbers()
  /// Rows that were not sent yet.
  private var gathered: [PostgreSQLBulk] = []

  init(_ connection: PostgreSQLConnection, isReading: Bool) {
    self.connection = connection
    candidates = isReading ? [:] : nil
  }

  func lock(_ assets: [Int64]) throws {
    let locks = PostgreSQLLock.groups(of: assets, connection.address).map(String.init).joined(separator: ",")
    try connection.send("SELECT pg_advisory_xact_lock(k) FROM unnest('{\(locks)}'::bigint[]) k")
  }

  func statement(_ sql: String) -> any SQLStatement {
    PostgreSQLStatement(self, connection.statements.statement(sql))
  }

  func scan(_ sql: String) -> any SQLStatement {
    PostgreSQLStatement(self, connection.statements.statement(sql), isScan: true)
  }

  func insertion(_ sql: String) throws -> any SQLStatement {
    PostgreSQLStatement(self, try connection.statements.insertion(sql))
  }

  func count(_ tally: FindingTally, with: SQLFragment, from source: SQLFragment) throws {
    let rows = scan("\(with.text)SELECT \(FindingTally.columns) \(source.text)")
    rows.bindAll(with.values + source.values)
    defer { rows.reset() }
    while try rows.step() {
      tally.add(
        control: rows.integer(0), posture: rows.optionalInteger(1), life: rows.integer(2),
        variant: rows.optionalInteger(3), resource: rows.integer(4), openedListing: rows.optionalInteger(5))
    }
  }

  /// The server has no function of ours: the different values are compared here, and the server gets those that match.
  func matching(_ values: SQLExpression, _ matcher: ValueMatcher) throws -> SQLFragment {
    let matched = try candidates(of: values, for: matcher).filter { text in
      var text = text
      return text.withUTF8 { matcher.matches(UnsafeRawBufferPointer($0)) }
    }
    if matched.isEmpty { return .false }
    return SQLFragment("\(values.text) IN (SELECT value FROM json_each(?))", [.texts(matched)])
  }

  /// Of more different values none are kept for a second test.
  private static let mostKept = 200_000

  /// Of an expression of findings so many tests are prepared by the server, one look at all values each. A query of more
  /// looks at them once for all.
  private static let mostPrepared = 8

  /// Different values, among them all that match.
  private func candidates(of values: SQLExpression, for matcher: ValueMatcher) throws -> [String] {
    let selections = values.places.map { place in
      let condition = place.condition.map { " AND (\($0))" } ?? ""
      return "SELECT \(values.text) AS value FROM \(place.tables) WHERE \(values.text) IS NOT NULL\(condition)"
    }
    let all = "(\(selections.joined(separator: " UNION ALL "))) n"
    let sql = "SELECT DISTINCT * FROM \(all)"
    if let known = candidates?[sql] { return known }
    if values.isOfFindings, preparedTests < Self.mostPrepared, let required = matcher.required, required.count == 1 {
      preparedTests += 1
      return try texts("SELECT DISTINCT * FROM \(all) WHERE strpos(swiftLowercaseString(n.value), ?) > 0", required)
    }
    let found = try texts(sql, [])
    if found.count <= Self.mostKept { candidates?[sql] = found }
    return found
  }

  private func texts(_ sql: String, _ values: [String]) throws -> [String] {
    let statement = scan(sql)
    statement.bindAll(values.map { .text($0) })
    defer { statement.reset() }
    var found: [String] = []
    while try statement.step() { found.append(statement.text(0)) }
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

// MARK: - Rows that are sent together

extension PostgreSQLSession {
  /// Keeps a row of an insertion until there are many, or a statement comes that rests on it.
  func gather(
    _ known: PostgreSQLStatements.Known, _ text: PostgreSQLBulk.Text, _ row: borrowing PostgreSQLValues
  ) throws {
    let place = gathered.firstIndex { $0.known === known } ?? gathered.endIndex
    if place == gathered.endIndex { gathered.append(PostgreSQLBulk(known, text)) }
    gathered[place].add(row)
    if gathered[place].rows == PostgreSQLBulk.most { try gathered[place].send(connection) }
  }

  /// To be called before a statement is sent.
  func send(before known: PostgreSQLStatements.Known) throws {
    if gathered.contains(where: { $0.rows > 0 && known.needs($0.text.table) }) { try sendGathered() }
  }

  /// To be called before the transaction's end.
  func sendGathered() throws {
    for bulk in gathered where bulk.rows > 0 { try bulk.send(connection) }
  }
}

// MARK: - Numbers of new rows

extension PostgreSQLSession {
  /// The next number of a table.
  func nextNumber(of table: String) throws -> Int64 {
    connection.figures.add(table)
    return try numbers.next(of: table, connection)
  }

  /// Gives back what the transaction did not use; before its end.
  func giveNumbersBack() throws { try numbers.giveBack(connection) }

  /// The transaction was undone.
  func giveAllNumbersBack() throws { try numbers.giveAllBack(connection) }
}
