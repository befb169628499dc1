import IsthmusConnect
import IsthmusCore
import IsthmusStore

extension FindingStage {
  /// A known finding of a category that no active profile takes is removed, not fixed.
  func leaveOut(_ id: JSONSlice, _ key: JSONSlice, _ transaction: any InventoryTransaction) throws {
    guard var resource, resource.standing == .known, let index = controls?.index(of: key),
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
    ledger.checkpoint.hasLeftDetails = true
    resource.findings.remove(at: known)
    self.resource = resource
    if let asset = resource.asset { touched.insert(asset) }
  }

  func keepAside(
    _ record: JSONSlice, _ id: JSONSlice, _ scope: String, _ transaction: any InventoryTransaction
  ) throws {
    ledger.tally(.findings, scope) { $0.leftOut.keptAside += 1 }
    try transaction.insertReject(
      ledger.run,
      Reject(
        .aside, stream: "findings", scope: scope, recordID: id.string?.lowercased(),
        reason: "its host is not known for sure: kept for the next run", raw: record.rejectedText))
  }

  func reject(
    _ record: JSONSlice, _ reader: RecordReader, _ scope: String?, _ reason: String,
    _ transaction: any InventoryTransaction
  ) throws {
    let foldedID = reader.keyText(.id)?.lowercased()
    var isCounted = false
    if let foldedID, isRecordID(foldedID) {
      isCounted = try markSeen(foldedID, transaction)
    } else {
      ledger.markBlind(scope)
    }
    // An earlier listing of this run brought the row in good order, and counted it.
    if !isCounted { ledger.tally(.findings, scope) { $0.rejected += 1 } }
    try transaction.insertReject(
      ledger.run,
      Reject(
        .record, stream: "findings", scope: scope, recordID: foldedID, reason: reason, raw: record.rejectedText))
  }

  /// The finding with this id is still listed, whatever else its row says. Returns whether the run counted it.
  private func markSeen(_ foldedID: String, _ transaction: any InventoryTransaction) throws -> Bool {
    var isCounted = false
    var prefix = Substring(foldedID)
    while let slash = prefix.lastIndex(of: "/") {
      prefix = prefix[..<slash]
      guard let stored = try transaction.resource(ledger.connector, foldedID: String(prefix)) else { continue }
      let suffix = foldedID.dropFirst(prefix.count)
      let matching = controls?.entries.first { $0.foldedSuffix == suffix }?.control.id
      for finding in try transaction.findings(resource: stored.id) {
        if finding.externalID == foldedID || finding.externalID == nil && finding.control == matching {
          _ = ledger.seenFindings.insert(finding.id.number)
          isCounted = isCounted || ledger.countedFindings.contains(finding.id.number)
        }
      }
    }
    return isCounted
  }
}
