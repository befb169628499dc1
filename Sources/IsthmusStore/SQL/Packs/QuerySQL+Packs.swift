import IsthmusCore

/// A query over packed findings.
extension QuerySQL {
  /// - Parameter node: Of the tree, in the scope of findings.
  /// - Returns: nil where it asks for what packs don't tell.
  func packed(_ node: Int, _ sizes: PackedCondition.Sizes) throws -> PackedCondition? {
    var terms: [(term: PackedCondition.Term, isNegated: Bool)] = []
    let program = try tree.program(of: node) { node in
      // Each term becomes a statement of its own.
      var sql = unsaid
      guard terms.count < PackedCondition.maximumTerms, let term = try sql.packed(tree.nodes[node]) else { return nil }
      terms.append(term)
      return terms.count - 1
    }
    return try program.map { try PackedCondition($0, terms, store.reader, sizes) }
  }

  /// The assets with a finding for which `node` holds.
  ///
  /// - Returns: nil where packs don't tell, or not sooner than the findings themselves.
  func packedAssets(with node: Int, isEverything: Bool) throws -> [Int64]? {
    let found = try PackedFindings(store.reader, isEverything: isEverything) { try packed(node, $0) }
    return try found?.assets()
  }

  private mutating func packed(
    _ node: ConditionTree.Node
  ) throws -> (term: PackedCondition.Term, isNegated: Bool)? {
    switch node {
    case .constant(let value): (.constant(value), false)
    case .test(let test): try packed(test).map { ($0, test.isNegated) }
    case .related(let relation): try packed(relation).map { ($0, relation.isNegated) }
    case .all, .any: nil
    }
  }

  private mutating func packed(_ relation: ConditionTree.Relation) throws -> PackedCondition.Term? {
    // Custom attributes may be the finding's own.
    guard [.asset, .category, .threat, .tactic, .technique].contains(relation.scope) else { return nil }
    let statement = try owners(of: relation, in: .finding).statement
    return relation.scope == .asset ? .resources(whole(statement)) : .variants(whole(statement))
  }

  private func whole(_ statement: SQLFragment) -> SQLFragment {
    let prefix = prefix
    if prefix.text.isEmpty { return statement }
    return SQLFragment("WITH \(prefix.text) \(statement.text)", prefix.values + statement.values)
  }

  private func packed(_ test: ConditionTree.Test) throws -> PackedCondition.Term? {
    let clauses = test.clauses
    switch test.field {
    case .findingSeverity: return .variants(try variants("w.severity", clauses))
    case .qds, .qvss, .findingCriticality:
      return .variants(try variants("w.qds", clauses))
    case .controlID: return try controls("c.id", clauses)
    case .findingType: return try controls("'\(test.field.constant ?? "")'", clauses)
    case .firstFound: return date(.firstFound, clauses)
    case .sourceUpdated: return date(.sourceUpdated, clauses)
    case .isFound:
      guard case .boolean(let flag) = clauses[0][0] else { return .constant(true) }
      return .state { state, _ in (state.life == 1 || state.life == 2) == flag }
    default: break
    }
    switch (FieldSQL(test.field), clauses[0][0]) {
    case (.coded(_, let codes), .oneOf(let names)) where test.field == .posture:
      let wanted = Set(names.compactMap { codes[$0] })
      return .state { state, _ in state.posture.map(wanted.contains) ?? false }
    case (.coded, .isPresent) where test.field == .posture: return .state { state, _ in state.posture != nil }
    case (.variant(let expression), _):
      return .variants(try variants(expression, clauses))
    case (.control(let expression), _): return try controls(expression, clauses)
    case (.status, .oneOf(let names)):
      let statuses = Set(names.compactMap(FindingStatus.init(rawValue:)))
      return .state { state, listing in Self.holds(statuses, state, listing) }
    case (.status, _): return .state { state, _ in state.life != 0 }
    default: return nil
    }
  }

  private func controls(_ expression: String, _ clauses: [[Comparison]]) throws -> PackedCondition.Term {
    let values = SQLExpression(expression, of: "control c JOIN connector k ON k.id = c.connector_id")
    return try store.reader.controls(store.session.comparison(values, clauses)).map { .controls($0) } ?? .constant(true)
  }

  private func date(_ column: PackedCondition.DateTest.Column, _ clauses: [[Comparison]]) -> PackedCondition.Term? {
    guard clauses.count == 1, clauses[0].count == 1 else { return nil }
    switch clauses[0][0] {
    case .isPresent: return .date(column, from: nil, to: nil)
    // As for columns: moments are whole microseconds.
    case .date(let from, let until):
      return .date(column, from: from?.microseconds, to: until.map { $0.microseconds - 1 })
    default: return nil
    }
  }

  /// As ``status(_:)`` has it.
  private static func holds(
    _ statuses: Set<FindingStatus>, _ state: FindingPack.State, _ listing: PackedCondition.Listing
  ) -> Bool {
    let isOpen = state.life == 1 || state.life == 2
    if isOpen, statuses.isSuperset(of: [.new, .active, .reopened]) { return true }
    switch (state.life, listing) {
    case (1, .current): return statuses.contains(.new)
    case (2, .current): return statuses.contains(.reopened)
    case (1, .before), (2, .before): return statuses.contains(.active)
    case (3, _): return statuses.contains(.fixed)
    default: return false
    }
  }
}
