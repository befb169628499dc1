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
    struct Host: Sendable {
      var source: PresentSource
      var scope: StoredScope
    }

    var hosts: [Host] = []
    var findings: [(id: FindingID, scope: StoredScope)] = []
    /// Hosts of subscriptions that the configuration does not name any more.
    var leftOut: [Host] = []
    var leftOutFindings = 0
    /// Present records of the connector, before.
    var known = 0

    var share: Double {
      known == 0 ? 0 : Double(hosts.count + findings.count + leftOut.count + leftOutFindings) / Double(known)
    }
  }

  func absence(_ transaction: any InventoryTransaction) throws -> Absence {
    var absence = Absence()
    let present = try transaction.countPresent(ledger.connector)
    absence.known = present.sources + present.findings
    for scope in scopes(.hosts, .whole) {
      for source in try transaction.presentSources(scope: scope.id) where !ledger.seenSources.contains(source.id) {
        absence.hosts.append(Absence.Host(source: source, scope: scope))
      }
    }
    for scope in scopes(.hosts, .deselected) {
      for source in try transaction.presentSources(scope: scope.id) {
        absence.leftOut.append(Absence.Host(source: source, scope: scope))
        absence.leftOutFindings += try transaction.findings(resource: source.resource).count
      }
    }
    for scope in scopes(.findings, .whole) {
      try transaction.forEachPresentFinding(scope: scope.id) { id, category in
        guard !ledger.seenFindings.contains(id.number), selection.takes(category: category) else { return }
        absence.findings.append((id, scope))
      }
    }
    return absence
  }

  func apply(_ absence: Absence, _ transaction: any InventoryTransaction) throws {
    var touched: Set<AssetID> = []
    for host in absence.hosts {
      // A host made anew has another source row now, and its findings are that one's.
      if host.source.holdsFindings {
        let scope = ledger.scopes[.findings]?[host.scope.name] ?? host.scope
        for finding in try transaction.findings(resource: host.source.resource) {
          try miss(finding, .hostGone, scope, transaction)
        }
      }
      try close(host, transaction)
      touched.insert(host.source.asset)
    }
    for host in absence.leftOut {
      for finding in try transaction.findings(resource: host.source.resource) {
        try transaction.deleteFinding(finding.id)
      }
      try close(host, transaction)
      touched.insert(host.source.asset)
    }
    for (id, scope) in absence.findings {
      guard let (finding, asset) = try transaction.finding(id), finding.life.posture != nil else { continue }
      try miss(finding, .absent, scope, transaction)
      if let asset { touched.insert(asset) }
    }
    for asset in touched { try transaction.rescore(asset, settings) }
    for stream in SourceStream.allCases {
      for scope in scopes(stream, .whole) { try transaction.setListed(scope: scope.id, at: ledger.startedAt) }
    }
    if ledger.isAllCovered { try transaction.settleControls(ledger.connector) }
  }

  private func close(_ host: Absence.Host, _ transaction: any InventoryTransaction) throws {
    try transaction.setSourceGone(host.source.id, at: ledger.startedAt, lastSeen: host.scope.listedAt)
    if try !transaction.settlePresence(of: host.source.asset, at: ledger.startedAt) {
      ledger.counters.assets.gone += 1
    }
  }

  private func miss(
    _ finding: StoredFinding, _ cause: FixCause, _ scope: StoredScope, _ transaction: any InventoryTransaction
  ) throws {
    guard finding.life.posture != nil || finding.life.isOpen else { return }
    var finding = finding
    let turn = finding.life.miss(cause, at: ledger.startedAt, lastListed: scope.listedAt)
    try transaction.updateFinding(finding)
    ledger.counters.findings.gone += 1
    guard turn == .fixed else { return }
    ledger.counters.findings.fixed += 1
    try transaction.insertEvent(
      finding.id, run: ledger.run, at: ledger.startedAt, turn: FindingLife.Turn.fixed.rawValue, cause: cause.name)
  }

  private func scopes(_ stream: SourceStream, _ coverage: Checkpoint.Coverage) -> [StoredScope] {
    (ledger.scopes[stream] ?? [:]).values.filter { ledger.checkpoint.coverage[stream]?[$0.name] == coverage }
      .sorted { $0.name < $1.name }
  }
}
