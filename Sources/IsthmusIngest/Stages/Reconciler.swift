import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Draws conclusions from what a run did not see, in the scopes that it listed whole.
/// Scopes that failed keep what they have: absence there proves nothing.
struct Reconciler: Sendable {
  let ledger: RunLedger
  let selection: FindingSelection
  let settings: ScoreSettings

  struct Absence: Sendable {
    var sources: [PresentSource] = []
    var findings: [FindingID] = []
    /// Present records of the connector, before.
    var known = 0

    var share: Double { known == 0 ? 0 : Double(sources.count + findings.count) / Double(known) }
  }

  func absence(_ transaction: any InventoryTransaction) throws -> Absence {
    var absence = Absence()
    let present = try transaction.countPresent(ledger.connector)
    absence.known = present.sources + present.findings
    for scope in wholeScopes(.hosts) {
      absence.sources += try transaction.presentSources(scope: scope.id).filter {
        !ledger.seenSources.contains($0.id)
      }
    }
    for scope in wholeScopes(.findings) {
      try transaction.forEachPresentFinding(scope: scope.id) { id, category in
        guard !ledger.seenFindings.contains(id.number), selection.takes(category: category) else { return }
        absence.findings.append(id)
      }
    }
    return absence
  }

  func apply(_ absence: Absence, _ transaction: any InventoryTransaction) throws {
    var touched: Set<AssetID> = []
    for source in absence.sources {
      let lastSeen = ledger.scopes[.hosts]?.values.compactMap(\.listedAt).max()
      try transaction.setSourceGone(source.id, at: ledger.startedAt, lastSeen: lastSeen)
      for finding in try transaction.findings(resource: source.resource) {
        try miss(finding, .hostGone, transaction)
      }
      if try !transaction.settlePresence(of: source.asset, at: ledger.startedAt) {
        ledger.counters.assets.gone += 1
      }
      touched.insert(source.asset)
    }
    for id in absence.findings {
      guard let (finding, asset) = try transaction.finding(id), finding.life.posture != nil else { continue }
      try miss(finding, .absent, transaction)
      if let asset { touched.insert(asset) }
    }
    for asset in touched { try transaction.rescore(asset, settings) }
    for stream in SourceStream.allCases {
      for scope in wholeScopes(stream) { try transaction.setListed(scope: scope.id, at: ledger.startedAt) }
    }
    let isAllWhole = ledger.checkpoint.coverage[.findings]?.values.allSatisfy { $0 == .whole } ?? false
    if isAllWhole { try transaction.settleControls(ledger.connector) }
  }

  private func miss(_ finding: StoredFinding, _ cause: FixCause, _ transaction: any InventoryTransaction) throws {
    guard finding.life.posture != nil || finding.life.isOpen else { return }
    var finding = finding
    let listedAt = ledger.scopes[.findings]?.values.compactMap(\.listedAt).max()
    let turn = finding.life.miss(cause, at: ledger.startedAt, lastListed: listedAt)
    try transaction.updateFinding(finding)
    ledger.counters.findings.gone += 1
    guard turn == .fixed else { return }
    ledger.counters.findings.fixed += 1
    try transaction.insertEvent(
      finding.id, run: ledger.run, at: ledger.startedAt, turn: FindingLife.Turn.fixed.rawValue, cause: cause.name)
  }

  private func wholeScopes(_ stream: SourceStream) -> [StoredScope] {
    (ledger.scopes[stream] ?? [:]).values.filter { ledger.checkpoint.isWhole(stream, $0.name) }
      .sorted { $0.name < $1.name }
  }
}
