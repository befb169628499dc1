package import IsthmusStore
import Testing

/// What every ``InventoryStore`` must do. A new implementation runs these cases on a fixture of its own.
package enum StoreContract {
  package struct Case: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    private let body: @Sendable (Fixture) async throws -> Void

    init(_ behaviour: String, _ body: @escaping @Sendable (Fixture) async throws -> Void) {
      testDescription = behaviour
      self.body = body
    }

    /// - Parameter fixture: An inventory that nothing was written to yet.
    package func check(_ fixture: Fixture) async throws { try await body(fixture) }
  }

  /// One inventory, which may be opened several times, at the same time too.
  package struct Fixture: Sendable {
    /// Opens the inventory; makes it with the given seed if there is none.
    private let make: @Sendable (_ newSeed: UInt64) throws -> any InventoryStore

    package init(open: @escaping @Sendable (_ newSeed: UInt64) throws -> any InventoryStore) { make = open }

    func open(_ newSeed: UInt64 = 1) throws -> any InventoryStore { try make(newSeed) }
  }

  package static let cases: [Case] =
    storeCases + runCases + assetCases + assetListCases + findingCases + findingListCases + settlingCases
    + mapCases + identityCases + enrichmentCases + queryCases + queryLimitCases + orderCases + pageCases + facetCases
    + searchCases + secretCases + auditCases + accountCases + sessionCases + keptCases + retentionCases
}
