import IsthmusCore

/// A query's condition as SQL over `asset a` or `finding f`.
///
/// SQLite's parser takes a few dozen nested parentheses and conditions of some hundred terms, queries are nested
/// 1,000 deep: what is deeper than ``maximumDepth`` or wider than ``maximumWidth`` becomes a common table
/// expression of its own, and its place a look-up there. Values are always bound.
struct QuerySQL {
  /// WITH … or nothing.
  private(set) var tables: [SQLFragment] = []
  /// Over the alias of the query's entity.
  private(set) var condition = SQLFragment("1")

  private static let maximumDepth = 20
  private static let maximumWidth = 40

  private let query: Query
  private let store: Facts

  /// What decides between forms of the same condition.
  struct Facts {
    /// Whether some finding has texts of its own instead of its control's.
    var hasOwnVariants: Bool
    var hasTwins: Bool
    var settings: ScoreSettings
  }

  /// - Parameter controls: Which controls satisfy a condition over `control c` with its `connector k`; nil for
  ///   all. There are few, and a query that all of them satisfy is none.
  init(_ query: Query, _ facts: Facts, controls: (SQLFragment) throws -> [Int64]?) throws {
    self.query = query
    store = facts
    let scopes = Self.scopes(of: query)
    let extents = query.steps.extents
    var stack: [SQLFragment] = []
    for (index, step) in query.steps.enumerated() {
      let operands = Array(stack.suffix(step.operands))
      stack.removeLast(step.operands)
      let scope = scopes[index]
      switch step {
      case .constant(let value): stack.append(SQLFragment(value ? "1" : "0"))
      case .test(let test, let isNegated):
        let fragment = try self.test(test, controls)
        stack.append(isNegated ? fragment.negated : fragment)
      case .all: stack.append(combine(operands, "AND", in: scope))
      case .any: stack.append(combine(operands, "OR", in: scope))
      case .related(let target, let isNegated):
        let tested = query.steps[extents[index]..<index]
        stack.append(related(target, of: scope, operands[0], isNegated, testsConnector: Self.testsConnector(tested)))
      }
    }
    condition = stack.first ?? SQLFragment("1")
  }

  /// What belongs after WITH, with its values; empty for none.
  var prefix: SQLFragment {
    SQLFragment(tables.map(\.text).joined(separator: ", "), tables.flatMap(\.values))
  }

  /// For each step the scope whose records it is about.
  private static func scopes(of query: Query) -> [QueryScope] {
    let extents = query.steps.extents
    var scopes = [QueryScope](repeating: query.entity.scope, count: query.steps.count)
    for index in query.steps.indices.reversed() {
      var inner = scopes[index]
      if case .related(let target, _) = query.steps[index] { inner = target }
      var operand = index - 1
      for _ in 0..<query.steps[index].operands {
        scopes[operand] = inner
        operand = extents[operand] - 1
      }
    }
    return scopes
  }

  private static func testsConnector(_ steps: ArraySlice<QueryStep>) -> Bool {
    steps.contains { step in
      if case .test(let test, _) = step { test.field == .customAttributeConnectorID } else { false }
    }
  }

  private func source(of scope: QueryScope, testsConnector: Bool) -> ScopeSQL {
    ScopeSQL(
      scope, isEverythingShown: query.namesAbsent, testsConnector: testsConnector, hasTwins: store.hasTwins)
  }
}

// MARK: - Combining

extension QuerySQL {
  private mutating func combine(_ operands: [SQLFragment], _ word: String, in scope: QueryScope) -> SQLFragment {
    var fragments = operands.map { $0.depth >= Self.maximumDepth ? cut($0, in: scope) : $0 }
    while fragments.count > Self.maximumWidth {
      let chunks = stride(from: 0, to: fragments.count, by: Self.maximumWidth).map {
        Array(fragments[$0..<min($0 + Self.maximumWidth, fragments.count)])
      }
      fragments = chunks.map { cut(.combine($0, word), in: scope) }
    }
    return .combine(fragments, word)
  }

  /// The fragment as a table of the records for which it holds.
  private mutating func cut(_ fragment: SQLFragment, in scope: QueryScope) -> SQLFragment {
    let source = source(of: scope, testsConnector: fragment.text.contains("s.connector_id"))
    let name = "q\(tables.count + 1)"
    let keys = source.identity.joined(separator: ", ")
    let columns = source.identity.indices.map { "k\($0)" }.joined(separator: ", ")
    let text = "\(name) (\(columns)) AS (SELECT \(keys) FROM \(source.tables) WHERE \(fragment.text))"
    tables.append(SQLFragment(text, fragment.values))
    let record = source.identity.count == 1 ? keys : "(\(keys))"
    return SQLFragment("\(record) IN (SELECT \(columns) FROM \(name))")
  }

  private mutating func related(
    _ target: QueryScope, of scope: QueryScope, _ operand: SQLFragment, _ isNegated: Bool, testsConnector: Bool
  ) -> SQLFragment {
    let inner = operand.depth >= Self.maximumDepth ? cut(operand, in: target) : operand
    let source = source(of: target, testsConnector: testsConnector)
    let condition = source.condition.map { "\($0) AND (\(inner.text))" } ?? inner.text
    let owners = "SELECT \(source.owner) FROM \(source.tables) WHERE \(condition)"
    let found: SQLFragment
    switch (scope, target) {
    case (.finding, .asset):
      found = SQLFragment(
        "f.resource_id IN (SELECT r.id FROM asset a JOIN resource r ON r.asset_id = a.id WHERE \(inner.text))",
        inner.values, depth: inner.depth + 1)
    case (.finding, .findingCustomAttribute):
      let own = """
        f.detail_id IN (SELECT d.id FROM finding_detail d JOIN \(ScopeSQL.customValues(of: "d.attributes"))
          WHERE j.key LIKE 'custom.%' AND (\(inner.text)))
        """
      let control = variantIs(SQLFragment(owners, inner.values))
      found = SQLFragment(
        "(\(control.text)) OR \(own)", control.values + inner.values, depth: inner.depth + 2)
    case (.finding, _):
      var fragment = variantIs(SQLFragment(owners, inner.values))
      fragment.depth = inner.depth + 1
      found = fragment
    default:
      found = SQLFragment("a.id IN (\(owners))", inner.values, depth: inner.depth + 1)
    }
    return isNegated ? found.negated : found
  }

  /// The finding's texts are one of the variants that `variants` selects.
  private func variantIs(_ variants: SQLFragment) -> SQLFragment {
    let byControl = "f.control_id IN (SELECT c.id FROM control c WHERE c.variant_id IN (\(variants.text)))"
    if !store.hasOwnVariants { return SQLFragment(byControl, variants.values) }
    return SQLFragment(
      "(\(byControl) AND f.variant_id IS NULL) OR f.variant_id IN (\(variants.text))",
      variants.values + variants.values)
  }
}

// MARK: - Tests

extension QuerySQL {
  private func test(
    _ test: QueryTest, _ controls: (SQLFragment) throws -> [Int64]?
  ) throws -> SQLFragment {
    switch (FieldSQL(test.field), test.comparison) {
    case (.value(let expression), let comparison): return SQLFragment(expression, comparison)
    case (.coded(let expression, let codes), .oneOf(let names)):
      return SQLFragment(
        "\(expression) IN (SELECT value FROM json_each(?))", [.list(names.compactMap { codes[$0] })])
    case (.coded(let expression, _), let comparison): return SQLFragment(expression, comparison)
    case (.variant(let expression), let comparison):
      var variants = SQLFragment(expression, comparison)
      variants.text = "SELECT w.id FROM control_variant w WHERE \(variants.text)"
      return variantIs(variants)
    case (.control(let expression), let comparison):
      guard let found = try controls(SQLFragment(expression, comparison)) else { return SQLFragment("1") }
      return SQLFragment("f.control_id IN (SELECT value FROM json_each(?))", [.list(found)])
    case (.detail(let name), let comparison): return detail(name, comparison)
    case (.decision(let expression, let kind), .boolean(let flag)):
      let decided = "f.id IN (SELECT d.finding_id FROM finding_decision d WHERE d.kind = '\(kind)' AND \(expression))"
      return SQLFragment(flag ? decided : "NOT \(decided)")
    // Ignored or not: no finding is without.
    case (.decision("1", _), .isPresent): return SQLFragment("1")
    case (.decision(let expression, let kind), let comparison):
      let inner = SQLFragment(expression, comparison)
      return SQLFragment(
        "f.id IN (SELECT d.finding_id FROM finding_decision d WHERE d.kind = '\(kind)' AND \(inner.text))",
        inner.values)
    case (.status, .oneOf(let names)): return status(names.compactMap(FindingStatus.init(rawValue:)))
    case (.status, _): return SQLFragment("f.life <> 0")
    case (.externalFindingID, let comparison): return externalID(comparison)
    case (.scoreBand, .oneOf(let names)): return bands(names.compactMap(ScoreBand.init(rawValue:)))
    case (.scoreBand, _): return SQLFragment("1")
    }
  }

  /// ``FindingLife/status(listings:)`` in SQL.
  private func status(_ statuses: [FindingStatus]) -> SQLFragment {
    let terms = statuses.map { status in
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
    return terms.isEmpty ? SQLFragment("0") : .combine(terms, "OR")
  }

  /// Texts that stand once for many findings; those that hold the resource's id are looked at by finding.
  private func detail(_ name: String, _ comparison: Comparison) -> SQLFragment {
    let text = "json_extract(d.attributes, '$.\(name)')"
    if comparison == .isPresent {
      return SQLFragment("f.detail_id IN (SELECT d.id FROM finding_detail d WHERE \(text) IS NOT NULL)")
    }
    let marked = (1...4).map { "instr(\(text), char(\($0)))" }.joined(separator: " OR ")
    let plain = SQLFragment(text, comparison)
    let expanded = SQLFragment("qql_expand(\(text), coalesce(r.assessed_id, r.written_id))", comparison)
    return SQLFragment(
      """
      f.detail_id IN (SELECT d.id FROM finding_detail d WHERE NOT (\(marked)) AND \(plain.text))
        OR f.id IN (SELECT f.id FROM finding_detail d CROSS JOIN finding f ON f.detail_id = d.id
          JOIN resource r ON r.id = f.resource_id WHERE (\(marked)) AND \(expanded.text))
      """, plain.values + expanded.values, depth: 1)
  }

  /// The id mostly follows from resource and control and is not stored.
  private func externalID(_ comparison: Comparison) -> SQLFragment {
    if comparison == .isPresent { return SQLFragment("1") }
    let composed = "r.folded_id || swiftLowercaseString(c.finding_suffix)"
    let tables = "resource r JOIN finding f ON f.resource_id = r.id JOIN control c ON c.id = f.control_id"
    let stored = SQLFragment("f.external_id", comparison)
    guard case .oneOf(let ids) = comparison else {
      let inner = SQLFragment("coalesce(f.external_id, \(composed))", comparison)
      return SQLFragment("f.id IN (SELECT f.id FROM \(tables) WHERE \(inner.text))", inner.values)
    }
    // Whole ids: only the resources whose id one of them begins with.
    let resources = Set(ids.flatMap(Self.prefixes)).sorted()
    return SQLFragment(
      """
      f.id IN (SELECT f.id FROM finding f WHERE f.external_id IS NOT NULL AND \(stored.text)
        UNION ALL SELECT f.id FROM \(tables) WHERE f.external_id IS NULL
          AND r.folded_id IN (SELECT value FROM json_each(?)) AND \(composed) IN (SELECT value FROM json_each(?)))
      """, stored.values + [.list(resources), .list(ids)])
  }

  private static func prefixes(_ id: String) -> [String] {
    id.indices.filter { id[$0] == "/" }.map { String(id[..<$0]) }.filter { !$0.isEmpty }
  }
}
