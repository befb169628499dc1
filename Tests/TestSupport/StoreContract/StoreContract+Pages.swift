import IsthmusCore
import IsthmusStore
import Testing

/// Lists that are read page by page.
extension StoreContract {
  static let pageCases =
    SeededGenerator.seeds(6).map { seed in
      Case("Pages of any size, one after the other, are the whole list, seed \(seed)") { fixture in
        let store = try fixture.open()
        _ = try await store.write { try RandomInventory(seed: 600 + seed, $0) }
        try await store.read { reader in
          var random = SeededGenerator(seed: 600 + seed)
          for _ in 0..<120 {
            let (entity, listing) = try randomListing(&random)
            let whole = try answer(entity, listing, reader).ids
            var pages = Pages(entity, listing)
            while try pages.turn(random.number(1...8), reader) {}
            #expect(pages.ids == whole, "seed \(seed): \(entity) \(listing)")
          }
        }
      }
    }
    + SeededGenerator.seeds(6).map { seed in
      Case("What stays while a list is read page by page is in it once, seed \(seed)") { fixture in
        let store = try fixture.open()
        let inventory = try await store.write { try RandomInventory(seed: 700 + seed, hosts: 10, $0) }
        var random = SeededGenerator(seed: 700 + seed)
        for _ in 0..<15 {
          try await checkChanging(store, &random, "seed \(seed)")
        }
        #expect(!inventory.hidden.connectors.isEmpty)
      }
    } + [
      Case("A cursor is good for its own entity and order only") { fixture in
        let store = try fixture.open()
        _ = try await store.write { try RandomInventory(seed: 8, $0) }
        try await store.read { reader in
          let byName = Listing(limit: 1, order: [.init("assetName", descending: false)])
          var listing = byName
          listing.after = try reader.cursor(after: "A2", of: .asset, byName)
          #expect(throws: Never.self) { try answer(.asset, listing, reader) }
          #expect(throws: CursorError.self) { try answer(.finding, listing, reader) }
          for order in [[], [Listing.Order("assetName", descending: true)], byName.order + byName.order] {
            listing.order = order
            #expect(throws: CursorError.self) { try answer(.asset, listing, reader) }
          }
          #expect(throws: CursorError.self) { try reader.cursor(after: "A999999", of: .asset, byName) }
          #expect(throws: CursorError.self) { try reader.cursor(after: "rubbish", of: .finding, byName) }
          let orders = Array(repeating: Listing.Order("assetName", descending: false), count: 9)
          #expect(throws: CursorError.self) {
            try reader.cursor(after: "A2", of: .asset, Listing(limit: 1, order: orders))
          }
        }
      },
      Case("Values that no list has put into a cursor make no list fail") { fixture in
        let store = try fixture.open()
        _ = try await store.write { try RandomInventory(seed: 9, $0) }
        try await store.read { reader in
          for order in [[], [Listing.Order("assetName", descending: true)], [.init("lastFixedOn", descending: false)]] {
            let listing = Listing(limit: 3, order: order)
            let text = try reader.cursor(after: "F2", of: .finding, listing).text
            for value in ["null", "-1", "9e99", "\"x' OR 1=1 --\"", "\"\""] {
              var changed = listing
              changed.after = try ListCursor(text: withValues(text, value))
              #expect(throws: Never.self, "\(value)") { try answer(.finding, changed, reader) }
            }
          }
        }
      },
      Case("Long texts are in order by their beginnings, and their cursors stay short") { fixture in
        let store = try fixture.open()
        let start = String(repeating: "é", count: 300)
        try await store.sample { inventory, transaction in
          for name in ["\(start)b", "\(start)a", "a", "z"] { _ = try inventory.host(name, in: transaction) }
        }
        try await store.read { reader in
          let listing = Listing(limit: nil, order: [.init("assetName", descending: false)])
          let whole = try answer(.asset, listing, reader).ids
          #expect(whole == ["A3", "A4", "A1", "A2"])
          #expect(try reader.cursor(after: "A1", of: .asset, listing).text.utf8.count < 1000)
          var pages = Pages(.asset, listing)
          while try pages.turn(1, reader) {}
          #expect(pages.ids == whole)
        }
      },
    ]

  // MARK: - Random lists

  private static func randomListing(_ random: inout SeededGenerator) throws -> (QueryEntity, Listing) {
    let entity: QueryEntity = random.chance(2) ? .asset : .finding
    var query: Query?
    if random.chance(2) {
      var generator = QueryGenerator(seed: random.next(), now: RandomInventory.now)
      query = try Query(generator.query(for: entity).text, for: entity, now: RandomInventory.now)
    }
    return (entity, Listing(query, limit: nil, order: order(for: entity, &random), includesAbsent: random.chance(2)))
  }

  private static func order(for entity: QueryEntity, _ random: inout SeededGenerator) -> [Listing.Order] {
    let fields = QueryCatalogue.listFields(for: entity, use: .sort)
    // Most lists are in their own order, or by one field.
    let count = random.pick([0, 0, 1, 1, 1, 1, 2, 3])
    return (0..<count).map { _ in
      let name = random.chance(8) ? "id" : random.pick(fields).name
      return Listing.Order(name, descending: random.chance(2))
    }
  }

  /// The cursor's text with `value` in place of each of its sort values.
  private static func withValues(_ text: String, _ value: String) throws -> String {
    let cursor = try ListCursor(text: text)
    let order = cursor.order.map { "\"\($0.text)\"" }.joined(separator: ",")
    let values = Array(repeating: value, count: cursor.order.isEmpty ? 2 : cursor.order.count).joined(separator: ",")
    let json = "{\"v\":1,\"of\":\"\(cursor.entity.rawValue)\",\"by\":[\(order)],\"at\":[\(values)],\"id\":2}"
    return Base64.text(Array(json.utf8))
  }

  // MARK: - Changes between pages

  private static func checkChanging(
    _ store: any InventoryStore, _ random: inout SeededGenerator, _ note: Comment
  ) async throws {
    // Asset rows show values of what hangs on them; these must stay as they are.
    let (entity, listing) = try randomListing(&random)
    var bare = Listing(limit: nil, order: listing.order, includesAbsent: true)
    bare.query = nil
    let steady = bare
    let before = try await store.read { try answer(entity, steady, $0).ids }
    var pages = Pages(entity, steady)
    var removed: Set<String> = []
    var isGoingOn = true
    while isGoingOn {
      let (turned, size) = (pages, random.number(1...6))
      (pages, isGoingOn) = try await store.read { reader in
        var pages = turned
        let isGoingOn = try pages.turn(size, reader)
        return (pages, isGoingOn)
      }
      guard isGoingOn, entity == .finding else { continue }
      let change = random.next()
      // Also the record that the next page goes on from.
      let victims = [pages.ids.last, before.randomElement(using: &random)].compactMap { $0 }
      let victim = random.pick(victims)
      try await store.write { transaction in
        var random = SeededGenerator(seed: change)
        if random.chance(2), let id = FindingID(text: victim) { try transaction.deleteFinding(id) }
        if random.chance(2) { try insertFinding(&random, transaction) }
      }
      if try await store.read({ try $0.finding(FindingID(text: victim) ?? FindingID(1)) }) == nil {
        removed.insert(victim)
      }
    }
    #expect(Set(pages.ids).count == pages.ids.count, note)
    let stayed = before.filter { !removed.contains($0) }
    let known = Set(stayed)
    #expect(pages.ids.filter(known.contains) == stayed, "\(note) \(entity) \(steady)")
  }

  /// One more finding of some host, like another one but under an id of its own.
  private static func insertFinding(
    _ random: inout SeededGenerator, _ transaction: any InventoryTransaction
  ) throws {
    for resource in (1...10 as ClosedRange<Int64>).shuffled(using: &random) {
      guard var finding = try transaction.findings(resource: resource).randomElement(using: &random) else { continue }
      finding.externalID = "more-\(random.next())"
      _ = try transaction.insertFinding(finding, resource: resource, scope: nil, ingested: RandomInventory.now)
      return
    }
  }
}

/// A list as a reader of pages comes to see it.
private struct Pages: Sendable {
  private let entity: QueryEntity
  private var listing: Listing
  private(set) var ids: [String] = []

  init(_ entity: QueryEntity, _ listing: Listing) {
    self.entity = entity
    self.listing = listing
  }

  /// Reads the next page; false if it was the last one.
  mutating func turn(_ size: Int, _ reader: any InventoryReader) throws -> Bool {
    listing.limit = size
    var page: [String] = []
    switch entity {
    case .asset: try reader.forEachAsset(listing) { page.append($0["id"]?.string ?? "") }
    case .finding: try reader.forEachFinding(listing) { page.append($0["id"]?.string ?? "") }
    }
    #expect(page.count <= size)
    ids += page
    guard page.count == size, let last = page.last else { return false }
    // As it comes back from a client.
    listing.after = try ListCursor(text: try reader.cursor(after: last, of: entity, listing).text)
    return true
  }
}

/// RFC 4648, for a cursor that no list has made.
private enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

  static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | UInt32($1 < part.count ? part[start + $1] : 0) }
      for digit in 0...part.count { text.append(digits[Int(bits >> (18 - 6 * UInt32(digit)) & 63)]) }
    }
    return text
  }
}
