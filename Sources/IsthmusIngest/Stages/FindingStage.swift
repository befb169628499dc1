import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Brings pages of findings into the inventory: transform → match → life cycle → score.
///
/// Of hosts that other connectors have too, it takes the rows last: only then it knows all of them, and can lock them at
/// once (``AssetWriting/lock(_:)``).
///
/// Touched only inside the store's transactions, like its ledger. An unchanged row costs two digests and a
/// look into what was read of its resource; no value is made of it and nothing is written.
final class FindingStage: @unchecked Sendable {
  let mapper: RecordMapper
  let ledger: RunLedger
  let selection: FindingSelection
  /// Selections of the connector's other active profiles: what they take is theirs, and stays.
  let otherSelections: [FindingSelection]
  /// As the inventory has it now: another process may have changed it since the last page.
  private(set) var scoreMap: ScoreMap
  let scopes: [String: SourceScope]
  let isHost: @Sendable (String) -> Bool
  let isRecordID: @Sendable (String) -> Bool

  var controls: ControlBook?
  var details: [Int64: Int64] = [:]
  var resource: AssessedResource?
  var touched: Set<AssetID> = []
  private let reader: RecordReader
  private var shared = SharedRows()
  private var takenCategories = Verdicts()
  private var takenStatuses = Verdicts()

  init(
    mapper: RecordMapper, ledger: RunLedger, selection: FindingSelection, otherSelections: [FindingSelection],
    scoreMap: ScoreMap, scopes: [String: SourceScope],
    isHost: @escaping @Sendable (String) -> Bool, isRecordID: @escaping @Sendable (String) -> Bool
  ) {
    self.mapper = mapper
    reader = mapper.makeReader()
    self.ledger = ledger
    self.selection = selection
    self.otherSelections = otherSelections
    self.scoreMap = scoreMap
    self.scopes = scopes
    self.isHost = isHost
    self.isRecordID = isRecordID
  }

  func apply(_ page: SourcePage, _ transaction: any InventoryTransaction) throws {
    // Between two pages a person may have changed the scoring, or merged the host that a page ended with.
    resource = nil
    if let stored = try transaction.scoreMap(of: ledger.connector), stored != scoreMap {
      scoreMap = stored
      controls = nil
    }
    if controls == nil { controls = ControlBook(try transaction.controls(ledger.connector)) }
    shared = SharedRows()
    try page.read(by: reader) { record, number in
      let scopeID = scope(of: reader)
      if scopeID != nil { received += 1 }
      try apply(record, number, reader, scopeID, transaction)
    }
    settleReceived()
    try applyShared(of: page, transaction)
    // In one order, as other pages do it.
    try ledger.scorer.rescore(touched.sorted(), transaction)
    touched = []
  }

  /// The rows that were put aside because others may be writing to their hosts.
  private func applyShared(of page: SourcePage, _ transaction: any InventoryTransaction) throws {
    if shared.numbers.isEmpty { return }
    try transaction.lock(shared.assets)
    shared.areLocked = true
    resource = nil
    try page.read(shared.numbers, by: reader) { record, number in
      try apply(record, number, reader, scope(of: reader), transaction)
    }
  }

  private func apply(
    _ record: JSONSlice, _ number: Int, _ reader: RecordReader, _ scopeID: String?,
    _ transaction: any InventoryTransaction
  ) throws {
    if let problem = reader.malformation() { return try reject(record, reader, scopeID, problem, transaction) }
    guard let scopeID, let scope = lastScope.scope, let id = reader.key(.id), let key = reader.key(.control),
      let assessed = reader.key(.resource)
    else {
      return try reject(record, reader, scopeID, "it belongs to no subscription that this run lists", transaction)
    }
    try meet(assessed, scope, transaction)
    guard let resource else { return }
    if resource.standing == .shared { return shared.numbers.append(number) }
    if resource.standing == .nonHost {
      ledger.tally(.findings, scopeID) { $0.leftOut.nonHost += 1 }
      return
    }
    guard takenCategories.verdict(on: reader.key(.category), by: selection.takes(category:)) else {
      ledger.tally(.findings, scopeID) { $0.leftOut.updates += 1 }
      return try leaveOut(id, key, transaction)
    }
    switch resource.standing {
    case .nonHost, .shared: break
    case .deletedHost: ledger.tally(.findings, scopeID) { $0.leftOut.deletedHost += 1 }
    case .uncertain: try keepAside(record, id, scopeID, transaction)
    case .known: try match(record, reader, id: id, key: key, transaction)
    }
  }

  private(set) var lastScope = LastScope()
  /// Rows of it that are not in the checkpoint yet.
  private var received = 0

  struct LastScope {
    var bytes: [UInt8] = []
    var id = ""
    /// nil: not one that this run lists.
    var scope: SourceScope?
  }

  /// The row's scope.
  private func scope(of reader: RecordReader) -> String? {
    guard let slice = reader.key(.scope) else { return nil }
    if !lastScope.bytes.isSame(as: slice.rawBytes) {
      settleReceived()
      let id = (slice.string ?? "").lowercased()
      lastScope = LastScope(bytes: Array(slice.rawBytes), id: id, scope: scopes[id])
    }
    return lastScope.id
  }

  private func settleReceived() {
    if received > 0 { ledger.checkpoint.received[lastScope.id, default: 0] += received }
    received = 0
  }

  func takes(status: JSONSlice) -> Bool { takenStatuses.verdict(on: status, by: selection.takes(status:)) }
}

// MARK: - The assessed resource

extension FindingStage {
  /// Makes `assessed` the current resource.
  private func meet(
    _ assessed: JSONSlice, _ scope: SourceScope, _ transaction: any InventoryTransaction
  ) throws {
    if let resource, resource.bytes.isSame(as: assessed.rawBytes) { return }
    let written = assessed.string ?? ""
    let folded = written.lowercased()
    if let resource, resource.foldedID == folded { return }
    var met = AssessedResource(bytes: Array(assessed.rawBytes), foldedID: folded, standing: .nonHost)
    if isHost(folded) { try place(&met, written, scope, transaction) }
    resource = met
  }

  private func place(
    _ met: inout AssessedResource, _ written: String, _ scope: SourceScope, _ transaction: any InventoryTransaction
  ) throws {
    let isListed = ledger.checkpoint.isWhole(.hosts, scope.id)
    met.standing = isListed ? .deletedHost : .uncertain
    guard let stored = try transaction.resource(ledger.connector, foldedID: met.foldedID), let source = stored.source
    else {
      if try transaction.isRejected(ledger.run, stream: "hosts", recordID: met.foldedID) { met.standing = .uncertain }
      return
    }
    // Not seen in a whole listing of hosts: it is gone, though the inventory learns it only on reconciling.
    guard ledger.seenSources.contains(source) || (!isListed && stored.isPresent) else { return }
    // A host that was gone and whose row can't be used now: nobody knows.
    guard stored.isPresent else {
      met.standing = .uncertain
      return
    }
    if stored.isShared, !shared.areLocked, let asset = stored.asset {
      met.standing = .shared
      shared.assets.insert(asset)
      return
    }
    met.standing = .known
    met.number = stored.id
    met.asset = stored.asset
    let findingScope = try ledger.scope(.findings, scope, transaction)
    met.scope = findingScope
    let isFirst = stored.findingScope == nil
    met.template = DetailTemplate(resourceID: isFirst ? written : stored.assessedID)
    if stored.findingScope != findingScope.id {
      try transaction.setFindingScope(
        resource: stored.id, scope: findingScope.id, assessedID: isFirst ? written : stored.assessedID)
    }
    met.findings = try transaction.findings(resource: stored.id)
  }
}

/// What was found of a few words that come again and again, as the source writes them.
private struct Verdicts {
  private var known: [(word: [UInt8], verdict: Bool)] = []
  /// A source with more different words is asked about each again.
  private static let most = 32

  mutating func verdict(on word: JSONSlice?, by decide: (String) -> Bool) -> Bool {
    guard let word else { return decide("") }
    for entry in known where entry.word.isSame(as: word.rawBytes) { return entry.verdict }
    let verdict = decide(word.string ?? "")
    if known.count < Self.most { known.append((Array(word.rawBytes), verdict)) }
    return verdict
  }
}

/// Rows of a page whose hosts other connectors have too.
private struct SharedRows {
  /// Of the page's rows, from 0.
  var numbers: [Int] = []
  var assets: Set<AssetID> = []
  /// Whether no other connector's page can change them now.
  var areLocked = false
}
