/// The rows of a query, written out page by page.
///
/// It holds row numbers and keeps the tables alive; values are computed when a page is asked for, so that
/// the same result can serve many requests at once.
package final class KQLResult: Sendable {
  private let relation: Relation
  /// Whether the query has `limit`, `take`, `sample` or `top`.
  package let isLimited: Bool
  /// Whether it has `summarize` or `distinct`.
  package let isSummarised: Bool
  /// A table whose own writer gives the first columns of each row as they are.
  private let wholeRows: WholeRows?

  private struct WholeRows: Sendable {
    var source: any TableSource
    var columnCount: Int
  }

  init(_ relation: Relation, isLimited: Bool, isSummarised: Bool) {
    self.relation = relation
    self.isLimited = isLimited
    self.isSummarised = isSummarised
    wholeRows = Self.wholeRows(of: relation)
  }

  /// All rows of the result.
  package var count: Int { relation.rows.count }

  /// Names, and types as Resource Graph's table format has them.
  package var columns: [(name: String, type: String)] {
    relation.columns.map { ($0.name, $0.type.columnTypeName) }
  }

  package var keepsID: Bool { relation.column("id") != nil }

  package var hasOnlyDynamicColumns: Bool { relation.columns.allSatisfy { $0.type == .dynamic } }

  /// Appends the rows of a range as JSON objects, comma separated: `{…},{…}`.
  package func appendObjects(_ range: Range<Int>, to buffer: inout [UInt8]) {
    let cursor = RowCursor(relation)
    let first = wholeRows?.columnCount ?? 0
    let rest = relation.columns.dropFirst(first)
    for (index, row) in relation.rows[range].enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      cursor.move(to: row)
      var needsComma = false
      if let wholeRows {
        wholeRows.source.appendJSON(row: row, to: &buffer)
        if rest.isEmpty { continue }
        // Further columns go before the brace that closes the table's own object.
        buffer.removeLast()
        needsComma = first > 0
      } else {
        buffer.append(UInt8(ascii: "{"))
      }
      for column in rest {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        needsComma = true
        KQLValue.appendJSONString(column.name, to: &buffer)
        buffer.append(UInt8(ascii: ":"))
        cursor.value(slot: column.slot).appendJSON(to: &buffer)
      }
      buffer.append(UInt8(ascii: "}"))
    }
  }

  /// Appends the rows of a range as JSON arrays, comma separated: `[…],[…]`.
  package func appendRows(_ range: Range<Int>, to buffer: inout [UInt8]) {
    let cursor = RowCursor(relation)
    for (index, row) in relation.rows[range].enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      cursor.move(to: row)
      buffer.append(UInt8(ascii: "["))
      for (position, column) in relation.columns.enumerated() {
        if position > 0 { buffer.append(UInt8(ascii: ",")) }
        cursor.value(slot: column.slot).appendJSON(to: &buffer)
      }
      buffer.append(UInt8(ascii: "]"))
    }
  }

  /// How often each value of a column occurs over all rows.
  package func valueCounts(column: Int) -> [KQLValue: Int64] {
    let cursor = RowCursor(relation)
    let slot = relation.columns[column].slot
    var counts: [KQLValue: Int64] = [:]
    for row in relation.rows {
      cursor.move(to: row)
      counts[cursor.value(slot: slot), default: 0] += 1
    }
    return counts
  }

  /// One cell, for callers that want the value and not its text. For many cells the other ways are faster.
  package func value(row: Int, column: Int) -> KQLValue {
    let cursor = RowCursor(relation)
    cursor.move(to: relation.rows[row])
    return cursor.value(slot: relation.columns[column].slot)
  }

  private static func wholeRows(of relation: Relation) -> WholeRows? {
    guard case .table(let source) = relation.base else { return nil }
    let names = source.columns
    guard relation.columns.count >= names.count else { return nil }
    for (index, name) in names.enumerated() {
      let column = relation.columns[index]
      guard column.name == name, case .base(index) = relation.slots[column.slot] else { return nil }
    }
    return WholeRows(source: source, columnCount: names.count)
  }
}
