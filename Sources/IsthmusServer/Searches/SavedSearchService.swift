package import IsthmusCore
package import IsthmusStore

/// Views of lists that people keep under a name, for themselves or for all.
package struct SavedSearchService: Sendable {
  /// Of one account.
  package static let most = 200
  private static let longestName = 100
  /// Bytes of a view: an address takes no more.
  package static let longestView = 8192
  /// What a view is made of; where one is in the list is no part of it.
  private static let parameters: Set<String> = ["query", "filter", "sort", "group", "column"]

  private let store: any InventoryStore
  private let now: @Sendable () -> Timestamp

  package init(store: any InventoryStore, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.now = now
  }

  /// A saved search as one person sees it.
  package struct Seen: Sendable {
    package var search: SavedSearch
    package var owner: String
    package var isOwn: Bool

    /// For the interface.
    package var json: JSONValue {
      .object([
        "name": .string(search.name), "entity": .string(search.entity.rawValue), "view": .string(search.view),
        "shared": .bool(search.isShared), "owner": .string(owner), "own": .bool(isOwn),
        "savedAt": .string(search.savedAt.description),
      ])
    }
  }

  /// One's own and those that others share, by name.
  package func list(by principal: Principal, of entity: QueryEntity? = nil) async throws -> [Seen] {
    let account = principal.account
    return try await store.read { try $0.searches.savedSearches(visibleTo: account) }
      .filter { entity == nil || $0.search.entity == entity }
      .map { Seen(search: $0.search, owner: $0.owner, isOwn: $0.search.account == account) }
  }

  /// Keeps a view, in place of one's earlier one of the name.
  ///
  /// - Parameter view: The query of the list's address. What is no part of a view is left out.
  /// - Throws: ``AccessError`` for a name or view that can't be used, or too many; ``QueryError`` for a query.
  package func save(
    _ name: String, of entity: QueryEntity, view: String, isShared: Bool, by principal: Principal
  ) async throws -> Seen {
    let account = try Self.account(of: principal)
    let at = now()
    let isPlain = !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard isPlain, (1...Self.longestName).contains(name.count), !name.allSatisfy(\.isWhitespace) else {
      throw AccessError(.invalid, "A saved search's name has 1 to \(Self.longestName) printable characters.")
    }
    let view = try Self.checked(view, entity, at: at)
    let search = SavedSearch(
      account: account, name: name, entity: entity, view: view, isShared: isShared, savedAt: at)
    return try await store.write { transaction in
      guard let owner = try transaction.account(account) else {
        throw AccessError(.notAllowed, "The account is not there any more.")
      }
      let before = try transaction.savedSearch(account, named: name)
      if before == nil, try transaction.countSavedSearches(of: account) >= Self.most {
        throw AccessError(.invalid, "\(owner.name) has \(Self.most) saved searches already. Delete one first.")
      }
      try transaction.setSavedSearch(search)
      try AuditLog.record(
        principal, "search.save", "search:\(name)", before: before?.audited, after: search.audited, at: at,
        in: transaction)
      return Seen(search: search, owner: owner.name, isOwn: true)
    }
  }

  /// One's own.
  package func delete(_ name: String, by principal: Principal) async throws {
    let account = try Self.account(of: principal)
    let at = now()
    try await store.write { transaction in
      guard let search = try transaction.savedSearch(account, named: name) else {
        throw AccessError(.notFound, "You have no saved search \"\(name)\".")
      }
      try transaction.deleteSavedSearch(account, named: name)
      try AuditLog.record(
        principal, "search.delete", "search:\(search.name)", before: search.audited, at: at, in: transaction)
    }
  }

  private static func account(of principal: Principal) throws(AccessError) -> AccountID {
    guard let account = principal.account else {
      throw AccessError(.notAllowed, "Only an account keeps searches: sign in, or use a token of an account.")
    }
    return account
  }

  private static func checked(_ view: String, _ entity: QueryEntity, at: Timestamp) throws -> String {
    guard view.utf8.count <= longestView, let all = PercentText.query(view) else {
      throw AccessError(
        .invalid, "The view can't be read: it is the query of a list's address, at most \(longestView) bytes.")
    }
    let kept = all.filter { parameters.contains($0.name) && !$0.value.isEmpty }
    for part in kept where part.name == "query" || part.name == "filter" {
      _ = try Query(part.value, for: entity, now: at)
    }
    return kept.map { "\($0.name)=\(PercentText.encoded($0.value))" }.joined(separator: "&")
  }
}

extension SavedSearch {
  fileprivate var audited: JSONValue {
    .object([
      "name": .string(name), "entity": .string(entity.rawValue), "view": .string(view), "shared": .bool(isShared),
    ])
  }
}
