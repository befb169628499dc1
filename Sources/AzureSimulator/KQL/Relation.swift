/// Computes one value of the row at which a cursor stands.
typealias Evaluator = @Sendable (RowCursor) -> KQLValue

/// How one value of a row comes about.
enum Slot: Sendable {
  /// A column of what the relation is made of.
  case base(Int)
  case computed(Evaluator)
}

struct Column: Sendable {
  var name: String
  var type: KQLType
  var slot: Int
}

/// What the rows of a relation are read from.
enum RowBase: Sendable {
  /// Rows are row ids of the table.
  case table(any TableSource)
  /// Rows are positions in columns of values.
  case stored([[KQLValue]])
  case joined(JoinedRows)
  case expanded(ExpandedRows)
  case concatenated(ConcatenatedRows)
}

/// Pairs of rows of two relations; rows are positions in the pairs.
struct JoinedRows: Sendable {
  static let none = UInt32.max
  var left: Relation
  var right: Relation
  /// Rows of the sides' bases, ``none`` where an outer join found no match.
  var leftRows: [UInt32]
  var rightRows: [UInt32]
}

/// Elements of dynamic values, each with the row it came from; rows are positions in `parentRows`.
struct ExpandedRows: Sendable {
  var parent: Relation
  var parentRows: [UInt32]
  /// Columns that replace or follow the parent's, which come first in numbering.
  var values: [[KQLValue]]
}

/// The rows of several relations one after another; rows are positions in the whole.
struct ConcatenatedRows: Sendable {
  var legs: [Relation]
  /// For each leg and each column the leg's slot, nil where it has no such column.
  var slots: [[Int?]]
  var absent: [KQLValue]
}

/// An intermediate result: row numbers, and how each column is computed from a row when somebody asks.
///
/// A million rows of a table that were only filtered, extended or projected are four megabytes.
final class Relation: Sendable {
  let base: RowBase
  let rows: [UInt32]
  let slots: [Slot]
  let columns: [Column]
  /// The slot by which the rows ascend already, if there is one.
  let ascendingSlot: Int?

  init(base: RowBase, rows: [UInt32], slots: [Slot], columns: [Column], ascendingSlot: Int? = nil) {
    self.base = base
    self.rows = rows
    self.slots = slots
    self.columns = columns
    self.ascendingSlot = ascendingSlot
  }

  /// A relation of computed values, column by column.
  convenience init(stored values: [[KQLValue]], count: Int, columns: [(name: String, type: KQLType)]) {
    self.init(
      base: .stored(values), rows: Array(0..<UInt32(count)), slots: values.indices.map { .base($0) },
      columns: columns.enumerated().map { Column(name: $1.name, type: $1.type, slot: $0) })
  }

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}
