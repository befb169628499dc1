package import IsthmusCore
package import IsthmusStore

/// What people change of the inventory itself: each change is one transaction that leaves scores true.
package struct InventoryService: Sendable {
  let store: any InventoryStore
  let now: @Sendable () -> Timestamp
  let actor: AuditActor

  /// - Parameter actor: Who changes it, for the audit log.
  package init(store: any InventoryStore, by actor: AuditActor, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.actor = actor
    self.now = now
  }

  /// One entry of the audit log, in the transaction of the change.
  func record(
    _ action: String, _ subject: String, before: JSONValue? = nil, after: JSONValue? = nil, at: Timestamp,
    in transaction: any InventoryTransaction
  ) throws {
    try transaction.insertAuditEntry(
      AuditEntry(at: at, actor: actor, action: action, subject: subject, before: before, after: after))
  }

  /// The same for somebody else.
  package func by(_ actor: AuditActor) -> InventoryService { InventoryService(store: store, by: actor, now: now) }
}

/// Why a change was refused: what it is about does not exist, or can't be as asked.
package struct ChangeError: Error, CustomStringConvertible {
  package enum Kind: Sendable {
    case notFound
    case invalid
  }

  package var kind: Kind
  package var description: String

  package static func notFound(_ what: String) -> ChangeError { ChangeError(kind: .notFound, description: what) }
  package static func invalid(_ what: String) -> ChangeError { ChangeError(kind: .invalid, description: what) }
}
