/// A prepared statement with the values that are bound to it. Places of values count from 1, columns from 0.
protocol SQLStatement: AnyObject {
  func bindNull(_ index: Int32)
  func bind(_ index: Int32, _ value: Int64)
  func bind(_ index: Int32, _ value: Double)
  func bind(_ index: Int32, _ value: String)
  func bind(_ index: Int32, blob: UnsafeRawBufferPointer)
  func bindAll(_ values: [SQLValue])

  /// Moves to the next row; false after the last.
  func step() throws -> Bool
  /// Executes to the end and makes the statement ready for the next values. What is wrong with it may come to light
  /// with a later statement, or when the transaction ends.
  func run() throws
  /// The same for an INSERT; the new row's number.
  func insert() throws -> Int64
  /// The same for a statement that changes rows; how many these were.
  func runCounting() throws -> Int
  func reset()

  func isNull(_ column: Int32) -> Bool
  /// Of a condition, 1 or 0.
  func integer(_ column: Int32) -> Int64
  func double(_ column: Int32) -> Double
  func text(_ column: Int32) -> String
  func blob(_ column: Int32) -> [UInt8]
  /// The same without a copy, where there is none to be made.
  func withBlob(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows
  /// As it is stored; blobs as text, conditions as 1 and 0.
  func value(_ column: Int32) -> SQLValue
}

extension SQLStatement {
  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { bindNull(index) }
  }

  func bind(_ index: Int32, _ value: String?) {
    if let value { bind(index, value) } else { bindNull(index) }
  }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}

/// A bound value.
enum SQLValue: Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
  /// For `IN (SELECT value FROM json_each(?))`.
  case integers([Int64])
  /// The same, of texts.
  case texts([String])
  /// For `qql_matches`, in SQLite.
  case matcher(ValueMatcher)
  /// For `qql_holds`, in SQLite.
  case program(TruthProgram)
  /// For `qql_tally`, in SQLite.
  case tally(FindingTally)

  init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
  init(_ number: Int64?) { self = number.map(SQLValue.integer) ?? .null }
}
