/// A relation under way: columns and conditions are gathered, rows are read when an operator needs them.
struct RelationBuilder {
  private var base: RowBase
  /// Nil while the table has not been asked for its rows.
  private var rows: [UInt32]?
  private var slots: [Slot]
  private(set) var scope: Scope
  private var filters: [Evaluator] = []
  private var hint = RowHint()
  private var ascendingSlot: Int?
  private let subscriptions: [String]

  /// All columns of a table.
  init(table: any TableSource, subscriptions: [String]) {
    base = .table(table)
    let names = table.columns
    slots = names.indices.map { .base($0) }
    scope = Scope(
      columns: names.enumerated().map { Column(name: $1, type: table.type(ofColumn: $1), slot: $0) },
      infos: names.map { SlotInfo(origin: SourcePath(column: $0, keys: [])) })
    ascendingSlot = names.firstIndex(of: "id")
    self.subscriptions = subscriptions
  }

  init(_ relation: Relation) {
    base = relation.base
    rows = relation.rows
    slots = relation.slots
    scope = Scope(columns: relation.columns, infos: relation.slots.map { _ in SlotInfo() })
    ascendingSlot = relation.ascendingSlot
    subscriptions = []
  }

  mutating func filter(by condition: CompiledExpression) {
    if case .bool(true)? = condition.constant { return }
    filters.append(condition.evaluate)
    if rows == nil {
      for narrowing in condition.narrowings { narrow(by: narrowing) }
    }
  }

  private mutating func narrow(by narrowing: Narrowing) {
    switch (narrowing.path.column, narrowing.path.keys) {
    case ("type", []): hint.types = hint.types?.intersection(narrowing.values) ?? narrowing.values
    case ("id", []): hint.ids = hint.ids?.intersection(narrowing.values) ?? narrowing.values
    case ("resourceGroup", []):
      hint.resourceGroups = hint.resourceGroups?.intersection(narrowing.values) ?? narrowing.values
    case ("properties", ["resourceDetails", "Id"]):
      hint.assessedResources = hint.assessedResources?.intersection(narrowing.values) ?? narrowing.values
    default: break
    }
  }

  /// The slot of an expression, a new one unless it is a column.
  mutating func slot(for expression: CompiledExpression) -> Int {
    if let slot = expression.slot { return slot }
    slots.append(.computed(expression.evaluate))
    scope.infos.append(
      SlotInfo(origin: expression.origin, constant: expression.constant, depth: expression.depth))
    return slots.count - 1
  }

  mutating func setColumns(_ columns: [Column]) { scope.columns = columns }

  /// Reads and filters rows, at most `limit` of them.
  mutating func settle(limit: Int = .max) {
    let candidates: [UInt32]
    if let rows {
      candidates = rows
    } else if case .table(let source) = base {
      candidates = source.rows(in: subscriptions, hint: hint)
    } else {
      candidates = []
    }
    if filters.isEmpty {
      rows = limit < candidates.count ? Array(candidates[..<limit]) : candidates
      return
    }
    let cursor = RowCursor(base: base, slots: slots)
    var kept: [UInt32] = []
    for row in candidates {
      if kept.count >= limit { break }
      cursor.move(to: row)
      if filters.allSatisfy({ $0(cursor).isTrue }) { kept.append(row) }
    }
    rows = kept
    filters = []
  }

  mutating func relation() -> Relation {
    settle()
    return Relation(
      base: base, rows: rows ?? [], slots: slots, columns: scope.columns, ascendingSlot: ascendingSlot)
  }

  /// How many rows there are, without computing any column that no condition asks for.
  mutating func count() -> Int {
    settle()
    return rows?.count ?? 0
  }
}
