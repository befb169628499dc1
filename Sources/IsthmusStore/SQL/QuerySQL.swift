import IsthmusCore

/// A query's condition as SQL over `asset a` or `finding f`.
///
/// The upper levels are said in SQL, so that indexes serve them. What is deeper than ``maximumLevels`` or wider than
/// ``maximumWidth`` becomes a ``TruthProgram`` over its terms, and relations with much in them common table
/// expressions: neither SQLite's parser nor a thread's stack is large. Values are always bound.
struct QuerySQL {
  /// WITH … or nothing.
  private(set) var tables: [SQLFragment] = []
  /// Over the alias of the query's entity.
  private(set) var condition = SQLFragment.true

  /// Of `and` and `or` within one another, in each scope.
  private static let maximumLevels = 3
  /// Operands of one `and` or `or`.
  private static let maximumWidth = 64
  /// Levels of parentheses that a relation may have in place.
  private static let maximumRelationDepth = 5
  /// Terms of a query, after those of one field were put together. Nearly all bind two values at most where SQLite
  /// may have 32,766, and a statement of so many takes some seconds to prepare.
  static let maximumTerms = 5000

  let tree: ConditionTree
  private let isEverythingShown: Bool
  let store: Facts
  var terms = 0
  /// Tests of external finding ids that were narrowed; see ``externalIDPlaces(holding:)``.
  var narrowedIDs = 0
  /// Endings of external finding ids in lower case, once they were read.
  var idSuffixes: [String]?
  /// Whether texts of `finding_detail` get the id of `resource r` in place of their marks.
  private(set) var isExpanding = false

  /// What decides between forms of the same condition.
  struct Facts {
    /// Whether some finding has texts of its own instead of its control's.
    var hasOwnVariants: Bool
    var hasTwins: Bool
    var settings: ScoreSettings
    /// Sees the inventory that it is to be asked of.
    var reader: SQLReader
    /// Whose SQL it is to be.
    var session: any SQLSession { reader.queries.session }
  }

  /// - Throws: ``QueryError`` for more than ``maximumTerms``.
  init(_ query: Query, _ facts: Facts) throws {
    self.init(unsaid: query, facts)
    condition = try fragment(tree.root, query.entity.scope, level: 0)
  }

  /// With everything as its condition yet.
  init(unsaid query: Query, _ facts: Facts) {
    tree = ConditionTree(query)
    isEverythingShown = query.namesAbsent
    store = facts
  }

  /// The same, before anything was said.
  var unsaid: QuerySQL {
    var other = self
    (other.tables, other.condition, other.terms, other.narrowedIDs) = ([], .true, 0, 0)
    return other
  }

  /// What belongs after WITH, with its values; empty for none.
  var prefix: SQLFragment {
    SQLFragment(tables.map(\.text).joined(separator: ", "), tables.flatMap(\.values))
  }
}

// MARK: - Combining

extension QuerySQL {
  /// Calls itself for ``maximumLevels`` in each of five scopes at most.
  private mutating func fragment(_ node: Int, _ scope: QueryScope, level: Int) throws -> SQLFragment {
    switch tree.nodes[node] {
    case .constant(let value): return value ? .true : .false
    case .test(let test):
      let fragment = try self.test(test)
      return test.isNegated ? fragment.negated : fragment
    case .related(let relation):
      let fragment = try related(relation, of: scope)
      return relation.isNegated ? fragment.negated : fragment
    case .all(let operands), .any(let operands):
      guard level < Self.maximumLevels, operands.count <= Self.maximumWidth else { return try program(node, scope) }
      var fragments: [SQLFragment] = []
      for operand in operands { fragments.append(try fragment(operand, scope, level: level + 1)) }
      if case .all = tree.nodes[node] { return .combine(fragments, "AND") }
      return .combine(fragments, "OR")
    }
  }

  private mutating func program(_ node: Int, _ scope: QueryScope) throws -> SQLFragment {
    var truths: [SQLFragment] = []
    let program = try tree.program(of: node) { term in
      truths.append(try fragment(term, scope, level: 0))
      return truths.count - 1
    }
    return program.map { store.session.holding($0, of: truths) } ?? .false
  }

  private mutating func related(
    _ relation: ConditionTree.Relation, of scope: QueryScope
  ) throws -> SQLFragment {
    if scope == .asset, relation.scope == .finding, !relation.asksSource,
      let assets = try packedAssets(with: relation.operand, isEverything: isEverythingShown)
    {
      return SQLFragment("a.id IN (SELECT value FROM json_each(?))", [.integers(assets)], depth: 3)
    }
    let (statement, inner) = try owners(of: relation, in: scope)
    let owners = placed(statement)
    switch (scope, relation.scope) {
    case (.finding, .asset):
      return SQLFragment("f.resource_id IN (\(owners.text))", owners.values, depth: owners.depth)
    case (.finding, .findingCustomAttribute):
      return .combine([variantIs(owners), try ownAttribute(relation, inner)], "OR")
    case (.finding, _): return variantIs(owners)
    default: return SQLFragment("a.id IN (\(owners.text))", owners.values, depth: owners.depth)
    }
  }

  /// The statement that selects the numbers of what the relation's records belong to: assets, or of findings resources or
  /// variants; and the condition over a record.
  mutating func owners(
    of relation: ConditionTree.Relation, in scope: QueryScope
  ) throws -> (statement: SQLFragment, condition: SQLFragment) {
    let inner = try fragment(relation.operand, relation.scope, level: 0)
    let source = source(of: relation.scope, asksSource: relation.asksSource)
    let condition = [source.condition, "(\(inner.text))"].compactMap { $0 }.joined(separator: " AND ")
    var (owner, tables) = (source.owner, source.tables)
    if scope == .finding, relation.scope == .asset {
      (owner, tables) = ("r.id", "\(source.tables) JOIN resource r ON r.asset_id = a.id")
    }
    let statement = SQLFragment(
      "SELECT \(owner) FROM \(tables) WHERE \(condition)", inner.values, depth: inner.depth)
    return (statement, inner)
  }

  /// The statement for a place in parentheses: a table of its own where it is deep.
  private mutating func placed(_ statement: SQLFragment) -> SQLFragment {
    guard statement.depth > Self.maximumRelationDepth else {
      return SQLFragment(statement.text, statement.values, depth: statement.depth + 3)
    }
    let name = "q\(tables.count + 1)"
    tables.append(SQLFragment("\(name) (k) AS MATERIALIZED (\(statement.text))", statement.values))
    return SQLFragment("SELECT k FROM \(name)", depth: 3)
  }

  private func source(of scope: QueryScope, asksSource: Bool) -> ScopeSQL {
    ScopeSQL(scope, isEverythingShown: isEverythingShown, testsConnector: asksSource, hasTwins: store.hasTwins)
  }

  /// The finding's texts are one of the variants that `variants` selects.
  func variantIs(_ variants: SQLFragment) -> SQLFragment {
    let byControl = "f.control_id IN (SELECT c.id FROM control c WHERE c.variant_id IN (\(variants.text)))"
    if !store.hasOwnVariants { return SQLFragment(byControl, variants.values, depth: variants.depth + 2) }
    return SQLFragment(
      "(\(byControl) AND f.variant_id IS NULL) OR f.variant_id IN (\(variants.text))",
      variants.values + variants.values, depth: variants.depth + 3)
  }

  /// A custom attribute that is not its control's.
  private mutating func ownAttribute(
    _ relation: ConditionTree.Relation, _ inner: SQLFragment
  ) throws -> SQLFragment {
    let values = ScopeSQL.findingDetails
    let marked = FieldSQL.isMarked("v.value")
    let plain = placed(
      SQLFragment(
        "SELECT d.id FROM \(values) WHERE \(ScopeSQL.isCustom) AND \(marked) IS NOT TRUE AND (\(inner.text))",
        inner.values, depth: inner.depth))
    isExpanding = true
    defer { isExpanding = false }
    let expanded = try fragment(relation.operand, relation.scope, level: 0)
    // By finding, and of few findings only: not in a place of its own.
    return SQLFragment(
      """
      f.detail_id IN (\(plain.text)) OR (
        f.detail_id IN (SELECT d.id FROM \(values) WHERE \(ScopeSQL.isCustom) AND \(marked)) AND EXISTS (
          SELECT 1 FROM \(values) JOIN resource r ON r.id = f.resource_id
          WHERE d.id = f.detail_id AND \(ScopeSQL.isCustom) AND \(marked) AND (\(expanded.text))))
      """, plain.values + expanded.values, depth: max(plain.depth, expanded.depth + 3) + 1)
  }
}
