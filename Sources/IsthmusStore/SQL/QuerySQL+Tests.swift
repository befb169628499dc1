import IsthmusCore

/// Tests of single fields.
extension QuerySQL {
  mutating func test(_ test: ConditionTree.Test) throws -> SQLFragment {
    terms += 1
    if terms > Self.maximumTerms {
      throw QueryError(
        "The query has more than \(Self.maximumTerms) conditions that can't be answered together.",
        position: test.position, length: 0, expected: "fewer, or lists as [a, b] in place of \"or\"")
    }
    let clauses = test.clauses
    switch (FieldSQL(test.field), clauses[0][0]) {
    case (.value(let expression), _):
      if test.field == .findingCustomAttributeValue && isExpanding {
        let values = SQLExpression(
          FieldSQL.expanded(expression),
          of: "finding f JOIN resource r ON r.id = f.resource_id JOIN "
            + "finding_detail d ON d.id = f.detail_id CROSS JOIN \(ScopeSQL.customValues(of: "d.attributes"))",
          where: "\(ScopeSQL.isCustom) AND \(FieldSQL.isMarked(expression))")
        return try store.session.comparison(values, clauses)
      }
      let values = SQLExpression(expression, at: ScopeSQL.places(of: test.field.scope))
      return try store.session.comparison(values, clauses)
    case (.coded(let expression, let codes), .oneOf(let names)):
      return SQLFragment(
        "\(expression) IN (SELECT value FROM json_each(?))", [.integers(names.compactMap { codes[$0] })])
    case (.coded(let expression, _), _): return SQLFragment("\(expression) IS NOT NULL")
    case (.variant(let expression), _): return variantIs(try variants(expression, clauses))
    case (.control(let expression), _):
      let values = SQLExpression(expression, of: "control c JOIN connector k ON k.id = c.connector_id")
      guard let found = try store.reader.controls(store.session.comparison(values, clauses)) else { return .true }
      return SQLFragment("f.control_id IN (SELECT value FROM json_each(?))", [.integers(found)])
    case (.detail(let name), _): return try detail(name, clauses)
    case (.decision(let expression, let kind), .boolean(let flag)):
      let decided = "f.id IN (SELECT d.finding_id FROM finding_decision d WHERE d.kind = '\(kind)' AND \(expression))"
      return SQLFragment(flag ? decided : "NOT \(decided)")
    // Ignored or not: no finding is without.
    case (.decision("TRUE", _), .isPresent): return .true
    case (.decision(let expression, let kind), _):
      let inner = try store.session.comparison(SQLExpression(expression, of: "finding_decision d"), clauses)
      return SQLFragment(
        "f.id IN (SELECT d.finding_id FROM finding_decision d WHERE d.kind = '\(kind)' AND \(inner.text))",
        inner.values)
    case (.status, .oneOf(let names)): return status(names.compactMap(FindingStatus.init(rawValue:)))
    case (.status, _): return SQLFragment("f.life <> 0")
    case (.externalFindingID, _): return try externalID(clauses)
    case (.scoreBand, .oneOf(let names)): return bands(names.compactMap(ScoreBand.init(rawValue:)))
    case (.scoreBand, _): return .true
    }
  }

  /// The statement that selects the variants of which an expression over `control_variant w` satisfies the clauses.
  func variants(_ expression: String, _ clauses: [[Comparison]]) throws -> SQLFragment {
    var variants = try store.session.comparison(SQLExpression(expression, of: "control_variant w"), clauses)
    variants.text = "SELECT w.id FROM control_variant w WHERE \(variants.text)"
    return variants
  }

  /// ``FindingLife/status(listings:)`` in SQL.
  private func status(_ statuses: [FindingStatus]) -> SQLFragment {
    var statuses = statuses
    var terms: [String] = []
    if Set(statuses).isSuperset(of: [.new, .active, .reopened]) {
      // Open, whatever the scope's listings say of it.
      terms.append("f.life IN (1, 2)")
      statuses.removeAll { $0 != .fixed }
    }
    terms += statuses.map { status in
      switch status {
      case .new: "f.life = 1 AND f.opened_listing >= \(FieldSQL.listings)"
      case .reopened: "f.life = 2 AND f.opened_listing >= \(FieldSQL.listings)"
      case .active: "f.life IN (1, 2) AND f.opened_listing < \(FieldSQL.listings)"
      case .fixed: "f.life = 3"
      }
    }
    return SQLFragment(terms.map { "(\($0))" }.joined(separator: " OR "))
  }

  private func bands(_ bands: [ScoreBand]) -> SQLFragment {
    let all = ScoreBand.allCases
    let terms = bands.map { band -> SQLFragment in
      // Bands are those of the score as it is shown: rounded.
      let lowest = (store.settings.bandMinimums[band] ?? -1) - 0.5
      let above = all.firstIndex(of: band).flatMap { $0 == 0 ? nil : all[$0 - 1] }
      let limit = above.flatMap { store.settings.bandMinimums[$0] }.map { $0 - 0.5 } ?? .infinity
      return SQLFragment("a.score >= ? AND a.score < ?", [.real(lowest), .real(limit)])
    }
    return terms.isEmpty ? .false : .combine(terms, "OR")
  }

  /// Texts that stand once for many findings; those that hold the resource's id are looked at by finding.
  private func detail(_ name: String, _ clauses: [[Comparison]]) throws -> SQLFragment {
    let text = FieldSQL.detailText(name)
    if clauses == [[.isPresent]] {
      return SQLFragment("f.detail_id IN (SELECT d.id FROM finding_detail d WHERE \(text) IS NOT NULL)")
    }
    let marked = FieldSQL.isMarked(text)
    let plain = try store.session.comparison(
      SQLExpression(text, of: "finding_detail d", where: "\(marked) IS NOT TRUE"), clauses)
    let withIDs = """
      finding_detail d JOIN finding f ON f.detail_id = d.id JOIN resource r ON r.id = f.resource_id
      """
    let expanded = try store.session.comparison(
      SQLExpression(FieldSQL.expanded(text), of: withIDs, where: marked), clauses)
    return SQLFragment(
      """
      f.detail_id IN (SELECT d.id FROM finding_detail d WHERE \(marked) IS NOT TRUE AND \(plain.text))
        OR (f.detail_id IN (SELECT d.id FROM finding_detail d WHERE \(marked)) AND EXISTS (
          SELECT 1 FROM finding_detail d JOIN resource r ON r.id = f.resource_id
          WHERE d.id = f.detail_id AND \(expanded.text)))
      """, plain.values + expanded.values, depth: 4)
  }

  /// The id mostly follows from resource and control and is not stored.
  private mutating func externalID(_ clauses: [[Comparison]]) throws -> SQLFragment {
    if clauses == [[.isPresent]] { return .true }
    guard clauses.count == 1, clauses[0].count == 1, case .oneOf(let ids) = clauses[0][0] else {
      let places = try externalIDPlaces(holding: ValueMatcher(clauses).required ?? [])
      let inner = try store.session.comparison(
        SQLExpression("coalesce(f.external_id, \(FieldSQL.foldedExternalID))", at: places, isOfFindings: true), clauses)
      let selections = places.map { place in
        let condition = SQLFragment.combine([place.condition ?? .true, inner], "AND")
        return SQLFragment("SELECT f.id FROM \(place.tables) WHERE \(condition.text)", condition.values)
      }
      return SQLFragment(
        "f.id IN (\(selections.map(\.text).joined(separator: " UNION ALL ")))", selections.flatMap(\.values), depth: 2)
    }
    // Whole ids: what stands before the ending of some control is a resource's id.
    let stored = try store.session.comparison(
      SQLExpression("f.external_id", of: "finding f", where: "f.external_id IS NOT NULL"), clauses)
    return SQLFragment(
      """
      f.id IN (SELECT f.id FROM finding f WHERE f.external_id IS NOT NULL AND \(stored.text)
        UNION ALL SELECT f.id FROM (SELECT DISTINCT swiftLowercaseString(finding_suffix) AS suffix FROM control) x
          CROSS JOIN json_each(?) i CROSS JOIN resource r CROSS JOIN finding f ON f.resource_id = r.id
          JOIN control c ON c.id = f.control_id
        WHERE length(i.value) >= length(x.suffix)
          AND substr(i.value, length(i.value) - length(x.suffix) + 1) = x.suffix
          AND r.folded_id = substr(i.value, 1, length(i.value) - length(x.suffix))
          AND swiftLowercaseString(c.finding_suffix) = x.suffix AND f.external_id IS NULL)
      """, stored.values + [.texts(ids)])
  }

  /// Where findings stand of which an id may hold one of the parts, which are in lower case; none: all findings.
  private mutating func externalIDPlaces(holding parts: [String]) throws -> [SQLExpression.Place] {
    let tables = "resource r JOIN finding f ON f.resource_id = r.id JOIN control c ON c.id = f.control_id"
    let all = [SQLExpression.Place(tables: tables)]
    guard (1...Self.mostIDParts).contains(parts.count), narrowedIDs < Self.mostNarrowedIDs else { return all }
    narrowedIDs += 1
    // Something of a part may be in the control's suffix: these are few, and looked at here.
    let suffixes =
      try idSuffixes
      ?? store.reader.rows(
        "SELECT DISTINCT swiftLowercaseString(finding_suffix) FROM control", []
      ) { $0.text(0) }
    idSuffixes = suffixes
    let found = suffixes.filter { suffix in
      parts.contains { part in
        suffix.utf8.contains(part.utf8) || part.utf8.indices.contains { suffix.utf8.starts(with: part.utf8[$0...]) }
      }
    }
    if found.count == suffixes.count { return all }
    let inResource = store.session.foldedIDHolds(parts)
    var conditions = [
      SQLFragment("r.id IN (SELECT r.id FROM resource r WHERE \(inResource.text))", inResource.values),
      SQLFragment("f.external_id IS NOT NULL"),
    ]
    if !found.isEmpty {
      conditions.append(
        SQLFragment("swiftLowercaseString(c.finding_suffix) IN (SELECT value FROM json_each(?))", [.texts(found)]))
    }
    return conditions.map { SQLExpression.Place(tables: tables, condition: $0) }
  }

  /// More parts are as well looked for in all ids.
  private static let mostIDParts = 8
  /// Of more tests of external ids in one query all ids are looked at: once for all, where the store compares them itself.
  private static let mostNarrowedIDs = 8
}
