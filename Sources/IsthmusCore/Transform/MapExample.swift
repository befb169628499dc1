/// A record and what a map is to make of it, kept with the map and tried whenever it changes.
package struct MapExample: Sendable, Hashable {
  package var name: String
  package var record: JSONValue
  /// By target: the value as JSON, null for none. Targets that are not named may have any.
  package var expected: [JSONValue.Member]

  package init(name: String, record: JSONValue, expected: [JSONValue.Member]) {
    self.name = name
    self.record = record
    self.expected = expected
  }

  package struct Difference: Sendable, Hashable, CustomStringConvertible {
    /// nil if the record as a whole is not mapped.
    package var target: String?
    package var expected: JSONValue
    package var found: JSONValue
    /// Why there is no value, where one was expected.
    package var reason: String?

    package var description: String {
      guard let target else { return reason ?? "the record is not mapped" }
      let reason = reason.map { " (\($0))" } ?? ""
      return "\(target): \(expected.text()) was expected, not \(found.text())\(reason)"
    }
  }

  /// What the map makes differently; empty if it does what the example says.
  ///
  /// Values are compared as the row's type has them: one moment may be written in several ways.
  /// - Throws: ``JSONError`` if the record is nested deeper than one can be.
  package func differences(by mapper: RecordMapper) throws(JSONError) -> [Difference] {
    let document = try JSONDocument(record.text())
    let preview = document.withRoot { MapPreview(of: $0, by: mapper) }
    if let rejection = preview.rejection {
      return [Difference(target: nil, expected: .object(expected), found: .null, reason: "rejected: \(rejection)")]
    }
    let rows = Dictionary(preview.rows.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    return expected.compactMap { member in
      guard let row = rows[member.name] else {
        return Difference(target: member.name, expected: member.value, found: .null, reason: "no row has this target")
      }
      return Self.difference(member.value, row)
    }
  }

  private static func difference(_ expected: JSONValue, _ row: MapPreview.Row) -> Difference? {
    let typed = TransformRow(row.source, row.target, row.type).convert(expected)
    switch (typed, row.outcome) {
    case (.value(let value), .value(let found)) where value == found: return nil
    case (.empty, .empty), (.empty, .dropped): return nil
    case (.unusable(let reason), _): return Difference(row, expected, "the example's own value: \(reason)")
    case (_, .dropped(let reason)): return Difference(row, expected, "dropped: \(reason)")
    default: return Difference(row, expected, nil)
    }
  }
}

extension MapExample.Difference {
  fileprivate init(_ row: MapPreview.Row, _ expected: JSONValue, _ reason: String?) {
    var found = JSONValue.null
    if case .value(let value) = row.outcome { found = value.json }
    self.init(target: row.target, expected: expected, found: found, reason: reason)
  }
}
