import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

/// However little of an order is tried first, pages are the same: on a small inventory all would be tried.
@Suite("Pages of findings")
struct FindingPageTests {
  private let store: SQLiteStore
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteStore(folder: folder.path, newSeed: 1)
  }

  private static let trials = [
    FindingPage.Trial(findings: 1, mostFindings: 1, hosts: 1, rowsForEachAsked: 0),
    FindingPage.Trial(findings: 3, mostFindings: 20, hosts: 2, rowsForEachAsked: 1),
    FindingPage.Trial(findings: 12, mostFindings: 60, hosts: 5, rowsForEachAsked: 2),
    FindingPage.Trial(longestPage: 0),
  ]

  @Test("What is tried first changes no page", arguments: SeededGenerator.seeds(3))
  func trials(seed: UInt64) async throws {
    _ = try await store.write { try RandomInventory(seed: 800 + seed, hosts: 20, $0) }
    try await store.read { reader in
      let reader = try #require(reader as? SQLReader)
      let queries = ["", "finding.severity > 2", "asset.name: w*", "finding.status: FIXED"]
      for field in QueryCatalogue.listFields(for: .finding, use: .sort).map(\.name) + [""] {
        for isDescending in [false, true] {
          let order = field.isEmpty ? [] : [Listing.Order(field, descending: isDescending)]
          for text in queries {
            let query = try Query(text, for: .finding, now: RandomInventory.now)
            try check(Listing(query, limit: nil, order: order, includesAbsent: true), reader, seed)
          }
        }
      }
    }
  }

  private func check(_ listing: Listing, _ reader: SQLReader, _ seed: UInt64) throws {
    let whole = try FindingPage(reader: reader, listing: listing).ids()
    for trial in Self.trials {
      for start in [0, 1, whole.count / 2, whole.count - 2, whole.count].filter({ (0...whole.count).contains($0) }) {
        var page = listing
        page.limit = 4
        if start > 0 {
          page.after = try reader.cursor(after: FindingID(whole[start - 1]).description, of: .finding, listing)
        }
        let found = try FindingPage(reader: reader, listing: page, trial: trial).ids()
        let expected = Array(whole[start...].prefix(4))
        #expect(found == expected, "seed \(seed), \(listing.order), \(trial), from \(start)")
      }
    }
  }

  @Test("A page in the middle of an order enters that order's index at its place")
  func plans() async throws {
    _ = try await store.write { try RandomInventory(seed: 12, hosts: 20, $0) }
    try await store.read { reader in
      let reader = try #require(reader as? SQLReader)
      for (field, index) in [("", "finding_by_rank"), ("lastFixedOn", "finding_by_last_fixed")] {
        for isDescending in [false, true] {
          let order = field.isEmpty ? [] : [Listing.Order(field, descending: isDescending)]
          var listing = Listing(limit: 4, order: order, includesAbsent: true)
          let first = try #require(try FindingPage(reader: reader, listing: listing).ids().first)
          listing.after = try reader.cursor(after: FindingID(first).description, of: .finding, listing)
          let page = try FindingPage(reader: reader, listing: listing)
          let stretches =
            try field.isEmpty ? page.ranks() : page.values(of: "f.last_fixed", #require(page.order.terms.first))
          #expect(stretches.count == 3)
          for stretch in stretches where !stretch.condition.text.hasSuffix("IS NULL") || field.isEmpty {
            let first = stretch.first(4000)
            let steps = try reader.rows("EXPLAIN QUERY PLAN SELECT count(*) FROM \(first.text)", first.values) {
              $0.text(3)
            }
            #expect(steps.contains { $0.hasPrefix("SEARCH f USING") && $0.contains(index) }, "\(field): \(steps)")
            #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(field): \(steps)")
          }
        }
      }
    }
  }
}
