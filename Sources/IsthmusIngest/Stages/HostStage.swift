import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Brings pages of hosts into the inventory: transform → identify → merge → score.
struct HostStage: Sendable {
  let mapper: RecordMapper
  let ledger: RunLedger
  let seed: UInt64
  let scopes: [String: SourceScope]
  let isRecordID: @Sendable (String) -> Bool

  func apply(_ page: SourcePage, _ transaction: any InventoryTransaction) throws {
    let reader = mapper.makeReader()
    // Anew for each page: another process may have changed the rules since the last one.
    let identifier = try SourceIdentifier(transaction, seed: seed, run: ledger.run, at: ledger.startedAt)
    var changes = Changes()
    try page.read(by: reader) { record, _ in try apply(record, reader, identifier, &changes, transaction) }
    try settle(&changes, identifier, transaction)
    try ledger.scorer.rescore(changes.touched, transaction)
  }

  /// What the page's records change.
  private struct Changes {
    /// Assets of which what their scores rest on may have changed.
    var touched: Set<AssetID> = []
    /// Source rows that may be of another asset now.
    var unsettled: [Int64] = []
    /// Those of them that are new, with the assets that were made for them.
    var new: [(source: Int64, asset: AssetID)] = []
  }

  private func apply(
    _ record: JSONSlice, _ reader: RecordReader, _ identifier: SourceIdentifier, _ changes: inout Changes,
    _ transaction: any InventoryTransaction
  ) throws {
    let scopeID = reader.keyText(.scope)?.lowercased()
    if let scopeID { ledger.checkpoint.received[scopeID, default: 0] += 1 }
    if let problem = reader.malformation() {
      return try reject(record, reader, scopeID, problem, transaction)
    }
    guard let scopeID, let scope = scopes[scopeID], let writtenID = reader.keyText(.resource) else {
      let reason = "it belongs to no subscription that this run lists"
      return try reject(record, reader, scopeID, reason, transaction)
    }
    let digest = reader.digest(of: .asset).signed
    let mapped = reader.values(of: .asset)
    guard mapped.fatal == nil, let externalID = mapped.values["externalAssetId"]?.string else {
      let reason = mapped.fatal ?? NeededTarget.problem(of: mapped.values, in: .hosts) ?? ""
      return try reject(record, reader, scopeID, reason, transaction)
    }
    let host = Host(externalID: externalID, writtenID: writtenID, values: mapped.values, digest: digest)
    let stored = try ledger.scope(.hosts, scope, transaction)
    try bring(host, dropped: mapped.dropped, into: stored, record, identifier, &changes, transaction)
  }

  private struct Host {
    var externalID: String
    var writtenID: String
    var values: AttributeValues
    var digest: Int64
    var foldedID: String { writtenID.lowercased() }
  }

  private func bring(
    _ host: Host, dropped: [DroppedValue], into scope: StoredScope, _ record: JSONSlice,
    _ identifier: SourceIdentifier, _ changes: inout Changes, _ transaction: any InventoryTransaction
  ) throws {
    let known = try transaction.sources(ledger.connector, externalAssetID: host.externalID)
    guard let source = known.first(where: { $0.foldedResourceID == host.foldedID }) else {
      return try add(host, dropped, into: scope, record, identifier, &changes, transaction)
    }
    // A row that comes twice in one listing.
    guard ledger.seenSources.insert(source.id) else { return }
    let isFirst = ledger.countedSources.insert(source.id)
    let isChanged = source.digest != host.digest
    guard isChanged || !source.isPresent || !source.isAttached else {
      ledger.counters.assets.unchanged += isFirst ? 1 : 0
      return
    }
    if !source.isPresent { try transaction.setSourcePresent(source.id, at: ledger.startedAt) }
    // Another row of the same host stood here meanwhile.
    if !source.isAttached {
      if let left = try transaction.resource(ledger.connector, foldedID: host.foldedID)?.asset {
        changes.touched.insert(left)
      }
      try transaction.attach(resource: source.resource, source: source.id, asset: source.asset)
    }
    var companions: [Int64]?
    if isChanged {
      companions = try update(source, host, identifier, transaction)
      try keep(dropped, of: host, record, scope, transaction)
    }
    guard companions != nil || !source.isPresent || !source.isAttached else {
      ledger.counters.assets.unchanged += isFirst ? 1 : 0
      return
    }
    ledger.counters.assets.updated += isFirst ? 1 : 0
    ledger.samples?.add(.updated, source.asset)
    changes.unsettled += [source.id] + (companions ?? [])
  }

  /// Writes a row that came in another way than before, or through another map. Returns the rows that shared a value
  /// with it which it has no more; nil if its values are the same.
  private func update(
    _ source: StoredSource, _ host: Host, _ identifier: SourceIdentifier, _ transaction: any InventoryTransaction
  ) throws -> [Int64]? {
    let before = try transaction.sourceRow(source.id)
    let hasNewValues = before?.attributes.sorted.json != host.values.sorted.json
    let changedAt = hasNewValues ? ledger.startedAt : before?.changedAt ?? ledger.startedAt
    try transaction.updateSource(
      source.id, attributes: host.values.json.text(), digest: host.digest, at: changedAt)
    guard hasNewValues, let row = try transaction.sourceRow(source.id) else { return nil }
    return try identifier.rekey(row, transaction)
  }

  /// A host that the connector did not know, or not under this resource.
  private func add(
    _ host: Host, _ dropped: [DroppedValue], into scope: StoredScope, _ record: JSONSlice,
    _ identifier: SourceIdentifier, _ changes: inout Changes, _ transaction: any InventoryTransaction
  ) throws {
    let known = try transaction.resource(ledger.connector, foldedID: host.foldedID)
    let resource =
      try known?.id
      ?? transaction.insertResource(ledger.connector, foldedID: host.foldedID, writtenID: host.writtenID)
    let asset = try transaction.insertAsset(at: ledger.startedAt)
    let source = try transaction.insertSource(
      NewSource(
        connector: ledger.connector, externalAssetID: host.externalID, resource: resource, asset: asset,
        scope: scope.id, attributes: host.values.json.text(), digest: host.digest, at: ledger.startedAt))
    _ = ledger.seenSources.insert(source)
    _ = ledger.countedSources.insert(source)
    try transaction.attach(resource: resource, source: source, asset: asset)
    try keep(dropped, of: host, record, scope, transaction)
    let row = SourceRow(
      id: source, connector: ledger.connector, externalAssetID: host.externalID, resource: resource,
      foldedResourceID: host.foldedID, asset: asset, home: asset, listedSince: ledger.startedAt, lastSeen: nil,
      changedAt: ledger.startedAt, attributes: host.values)
    // The resource's findings may have left another asset.
    if let left = known?.asset { changes.touched.insert(left) }
    if try identifier.enter(row, transaction) {
      changes.unsettled.append(source)
      changes.new.append((source, asset))
    } else {
      changes.touched.insert(asset)
      ledger.counters.assets.created += 1
      ledger.samples?.add(.created, asset)
    }
  }

  /// Finds the assets of the page's rows. All together: each may be linked with all others.
  private func settle(
    _ changes: inout Changes, _ identifier: SourceIdentifier, _ transaction: any InventoryTransaction
  ) throws {
    let new = Set(changes.new.map(\.source))
    changes.touched.formUnion(try identifier.settle(changes.unsettled, new: new, transaction))
    for (source, made) in changes.new {
      guard let asset = try transaction.sourceRow(source)?.asset else { continue }
      if asset == made {
        ledger.counters.assets.created += 1
        ledger.samples?.add(.created, asset)
        continue
      }
      try transaction.setHome(source: source, nil)
      try transaction.deleteUnusedAsset(made)
      changes.touched.remove(made)
      ledger.counters.assets.updated += 1
      ledger.counters.assets.merged += 1
      ledger.samples?.add(.merged, asset)
    }
  }

  private func keep(
    _ dropped: [DroppedValue], of host: Host, _ record: JSONSlice, _ scope: StoredScope,
    _ transaction: any InventoryTransaction
  ) throws {
    for value in dropped {
      ledger.counters.assets.droppedValues += 1
      try transaction.insertReject(
        ledger.run,
        Reject(
          .value, stream: "hosts", scope: scope.name, recordID: host.foldedID, target: value.target,
          reason: value.reason, raw: record.rejectedText))
    }
  }

  /// A row that can't be used counts as seen if its id can be read; if not, its scope is not covered.
  private func reject(
    _ record: JSONSlice, _ reader: RecordReader, _ scope: String?, _ reason: String,
    _ transaction: any InventoryTransaction
  ) throws {
    let foldedID = reader.keyText(.id)?.lowercased()
    var isCounted = false
    if let foldedID, isRecordID(foldedID) {
      let resource = try transaction.resource(ledger.connector, foldedID: foldedID)
      if let source = resource?.source {
        _ = ledger.seenSources.insert(source)
        isCounted = ledger.countedSources.contains(source)
      }
    } else {
      ledger.markBlind(scope)
    }
    // An earlier listing of this run brought the row in good order, and counted it.
    if !isCounted { ledger.tally(.hosts, scope) { $0.rejected += 1 } }
    try transaction.insertReject(
      ledger.run,
      Reject(
        .record, stream: "hosts", scope: scope, recordID: foldedID, reason: reason, raw: record.rejectedText))
  }
}

extension RunLedger {
  /// Rows without a readable id came from `scope`; from any of the listed ones if it is not known either.
  func markBlind(_ scope: String?) {
    if let scope { checkpoint.blind.insert(scope) } else { checkpoint.blind.formUnion(checkpoint.listed) }
  }
}

extension JSONSlice {
  /// What is kept of a rejected record.
  var rejectedText: String { rawBytes.count <= 65_536 ? jsonText : String(jsonText.prefix(65_536)) }
}
