/// `order by` and `top`: computes the keys of each row once and orders row numbers by them.
struct RowSorter {
  private let runner: QueryRunner
  private var builder: RelationBuilder

  init(runner: QueryRunner, builder: RelationBuilder) {
    self.runner = runner
    self.builder = builder
  }

  func sorted(by keys: [SortKey], limit: Int?) throws(KQLError) -> Relation {
    var builder = builder
    let compiler = runner.compiler("order", builder.scope)
    var slots: [Int] = []
    for key in keys {
      let compiled = try compiler.compile(key.expression)
      guard compiled.type != .dynamic else {
        throw runner.query.invalid("order operator: key can't be of dynamic type", at: key.expression.offset)
      }
      slots.append(builder.slot(for: compiled))
    }
    let relation = builder.relation()
    // Ids are unique: what follows in the list of keys cannot change an order by id.
    if let first = keys.first, first.isAscending, relation.ascendingSlot == slots[0] {
      let rows = limit.map { Array(relation.rows.prefix($0)) } ?? relation.rows
      return copy(of: relation, rows: rows, ascendingSlot: relation.ascendingSlot)
    }
    let columns = keyColumns(of: relation, slots)
    var order = Array(relation.rows.indices)
    order.sort { precedes($0, $1, keys, columns) }
    if let limit, limit < order.count { order = Array(order[..<limit]) }
    return copy(of: relation, rows: order.map { relation.rows[$0] }, ascendingSlot: nil)
  }

  private func copy(of relation: Relation, rows: [UInt32], ascendingSlot: Int?) -> Relation {
    Relation(
      base: relation.base, rows: rows, slots: relation.slots, columns: relation.columns, ascendingSlot: ascendingSlot)
  }

  private func keyColumns(of relation: Relation, _ slots: [Int]) -> [[KQLValue]] {
    let cursor = RowCursor(relation)
    var columns: [[KQLValue]] = slots.map { _ in [] }
    for index in columns.indices { columns[index].reserveCapacity(relation.rows.count) }
    for row in relation.rows {
      cursor.move(to: row)
      for (index, slot) in slots.enumerated() { columns[index].append(cursor.value(slot: slot)) }
    }
    return columns
  }

  /// Rows with equal keys stay in the order in which they came.
  private func precedes(_ a: Int, _ b: Int, _ keys: [SortKey], _ columns: [[KQLValue]]) -> Bool {
    for (key, column) in zip(keys, columns) {
      let (first, second) = (column[a], column[b])
      if first.isNull || second.isNull {
        if first.isNull && second.isNull { continue }
        return first.isNull == key.areNullsFirst
      }
      guard let order = KQLValue.order(first, second), order != 0 else { continue }
      return key.isAscending ? order < 0 : order > 0
    }
    return a < b
  }
}
