extension SQLExpression {
  /// The values of all places, in `n.value`; for FROM.
  fileprivate var all: SQLFragment {
    let selections = places.map { "SELECT \(text) AS value FROM \($0.rows.text)" }
    return SQLFragment(
      "(\(selections.joined(separator: " UNION ALL "))) n WHERE n.value IS NOT NULL", places.flatMap(\.rows.values))
  }
}

/// A connection's transaction.
final class PostgreSQLSession: SQLSession {
  let connection: PostgreSQLConnection
  /// Whether a statement was run that changes something, whether it found rows or not.
  var hasChanged = false
  /// What ``matching(_:_:)`` read, by its statement; nil in a transaction that writes, where it may change.
  private var candidates: [String: [String]]?
  /// How many tests' values the server has narrowed; see ``candidates(of:for:)``.
  private var narrowedTests = 0
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

  /// For so many tests the server narrows the values down, one by one. A query of more looks at all of them once.
  private static let mostNarrowed = 8

  /// Different values, among them all that match.
  private func candidates(of values: SQLExpression, for matcher: ValueMatcher) throws -> [String] {
    let all = values.all
    if let known = candidates?[all.text], all.values.isEmpty { return known }
    if narrowedTests < Self.mostNarrowed, let part = narrowed(values, to: matcher.required ?? []) {
      narrowedTests += 1
      return try different(all, part)
    }
    let found = try different(all)
    if found.count <= Self.mostKept, all.values.isEmpty { candidates?[all.text] = found }
    return found
  }

  /// The condition that a value holds one of the parts in lower case; nil where bringing all values here takes no longer.
  private func narrowed(_ values: SQLExpression, to parts: [String]) -> SQLFragment? {
    if connection.hasTrigrams, let column = PostgreSQLTrigrams.Column(rawValue: values.text) {
      return PostgreSQLTrigrams.holding(parts, column, as: "n.value")
    }
    guard values.isOfFindings, parts.count == 1 else { return nil }
    return SQLFragment("strpos(swiftLowercaseString(n.value), ?) > 0", [.text(parts[0])])
  }

  private func different(_ values: SQLFragment, _ condition: SQLFragment = .true) throws -> [String] {
    let statement = scan("SELECT DISTINCT n.value FROM \(values.text) AND (\(condition.text))")
    statement.bindAll(values.values + condition.values)
    defer { statement.reset() }
    var found: [String] = []
    while try statement.step() { found.append(statement.text(0)) }
    return found
  }

  func foldedIDHolds(_ parts: [String]) -> SQLFragment {
    let byIndex = connection.hasTrigrams ? PostgreSQLTrigrams.holding(parts, .foldedID) : nil
    return byIndex ?? .combine(parts.map { SQLFragment("strpos(r.folded_id, ?) > 0", [.text($0)]) }, "OR")
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
