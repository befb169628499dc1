/// Indexes by which the server finds the texts that hold a part, without looking at all of them: of the extension pg_trgm,
/// in databases that have it. They change no answer, and nothing rests on them.
/// <https://www.postgresql.org/docs/current/pgtrgm.html>
struct PostgreSQLTrigrams {
  /// Texts of which nearly every host has one of its own. Others are few, and looked through.
  enum Column: String, CaseIterable {
    case assetName = "a.name"
    case hostName = "a.host_name"
    case fqdn = "a.fqdn"
    case cloudResourceID = "a.cloud_resource_id"
    case sourceID = "s.external_asset_id"
    /// What external finding ids begin with.
    case foldedID = "r.folded_id"

    var table: String {
      switch self {
      case .assetName, .hostName, .fqdn, .cloudResourceID: "asset"
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

  func state() throws -> PostgreSQLServer.TextSearch {
    if try extensionSchema() == nil { return .withoutExtension }
    return try known().filter(\.value).count == Column.allCases.count ? .byTrigrams : .withoutIndexes
  }

  /// Whether each that is there is valid, by name.
  private func known() throws -> [String: Bool] {
    let names = Column.allCases.map { "'\($0.index)'" }.joined(separator: ", ")
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    let found = try connection.query(
      """
      SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname IN (\(names))
      """, schema)
    return Dictionary(
      (0..<found.rows).map { (found.text($0, 0), found.integer($0, 1) == 1) }, uniquingKeysWith: { first, _ in first })
  }

  /// Makes what is missing in a schema that is up to date, if the user may: the database may have got the extension later.
  /// Does not wait for another process that is opening the schema.
  func makeMissing() throws {
    let opening = PostgreSQLLock.opening(connection.address)
    guard try !missing().isEmpty, try mayMake(), try PostgreSQLLock.take(opening, connection) else { return }
    try makeIndexes()
    try PostgreSQLLock.release(opening, connection)
  }

  /// Makes the extension too if the user may. What is refused stays away: searches take longer, and `isthmus doctor` says so.
  /// The connection holds the lock of opening.
  func make() throws {
    if try extensionSchema() == nil {
      // A right to make schemas suffices. Another process may do the same for a schema beside this one.
      try? connection.transaction(["BEGIN"]) { try connection.send("CREATE EXTENSION pg_trgm SCHEMA public") }
    }
    try makeIndexes()
  }

  private func missing() throws -> [Column] {
    guard try extensionSchema() != nil else { return [] }
    let known = try known()
    return Column.allCases.filter { known[$0.index] == nil }
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
      WHERE n.nspname = $1 AND c.relname IN ('asset', 'source', 'resource')
      """, schema)
    return found.integer(0, 0) == 1
  }

  private func makeIndexes() throws {
    guard let schema = try extensionSchema() else { return }
    for column in try missing() {
      // Within an index the table has no alias.
      let expression = column.folded("\(column.rawValue.dropFirst(2))")
      // Each by itself: of two locked tables others might hold one and wait for the other. Writers queue behind a lock that
      // is waited for, so that it is not for long; the next process tries again.
      try? connection.transaction(["BEGIN", "SET LOCAL lock_timeout = '2s'"]) {
        try connection.send(
          "CREATE INDEX \(column.index) ON \(column.table) USING gin ((\(expression)) \"\(schema)\".gin_trgm_ops)")
      }
    }
  }

  private func extensionSchema() throws -> String? {
    let found = try connection.query(
      """
      SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'
      """, PostgreSQLValues())
    return found.rows == 1 ? found.text(0, 0).replacing("\"", with: "\"\"") : nil
  }
}
