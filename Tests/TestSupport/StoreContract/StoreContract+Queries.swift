import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static let seeds = SeededGenerator.seeds(8)
  private static let queriesPerSeed = 250

  static let queryCases =
    seeds.map { seed in
      Case("Random queries find what the rows that are shown say, seed \(seed)") { fixture in
        try await checkQueries(fixture.open(), seed: seed)
      }
    } + [
      Case("Every documented query selects some records, leaves others, and the ones that it should") { fixture in
        let store = try fixture.open()
        let hidden = try await store.write { try ExampleWriter($0).hidden }
        try await store.read { reader in
          let shown = try ShownInventory(hidden, reader)
          for example in QueryCatalogue.tokens.flatMap(\.examples) + QueryCatalogue.rules.flatMap(\.examples) {
            let query = try Query(example.query, for: example.entity, now: ExampleInventory.now)
            let expected = shown.ids(query)
            let listing = Listing(query, limit: nil, order: [.init("id", descending: false)])
            let (found, count) = try answer(example.entity, listing, reader)
            #expect(found == expected && count == expected.count, "\(example.query)")
            let all = try answer(example.entity, Listing(limit: nil, includesAbsent: query.namesAbsent), reader).count
            #expect(!found.isEmpty && (count == all) == query.isEverything, "\(example.query)")
          }
        }
      },
      Case("A transaction finds the findings that a list of the query holds") { fixture in
        let store = try fixture.open()
        _ = try await store.write { try RandomInventory(seed: 43, hosts: 8, $0) }
        var generator = QueryGenerator(seed: 43, now: RandomInventory.now)
        for number in 0..<40 {
          let text = number == 0 ? "" : generator.query(for: .finding).text
          let query = try Query(text, for: .finding, now: RandomInventory.now)
          let listing = Listing(query, limit: nil, order: [.init("id", descending: false)])
          let listed = try await store.read { try answer(.finding, listing, $0).ids }
          let found = try await store.write { try $0.findings(query).map(\.description) }
          #expect(found == listed && (number > 0 || !found.isEmpty), "\(text)")
        }
      },
      Case("No mangled query makes the store fail") { fixture in
        let store = try fixture.open()
        let inventory = try await store.write { try RandomInventory(seed: 41, hosts: 8, $0) }
        try await store.read { reader in
          let shown = try ShownInventory(inventory.hidden, reader)
          for seed in SeededGenerator.seeds(4) { try checkMangled(seed: seed, shown, reader) }
        }
      },
    ]

  private static func checkQueries(_ store: any InventoryStore, seed: UInt64) async throws {
    let inventory = try await store.write { try RandomInventory(seed: seed, $0) }
    try await store.read { reader in
      let shown = try ShownInventory(inventory.hidden, reader)
      #expect(Set(shown.assetIDs).isDisjoint(with: inventory.merged.map(\.description)))
      var generator = QueryGenerator(seed: seed, now: RandomInventory.now)
      var selective = 0
      for number in 0..<queriesPerSeed {
        let made = generator.query(for: number.isMultiple(of: 2) ? .asset : .finding)
        let query = try Query(made.text, for: made.entity, now: RandomInventory.now)
        let expected = shown.ids(query, includesAbsent: number.isMultiple(of: 5))
        let listing = Listing(
          query, limit: nil, order: [.init("id", descending: false)], includesAbsent: number.isMultiple(of: 5))
        let (found, count) = try answer(made.entity, listing, reader)
        #expect(found == expected, "seed \(seed), query \(number): \(made.text)\nplainly: \(query.text)")
        #expect(count == expected.count, "seed \(seed), query \(number): \(made.text)")
        let all = made.entity == .asset ? shown.assetIDs.count : shown.findingIDs.count
        if !expected.isEmpty, expected.count < all / 2 { selective += 1 }
      }
      // Queries that select nothing or nearly everything would prove little.
      #expect(selective > queriesPerSeed / 10, "seed \(seed)")
    }
  }

  private static func checkMangled(
    seed: UInt64, _ shown: ShownInventory, _ reader: any InventoryReader
  ) throws {
    var random = SeededGenerator(seed: 5000 + seed)
    var generator = QueryGenerator(seed: 5000 + seed, now: RandomInventory.now)
    var answered = 0
    for _ in 0..<250 {
      let made = generator.query(for: random.chance(2) ? .asset : .finding)
      let text = random.mangled(made.text)
      // What can't be read is refused before a store sees it.
      guard let query = try? Query(text, for: made.entity, now: RandomInventory.now) else { continue }
      let (found, count) = try answer(
        made.entity, Listing(query, limit: nil, order: [.init("id", descending: false)]), reader)
      #expect(found == shown.ids(query) && count == found.count, "seed \(seed): \(text)")
      answered += 1
      #expect(throws: QueryError.self, "seed \(seed): \(text)") {
        try answer(made.entity, Listing(query, limit: 1, order: [.init("\(text)!", descending: true)]), reader)
      }
    }
    #expect(answered > 20, "seed \(seed)")
  }

  static func answer(
    _ entity: QueryEntity, _ listing: Listing, _ reader: any InventoryReader
  ) throws -> (ids: [String], count: Int) {
    var ids: [String] = []
    switch entity {
    case .asset:
      try reader.forEachAsset(listing) { ids.append($0["id"]?.string ?? "") }
      return (ids, try reader.countAssets(listing))
    case .finding:
      try reader.forEachFinding(listing) { ids.append($0["id"]?.string ?? "") }
      return (ids, try reader.countFindings(listing))
    }
  }
}
