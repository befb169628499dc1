import IsthmusCore

/// Some of the records that a run did something to, by what it did: the first ones.
struct RunSamples: Sendable {
  enum Act: String, Sendable, CaseIterable { case created, updated, merged, fixed, reopened, gone }

  /// Of each act.
  static let most = 20

  private(set) var assets: [Act: [AssetID]] = [:]
  private(set) var findings: [Act: [FindingID]] = [:]

  mutating func add(_ act: Act, _ asset: AssetID) { Self.add(asset, to: &assets[act, default: []]) }
  mutating func add(_ act: Act, _ finding: FindingID) { Self.add(finding, to: &findings[act, default: []]) }

  private static func add<ID: Equatable>(_ id: ID, to list: inout [ID]) {
    if list.count < most, !list.contains(id) { list.append(id) }
  }
}
