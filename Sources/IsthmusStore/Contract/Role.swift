/// What somebody may do; each role may do what those before it may.
package enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Looks at everything but accounts, other people's tokens and the audit log.
  case viewer
  /// Runs connectors; decides on findings, identities and tags.
  case `operator`
  /// Changes connectors, maps, scores and secrets; keeps accounts.
  case admin

  package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .operator: 1
    case .admin: 2
    }
  }
}
