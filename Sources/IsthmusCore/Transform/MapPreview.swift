/// What a map makes of one record, row by row: source value → typed value → target, and what would be rejected.
package struct MapPreview: Sendable {
  package enum Outcome: Sendable, Hashable {
    case value(AttributeValue)
    /// The record has no value, and the row no default.
    case empty
    /// The record goes on without this value.
    case dropped(String)
    /// The record is rejected whole.
    case rejecting(String)
  }

  package struct Row: Sendable {
    package var source: String
    package var target: String
    package var level: AttributeLevel
    /// What values of the row get; the target's own type, where the row says no more than string.
    package var type: AttributeType
    /// As the record has it, or as the expression gives it; nil if there is none. Without the text before it,
    /// the value table and the default.
    package var sourceValue: JSONValue?
    package var outcome: Outcome
  }

  /// In the map's order.
  package var rows: [Row]
  /// Why the record itself is not what the source promises; it is then rejected before any row is looked at.
  package var malformation: String?

  /// - Parameter mapper: For hosts or for findings: only its rows are shown.
  package init(of record: JSONSlice, by mapper: RecordMapper) {
    let reader = mapper.makeReader()
    reader.read(record)
    malformation = reader.malformation()
    rows = mapper.rows.map { row in
      Row(
        source: row.row.source, target: row.row.target, level: row.level, type: row.row.type,
        sourceValue: reader.sourceValue(of: row), outcome: reader.outcome(of: row))
    }
  }

  /// The first reason to reject the record, as the run would give it; nil if it is brought in.
  package var rejection: String? {
    if let malformation { return malformation }
    for row in rows {
      if case .rejecting(let reason) = row.outcome { return reason }
    }
    return nil
  }

  package var isRejected: Bool { rejection != nil }

  /// The values of all rows that have one.
  package var values: AttributeValues {
    var values = AttributeValues()
    for row in rows {
      if case .value(let value) = row.outcome { values[row.target] = value }
    }
    return values
  }
}
