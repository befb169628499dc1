/// `mv-expand`: one row for each element of a dynamic value.
struct RowExpander {
  private let runner: QueryRunner
  private var builder: RelationBuilder

  init(runner: QueryRunner, builder: RelationBuilder) {
    self.runner = runner
    self.builder = builder
  }

  private struct Target {
    var name: String
    var slot: Int
    var type: KQLType
  }

  func expanded(_ clause: ExpandClause, at offset: Int) throws(KQLError) -> Relation {
    var builder = builder
    var targets: [Target] = []
    let compiler = runner.compiler("mv-expand", builder.scope)
    for (index, column) in clause.columns.enumerated() {
      let compiled = try compiler.compile(column.expression)
      guard compiled.type == .dynamic else {
        throw runner.query.invalid(
          "mv-expand: the value to expand is of type \(compiled.type.rawValue), it must be dynamic.",
          at: column.expression.offset)
      }
      let name = column.name ?? ResultNames.name(of: column.expression) ?? "Column\(index + 1)"
      targets.append(Target(name: name, slot: builder.slot(for: compiled), type: column.type ?? .dynamic))
    }
    let parent = builder.relation()
    var rows = ExpandedRows(parent: parent, parentRows: [], values: targets.map { _ in [] })
    var positions: [KQLValue] = []
    let cursor = RowCursor(parent)
    for row in parent.rows {
      cursor.move(to: row)
      let lists = targets.map { elements(of: cursor.value(slot: $0.slot), isArrayKind: clause.isArrayKind) }
      let count = min(lists.map(\.count).max() ?? 0, clause.limit)
      for index in 0..<count {
        rows.parentRows.append(row)
        for (column, target) in targets.enumerated() {
          let element = index < lists[column].count ? lists[column][index] : .null
          rows.values[column].append(element.cast(to: target.type))
        }
        if clause.indexColumn != nil { positions.append(.long(Int64(index))) }
      }
      if rows.parentRows.count > QueryRunner.maximumRows {
        throw runner.query.invalid("mv-expand: the result has more than \(QueryRunner.maximumRows) rows.", at: offset)
      }
    }
    if clause.indexColumn != nil { rows.values.append(positions) }
    return relation(rows, targets, indexColumn: clause.indexColumn)
  }

  /// Null gives one null, an empty array or bag nothing; a bag gives bags of one member each.
  private func elements(of value: KQLValue, isArrayKind: Bool) -> [KQLValue] {
    switch value {
    case .array(let elements): elements
    case .object(let object):
      zip(object.keys, object.values).map { key, member in
        isArrayKind ? .array([.string(key), member]) : .object(KQLObject([(key, member)]))
      }
    default: [value]
    }
  }

  /// An expanded column takes the place of one of its name, or follows the others.
  private func relation(_ rows: ExpandedRows, _ targets: [Target], indexColumn: String?) -> Relation {
    let parentColumns = rows.parent.columns
    var columns: [Column] = []
    for (index, column) in parentColumns.enumerated() {
      columns.append(Column(name: column.name, type: column.type, slot: index))
    }
    for (index, target) in targets.enumerated() {
      let column = Column(name: target.name, type: target.type, slot: parentColumns.count + index)
      if let place = columns.firstIndex(where: { $0.name == target.name }) {
        columns[place] = column
      } else {
        columns.append(column)
      }
    }
    if let indexColumn {
      columns.append(Column(name: indexColumn, type: .long, slot: parentColumns.count + targets.count))
    }
    return Relation(
      base: .expanded(rows), rows: Array(0..<UInt32(rows.parentRows.count)),
      slots: (0..<parentColumns.count + rows.values.count).map { .base($0) }, columns: columns)
  }
}
