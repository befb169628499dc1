/// Stands at one row of a relation and computes its slots on demand, each once a row.
///
/// Not `Sendable`: whoever reads a relation makes a cursor of its own.
final class RowCursor {
  private let slots: [Slot]
  private let reader: BaseReader
  private var values: [KQLValue]
  /// The stamp of the row for which a slot's value was computed.
  private var stamps: [UInt64]
  private var stamp: UInt64 = 0
  private(set) var row: UInt32 = .max

  convenience init(_ relation: Relation) {
    self.init(base: relation.base, slots: relation.slots)
  }

  init(base: RowBase, slots: [Slot]) {
    self.slots = slots
    reader = BaseReader.make(base)
    values = Array(repeating: .null, count: slots.count)
    stamps = Array(repeating: 0, count: slots.count)
  }

  func move(to row: UInt32) {
    if row == self.row && stamp > 0 { return }
    self.row = row
    stamp += 1
  }

  func value(slot: Int) -> KQLValue {
    if stamps[slot] == stamp { return values[slot] }
    let value =
      switch slots[slot] {
      case .base(let column): reader.value(column: column, row: row)
      case .computed(let evaluate): evaluate(self)
      }
    values[slot] = value
    stamps[slot] = stamp
    return value
  }
}

extension RowCursor {
  /// A member of a table's column, where the table finds it without building the column's value.
  func member(_ path: SourcePath) -> KQLValue? { reader.member(path, row: row) }
}

/// Reads what a relation is made of.
private class BaseReader {
  func member(_ path: SourcePath, row: UInt32) -> KQLValue? { nil }
  func value(column: Int, row: UInt32) -> KQLValue { .null }

  static func make(_ base: RowBase) -> BaseReader {
    switch base {
    case .table(let source): TableReader(source)
    case .stored(let values): StoredReader(values)
    case .joined(let rows): JoinedReader(rows)
    case .expanded(let rows): ExpandedReader(rows)
    case .concatenated(let rows): ConcatenatedReader(rows)
    }
  }
}

private final class TableReader: BaseReader {
  private let source: any TableSource

  init(_ source: any TableSource) { self.source = source }

  override func value(column: Int, row: UInt32) -> KQLValue { source.value(column: column, row: row) }

  override func member(_ path: SourcePath, row: UInt32) -> KQLValue? {
    source.member(path.keys, ofColumn: path.column, row: row)
  }
}

private final class StoredReader: BaseReader {
  private let values: [[KQLValue]]

  init(_ values: [[KQLValue]]) { self.values = values }

  override func value(column: Int, row: UInt32) -> KQLValue { values[column][Int(row)] }
}

private final class JoinedReader: BaseReader {
  private let rows: JoinedRows
  private let left: RowCursor
  private let right: RowCursor

  init(_ rows: JoinedRows) {
    self.rows = rows
    left = RowCursor(rows.left)
    right = RowCursor(rows.right)
  }

  override func value(column: Int, row: UInt32) -> KQLValue {
    let leftCount = rows.left.columns.count
    if column < leftCount {
      return read(left, rows.left.columns[column], rows.leftRows[Int(row)])
    }
    return read(right, rows.right.columns[column - leftCount], rows.rightRows[Int(row)])
  }

  private func read(_ cursor: RowCursor, _ column: Column, _ row: UInt32) -> KQLValue {
    if row == JoinedRows.none { return column.type.absent }
    cursor.move(to: row)
    return cursor.value(slot: column.slot)
  }
}

private final class ExpandedReader: BaseReader {
  private let rows: ExpandedRows
  private let parent: RowCursor

  init(_ rows: ExpandedRows) {
    self.rows = rows
    parent = RowCursor(rows.parent)
  }

  override func value(column: Int, row: UInt32) -> KQLValue {
    let parentCount = rows.parent.columns.count
    if column >= parentCount { return rows.values[column - parentCount][Int(row)] }
    parent.move(to: rows.parentRows[Int(row)])
    return parent.value(slot: rows.parent.columns[column].slot)
  }
}

private final class ConcatenatedReader: BaseReader {
  private let rows: ConcatenatedRows
  private let cursors: [RowCursor]
  /// The first row of each leg in the whole.
  private let starts: [Int]

  init(_ rows: ConcatenatedRows) {
    self.rows = rows
    cursors = rows.legs.map { RowCursor($0) }
    var start = 0
    var starts: [Int] = []
    for leg in rows.legs {
      starts.append(start)
      start += leg.rows.count
    }
    self.starts = starts
  }

  override func value(column: Int, row: UInt32) -> KQLValue {
    guard let leg = starts.lastIndex(where: { $0 <= Int(row) }) else { return .null }
    guard let slot = rows.slots[leg][column] else { return rows.absent[column] }
    cursors[leg].move(to: rows.legs[leg].rows[Int(row) - starts[leg]])
    return cursors[leg].value(slot: slot)
  }
}
