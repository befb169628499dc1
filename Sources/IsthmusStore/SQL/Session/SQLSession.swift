/// One connection inside one transaction. What the store says is said once, in SQL that SQLite takes; an adapter brings
/// it to its database. Used by one thread.
protocol SQLSession: AnyObject {
  /// The statement for `sql`, prepared once.
  func statement(_ sql: String) throws -> any SQLStatement

  /// The same for a query of so many rows that they are not to be in memory together.
  func scan(_ sql: String) throws -> any SQLStatement

  /// The same for an `INSERT INTO table (…) VALUES (…)` whose row gets a number, in the column `id`; for
  /// ``SQLStatement/insert()``.
  func insertion(_ sql: String) throws -> any SQLStatement

  /// Whether the transaction has changed anything.
  var hasChanged: Bool { get }

  /// Waits until no other transaction holds any of these assets, and holds them until this one ends.
  func lock(_ assets: [Int64]) throws

  /// Adds each finding that a statement finds to the tally.
  ///
  /// - Parameters:
  ///   - with: What stands before SELECT; may be empty.
  ///   - source: What stands behind the columns, over `finding f`.
  func count(_ tally: FindingTally, with: SQLFragment, from source: SQLFragment) throws

  /// Whether `matcher` matches a value of an expression; null where that is null.
  func matching(_ values: SQLExpression, _ matcher: ValueMatcher) throws -> SQLFragment

  /// Whether the folded id of `resource r` holds one of the parts, of which there is one at least.
  func foldedIDHolds(_ parts: [String]) -> SQLFragment

  /// Whether the program holds for the truths of `terms`.
  func holding(_ program: TruthProgram, of terms: [SQLFragment]) -> SQLFragment
}

/// An expression with all places that it may take values from.
struct SQLExpression {
  struct Place {
    /// After FROM.
    var tables: String
    /// Which of their rows count; nil: all.
    var condition: SQLFragment?

    /// What stands after FROM.
    var rows: SQLFragment {
      guard let condition else { return SQLFragment(tables) }
      return SQLFragment("\(tables) WHERE (\(condition.text))", condition.values)
    }
  }

  var text: String
  var places: [Place]
  /// Nearly every finding has a value of its own.
  var isOfFindings = false

  init(_ text: String, of tables: String, where condition: String? = nil) {
    self.text = text
    places = [Place(tables: tables, condition: condition.map { SQLFragment($0) })]
  }

  init(_ text: String, at places: [Place], isOfFindings: Bool = false) {
    self.text = text
    self.places = places
    self.isOfFindings = isOfFindings
  }
}
