/// Indexes by which the server finds the texts that hold a part, without looking at all of them: of the extension pg_trgm,
/// in databases that have it. They change no answer, and nothing rests on them.
/// <https://www.postgresql.org/docs/current/pgtrgm.html>
struct PostgreSQLTrigrams {
  /// Texts of which nearly every host has one of its own, in tables whose rows are seldom written. Those of `asset` are looked
  /// through: each score that is written would put the host's row into all of that table's indexes anew.
  enum Column: String, CaseIterable {
    case sourceID = "s.external_asset_id"
    /// What external finding ids begin with.
    case foldedID = "r.folded_id"

    var table: String {
      switch self {
      case .sourceID: "source"
      case .foldedID: "resource"
      }
    }

    var index: String { "\(table)_\(rawValue.dropFirst(2))_trigrams" }

    /// In lower case.
    fileprivate func folded(_ expression: String) -> String {
      self == .foldedID ? expression : "swiftLowercaseString(\(expression))"
    }
  }

  /// More parts are as well looked for here.
  private static let mostParts = 8

  /// The condition that the column holds one of the parts, which are in lower case; nil where no index serves it: of less
  /// than three characters there is no trigram.
  ///
  /// - Parameter expression: What the column is called; nil: as everywhere.
  static func holding(_ parts: [String], _ column: Column, as expression: String? = nil) -> SQLFragment? {
    guard (1...mostParts).contains(parts.count), parts.allSatisfy({ $0.unicodeScalars.count >= 3 }) else { return nil }
    let folded = column.folded(expression ?? column.rawValue)
    let condition = parts.map { _ in "\(folded) LIKE ?" }.joined(separator: " OR ")
    return SQLFragment(condition, parts.map { .text(pattern($0)) })
  }

  /// The pattern of `LIKE` for texts that hold the part.
  private static func pattern(_ part: String) -> String {
    var pattern = "%"
    for character in part.unicodeScalars {
      if character == "%" || character == "_" || character == "\\" { pattern.unicodeScalars.append("\\") }
      pattern.unicodeScalars.append(character)
    }
    return "\(pattern)%"
  }

  private let connection: PostgreSQLConnection

  init(_ connection: PostgreSQLConnection) { self.connection = connection }

  /// What the database has.
  private struct Found {
    /// The extension's, quoted.
    var schema: String
    /// Whether each index that is there is valid, by name.
    var indexes: [String: Bool] = [:]

    var missing: [Column] { Column.allCases.filter { indexes[$0.index] == nil } }
  }

  func state() throws -> PostgreSQLServer.TextSearch {
    guard let found = try look() else { return .withoutExtension }
    return found.indexes.values.filter(\.self).count == Column.allCases.count ? .byTrigrams : .withoutIndexes
  }

  /// - Returns: nil without the extension.
  private func look() throws -> Found? {
    let names = Column.allCases.map { "'\($0.index)'" }.joined(separator: ", ")
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    // Without an index one row tells of the extension alone.
    let rows = try connection.query(
      """
      SELECT quote_ident(n.nspname), x.relname, x.indisvalid
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace LEFT JOIN (
        SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = $1 AND c.relname IN (\(names))) x ON TRUE
      WHERE e.extname = 'pg_trgm'
      """, schema)
    guard rows.rows > 0 else { return nil }
    var found = Found(schema: rows.text(0, 0))
    for row in 0..<rows.rows where !rows.isNull(row, 1) {
      found.indexes[rows.text(row, 1)] = rows.integer(row, 2) == 1
    }
    return found
  }

  /// Makes what is missing in a schema that is up to date, if the user may: the database may have got the extension later.
  /// Does not wait for another process that is opening the schema.
  func makeMissing() throws {
    let opening = PostgreSQLLock.opening(connection.address)
    guard let found = try look(), !found.missing.isEmpty, try mayMake(), try PostgreSQLLock.take(opening, connection)
    else { return }
    makeIndexes(found)
    try PostgreSQLLock.release(opening, connection)
  }

  /// Makes the extension too if the user may. What is refused stays away: searches take longer, and `isthmus doctor` says so.
  /// The connection holds the lock of opening.
  func make() throws {
    var found = try look()
    if found == nil {
      // A right to make schemas suffices. Another process may do the same for a schema beside this one.
      try? connection.transaction(["BEGIN"]) { try connection.send("CREATE EXTENSION pg_trgm SCHEMA public") }
      found = try look()
    }
    if let found { makeIndexes(found) }
  }

  private func mayMake() throws -> Bool {
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    let found = try connection.query(
      """
      SELECT coalesce(bool_and(pg_has_role(c.relowner, 'USAGE')), FALSE)
        AND coalesce(bool_and(has_schema_privilege(n.oid, 'CREATE')), FALSE)
        AND (SELECT bool_and(has_schema_privilege(e.extnamespace, 'USAGE')) FROM pg_extension e
          WHERE e.extname = 'pg_trgm')
        AND current_setting('transaction_read_only') = 'off'
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname IN ('source', 'resource')
      """, schema)
    return found.integer(0, 0) == 1
  }

  private func makeIndexes(_ found: Found) {
    for column in found.missing {
      // Within an index the table has no alias.
      let expression = column.folded("\(column.rawValue.dropFirst(2))")
      // Each by itself: of two locked tables others might hold one and wait for the other. Writers queue behind a lock that
      // is waited for, so that it is not for long; the next process tries again.
      try? connection.transaction(["BEGIN", "SET LOCAL lock_timeout = '2s'"]) {
        try connection.send(
          "CREATE INDEX \(column.index) ON \(column.table) USING gin ((\(expression)) \(found.schema).gin_trgm_ops)")
      }
    }
  }
}
