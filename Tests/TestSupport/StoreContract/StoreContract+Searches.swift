import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let searchCases: [Case] = [
    Case("Saved searches are told apart without case, seen by others if they are shared, and go with their account") {
      fixture in
      let store = try fixture.open()
      let at = SampleInventory.noon(1)
      let (one, other) = try await store.write { transaction in
        func account(_ name: String) throws -> AccountID {
          try transaction.insertAccount(NewAccount(name: name, role: .viewer, passwordHash: "x", madeAt: at))
        }
        return (try account("ada"), try account("bob"))
      }
      func search(_ name: String, shared: Bool) -> SavedSearch {
        SavedSearch(account: one, name: name, entity: .asset, view: "sort=-qds", isShared: shared, savedAt: at)
      }
      func names(_ account: AccountID?) async throws -> [String] {
        try await store.read {
          try $0.searches.savedSearches(visibleTo: account).map { "\($0.owner): \($0.search.name)" }
        }
      }
      let (worst, mine) = (search("Worst", shared: true), search("Mine", shared: false))
      try await store.write { transaction in
        for search in [worst, mine, worst] { try transaction.setSavedSearch(search) }
      }
      #expect(try await names(one) == ["ada: Mine", "ada: Worst"])
      for account in [other, nil] { #expect(try await names(account) == ["ada: Worst"]) }
      let known = try await store.read { reader in
        (try reader.searches.savedSearch(one, named: "WORST"), try reader.searches.countSavedSearches(of: one))
      }
      #expect(known.0 == worst && known.1 == 2)
      let later = search("WORST", shared: false)
      try await store.write { try $0.setSavedSearch(later) }
      #expect(try await names(one) == ["ada: Mine", "ada: WORST"])
      #expect(try await names(other).isEmpty)
      try await store.write { try $0.deleteSavedSearch(one, named: "mine") }
      #expect(try await names(one) == ["ada: WORST"])
      try await store.write { try $0.deleteAccount(one) }
      #expect(try await names(one).isEmpty)
    }
  ]
}
