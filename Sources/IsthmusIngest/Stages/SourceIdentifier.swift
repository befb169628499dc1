import IsthmusCore
import IsthmusStore

/// Decides which source rows are one asset, and gives rows, findings and values to the asset that is theirs.
///
/// Always over all rows that are linked with the changed ones, so that the order in which rows come makes no
/// difference; see ``Partition``.
struct SourceIdentifier: Sendable {
  let book: RuleBook
  let trust: SourceTrust
  private let disabled: [ConnectorNumber: Set<String>]
  /// Names by number, for the log.
  let connectors: [ConnectorNumber: String]
  let seed: UInt64
  /// nil: a person caused it.
  let run: RunID?
  let at: Timestamp
  /// What the person did and why, for the log.
  var act: String?

  /// As the inventory's settings say.
  init(_ inventory: any IdentityReading, seed: UInt64, run: RunID?, at: Timestamp) throws {
    let settings = try inventory.identificationSettings()
    let numbers = try inventory.connectorNumbers()
    book = try settings.book()
    trust = settings.sourceTrust(numbers.mapValues(\.number))
    var disabled: [ConnectorNumber: Set<String>] = [:]
    for number in numbers.values { disabled[number] = try inventory.disabledRules(of: number) }
    self.disabled = disabled
    connectors = Dictionary(numbers.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    self.seed = seed
    self.run = run
    self.at = at
  }

  static let settingName = "identification"

  /// What the rows that are linked with some rows are, and how they link.
  struct Component {
    var rows: [Int64: SourceRow]
    var partition: Partition
  }

  /// Takes up a new row, which has an asset of its own so far.
  ///
  /// - Returns: Whether it is to be settled: another row has a value of it.
  func enter(_ row: SourceRow, _ transaction: any InventoryTransaction) throws -> Bool {
    let keys = evidence(of: row).keys
    let digests = keys.map { $0.digest(seed: seed) }
    let isAlone = try !transaction.isAnyKnown(digests)
    try transaction.setIdentityKeys(source: row.id, digests: digests)
    guard isAlone else { return true }
    // As almost every host of a first run: nothing to compare.
    try show([row], on: row.asset, transaction)
    try logNew(row, keys, transaction)
    return false
  }

  /// To be called when a row's values have changed.
  ///
  /// - Returns: The rows that share a value with it which it has no more: without it they may be told apart, or be one.
  func rekey(_ row: SourceRow, _ transaction: any InventoryTransaction) throws -> [Int64] {
    let digests = evidence(of: row).keys.map { $0.digest(seed: seed) }
    var companions: [Int64] = []
    for digest in Set(try transaction.identityKeys(source: row.id)).subtracting(digests) {
      companions += try transaction.sources(withKey: digest, present: true, limit: RuleBook.commonLimit + 1)
      companions += try transaction.sources(withKey: digest, present: false, limit: Self.goneLimit)
    }
    try transaction.setIdentityKeys(source: row.id, digests: digests)
    return Set(companions).subtracting([row.id]).sorted()
  }

  private func evidence(of row: SourceRow) -> IdentityEvidence {
    let origin = RuleBook.Origin(
      connector: row.connector.number, externalAssetID: row.externalAssetID, foldedResourceID: row.foldedResourceID)
    return book.evidence(of: row.attributes, from: origin, disabled: disabled[row.connector] ?? [])
  }

  /// Of the rows that are gone, this many of a key are looked at: names of short-lived machines come again and again.
  private static let goneLimit = 50

  /// All rows that keys, decisions or a common asset link with `sources`, and which of them are one asset.
  ///
  /// - Parameters:
  ///   - supposed: Decisions beside those that are stored, later than all of these.
  ///   - logged: The rows of which the partition tells what came of each value; nil: all.
  func component(
    of sources: [Int64], in inventory: any IdentityReading, supposing supposed: [PersonDecision] = [],
    logged: Set<Int64>? = nil
  ) throws -> Component {
    var rows: [Int64: SourceRow] = [:]
    var records: [IdentityRecord] = []
    var decisions = Set(supposed)
    var common: Set<IdentityKey> = []
    var known: Set<Int64> = Set(sources)
    var lookedUp: Set<Int64> = []
    var assets: Set<AssetID> = []
    var open = sources
    func add(_ sources: some Sequence<Int64>) {
      for source in sources where known.insert(source).inserted { open.append(source) }
    }
    while let source = open.popLast() {
      guard let row = try inventory.sourceRow(source) else { continue }
      let evidence = evidence(of: row)
      rows[source] = row
      records.append(
        IdentityRecord(
          source: source, connector: row.connector.number, firstSeen: row.listedSince, lastSeen: row.lastSeen,
          foldedResourceID: row.foldedResourceID, evidence: evidence))
      for key in evidence.keys {
        let digest = key.digest(seed: seed)
        guard lookedUp.insert(digest).inserted else { continue }
        let present = try inventory.sources(withKey: digest, present: true, limit: RuleBook.commonLimit + 1)
        if present.count > RuleBook.commonLimit {
          common.insert(key)
          add(try merged(among: present, inventory))
          continue
        }
        add(present)
        add(try inventory.sources(withKey: digest, present: false, limit: Self.goneLimit))
      }
      for decision in try inventory.decisions(of: source) {
        decisions.insert(decision)
        add([decision.first, decision.second])
      }
      if assets.insert(row.asset).inserted { add(try inventory.sourceRows(of: row.asset).map(\.id)) }
    }
    return Component(
      rows: rows,
      partition: book.partition(
        records, decisions: Array(decisions), common: common, logged: logged))
  }

  /// Rows that share an asset: a value that has become too common may have joined them before.
  private func merged(among sources: [Int64], _ inventory: any IdentityReading) throws -> [Int64] {
    let rows = try sources.compactMap(inventory.sourceRow)
    return Dictionary(grouping: rows, by: \.asset).values.filter { $0.count > 1 }.flatMap { $0.map(\.id) }
  }

  /// Brings the rows, and all that are linked with them, to the assets that are theirs.
  ///
  /// One set of linked rows after the other: what is held at a time does not grow with `sources`. Such a set may be large, as
  /// where tenants have hosts of the same names; so many rows are better settled together than one by one.
  ///
  /// - Parameter new: Those of `sources` that were just entered.
  /// - Returns: The assets whose rows or values have changed.
  func settle(
    _ sources: [Int64], new: Set<Int64> = [], _ transaction: any InventoryTransaction
  ) throws -> Set<AssetID> {
    var touched: Set<AssetID> = []
    var settled: Set<Int64> = []
    let changed = Set(sources)
    for source in sources where !settled.contains(source) {
      var component = try component(of: [source], in: transaction, logged: new)
      settled.formUnion(component.rows.keys)
      let before = component.rows
      touched.formUnion(try apply(&component, changed: changed, transaction))
      for (id, row) in component.rows.sorted(by: { $0.key < $1.key }) where new.contains(id) {
        if row.asset == before[id]?.asset { try logResembling(row, in: component, transaction) }
      }
    }
    return touched
  }

  /// The component's rows have the assets that are theirs then.
  private func apply(
    _ component: inout Component, changed: Set<Int64>, _ transaction: any InventoryTransaction
  ) throws -> Set<AssetID> {
    let rows = component.rows
    let assignment = AssetAssignment(
      groups: component.partition.groups,
      rows: rows.values.map {
        AssetAssignment.Row(source: $0.id, isPresent: $0.isPresent, asset: $0.asset, home: $0.home)
      })
    for (source, home) in assignment.homeChanges.sorted(by: { $0.key < $1.key }) {
      try transaction.setHome(source: source, home)
    }
    var touched = Set(rows.values.filter { changed.contains($0.id) }.map(\.asset))
    var assets: [(asset: AssetID, sources: [Int64])] = []
    for place in assignment.places {
      let asset = try place.asset ?? makeAsset(home: place.home, transaction)
      assets.append((asset, place.sources))
      try transaction.setMerged(asset, into: nil, at: at)
      for source in place.sources {
        guard let row = rows[source], row.asset != asset else { continue }
        try transaction.move(source: source, to: asset)
        try log(row, to: asset, in: component, transaction)
        try logLeaving(row, to: asset, transaction)
        touched.formUnion([row.asset, asset])
      }
      for resting in place.resting {
        try transaction.setMerged(resting, into: asset, at: at)
        touched.insert(resting)
      }
    }
    let present = component.partition.ambiguities.filter(\.isPresent)
    try transaction.setAmbiguities(of: rows.keys.sorted(), present.flatMap(stored), at: at)
    for asset in touched { try show(asset, transaction) }
    for place in assets {
      for source in place.sources { component.rows[source]?.asset = place.asset }
    }
    return touched
  }

  private func makeAsset(home: Int64, _ transaction: any InventoryTransaction) throws -> AssetID {
    let asset = try transaction.insertAsset(at: at)
    try transaction.setHome(source: home, asset)
    return asset
  }

  /// The asset shows the merged values of its rows; without a present one it is gone.
  func show(_ asset: AssetID, _ transaction: any InventoryTransaction) throws {
    let rows = try transaction.sourceRows(of: asset)
    if rows.isEmpty { return }
    _ = try transaction.settlePresence(of: asset, at: at)
    try show(rows, on: asset, transaction)
  }

  private func show(
    _ rows: [SourceRow], on asset: AssetID, _ transaction: any InventoryTransaction
  ) throws {
    let merge = merge(rows)
    let isPublic = !(merge.values["publicIpAddresses"]?.list ?? []).isEmpty
    try transaction.setAttributes(asset, merge.values, hasPublicAddress: isPublic)
  }

  private func stored(_ ambiguity: Ambiguity) -> [StoredAmbiguity] {
    ambiguity.sources.map { source in
      StoredAmbiguity(
        source: source, rule: ambiguity.rule, matched: ambiguity.values.joined(separator: ", "),
        candidates: ambiguity.candidates.compactMap(\.first))
    }
  }
}
