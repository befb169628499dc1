import IsthmusCore

/// Reads through a connection that sees one moment.
struct SQLReader: InventoryReader {
  let queries: SQLTransaction
  let settings: ScoreSettings
  /// Of what this reader sees; see ``ListNumbers``.
  let version: Int64
  /// nil where nothing is remembered, as within a transaction that writes: packs of findings are settled when it ends.
  let memory: ListMemory?

  init(_ session: any SQLSession, memory: ListMemory? = nil) throws {
    let queries = SQLTransaction(session)
    self.queries = queries
    settings = try queries.scoreSettings()
    self.memory = memory
    let versions = try memory == nil ? [] : queries.rows("SELECT number FROM data_version", []) { $0.integer(0) }
    version = versions.first ?? 0
  }

  var identities: any IdentityReading { queries }
  var scores: any ScoreReading { queries }
  var labels: any TagReading { queries }
  var secrets: any SecretReading { queries }
  var people: any AccountReading { queries }
  var audit: any AuditReading { queries }
  var searches: any SavedSearchReading { queries }
  var kept: any KeptReading { queries }
  var retained: any RetentionReading { queries }

  func rows<T>(_ sql: String, _ values: [SQLValue] = [], _ read: (any SQLStatement) throws -> T) throws -> [T] {
    try queries.rows(sql, values, read)
  }

  func forEachRow(_ sql: String, _ values: [SQLValue] = [], _ body: (any SQLStatement) throws -> Void) throws {
    let statement = try queries.session.scan(sql)
    statement.bindAll(values)
    defer { statement.reset() }
    while try statement.step() { try body(statement) }
  }

  func count(_ sql: String) throws -> Int { try rows(sql) { Int($0.integer(0)) }.first ?? 0 }

  /// Of a table's rows; 0 without any.
  func lastNumber(of table: String) throws -> Int { try count("SELECT max(id) FROM \(table)") }

  func run(_ id: RunID) throws -> StoredRun? { try queries.run(id) }

  func isCancelRequested(_ run: RunID) throws -> Bool { try queries.isCancelRequested(run) }

  func preview(of run: RunID) throws -> JSONValue? {
    let texts = try rows("SELECT preview FROM run WHERE id = ?", [.integer(run.number)]) { $0.optionalText(0) }
    return try (texts.first ?? nil).map(JSONValue.init(parsing:))
  }

  func coverage(of run: RunID) throws -> [JSONValue] {
    try rows(
      """
      SELECT s.stream, s.name, s.title, c.received, c.total, c.coverage FROM run_scope c
      JOIN scope s ON s.id = c.scope_id WHERE c.run_id = ? ORDER BY s.stream DESC, s.name
      """, [.integer(run.number)]
    ) { row in
      .object([
        "stream": .string(row.text(0)), "subscription": .string(row.text(1)), "name": .string(row.text(2)),
        "received": .integer(row.integer(3)), "total": row.optionalInteger(4).map(JSONValue.integer) ?? .null,
        "coverage": .string(row.text(5)),
      ])
    }
  }

  func log(of run: RunID) throws -> [JSONValue] {
    try rows("SELECT at, level, message FROM run_log WHERE run_id = ? ORDER BY id", [.integer(run.number)]) { row in
      .object([
        "at": .string(Timestamp(microseconds: row.integer(0)).description), "level": .string(row.text(1)),
        "message": .string(row.text(2)),
      ])
    }
  }

  func forEachReject(_ run: RunID, _ body: (JSONValue) throws -> Void) throws {
    try forEachRow(
      "SELECT kind, stream, scope, record_id, target, reason, raw FROM reject WHERE run_id = ? ORDER BY id",
      [.integer(run.number)]
    ) { row in
      try body(
        .object([
          "kind": .string(row.text(0)), "stream": .string(row.text(1)), "subscription": .text(row.optionalText(2)),
          "recordId": .text(row.optionalText(3)), "target": .text(row.optionalText(4)),
          "reason": .string(row.text(5)), "raw": .string(row.text(6)),
        ]))
    }
  }

  func summary() throws -> JSONValue {
    var bands: [JSONValue.Member] = []
    var above = Double.infinity
    for band in ScoreBand.allCases {
      // Bands are those of rounded scores.
      let lowest = (settings.bandMinimums[band] ?? -1) - 0.5
      let count = try rows(
        "SELECT count(*) FROM asset WHERE gone_at IS NULL AND score >= ? AND score < ?",
        [.real(lowest), .real(above)]
      ) { $0.integer(0) }
      bands.append(.init(band.rawValue, .integer(count.first ?? 0)))
      above = lowest
    }
    // Of all findings, those that lists leave out too.
    let severities = try facets([.findingSeverity], of: .finding, Listing(limit: nil, includesAbsent: true))
    let open = (severities.first?.values ?? []).filter { $0.open > 0 }.sorted { ($0.value ?? "") > ($1.value ?? "") }
      .map { JSONValue.Member($0.value ?? "", .integer(Int64($0.open))) }
    return .object([
      "assets": .integer(Int64(try countAssets(Listing(limit: nil)))), "scoreBands": .object(bands),
      "openBySeverity": .object(open),
    ])
  }
}

extension JSONValue {
  /// The text, or null.
  static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
  /// The run's name; null where a person caused something.
  static func run(_ number: Int64?) -> JSONValue { number.map { .string(RunID($0).description) } ?? .null }
  static func date(_ microseconds: Int64?) -> JSONValue {
    microseconds.map { .string(Timestamp(microseconds: $0).description) } ?? .null
  }
}

// MARK: - Queries

extension SQLReader {
  struct Filter {
    /// After WITH; empty for none.
    var prefix: SQLFragment
    var condition: SQLFragment
    /// Whether only what lists always leave out is left out.
    var isPlain: Bool
    /// Whether what lists leave out by themselves is in it.
    var isEverything = false
    /// The query's part of it, where it is not plain.
    var query: Query?

    /// `WITH … `, or nothing.
    var with: String { prefix.text.isEmpty ? "" : "WITH \(prefix.text) " }
  }

  private func facts() throws -> QuerySQL.Facts {
    let hasOwnVariants = try !rows("SELECT 1 FROM finding WHERE variant_id IS NOT NULL LIMIT 1") { _ in true }.isEmpty
    let hasTwins = try !rows("SELECT 1 FROM finding_twin LIMIT 1") { _ in true }.isEmpty
    return QuerySQL.Facts(
      hasOwnVariants: hasOwnVariants, hasTwins: hasTwins, settings: settings, reader: self)
  }

  /// Over `asset a`.
  func assetFilter(_ listing: Listing) throws -> Filter {
    let isEverything = listing.includesAbsent || listing.query?.namesAbsent == true
    // An asset that was merged into another one is shown there.
    let own = isEverything ? "a.merged_into IS NULL" : "a.gone_at IS NULL"
    var filter = try filter(listing, own: own)
    filter.isEverything = isEverything
    return try settled(filter, among: own)
  }

  /// Over `finding f`.
  func findingFilter(_ listing: Listing) throws -> Filter {
    let facts = try facts()
    var own: [String] = []
    // What the source lists is on a present host.
    let isEverything = listing.includesAbsent || listing.query?.namesAbsent == true
    if !isEverything { own.append("f.posture IN (0, 1)") }
    if facts.hasTwins { own.append("f.id NOT IN (SELECT finding_id FROM finding_twin)") }
    var filter = try filter(listing, own: own.joined(separator: " AND "))
    filter.isEverything = isEverything
    return filter
  }

  /// The controls for which `condition`, over `control c` with its `connector k`, holds; nil: all of them.
  func controls(_ condition: SQLFragment) throws -> [Int64]? {
    let found = try rows(
      "SELECT c.id, (\(condition.text)) IS TRUE FROM control c JOIN connector k ON k.id = c.connector_id",
      condition.values
    ) { ($0.integer(0), $0.integer(1) != 0) }
    return found.allSatisfy(\.1) ? nil : found.filter(\.1).map(\.0)
  }

  private func filter(_ listing: Listing, own: String) throws -> Filter {
    guard let query = listing.query, !query.isEverything else {
      return Filter(
        prefix: SQLFragment(""), condition: SQLFragment(own.isEmpty ? SQLFragment.true.text : own), isPlain: true)
    }
    let sql = try QuerySQL(query, try facts())
    if sql.condition.text == SQLFragment.true.text {
      return Filter(
        prefix: SQLFragment(""), condition: SQLFragment(own.isEmpty ? SQLFragment.true.text : own), isPlain: true)
    }
    let condition = own.isEmpty ? sql.condition.text : "\(own) AND (\(sql.condition.text))"
    return Filter(
      prefix: sql.prefix, condition: SQLFragment(condition, sql.condition.values), isPlain: false, query: query)
  }

  /// The query over packed findings; nil where they don't tell what it asks for.
  func packed(_ query: Query, _ sizes: PackedCondition.Sizes) throws -> PackedCondition? {
    let sql = QuerySQL(unsaid: query, try facts())
    return try sql.packed(sql.tree.root, sizes)
  }
}
