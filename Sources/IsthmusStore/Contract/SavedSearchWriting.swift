package import IsthmusCore

/// A view of a list that somebody keeps. An account's names are told apart without case.
package struct SavedSearch: Sendable, Hashable {
  package var account: AccountID
  package var name: String
  package var entity: QueryEntity
  /// The query of the list's address: `query=…&sort=…`.
  package var view: String
  /// Whether everybody sees it.
  package var isShared: Bool
  package var savedAt: Timestamp

  package init(
    account: AccountID, name: String, entity: QueryEntity, view: String, isShared: Bool, savedAt: Timestamp
  ) {
    self.account = account
    self.name = name
    self.entity = entity
    self.view = view
    self.isShared = isShared
    self.savedAt = savedAt
  }
}

package protocol SavedSearchReading {
  /// One's own and those that others share, with whose they are; by name.
  func savedSearches(visibleTo account: AccountID?) throws -> [(search: SavedSearch, owner: String)]
  func savedSearch(_ account: AccountID, named name: String) throws -> SavedSearch?
  func countSavedSearches(of account: AccountID) throws -> Int
}

package protocol SavedSearchWriting: SavedSearchReading {
  /// In place of the account's earlier one of the same name.
  func setSavedSearch(_ search: SavedSearch) throws
  func deleteSavedSearch(_ account: AccountID, named name: String) throws
}
