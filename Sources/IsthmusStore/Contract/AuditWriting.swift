package import IsthmusCore

/// Who did something.
package struct AuditActor: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case user
    case token
    /// The command line on the server's machine, or the server itself.
    case system
  }

  package var kind: Kind
  /// As it was at the time: accounts and tokens are renamed and deleted.
  package var name: String
  /// The account, also the one that a token is of.
  package var account: AccountID?
  package var token: TokenID?
  /// The client's network address; nil where there is none.
  package var address: String?

  package init(
    _ kind: Kind, name: String, account: AccountID? = nil, token: TokenID? = nil, address: String? = nil
  ) {
    self.kind = kind
    self.name = name
    self.account = account
    self.token = token
    self.address = address
  }
}

/// One change: who did what to what, and how it was and is. Entries are never changed.
package struct AuditEntry: Sendable, Hashable {
  package var at: Timestamp
  package var actor: AuditActor
  /// `account.create`, `secret.set`: the kind of thing and what was done to it.
  package var action: String
  /// `account:alice`, `connector:NAME`.
  package var subject: String
  /// nil: it was not there.
  package var before: JSONValue?
  /// nil: it is not there any more.
  package var after: JSONValue?

  package init(
    at: Timestamp, actor: AuditActor, action: String, subject: String, before: JSONValue? = nil,
    after: JSONValue? = nil
  ) {
    self.at = at
    self.actor = actor
    self.action = action
    self.subject = subject
    self.before = before
    self.after = after
  }
}

package struct StoredAuditEntry: Sendable, Hashable {
  package var number: Int64
  package var entry: AuditEntry

  package init(number: Int64, entry: AuditEntry) {
    self.number = number
    self.entry = entry
  }
}

/// Which entries to show; nil members don't restrict.
package struct AuditFilter: Sendable {
  package var actor: String?
  package var subject: String?
  /// An action, or the kind of thing before its dot: `account` finds `account.create`.
  package var action: String?
  package var since: Timestamp?
  /// Only entries with smaller numbers: the next page of a list.
  package var below: Int64?
  package var limit: Int

  package init(
    actor: String? = nil, subject: String? = nil, action: String? = nil, since: Timestamp? = nil, below: Int64? = nil,
    limit: Int
  ) {
    self.actor = actor
    self.subject = subject
    self.action = action
    self.since = since
    self.below = below
    self.limit = limit
  }
}

package protocol AuditReading {
  /// The latest first.
  func auditEntries(_ filter: AuditFilter) throws -> [StoredAuditEntry]
}

package protocol AuditWriting: AuditReading {
  /// - Parameter entry: No secret is in it: `JSONValue.redacted` stands for one.
  func insertAuditEntry(_ entry: AuditEntry) throws
}

extension JSONValue {
  /// What stands for a secret that is there.
  package static let redacted = JSONValue.string("<redacted>")
}
