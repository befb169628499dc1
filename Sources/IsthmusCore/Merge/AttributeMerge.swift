/// What an asset shows: each attribute from the source that is trusted most, among equals the newest.
package struct AttributeMerge: Sendable, Hashable {
  /// What one source says of the asset.
  package struct Row: Sendable, Hashable {
    package var source: Int64
    package var connector: Int64
    package var isPresent: Bool
    /// When its values last changed.
    package var changedAt: Timestamp
    package var values: AttributeValues

    package init(source: Int64, connector: Int64, isPresent: Bool, changedAt: Timestamp, values: AttributeValues) {
      self.source = source
      self.connector = connector
      self.isPresent = isPresent
      self.changedAt = changedAt
      self.values = values
    }
  }

  /// In the order in which the most trusted row has them; what it lacks follows from the next one.
  package let values: AttributeValues
  /// By attribute: the source row that its value is from.
  package let origins: [String: Int64]

  /// - Parameter rows: All of the asset, in any order. If some are present, the others have no say.
  package init(_ rows: [Row], trust: SourceTrust) {
    let present = rows.filter(\.isPresent)
    let ranked = (present.isEmpty ? rows : present).sorted { a, b in
      Self.isBefore((a, trust.rank(of: a.connector, for: "")), (b, trust.rank(of: b.connector, for: "")))
    }
    var values = AttributeValues()
    var origins: [String: Int64] = [:]
    var ranks: [String: (row: Row, rank: SourceTrust.Rank)] = [:]
    for row in ranked {
      for (name, value) in row.values.entries where !value.isBlank {
        let rank = trust.rank(of: row.connector, for: name)
        if let best = ranks[name], !Self.isBefore((row, rank), best) { continue }
        ranks[name] = (row, rank)
        values[name] = value
        origins[name] = row.source
      }
    }
    self.values = values
    self.origins = origins
  }

  private static func isBefore(
    _ a: (row: Row, rank: SourceTrust.Rank), _ b: (row: Row, rank: SourceTrust.Rank)
  ) -> Bool {
    if a.rank != b.rank { return a.rank < b.rank }
    if a.row.changedAt != b.row.changedAt { return a.row.changedAt > b.row.changedAt }
    return a.row.source < b.row.source
  }
}

extension AttributeValue {
  /// A text or list without anything in it says nothing.
  fileprivate var isBlank: Bool {
    switch self {
    case .string(let text): text.isEmpty
    case .list(let elements): elements.isEmpty
    default: false
    }
  }
}
