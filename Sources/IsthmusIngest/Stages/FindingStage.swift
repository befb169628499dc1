import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Brings pages of findings into the inventory: transform → match → life cycle → score.
///
/// Touched only inside the store's transactions, like its ledger. An unchanged row costs two digests and a
/// look into what was read of its resource; no value is made of it and nothing is written.
final class FindingStage: @unchecked Sendable {
  let mapper: RecordMapper
  let ledger: RunLedger
  let selection: FindingSelection
  /// Selections of the connector's other active profiles: what they take is theirs, and stays.
  let otherSelections: [FindingSelection]
  let scoreMap: ScoreMap
  let settings: ScoreSettings
  let scopes: [String: SourceScope]
  let isHost: @Sendable (String) -> Bool

  private var controls: ControlBook?
  private var details: [Int64: Int64] = [:]
  private var resource: AssessedResource?
  private var touched: Set<AssetID> = []
  private var takenCategories: [String: Bool] = [:]
  private var takenStatuses: [String: Bool] = [:]

  init(
    mapper: RecordMapper, ledger: RunLedger, selection: FindingSelection, otherSelections: [FindingSelection],
    scoreMap: ScoreMap, settings: ScoreSettings, scopes: [String: SourceScope],
    isHost: @escaping @Sendable (String) -> Bool
  ) {
    self.mapper = mapper
    self.ledger = ledger
    self.selection = selection
    self.otherSelections = otherSelections
    self.scoreMap = scoreMap
    self.settings = settings
    self.scopes = scopes
    self.isHost = isHost
  }

  func apply(_ page: SourcePage, _ transaction: any InventoryTransaction) throws {
    if controls == nil { controls = ControlBook(try transaction.controls(ledger.connector)) }
    let reader = mapper.makeReader()
    try page.forEachRecord { record in
      reader.read(record)
      try apply(record, reader, transaction)
    }
    for asset in touched { try transaction.rescore(asset, settings) }
    touched = []
  }

  private func apply(_ record: JSONSlice, _ reader: RecordReader, _ transaction: any InventoryTransaction) throws {
    let scopeID = count(reader)
    if let problem = reader.malformation() { return try reject(record, reader, scopeID, problem, transaction) }
    guard let scopeID, let scope = scopes[scopeID], let id = reader.key(.id), let key = reader.key(.control),
      let assessed = reader.key(.resource)
    else {
      return try reject(record, reader, scopeID, "it belongs to no subscription that this run lists", transaction)
    }
    try meet(assessed, scope, transaction)
    guard let resource else { return }
    if resource.standing == .nonHost {
      ledger.counters.leftOut.nonHost += 1
      return
    }
    guard takes(category: reader.keyText(.category) ?? "") else {
      ledger.counters.leftOut.updates += 1
      return try leaveOut(id, key, transaction)
    }
    switch resource.standing {
    case .nonHost, .deletedHost: ledger.counters.leftOut.deletedHost += 1
    case .uncertain: try keepAside(record, id, scopeID, transaction)
    case .known: try match(record, reader, id: id, key: key, transaction)
    }
  }

  private var lastScope = (bytes: [UInt8](), id: "")

  /// Counts the row for its scope, and tells the scope.
  private func count(_ reader: RecordReader) -> String? {
    guard let slice = reader.key(.scope) else { return nil }
    if !lastScope.bytes.isSame(as: slice.rawBytes) {
      lastScope = (Array(slice.rawBytes), (slice.string ?? "").lowercased())
    }
    ledger.checkpoint.received[lastScope.id, default: 0] += 1
    return lastScope.id
  }

  private func takes(category: String) -> Bool {
    if let known = takenCategories[category] { return known }
    let taken = selection.takes(category: category)
    takenCategories[category] = taken
    return taken
  }

  private func takes(status: String) -> Bool {
    if let known = takenStatuses[status] { return known }
    let taken = selection.takes(status: status)
    takenStatuses[status] = taken
    return taken
  }
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

// MARK: - The finding

extension FindingStage {
  private func match(
    _ record: JSONSlice, _ reader: RecordReader, id: JSONSlice, key: JSONSlice,
    _ transaction: any InventoryTransaction
  ) throws {
    let control = controls?.index(of: key.rawBytes)
    var externalID: String?
    var known: Int?
    if let control, let entry = controls?.entries[control] {
      externalID = ownExternalID(id, entry)
      known = resource?.index(of: entry.control.id, externalID: externalID)
    }
    if known == nil, let status = reader.keyText(.status), !takes(status: status) {
      if status.lowercased() == "notapplicable" {
        ledger.counters.leftOut.notApplicable += 1
      } else {
        ledger.counters.leftOut.unselected += 1
      }
      return
    }
    let controlDigest = reader.digest(of: .control)
    var digest = reader.digest(of: .finding)
    digest.add(controlDigest.value)
    if let known, let finding = resource?.findings[known] {
      if finding.digest == digest.signed, finding.life.posture != nil {
        if ledger.seenFindings.insert(finding.id.number) { ledger.counters.findings.unchanged += 1 }
        return
      }
    }
    let row = Row(
      record: record, reader: reader, id: id, key: key.string ?? "", control: control, externalID: externalID,
      known: known, controlDigest: controlDigest.signed, digest: digest.signed)
    try write(row, transaction)
  }

  /// The finding's id where it does not follow from resource and control.
  private func ownExternalID(_ id: JSONSlice, _ entry: ControlBook.Entry) -> String? {
    guard let resource else { return nil }
    let raw = id.rawBytes
    let prefix = resource.bytes.count
    if raw.count == prefix + entry.suffixBytes.count,
      resource.bytes.isSame(as: UnsafeRawBufferPointer(rebasing: raw[..<prefix])),
      entry.suffixBytes.isSame(as: UnsafeRawBufferPointer(rebasing: raw[prefix...]))
    {
      return nil
    }
    let folded = (id.string ?? "").lowercased()
    return folded == "\(resource.foldedID)\(entry.foldedSuffix)" ? nil : folded
  }

  private struct Row {
    var record: JSONSlice
    var reader: RecordReader
    var id: JSONSlice
    var key: String
    var control: Int?
    var externalID: String?
    var known: Int?
    var controlDigest: Int64
    var digest: Int64
  }

  /// A finding that is new or that something changed of.
  private func write(_ row: Row, _ transaction: any InventoryTransaction) throws {
    let mapped = row.reader.values(of: .finding)
    let posture = mapped.values["findingStatus"]?.string.flatMap(Posture.init(rawValue:))
    guard mapped.fatal == nil, let posture, var resource else {
      let word = mapped.values["findingStatus"]?.string ?? ""
      let reason = mapped.fatal ?? "findingStatus: \"\(word)\" is none of PASS, FAIL, NOT_APPLICABLE"
      return try reject(row.record, row.reader, resource?.scope?.name, reason, transaction)
    }
    let (control, variant) = try variant(of: row, transaction)
    let externalID = row.control == nil ? ownExternalID(row.id, control) : row.externalID
    var values = mapped.values
    for stored in ["externalFindingId", "findingStatus", "findingFirstFoundOn", "updatedOn"] { values[stored] = nil }
    let detail = try detail(values, resource.template, transaction)
    var finding =
      row.known.map { resource.findings[$0] }
      ?? StoredFinding(
        id: FindingID(0), control: control.control.id, externalID: externalID, variant: nil, detail: nil, severity: 0,
        qds: 0, sourceFirst: nil, sourceUpdated: nil, life: FindingLife(), digest: 0)
    let before = finding
    finding.variant = variant.id == control.control.defaultVariant ? nil : variant.id
    finding.detail = detail
    finding.severity = variant.severity
    finding.qds = variant.qds
    finding.sourceFirst = mapped.values["findingFirstFoundOn"]?.date
    finding.sourceUpdated = mapped.values["updatedOn"]?.date
    finding.digest = row.digest
    let listing = (resource.scope?.listings ?? 0) + 1
    let turn = finding.life.observe(
      posture, at: ledger.startedAt, listing: listing, lastListed: resource.scope?.listedAt)
    if let known = row.known {
      try update(finding, from: before, turn, transaction)
      resource.findings[known] = finding
    } else {
      finding.id = try transaction.insertFinding(finding, resource: resource.number, ingested: ledger.startedAt)
      _ = ledger.seenFindings.insert(finding.id.number)
      ledger.counters.findings.created += 1
      resource.findings.append(finding)
    }
    if finding.life.isOpen != before.life.isOpen || finding.life.isOpen && finding.qds != before.qds {
      if let asset = resource.asset { touched.insert(asset) }
    }
    self.resource = resource
    try keepDropped(mapped.dropped, row, transaction)
  }

  private func update(
    _ finding: StoredFinding, from before: StoredFinding, _ turn: FindingLife.Turn?,
    _ transaction: any InventoryTransaction
  ) throws {
    try transaction.updateFinding(finding)
    if let turn {
      try transaction.insertEvent(
        finding.id, run: ledger.run, at: ledger.startedAt, turn: turn.rawValue, cause: finding.life.fixCause?.name)
    }
    switch turn {
    case .fixed: ledger.counters.findings.fixed += 1
    case .reopened: ledger.counters.findings.reopened += 1
    case .opened, nil: break
    }
    guard ledger.seenFindings.insert(finding.id.number) else { return }
    // The way in which the source writes a value may change without the value.
    var sameDigest = before
    sameDigest.digest = finding.digest
    // A control's own text is the control's change, not the finding's.
    sameDigest.variant = finding.variant
    if sameDigest == finding {
      ledger.counters.findings.unchanged += 1
    } else {
      ledger.counters.findings.updated += 1
    }
  }

  private func keepDropped(_ dropped: [DroppedValue], _ row: Row, _ transaction: any InventoryTransaction) throws {
    for value in dropped {
      ledger.counters.findings.droppedValues += 1
      try transaction.insertReject(
        ledger.run,
        Reject(
          .value, stream: "findings", scope: lastScope.id, recordID: row.id.string?.lowercased(),
          target: value.target, reason: value.reason, raw: row.record.rejectedText))
    }
  }
}

// MARK: - What many findings share

extension FindingStage {
  /// The control and the variant of its texts that the row carries; made where they are new.
  private func variant(
    of row: Row, _ transaction: any InventoryTransaction
  ) throws -> (ControlBook.Entry, StoredVariant) {
    if let index = row.control, let entry = controls?.entries[index], let known = entry.variant(row.controlDigest) {
      return (entry, known)
    }
    let mapped = row.reader.values(of: .control)
    let text = row.reader.severityText()
    let score = scoreMap.lookUp(text)
    if !score.isExpected { ledger.counters.unexpectedSeverities[text, default: 0] += 1 }
    let new = NewVariant(
      digest: row.controlDigest, attributes: mapped.values.json.text(), category: row.reader.keyText(.category) ?? "",
      severityText: text, severity: score.severity, qds: score.qds)
    try keepDropped(mapped.dropped, row, transaction)
    let index: Int
    if let known = row.control {
      index = known
      if let control = controls?.entries[index].control.id {
        controls?.add(try transaction.insertVariant(control, new), to: index)
      }
    } else {
      let suffix = row.id.string.map { Self.suffix(of: $0, after: resource?.foldedID ?? "") } ?? ""
      let control = try transaction.insertControl(ledger.connector, key: row.key, findingSuffix: suffix, variant: new)
      index = controls?.append(control) ?? 0
    }
    guard let entry = controls?.entries[index], let variant = entry.variant(row.controlDigest) else {
      throw StoreError(.defect, "A control's variant that was just written is not known.", remedy: "Report this.")
    }
    return (entry, variant)
  }

  private static func suffix(of id: String, after foldedResource: String) -> String {
    id.lowercased().hasPrefix(foldedResource) ? String(id.utf8.dropFirst(foldedResource.utf8.count)) ?? "" : ""
  }

  private func detail(
    _ values: AttributeValues, _ template: DetailTemplate, _ transaction: any InventoryTransaction
  ) throws -> Int64? {
    if values.isEmpty { return nil }
    let folded = template.fold(values)
    var digest = Digest(seed: UInt64(bitPattern: ledger.connector.number))
    folded.add(to: &digest)
    if let known = details[digest.signed] { return known }
    let stored =
      try transaction.detail(ledger.connector, digest: digest.signed)
      ?? transaction.insertDetail(ledger.connector, digest: digest.signed, attributes: folded.json.text())
    // Bounded: maps that make every finding's text its own must not fill the memory.
    if details.count > 20_000 { details = [:] }
    details[digest.signed] = stored
    return stored
  }
}

// MARK: - Rows that make no finding

extension FindingStage {
  /// A known finding of a category that no active profile takes is removed, not fixed.
  private func leaveOut(_ id: JSONSlice, _ key: JSONSlice, _ transaction: any InventoryTransaction) throws {
    guard var resource, resource.standing == .known, let index = controls?.index(of: key.rawBytes),
      let entry = controls?.entries[index],
      let known = resource.index(of: entry.control.id, externalID: ownExternalID(id, entry))
    else { return }
    let finding = resource.findings[known]
    let category = entry.control.variants.first { $0.id == finding.variant ?? entry.control.defaultVariant }?.category
    if otherSelections.contains(where: { $0.takes(category: category ?? "") }) {
      _ = ledger.seenFindings.insert(finding.id.number)
      return
    }
    try transaction.deleteFinding(finding.id)
    resource.findings.remove(at: known)
    self.resource = resource
    if finding.life.isOpen, let asset = resource.asset { touched.insert(asset) }
  }

  private func keepAside(
    _ record: JSONSlice, _ id: JSONSlice, _ scope: String, _ transaction: any InventoryTransaction
  ) throws {
    ledger.counters.leftOut.keptAside += 1
    try transaction.insertReject(
      ledger.run,
      Reject(
        .aside, stream: "findings", scope: scope, recordID: id.string?.lowercased(),
        reason: "its host is not known for sure: kept for the next run", raw: record.rejectedText))
  }

  private func reject(
    _ record: JSONSlice, _ reader: RecordReader, _ scope: String?, _ reason: String,
    _ transaction: any InventoryTransaction
  ) throws {
    ledger.counters.findings.rejected += 1
    let foldedID = reader.keyText(.id)?.lowercased()
    if let foldedID {
      try markSeen(foldedID, transaction)
    } else {
      ledger.markBlind(scope)
    }
    try transaction.insertReject(
      ledger.run,
      Reject(
        .record, stream: "findings", scope: scope, recordID: foldedID, reason: reason, raw: record.rejectedText))
  }

  /// The finding with this id is still listed, whatever else its row says.
  private func markSeen(_ foldedID: String, _ transaction: any InventoryTransaction) throws {
    var prefix = Substring(foldedID)
    while let slash = prefix.lastIndex(of: "/") {
      prefix = prefix[..<slash]
      guard let stored = try transaction.resource(ledger.connector, foldedID: String(prefix)) else { continue }
      let suffix = foldedID.dropFirst(prefix.count)
      let matching = controls?.entries.first { $0.foldedSuffix == suffix }?.control.id
      for finding in try transaction.findings(resource: stored.id) {
        if finding.externalID == foldedID || finding.externalID == nil && finding.control == matching {
          _ = ledger.seenFindings.insert(finding.id.number)
        }
      }
    }
  }
}
