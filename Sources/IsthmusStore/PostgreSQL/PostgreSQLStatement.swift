/// Statements that a connection has had, by their texts. What comes a second time is prepared on the server.
struct PostgreSQLStatements {
  final class Known {
    let text: String
    let parameters: Int
    /// Of an insertion: the table whose numbers it takes, bound last.
    let table: String?
    var uses = 0
    /// On the server; nil if it is not there yet.
    var name: String?
    /// Of an insertion whose rows are gathered.
    let bulk: PostgreSQLBulk.Text?
    /// Its names on the server, by how many rows are sent.
    var names: [Int: String] = [:]
    /// Whether it changes nothing.
    private let isQuery: Bool
    private let words: Set<String>

    init(_ sql: String) {
      let translated = PostgreSQLText(sql)
      (text, parameters, table) = (translated.text, translated.parameters, nil)
      bulk = PostgreSQLBulk.Text(translated.text, parameters: translated.parameters)
      (isQuery, words) = Self.words(sql)
    }

    private static func words(_ sql: String) -> (isQuery: Bool, words: Set<String>) {
      let words = SQLTokens(sql).tokens.filter { $0.kind == .word }.map { $0.text.lowercased() }
      return (words.first == "select", Set(words))
    }

    /// Whether it may look at rows of the table, or rest on them.
    func needs(_ table: String) -> Bool { !isQuery || words.contains(table) }

    /// - Throws: ``StoreError`` for a text of another form.
    init(insertion sql: String) throws {
      var table = ""
      guard let translated = PostgreSQLText(insertion: sql, table: &table) else {
        throw StoreError(
          .defect, "An insertion is not in the form that gives its row a number.", remedy: "Report this.")
      }
      (text, parameters, self.table) = (translated.text, translated.parameters, table)
      bulk = PostgreSQLBulk.Text(translated.text, parameters: translated.parameters)
      (isQuery, words) = Self.words(sql)
    }
  }

  private var known: [String: Known] = [:]
  private var names = 0
  private static let most = 600

  mutating func statement(_ sql: String) -> Known {
    if let known = known[sql] { return known }
    let new = Known(sql)
    remember(new, sql)
    return new
  }

  mutating func insertion(_ sql: String) throws -> Known {
    let key = "#\(sql)"
    if let known = known[key] { return known }
    let new = try Known(insertion: sql)
    remember(new, key)
    return new
  }

  private mutating func remember(_ new: Known, _ key: String) {
    // Those on the server stay known: they are the store's own, of which there are some hundred.
    if known.count >= Self.most { known = known.filter { $0.value.name != nil } }
    known[key] = new
  }

  mutating func makeName() -> String {
    names += 1
    return "s\(names)"
  }

  /// After a failure nobody knows which the server has.
  mutating func forget() { known.removeAll() }
}

final class PostgreSQLStatement: SQLStatement {
  private let session: PostgreSQLSession
  private let known: PostgreSQLStatements.Known
  private var values: PostgreSQLValues
  private var result: PostgreSQLResult?
  private var row: Int32 = -1
  /// Whether rows come in parts, through a cursor.
  private let isScan: Bool
  private var cursor: String?

  private static let partOfScan: Int32 = 2000

  init(_ session: PostgreSQLSession, _ known: PostgreSQLStatements.Known, isScan: Bool = false) {
    self.session = session
    self.known = known
    self.isScan = isScan
    values = PostgreSQLValues(count: known.parameters)
  }

  func bindNull(_ index: Int32) { values.setNull(index) }
  func bind(_ index: Int32, _ value: Int64) { values.set(index, value) }
  func bind(_ index: Int32, _ value: Double) { values.set(index, "\(value)") }
  func bind(_ index: Int32, _ value: String) { values.set(index, value) }
  func bind(_ index: Int32, blob: UnsafeRawBufferPointer) { values.set(index, blob: blob) }

  func bindAll(_ bound: [SQLValue]) { values.setAll(bound) }

  private func send() throws {
    try session.send(before: known)
    let connection = session.connection
    known.uses += 1
    if let name = known.name { return try connection.send(prepared: name, values) }
    guard known.uses > 1 else { return try connection.send(known.text, values) }
    let name = connection.statements.makeName()
    try connection.prepare(name, known.text)
    known.name = name
    try connection.send(prepared: name, values)
  }

  func step() throws -> Bool {
    if result == nil {
      if isScan { try openCursor() } else { try send() }
      result = try session.connection.answer()
    }
    row += 1
    let rows = result?.rows ?? 0
    if row < rows { return true }
    guard let cursor, rows == Self.partOfScan else { return false }
    let next = try session.connection.query("FETCH \(Self.partOfScan) FROM \(cursor)", PostgreSQLValues())
    (result, row) = (next, 0)
    return next.rows > 0
  }

  private func openCursor() throws {
    try session.send(before: known)
    let connection = session.connection
    let name = connection.statements.makeName()
    try connection.send("DECLARE \(name) NO SCROLL CURSOR FOR \(known.text)", values)
    try connection.send("FETCH \(Self.partOfScan) FROM \(name)")
    cursor = name
  }

  func run() throws {
    session.hasChanged = true
    if let bulk = known.bulk { try session.gather(known, bulk, values) } else { try send() }
    reset()
  }

  func insert() throws -> Int64 {
    guard let table = known.table else { return 0 }
    let number = try session.nextNumber(of: table)
    values.set(Int32(known.parameters), number)
    try run()
    return number
  }

  func runCounting() throws -> Int {
    session.hasChanged = true
    try send()
    reset()
    return try session.connection.answer().changedRows
  }

  func reset() {
    values.removeAll()
    result = nil
    row = -1
    guard let name = cursor else { return }
    cursor = nil
    // One that can't be closed ends with its transaction.
    try? session.connection.send("CLOSE \(name)")
  }

  func isNull(_ column: Int32) -> Bool { result?.isNull(row, column) ?? true }
  func integer(_ column: Int32) -> Int64 { result?.integer(row, column) ?? 0 }
  func double(_ column: Int32) -> Double { Double(text(column)) ?? 0 }
  func text(_ column: Int32) -> String { result?.text(row, column) ?? "" }
  func blob(_ column: Int32) -> [UInt8] { result?.blob(row, column) ?? [] }
  func withBlob(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try blob(column).withUnsafeBytes(body)
  }

  func value(_ column: Int32) -> SQLValue {
    guard let result, !result.isNull(row, column) else { return .null }
    switch result.type(column) {
    // bool, int8, int2, int4
    case 16, 20, 21, 23: return .integer(result.integer(row, column))
    // float4, float8, numeric
    case 700, 701, 1700: return .real(double(column))
    default: return .text(result.text(row, column))
    }
  }
}
