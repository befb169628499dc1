import IsthmusCore

extension SQLiteReader {
  func facets(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) throws -> [Facet] {
    switch entity {
    case .asset:
      let filter = try found(listing)
      return try fields.map { try assetFacet($0, filter) }
    case .finding:
      var counts = FindingCounts(reader: self, filter: try findingFilter(listing))
      return try fields.map { try counts.facet($0) }
    }
  }

  // MARK: - Assets

  /// The assets that a query finds, so that it is answered once for all fields.
  private func found(_ listing: Listing) throws -> Filter {
    let filter = try assetFilter(listing)
    if filter.isPlain { return filter }
    let ids = try rows(
      "\(filter.with)SELECT a.id FROM asset a WHERE \(filter.condition.text)",
      filter.prefix.values + filter.condition.values
    ) { $0.integer(0) }
    return Filter(
      prefix: SQLFragment(""), condition: SQLFragment("a.id IN (SELECT value FROM json_each(?))", [.list(ids)]),
      isPlain: false)
  }

  private func assetFacet(_ field: QueryField, _ filter: Filter) throws -> Facet {
    let columns: String
    let tables: String
    if field.scope == .asset {
      columns = "\(shownExpression(field)), count(*), sum(a.open_findings)"
      tables = "asset a WHERE \(filter.condition.text)"
    } else {
      // Several values may be one asset's; each is counted once.
      let source = ScopeSQL(field.scope, isEverythingShown: false, testsConnector: false)
      let condition = source.condition.map { "WHERE \($0)" } ?? ""
      tables = """
        asset a LEFT JOIN (SELECT DISTINCT \(source.owner) AS owner, \(shownExpression(field)) AS value
          FROM \(source.tables) \(condition)) o ON o.owner = a.id WHERE \(filter.condition.text)
        """
      columns = "o.value, count(*), sum(a.open_findings)"
    }
    var values: [String?: (count: Int, open: Int)] = [:]
    try forEachRow(
      "\(filter.with)SELECT \(columns) FROM \(tables) GROUP BY 1",
      filter.prefix.values + filter.condition.values
    ) { row in
      let shown = shownValue(row, 0, field)
      values[shown, default: (0, 0)].count += Int(row.integer(1))
      values[shown, default: (0, 0)].open += Int(row.integer(2))
    }
    return Facet(field: field, counts: values)
  }

  /// The expression over the field's own tables whose values ``shownValue(_:_:_:)`` shows.
  func shownExpression(_ field: QueryField) -> String {
    switch FieldSQL(field) {
    case .value(let expression): expression
    case .scoreBand: "a.score"
    case .variant(let expression), .control(let expression): expression
    case .coded, .detail, .decision, .status, .externalFindingID: "NULL"
    }
  }

  func shownValue(_ row: SQLStatement, _ column: Int32, _ field: QueryField) -> String? {
    if row.isNull(column) { return nil }
    switch field {
    case .assetID: return AssetID(row.integer(column)).description
    case .controlID: return ControlID(row.integer(column)).description
    case .scoreBand: return ScoreBand(score: row.double(column), settings: settings).rawValue
    case .assetIsGone, .internetExposed: return row.integer(column) == 0 ? "false" : "true"
    default: return row.text(column)
    }
  }
}

extension Facet {
  init(field: QueryField, counts: [String?: (count: Int, open: Int)]) {
    let values = counts.map { Value(value: $0.key, count: $0.value.count, open: $0.value.open) }
    self.init(
      field: field,
      values: values.sorted { a, b in
        a.count != b.count ? a.count > b.count : (a.value ?? "") < (b.value ?? "")
      })
  }
}
