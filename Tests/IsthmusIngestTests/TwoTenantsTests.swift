import AzureSimulator
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@Suite("Two tenants in one inventory")
struct TwoTenantsTests {
  @Test(
    "Machines that both tenants list are one asset, whichever comes first, on later days too",
    arguments: [1, 2] as [UInt64])
  func together(seed: UInt64) async throws {
    let simulator = try await SyncHarness.tenant(hosts: 80, findingsPerHost: 6, seed: seed, secondTenant: 0.4)
    let second = try #require(simulator.secondTenant)
    let (forward, backward) = (try SyncHarness(simulator: simulator), try SyncHarness(simulator: simulator))
    for day in [0, 5, 12] {
      try simulator.setDay(day)
      var reports = [try await forward.sync(), try await forward.sync(second: second)]
      reports += [try await backward.sync(second: second), try await backward.sync()]
      for report in reports { #expect(report.result == "succeeded", "\(report.error?.summary ?? "")") }
      let expected = try #require(simulator.combinedTruth.assetsTogether)
      for harness in [forward, backward] {
        let assets = try await harness.store.read { try $0.countAssets(Listing(limit: nil)) }
        #expect(assets == expected, "seed \(seed), day \(day)")
        #expect(try harness.damage().isEmpty, "seed \(seed), day \(day)")
      }
      #expect(expected < simulator.truth.assets + (simulator.combinedTruth.second?.assets ?? 0), "some are shared")
    }
    // Nothing changes any more, whichever runs.
    #expect(try await forward.sync().changedNothing)
    #expect(try await forward.sync(second: second).changedNothing)
    await simulator.stop()
  }

  @Test("The order of the two tenants' runs makes no difference to what assets show")
  func order() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 60, findingsPerHost: 6, secondTenant: 0.5)
    let second = try #require(simulator.secondTenant)
    let (forward, backward) = (try SyncHarness(simulator: simulator), try SyncHarness(simulator: simulator))
    try await forward.sync()
    try await forward.sync(second: second)
    try await backward.sync(second: second)
    try await backward.sync()
    #expect(try await forward.groups() == backward.groups())
    await simulator.stop()
  }
}

extension SyncHarness {
  func groups() async throws -> Set<String> { try await store.groups() }
}

extension InventoryStore {
  /// Which sources are one asset, with its findings' number and its score.
  func groups() async throws -> Set<String> {
    try await read { inventory in
      var groups: Set<String> = []
      var ids: [AssetID] = []
      try inventory.forEachAsset(Listing(limit: nil)) { row in
        if let id = row["id"]?.string.flatMap({ AssetID(text: $0) }) { ids.append(id) }
      }
      for id in ids {
        guard let asset = try inventory.asset(id) else { continue }
        let sources = (asset["sourceRecords"]?.array ?? []).map { source in
          "\(source["connector"]?.text() ?? "") \(source["externalAssetId"]?.text() ?? "")"
        }
        let numbers = "\(asset["openFindings"]?.text() ?? "") \(asset["truRiskScore"]?.text() ?? "")"
        groups.insert("\(sources.sorted().joined(separator: ", ")): \(numbers)")
      }
      return groups
    }
  }
}
