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
    let names = Column.allCases.map { "'\($0.index)'" }.joined(separator: ", ")
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    let found = try connection.query(
      """
      SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND i.indisvalid AND c.relname IN (\(names))
      """, schema)
    return found.integer(0, 0) == Column.allCases.count ? .byTrigrams : .withoutIndexes
  }

  /// Whether the database got the extension after the schema was made, and the user may make what is missing.
  func areToBeMade() throws -> Bool {
    guard try state() == .withoutIndexes else { return false }
    var schema = PostgreSQLValues()
    schema.set(1, connection.address.schema)
    let found = try connection.query(
      """
      SELECT coalesce(bool_and(pg_has_role(c.relowner, 'USAGE')), FALSE)
        AND current_setting('transaction_read_only') = 'off'
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname IN ('asset', 'source', 'resource')
      """, schema)
    return found.integer(0, 0) == 1
  }

  /// Makes the indexes that are missing, and the extension if the user may. What is refused stays away: searches take
  /// longer, and `isthmus doctor` says so. The connection holds the lock of opening.
  func make() throws {
    if try extensionSchema() == nil {
      // A right to make schemas suffices. Another process may do the same for a schema beside this one.
      try? connection.transaction(["BEGIN"]) { try connection.send("CREATE EXTENSION pg_trgm SCHEMA public") }
    }
    guard let schema = try extensionSchema() else { return }
    for column in Column.allCases {
      // Within an index the table has no alias.
      let expression = column.folded("\(column.rawValue.dropFirst(2))")
      // Each by itself: of two locked tables others might hold one and wait for the other.
      try? connection.transaction(["BEGIN"]) {
        try connection.send(
          """
          CREATE INDEX IF NOT EXISTS \(column.index) ON \(column.table)
          USING gin ((\(expression)) "\(schema)".gin_trgm_ops)
          """)
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
