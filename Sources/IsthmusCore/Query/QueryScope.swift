/// What a query lists.
package enum QueryEntity: String, Sendable, Hashable, CaseIterable {
  case asset, finding

  package var scope: QueryScope { self == .asset ? .asset : .finding }
}

/// A kind of record, or of a list's element, that a field belongs to.
package enum QueryScope: String, Sendable, Hashable, CaseIterable {
  /// An asset: the listed one, or the one that a finding is on.
  case asset
  /// A finding: the listed one, or any one of an asset.
  case finding
  /// What one connector says of an asset.
  case source
  case tag
  case businessEntity
  case customAttribute
  case ipAddress
  case macAddress
  case publicIPAddress
  /// One of the cloud provider's tags, a name and a value.
  case cloudTag
  /// One of a control's subject areas.
  case category
  case threat
  case tactic
  case technique
  case findingCustomAttribute

  /// The entity that has this many of it; an entity is its own.
  package var owner: QueryEntity {
    switch self {
    case .asset, .source, .tag, .businessEntity, .customAttribute, .ipAddress, .macAddress, .publicIPAddress,
      .cloudTag:
      .asset
    case .finding, .category, .threat, .tactic, .technique, .findingCustomAttribute: .finding
    }
  }

  var isEntity: Bool { self == .asset || self == .finding }

  /// The relations to go along from one record to those of `target`; empty for the record itself, nil where no way
  /// leads there: a tag has no findings.
  package func path(to target: QueryScope) -> [QueryScope]? {
    if self == target { return [] }
    guard isEntity else { return nil }
    if target.isEntity || target.owner.scope == self { return [target] }
    return [target.owner.scope, target]
  }
}
