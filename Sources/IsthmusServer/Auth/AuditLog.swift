package import IsthmusCore
package import IsthmusStore

/// Who changed what.
///
/// An entry is written in the transaction of the change: neither is there without the other. Values come as
/// ``JSONValue``, in which `JSONValue.redacted` stands for a secret; `Secret` can't become one.
package struct AuditLog: Sendable {
  package static let longestPage = 500

  private let store: any InventoryStore

  package init(store: any InventoryStore) { self.store = store }

  /// - Parameters:
  ///   - action: The kind of thing and what was done to it: `account.create`.
  ///   - subject: `account:alice`, `connector:NAME`.
  ///   - before: nil: it was not there.
  ///   - after: nil: it is not there any more.
  package static func record(
    _ principal: Principal, _ action: String, _ subject: String, before: JSONValue? = nil, after: JSONValue? = nil,
    at: Timestamp, in transaction: any AuditWriting
  ) throws {
    try transaction.insertAuditEntry(
      AuditEntry(
        at: at, actor: principal.actor, action: action, subject: subject, before: before, after: after))
  }

  /// The latest first; `below` of the filter reads on.
  ///
  /// - Throws: ``AccessError``: the log is for admins.
  package func entries(_ filter: AuditFilter, by principal: Principal) async throws -> [StoredAuditEntry] {
    try principal.require(.admin, to: "read the audit log")
    var filter = filter
    filter.limit = min(max(filter.limit, 1), Self.longestPage)
    return try await store.read { [filter] in try $0.audit.auditEntries(filter) }
  }
}

extension StoredAuditEntry {
  package var json: JSONValue {
    .object([
      "number": .integer(number), "at": .string(entry.at.description), "actor": .string(entry.actor.name),
      "actorKind": .string(entry.actor.kind.rawValue), "address": entry.actor.address.map(JSONValue.string) ?? .null,
      "action": .string(entry.action), "subject": .string(entry.subject), "before": entry.before ?? .null,
      "after": entry.after ?? .null,
    ])
  }
}
