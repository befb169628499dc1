/// A source row, as far as it matters for telling which rows are one asset.
package struct IdentityRecord: Sendable, Hashable {
  package var source: Int64
  package var connector: Int64
  /// When the connector listed it first.
  package var firstSeen: Timestamp
  /// When it was listed last; nil while it is present.
  package var lastSeen: Timestamp?
  /// The connector's id of the resource, in lower case; empty where its rows have none.
  package var foldedResourceID: String
  package var evidence: IdentityEvidence

  package init(
    source: Int64, connector: Int64, firstSeen: Timestamp, lastSeen: Timestamp?, foldedResourceID: String,
    evidence: IdentityEvidence
  ) {
    self.source = source
    self.connector = connector
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.foldedResourceID = foldedResourceID
    self.evidence = evidence
  }

  package var isPresent: Bool { lastSeen == nil }

  /// Whether there was a moment at which both stood in their listings.
  func wasListedWith(_ other: IdentityRecord) -> Bool {
    if let lastSeen, lastSeen < other.firstSeen { return false }
    if let lastSeen = other.lastSeen, lastSeen < firstSeen { return false }
    return true
  }
}

/// What a person decided of two source rows; it stands above every rule.
package struct PersonDecision: Sendable, Hashable {
  package enum Kind: String, Sendable { case together, apart }

  package let kind: Kind
  /// The smaller of the two source rows.
  package let first: Int64
  package let second: Int64
  /// Of decisions that contradict each other the one with the greater number holds; of equal ones, *apart*.
  package let number: Int64

  package init(_ kind: Kind, _ source: Int64, _ other: Int64, number: Int64 = 0) {
    self.kind = kind
    first = min(source, other)
    second = max(source, other)
    self.number = number
  }
}
