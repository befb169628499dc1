import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Brings pages of hosts into the inventory: transform → identify → merge → score.
struct HostStage: Sendable {
  let mapper: RecordMapper
  let ledger: RunLedger
  let settings: ScoreSettings
  let scopes: [String: SourceScope]
  /// Names of identification rules that are off.
  let disabledRules: Set<String>
  let isRecordID: @Sendable (String) -> Bool

  func apply(_ page: SourcePage, _ transaction: any InventoryTransaction) throws {
    let reader = mapper.makeReader()
    var touched: Set<AssetID> = []
    try page.forEachRecord { record in
      reader.read(record)
      if let asset = try apply(record, reader, transaction) { touched.insert(asset) }
    }
    for asset in touched { try transaction.rescore(asset, settings) }
  }

  /// Returns the asset if what its score rests on may have changed.
  private func apply(
    _ record: JSONSlice, _ reader: RecordReader, _ transaction: any InventoryTransaction
  ) throws -> AssetID? {
    let scopeID = reader.keyText(.scope)?.lowercased()
    if let scopeID { ledger.checkpoint.received[scopeID, default: 0] += 1 }
    if let problem = reader.malformation() {
      try reject(record, reader, scopeID, problem, transaction)
      return nil
    }
    guard let scopeID, let scope = scopes[scopeID], let writtenID = reader.keyText(.resource) else {
      try reject(record, reader, scopeID, "it belongs to no subscription that this run lists", transaction)
      return nil
    }
    let digest = reader.digest(of: .asset).signed
    let mapped = reader.values(of: .asset)
    guard mapped.fatal == nil, let externalID = mapped.values["externalAssetId"]?.string else {
      try reject(record, reader, scopeID, mapped.fatal ?? "externalAssetId: the map gives none", transaction)
      return nil
    }
    let host = Host(externalID: externalID, writtenID: writtenID, values: mapped.values, digest: digest)
    let stored = try ledger.scope(.hosts, scope, transaction)
    return try bring(host, dropped: mapped.dropped, into: stored, record, transaction)
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
    _ transaction: any InventoryTransaction
  ) throws -> AssetID? {
    let known = try transaction.sources(ledger.connector, externalAssetID: host.externalID)
    if let source = known.first(where: { $0.foldedResourceID == host.foldedID }) {
      // A row that comes twice in one listing.
      guard ledger.seenSources.insert(source.id) else { return nil }
      let isFirst = ledger.countedSources.insert(source.id)
      let isBack = !source.isPresent
      if isBack { try transaction.setSourcePresent(source.id) }
      if !source.isAttached {
        try transaction.attach(resource: source.resource, source: source.id, asset: source.asset)
      }
      try splitClones(of: source, among: known, transaction)
      if source.digest == host.digest {
        guard isBack || !source.isAttached else {
          ledger.counters.assets.unchanged += isFirst ? 1 : 0
          return nil
        }
        // Another row of the same host stood here meanwhile: the asset shows this one's values again.
        try transaction.show(host.values, on: source.asset)
        ledger.counters.assets.updated += isFirst ? 1 : 0
        return source.asset
      }
      let text = host.values.json.text()
      try transaction.updateSource(source.id, attributes: text, digest: host.digest, at: ledger.startedAt)
      try finish(host, source.asset, dropped, record, scope, transaction)
      ledger.counters.assets.updated += isFirst ? 1 : 0
      return source.asset
    }
    let resource =
      try transaction.resource(ledger.connector, foldedID: host.foldedID)?.id
      ?? transaction.insertResource(ledger.connector, foldedID: host.foldedID, writtenID: host.writtenID)
    let match = try identify(host, known, transaction)
    let asset = try match.asset ?? transaction.insertAsset(at: ledger.startedAt)
    let source = try transaction.insertSource(
      NewSource(
        connector: ledger.connector, externalAssetID: host.externalID, resource: resource, asset: asset,
        scope: scope.id, attributes: host.values.json.text(), digest: host.digest, at: ledger.startedAt))
    _ = ledger.seenSources.insert(source)
    _ = ledger.countedSources.insert(source)
    try transaction.attach(resource: resource, source: source, asset: asset)
    try transaction.setSourcePresent(source)
    try transaction.insertIdentification(
      asset, source: source, run: ledger.run, at: ledger.startedAt, rule: match.rule, outcome: match.outcome)
    try finish(host, asset, dropped, record, scope, transaction)
    if match.asset == nil {
      ledger.counters.assets.created += 1
    } else {
      ledger.counters.assets.updated += 1
      ledger.counters.assets.merged += 1
    }
    return asset
  }

  /// The asset that a new source row belongs to, by native key and cloud resource id.
  private func identify(
    _ host: Host, _ known: [StoredSource], _ transaction: any InventoryTransaction
  ) throws -> (asset: AssetID?, rule: String, outcome: String) {
    // A row that this run has seen under another resource id is another machine with the same id: a clone.
    if let moved = known.first(where: { !ledger.seenSources.contains($0.id) }) {
      return (moved.asset, "native-key", "matched: the connector knows externalAssetId \(host.externalID)")
    }
    let isOn = !disabledRules.contains("cloud-resource-id")
    let sameResource = isOn ? try transaction.assets(cloudResource: host.foldedID) : []
    switch sameResource.count {
    case 0: return (nil, "none", "new: no source row has externalAssetId \(host.externalID) or this cloudResourceId")
    case 1: return (sameResource[0], "cloud-resource-id", "matched: cloudResourceId \(host.writtenID)")
    default:
      let names = sameResource.map(\.description).joined(separator: ", ")
      return (nil, "cloud-resource-id", "ambiguous: \(names) have cloudResourceId \(host.writtenID); kept apart")
    }
  }

  /// Rows of the same externalAssetId that this run took for `source`, moved: with `source` still listed they are
  /// other machines, and get assets of their own.
  private func splitClones(
    of source: StoredSource, among known: [StoredSource], _ transaction: any InventoryTransaction
  ) throws {
    for clone in known
    where clone.id != source.id && clone.asset == source.asset && ledger.seenSources.contains(clone.id) {
      let asset = try transaction.insertAsset(at: ledger.startedAt)
      try transaction.move(source: clone.id, to: asset)
      try transaction.show(source: clone.id, on: asset)
      try transaction.insertIdentification(
        asset, source: clone.id, run: ledger.run, at: ledger.startedAt, rule: "native-key",
        outcome: "split: another present machine has the same externalAssetId")
      try transaction.show(source: source.id, on: source.asset)
      for touched in [asset, source.asset] { try transaction.rescore(touched, settings) }
    }
  }

  private func finish(
    _ host: Host, _ asset: AssetID, _ dropped: [DroppedValue], _ record: JSONSlice, _ scope: StoredScope,
    _ transaction: any InventoryTransaction
  ) throws {
    try transaction.show(host.values, on: asset)
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

extension InventoryTransaction {
  /// The asset shows these values; a public address makes it exposed.
  func show(_ values: AttributeValues, on asset: AssetID) throws {
    let isExposed = !(values["publicIpAddresses"]?.list ?? []).isEmpty
    try setAttributes(asset, values, isExposed: isExposed)
  }

  /// The asset shows what this source row says.
  func show(source: Int64, on asset: AssetID) throws {
    try show(AttributeValues(try attributes(ofSource: source), of: .inventory), on: asset)
  }

  /// Makes the asset's score anew from its open findings.
  func rescore(_ asset: AssetID, _ settings: ScoreSettings) throws {
    let basis = try scoreBasis(of: asset)
    let score = AssetScore(
      counts: basis.counts, criticality: basis.criticality, isExposed: basis.isExposed, settings: settings)
    try setScore(asset, score, openFindings: basis.counts.values.reduce(0, +))
  }
}
