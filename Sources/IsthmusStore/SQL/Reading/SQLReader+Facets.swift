import IsthmusCore

extension SQLReader {
  func facets(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) throws -> [Facet] {
    var known = keptFacets(fields, of: entity, listing)
    let missing = fields.filter { known[$0] == nil }
    for facet in missing.isEmpty ? [] : try counted(missing, of: entity, listing) {
      known[facet.field] = facet
      memory?.numbers.keep(.facet(facet), for: .init(entity, listing, facet.field), at: version)
    }
    return fields.compactMap { known[$0] }
  }

  private func counted(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) throws -> [Facet] {
    switch entity {
    case .asset:
      let (total, facets) = try assetFacets(fields, try assetFilter(listing))
      // The same pass tells it.
      memory?.numbers.keep(.count(total), for: .init(entity, listing, nil), at: version)
      return facets
    case .finding:
      var counts = FindingCounts(reader: self, filter: try findingFilter(listing))
      let facets = try fields.map { try counts.facet($0) }
      // The same pass tells it.
      if let total = counts.total { memory?.numbers.keep(.count(total), for: .init(entity, listing, nil), at: version) }
      return facets
    }
  }

  // MARK: - Assets

  /// By one pass over the assets for all fields: their rows are wide. Of tags, addresses and so on an asset has several;
  /// each is counted once.
  private func assetFacets(_ fields: [QueryField], _ filter: Filter) throws -> (total: Int, facets: [Facet]) {
    let elements = try fields.map { $0.scope == .asset ? nil : try elementValues($0) }
    let columns = fields.map { $0.scope == .asset ? shownExpression($0) : "NULL" }
    var tallies = [AlikeTally](repeating: AlikeTally(), count: fields.count)
    var total = 0
    try forEachRow(
      """
      \(filter.with)SELECT a.id, a.open_findings, \(columns.joined(separator: ", ")) FROM asset a
      WHERE \(filter.condition.text)
      """, filter.prefix.values + filter.condition.values
    ) { row in
      total += 1
      let open = Int(row.integer(1))
      for (index, field) in fields.enumerated() {
        if let values = elements[index] {
          for value in values[row.integer(0)] ?? [nil] { tallies[index].add(value, open: open) }
        } else {
          tallies[index].add(shownValue(row, Int32(index + 2), field), open: open)
        }
      }
    }
    return (total, zip(fields, tallies).map { Facet(field: $0, counts: $1.all) })
  }

  /// Counts values that mostly come after ones that are the same, as from an index.
  private struct AlikeTally {
    private var counts: [String?: (count: Int, open: Int)] = [:]
    private var last: String?
    private var ofLast = (count: 0, open: 0)

    mutating func add(_ value: String?, open: Int) {
      if value != last {
        settle()
        last = value
      }
      ofLast.count += 1
      ofLast.open += open
    }

    private mutating func settle() {
      guard ofLast.count > 0 else { return }
      counts[last, default: (0, 0)].count += ofLast.count
      counts[last, default: (0, 0)].open += ofLast.open
      ofLast = (0, 0)
    }

    var all: [String?: (count: Int, open: Int)] {
      var tally = self
      tally.settle()
      return tally.counts
    }
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
