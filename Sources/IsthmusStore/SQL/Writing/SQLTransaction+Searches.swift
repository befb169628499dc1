import IsthmusCore

extension SavedSearch {
  fileprivate static let columns = "s.account_id, s.name, s.entity, s.view, s.is_shared, s.saved_at"

  fileprivate init(_ row: any SQLStatement) {
    self.init(
      account: AccountID(row.integer(0)), name: row.text(1), entity: row.text(2) == "asset" ? .asset : .finding,
      view: row.text(3), isShared: row.integer(4) != 0, savedAt: Timestamp(microseconds: row.integer(5)))
  }
}

extension SQLTransaction {
  func savedSearches(visibleTo account: AccountID?) throws -> [(search: SavedSearch, owner: String)] {
    try rows(
      """
      SELECT \(SavedSearch.columns), a.name FROM saved_search s JOIN account a ON a.id = s.account_id
      WHERE s.is_shared = 1 OR s.account_id = ? ORDER BY s.folded_name, a.folded_name
      """, [SQLValue(account?.number)]
    ) { (SavedSearch($0), $0.text(6)) }
  }

  func savedSearch(_ account: AccountID, named name: String) throws -> SavedSearch? {
    try rows(
      "SELECT \(SavedSearch.columns) FROM saved_search s WHERE s.account_id = ? AND s.folded_name = ?",
      [.integer(account.number), .text(name.lowercased())], SavedSearch.init
    ).first
  }

  func countSavedSearches(of account: AccountID) throws -> Int {
    try rows("SELECT count(*) FROM saved_search WHERE account_id = ?", [.integer(account.number)]) {
      Int($0.integer(0))
    }.first ?? 0
  }

  func setSavedSearch(_ search: SavedSearch) throws {
    try run(
      """
      INSERT INTO saved_search (account_id, folded_name, name, entity, view, is_shared, saved_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account_id, folded_name) DO UPDATE SET name = excluded.name, entity = excluded.entity,
        view = excluded.view, is_shared = excluded.is_shared, saved_at = excluded.saved_at
      """,
      [
        .integer(search.account.number), .text(search.name.lowercased()), .text(search.name),
        .text(search.entity.rawValue), .text(search.view), .integer(search.isShared ? 1 : 0),
        .integer(search.savedAt.microseconds),
      ])
  }

  func deleteSavedSearch(_ account: AccountID, named name: String) throws {
    try run(
      "DELETE FROM saved_search WHERE account_id = ? AND folded_name = ?",
      [.integer(account.number), .text(name.lowercased())])
  }
}
