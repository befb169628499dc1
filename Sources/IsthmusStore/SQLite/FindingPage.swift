import IsthmusCore

/// The numbers of a list's findings, in the list's order.
///
/// A first page of a sorted list of a million findings must not sort them all. So the beginning of the order is
/// tried first: some thousands of findings that come first whatever the query says. Where fewer of them than
/// asked for satisfy the query it is selective, and all that do are gathered and sorted.
struct FindingPage {
  let reader: SQLiteReader
  let filter: SQLiteReader.Filter
  let listing: Listing

  /// What a finding is sorted by.
  enum Key {
    /// Open ones first, then by QDS: the list's own order.
    case rank
    /// A column of `finding f` with an index of its own, of the rows that have a value.
    case indexed(String)
    /// An expression over `finding f` alone.
    case own(String)
    /// An expression over the finding's `asset a`.
    case host(String)
    /// An expression over `control_variant w`, `control c` and `connector k`.
    case control(String)
    /// An expression that needs all tables of the list.
    case other(String)

    var expression: String {
      switch self {
      case .rank: "f.opened_listing IS NULL, f.qds DESC, f.id"
      case .indexed(let expression), .own(let expression), .host(let expression), .control(let expression),
        .other(let expression):
        expression
      }
    }
  }

  /// So many findings from the beginning of the order are tried first.
  private static let probe = 4000
  /// Hosts whose findings are tried first.
  private static let probedHosts = 200

  func ids() throws -> [Int64] {
    guard let first = listing.order.first else { return try rank() }
    let key = try SortSQL.finding(first.field)
    guard listing.order.count == 1 else { return try gatherAll() }
    let direction = first.descending ? "DESC" : "ASC"
    switch key {
    case .rank: return try rank()
    case .own(let key): return try gather("finding f", "\(key) \(direction) NULLS LAST, f.id \(direction)")
    case .indexed(let column): return try indexed(column, direction)
    case .host(let key): return try host(key, direction)
    case .control(let key): return try control(key, direction)
    case .other: return try gatherAll()
    }
  }

  /// A plus before the first term keeps SQLite from walking through an index in that order to the end, where few
  /// findings satisfy the query.
  ///
  /// - Parameters:
  ///   - tables: With the alias `f`.
  ///   - tried: Narrows the findings to the beginning of the order.
  private func gather(
    _ tables: String, _ order: String, with prefix: SQLFragment = SQLFragment(""), tried: SQLFragment? = nil
  ) throws -> [Int64] {
    let with = [filter.prefix, prefix].filter { !$0.text.isEmpty }
    let tables = tables
    var text = with.isEmpty ? "" : "WITH \(with.map(\.text).joined(separator: ", ")) "
    text += "SELECT f.id FROM \(tables) WHERE "
    if let tried { text += "\(tried.text) AND " }
    text += "(\(filter.condition.text)) ORDER BY \(order) LIMIT \(listing.limit ?? -1)"
    let values = with.flatMap(\.values) + (tried?.values ?? []) + filter.condition.values
    return try reader.rows(text, values) { $0.integer(0) }
  }

  private func gatherAll() throws -> [Int64] {
    let terms = try listing.order.map {
      "\(try SortSQL.finding($0.field).expression) \($0.descending ? "DESC" : "ASC") NULLS LAST"
    }
    let tieBreaker = "f.id \(listing.order.last?.descending == true ? "DESC" : "ASC")"
    return try gather(SQLiteReader.findingTables, (terms + [tieBreaker]).joined(separator: ", "))
  }

  /// The page from the beginning of the order, if it is full; else nil.
  private func tryFirst(_ body: (Int) throws -> [Int64]) throws -> [Int64]? {
    guard let limit = listing.limit, limit <= Self.probe / 10 else { return nil }
    let found = try body(limit)
    return found.count == limit ? found : nil
  }

  private func first(_ order: String, where condition: String = "1") -> String {
    "(SELECT id FROM finding f WHERE \(condition) ORDER BY \(order) LIMIT \(Self.probe)) t CROSS JOIN finding f ON f.id = t.id"
  }
}

// MARK: - Orders

extension FindingPage {
  private func rank() throws -> [Int64] {
    let order = "f.opened_listing IS NULL, f.qds DESC, f.id"
    return try tryFirst { _ in try gather(first(order), order) }
      ?? gather("finding f", "+(f.opened_listing IS NULL), f.qds DESC, f.id")
  }

  private func indexed(_ column: String, _ direction: String) throws -> [Int64] {
    let order = "\(column) \(direction), f.id \(direction)"
    return try tryFirst { _ in try gather(first(order, where: "\(column) IS NOT NULL"), order) }
      ?? gather("finding f", "+\(column) \(direction) NULLS LAST, f.id \(direction)")
  }

  private func host(_ key: String, _ direction: String) throws -> [Int64] {
    let order = "\(key) \(direction) NULLS LAST, f.id \(direction)"
    let hosts = "resource r JOIN asset a ON a.id = r.asset_id"
    let found = try tryFirst { _ in
      guard let beginning = try self.beginning(of: hosts, key, direction) else { return [] }
      return try gather(
        "\(hosts) CROSS JOIN finding f INDEXED BY finding_by_resource ON f.resource_id = r.id", order,
        tried: beginning)
    }
    return try found
      ?? gather("finding f JOIN resource r ON r.id = f.resource_id LEFT JOIN asset a ON a.id = r.asset_id", order)
  }

  /// Which of the hosts come first: all with the keys of the first ones.
  private func beginning(of hosts: String, _ key: String, _ direction: String) throws -> SQLFragment? {
    let boundaries = try reader.rows(
      "SELECT \(key) FROM \(hosts) ORDER BY 1 \(direction) NULLS LAST LIMIT 1 OFFSET \(Self.probedHosts)", []
    ) { $0.value(0) }
    guard let boundary = boundaries.first else { return nil }
    // Hosts without a value come last.
    if case .null = boundary { return nil }
    return SQLFragment("(\(key)) \(direction == "ASC" ? "<=" : ">=") ?", [boundary])
  }

  /// Texts are compared once a variant, not once a finding.
  private func control(_ key: String, _ direction: String) throws -> [Int64] {
    let ranks = SQLFragment(
      """
      ranked (id, control_id, rank) AS MATERIALIZED (SELECT w.id, c.id,
        dense_rank() OVER (ORDER BY \(key) \(direction) NULLS LAST)
        FROM control_variant w JOIN control c ON c.id = w.control_id JOIN connector k ON k.id = c.connector_id)
      """)
    let effective = "ifnull(f.variant_id, (SELECT c.variant_id FROM control c WHERE c.id = f.control_id))"
    let rank = "(SELECT n.rank FROM ranked n WHERE n.id = \(effective))"
    let order = "\(rank), f.id \(direction)"
    let found = try tryFirst { _ in
      try gather(
        "finding f", order, with: ranks,
        tried: SQLFragment(
          "f.control_id IN (SELECT n.control_id FROM ranked n WHERE n.rank <= 2) AND \(rank) <= 2"))
    }
    return try found ?? gather("finding f", order, with: ranks)
  }
}
