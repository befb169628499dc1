import IsthmusCore

extension SQLReader {
  func facets(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) throws -> [Facet] {
    var known = keptFacets(fields, of: entity, listing)
    let missing = fields.filter { known[$0] == nil }
    for facet in missing.isEmpty ? [] : try counted(missing, of: entity, listing) {
      known[facet.field] = facet
      numbers?.keep(.facet(facet), for: .init(entity, listing, facet.field), at: version)
    }
    return fields.compactMap { known[$0] }
  }

  private func counted(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) throws -> [Facet] {
    switch entity {
    case .asset:
      let filter = try found(listing)
      return try fields.map { try assetFacet($0, filter) }
    case .finding:
      var counts = FindingCounts(reader: self, filter: try findingFilter(listing))
      let facets = try fields.map { try counts.facet($0) }
      // The same pass tells it.
      if let total = counts.total { numbers?.keep(.count(total), for: .init(entity, listing, nil), at: version) }
      return facets
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
      prefix: SQLFragment(""), condition: SQLFragment("a.id IN (SELECT value FROM json_each(?))", [.integers(ids)]),
      isPlain: false)
  }

  private func assetFacet(_ field: QueryField, _ filter: Filter) throws -> Facet {
    if field.scope != .asset { return try assetElementFacet(field, filter) }
    var counts: [String?: (count: Int, open: Int)] = [:]
    try forEachRow(
      """
      \(filter.with)SELECT \(shownExpression(field)), count(*), sum(a.open_findings) FROM asset a
      WHERE \(filter.condition.text) GROUP BY 1
      """, filter.prefix.values + filter.condition.values
    ) { row in
      let shown = shownValue(row, 0, field)
      counts[shown, default: (0, 0)].count += Int(row.integer(1))
      counts[shown, default: (0, 0)].open += Int(row.integer(2))
    }
    return Facet(field: field, counts: counts)
  }

  /// Of tags, addresses and so on, of which an asset has several; each value is counted once.
  private func assetElementFacet(_ field: QueryField, _ filter: Filter) throws -> Facet {
    let values = try elementValues(field)
    var counts: [String?: (count: Int, open: Int)] = [:]
    try forEachRow(
      "\(filter.with)SELECT a.id, a.open_findings FROM asset a WHERE \(filter.condition.text)",
      filter.prefix.values + filter.condition.values
    ) { row in
      for value in values[row.integer(0)] ?? [nil] {
        counts[value, default: (0, 0)].count += 1
        counts[value, default: (0, 0)].open += Int(row.integer(1))
      }
    }
    return Facet(field: field, counts: counts)
  }

  /// By asset or by control's variant, the different values of its elements; nothing for one without.
  func elementValues(_ field: QueryField) throws -> [Int64: [String?]] {
    let source = ScopeSQL(field.scope, isEverythingShown: true, testsConnector: false)
    let condition = source.condition.map { "WHERE \($0)" } ?? ""
    var values: [Int64: [String?]] = [:]
    try forEachRow(
      "SELECT DISTINCT \(source.owner), \(shownExpression(field)) FROM \(source.tables) \(condition)"
    ) { row in
      if let shown = shownValue(row, 1, field) { values[row.integer(0), default: []].append(shown) }
    }
    return values.mapValues { Facet.distinct($0, field) }
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

  func shownValue(_ row: any SQLStatement, _ column: Int32, _ field: QueryField) -> String? {
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
  /// Values that a term of the query language does not tell apart are one, in their most frequent spelling.
  init(field: QueryField, counts: [String?: (count: Int, open: Int)]) {
    var merged: [String?: Value] = [:]
    let inOrder = counts.sorted { a, b in
      a.value.count != b.value.count ? a.value.count > b.value.count : (a.key ?? "") < (b.key ?? "")
    }
    for (spelling, count) in inOrder {
      let key = spelling.map { Self.folded($0, field) }
      merged[key, default: Value(value: spelling, count: 0, open: 0)].count += count.count
      merged[key]?.open += count.open
    }
    self.init(
      field: field,
      values: merged.values.sorted { a, b in
        a.count != b.count ? a.count > b.count : (a.value ?? "") < (b.value ?? "")
      })
  }

  /// Without those that are others in another case.
  static func distinct(_ values: [String?], _ field: QueryField) -> [String?] {
    if values.count < 2 { return values }
    var known: Set<String> = []
    return values.filter { value in value.map { known.insert(folded($0, field)).inserted } ?? false }
  }

  private static func folded(_ value: String, _ field: QueryField) -> String {
    switch field.kind {
    case .text, .keyword, .macAddress: value.lowercased()
    case .enumeration, .integer, .tenths, .boolean, .date, .ipAddress, .identifier: value
    }
  }
}
