import IsthmusConnect
import IsthmusCore
import IsthmusStore

extension FindingStage {
  func match(
    _ record: JSONSlice, _ reader: RecordReader, id: JSONSlice, key: JSONSlice,
    _ transaction: any InventoryTransaction
  ) throws {
    let control = controls?.index(of: key)
    var externalID: String?
    var known: Int?
    if let control, let entry = controls?.entries[control] {
      externalID = ownExternalID(id, entry)
      known = resource?.index(of: entry.control.id, externalID: externalID)
    }
    if known == nil, let status = reader.key(.status), !takes(status: status) {
      if status.string?.lowercased() == "notapplicable" {
        ledger.tally(.findings, lastScope.id) { $0.leftOut.notApplicable += 1 }
      } else {
        ledger.tally(.findings, lastScope.id) { $0.leftOut.unselected += 1 }
      }
      return
    }
    let controlDigest = reader.digest(of: .control)
    var digest = reader.digest(of: .finding)
    digest.add(controlDigest.value)
    if let known, let finding = resource?.findings[known] {
      if finding.digest == digest.signed, finding.life.posture != nil {
        let isNew = ledger.seenFindings.insert(finding.id.number)
        if isNew, ledger.countedFindings.insert(finding.id.number) { ledger.counters.findings.unchanged += 1 }
        return
      }
    }
    let row = Row(
      record: record, reader: reader, id: id, key: key.string ?? "", control: control, externalID: externalID,
      known: known, controlDigest: controlDigest.signed, digest: digest.signed)
    try write(row, transaction)
  }

  /// The finding's id where it does not follow from resource and control.
  func ownExternalID(_ id: JSONSlice, _ entry: ControlBook.Entry) -> String? {
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

  struct Row {
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
    guard mapped.fatal == nil, let posture = NeededTarget.posture(of: mapped.values), var resource else {
      let reason = mapped.fatal ?? NeededTarget.problem(of: mapped.values, in: .findings) ?? ""
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
    if !scoreMap.lookUp(variant.severityText).isExpected {
      ledger.counters.unexpectedSeverities[variant.severityText, default: 0] += 1
    }
    let listing = (resource.scope?.listings ?? 0) + 1
    let turn = finding.life.observe(
      posture, at: ledger.startedAt, listing: listing, lastListed: resource.scope?.listedAt)
    if let known = row.known {
      try update(finding, from: before, turn, transaction)
      resource.findings[known] = finding
    } else {
      finding.id = try transaction.insertFinding(
        finding, resource: resource.number, scope: resource.scope?.id, ingested: ledger.startedAt)
      _ = ledger.seenFindings.insert(finding.id.number)
      _ = ledger.countedFindings.insert(finding.id.number)
      ledger.counters.findings.created += 1
      ledger.samples?.add(.created, finding.id)
      resource.findings.append(finding)
    }
    // A posture that is new decides which of several connectors' findings is shown, too.
    let isOther = row.known == nil || finding.life.posture != before.life.posture
    if isOther || finding.life.isOpen && finding.qds != before.qds {
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
    if finding.detail != before.detail { ledger.checkpoint.hasLeftDetails = true }
    if let turn {
      try transaction.insertEvent(
        finding.id, run: ledger.run, at: ledger.startedAt, turn: turn.rawValue, cause: finding.life.fixCause?.name,
        until: nil, by: nil)
    }
    switch turn {
    case .fixed:
      ledger.counters.findings.fixed += 1
      ledger.samples?.add(.fixed, finding.id)
    case .reopened:
      ledger.counters.findings.reopened += 1
      ledger.samples?.add(.reopened, finding.id)
    case .opened, nil: break
    }
    _ = ledger.seenFindings.insert(finding.id.number)
    guard ledger.countedFindings.insert(finding.id.number) else { return }
    // The way in which the source writes a value may change without the value.
    var sameDigest = before
    sameDigest.digest = finding.digest
    // A control's own text is the control's change, not the finding's.
    sameDigest.variant = finding.variant
    if sameDigest == finding {
      ledger.counters.findings.unchanged += 1
    } else {
      ledger.counters.findings.updated += 1
      ledger.samples?.add(.updated, finding.id)
    }
  }

  func keepDropped(_ dropped: [DroppedValue], _ row: Row, _ transaction: any InventoryTransaction) throws {
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
  func variant(
    of row: Row, _ transaction: any InventoryTransaction
  ) throws -> (ControlBook.Entry, StoredVariant) {
    if let index = row.control, let entry = controls?.entries[index], let known = entry.variant(row.controlDigest) {
      return (entry, known)
    }
    let mapped = row.reader.values(of: .control)
    let text = row.reader.severityText()
    let score = scoreMap.lookUp(text)
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

  func detail(
    _ values: AttributeValues, _ template: DetailTemplate, _ transaction: any InventoryTransaction
  ) throws -> Int64? {
    if values.isEmpty { return nil }
    let folded = template.fold(values)
    var digest = mapper.detailDigest
    folded.sorted.add(to: &digest)
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
