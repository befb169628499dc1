import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Plans of queries")
struct QueryPlanTests {
  private let folder: TemporaryFolder
  private let store: SQLiteStore

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteStore(folder: folder.path, newSeed: 1)
  }

  /// Whether a step of a plan reads all rows of `finding` itself: a scan without an index, or one to make an index for
  /// this query alone.
  private static func readsAllFindings(_ step: String) -> Bool {
    step == "SCAN f" || step.contains(" f USING AUTOMATIC")
  }

  private static func plans(
    of token: QueryToken, _ reader: SQLReader
  ) throws -> [(query: String, steps: [String])] {
    try token.examples.flatMap { example in
      try QueryEntity.allCases.map { entity in
        // Of a list of the other entity: the same, said of what belongs to it.
        let query = try Query(example.query, for: example.entity, now: ExampleInventory.now)
        let other = query.isEverything ? "" : "\(example.entity.rawValue): (\(query.text))"
        let text = entity == example.entity ? example.query : other
        let listing = Listing(try Query(text, for: entity, now: ExampleInventory.now), limit: nil)
        let filter = try entity == .asset ? reader.assetFilter(listing) : reader.findingFilter(listing)
        let table = entity == .asset ? "asset a" : "finding f"
        let steps = try reader.rows(
          "EXPLAIN QUERY PLAN \(filter.with)SELECT count(*) FROM \(table) WHERE \(filter.condition.text)",
          filter.prefix.values + filter.condition.values
        ) { $0.text(3) }
        return ("\(entity): \(text)", steps)
      }
    }
  }

  @Test("Of packs only those that changed are read again")
  func packs() async throws {
    try await store.read { reader in
      let reader = try #require(reader as? SQLReader)
      let steps = try reader.rows("EXPLAIN QUERY PLAN \(Packs.newer)", [.integer(7)]) { $0.text(3) }
      #expect(steps.contains { $0.contains("finding_pack_by_change (changed>?)") }, "\(steps)")
    }
  }

  @Test("Every token is answered from an index of findings, but for those that say why not")
  func indexed() async throws {
    try await store.write { try Self.fill($0) }
    try await store.read { reader in
      let reader = try #require(reader as? SQLReader)
      for token in QueryCatalogue.tokens {
        let plans = try Self.plans(of: token, reader)
        #expect(!plans.isEmpty)
        let scans = plans.filter { $0.steps.contains(where: Self.readsAllFindings) }
        if token.field.reasonWithoutIndex == nil {
          #expect(scans.isEmpty, "\(token.name): \(scans)")
        } else {
          #expect(!scans.isEmpty, "\(token.name) has an index after all: \(plans)")
        }
      }
    }
  }

  @Test("A term that an index answers narrows the findings that another one looks at")
  func narrowed() async throws {
    try await store.write { try Self.fill($0) }
    try await store.read { reader in
      let reader = try #require(reader as? SQLReader)
      for narrow in ["finding.control.id: 7", "asset.name: web", "finding.title: encryption", "finding.id: F7"] {
        for other in ["finding.statusCause: x", "finding.ingestedDate > now-1d", "finding.ttr: 3"] {
          let query = try Query("\(narrow) and \(other)", for: .finding, now: ExampleInventory.now)
          let filter = try reader.findingFilter(Listing(query, limit: nil))
          let steps = try reader.rows(
            "EXPLAIN QUERY PLAN \(filter.with)SELECT count(*) FROM finding f WHERE \(filter.condition.text)",
            filter.prefix.values + filter.condition.values
          ) { $0.text(3) }
          #expect(!steps.contains(where: Self.readsAllFindings), "\(narrow) and \(other): \(steps)")
        }
      }
    }
  }

  /// 60 hosts with 40 findings each.
  private static func fill(_ transaction: any InventoryTransaction) throws {
    let start = Timestamp(microseconds: 0)
    let connector = try transaction.connector(named: "A", kind: "kind", productName: "Product", vendorName: "Vendor")
    let scope = try transaction.scope(connector, stream: "findings", name: "a", title: "")
    try transaction.setListed(scope: scope.id, at: start)
    let controls = try (0..<40).map { number in
      let variant = NewVariant(
        digest: 1, attributes: "{}", category: "c", severityText: "High", severity: number % 5 + 1, qds: number * 2 + 1)
      return try transaction.insertControl(
        connector, key: "\(number)", findingSuffix: "/\(number)", variant: variant)
    }
    for host in 0..<60 {
      let id = "/h/\(host)"
      let resource = try transaction.insertResource(connector, foldedID: id, writtenID: id)
      let asset = try transaction.insertAsset(at: start)
      let source = try transaction.insertSource(
        NewSource(
          connector: connector, externalAssetID: id, resource: resource, asset: asset, scope: scope.id,
          attributes: "{}", digest: 1, at: start))
      try transaction.attach(resource: resource, source: source, asset: asset)
      try transaction.setFindingScope(resource: resource, scope: scope.id, assessedID: id)
      let detail = try transaction.insertDetail(connector, digest: Int64(host), attributes: "{}")
      for control in controls {
        let life = FindingLife(posture: .fail, openedInListing: 1, firstFound: start)
        let finding = StoredFinding(
          id: FindingID(0), control: control.id, externalID: nil, variant: nil, detail: detail,
          severity: control.variants[0].severity, qds: control.variants[0].qds, sourceFirst: nil, sourceUpdated: nil,
          life: life, digest: 1)
        _ = try transaction.insertFinding(finding, resource: resource, scope: scope.id, ingested: start)
      }
    }
  }
}
