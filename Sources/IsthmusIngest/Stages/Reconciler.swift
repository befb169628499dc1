import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Draws conclusions from what a run did not see, in the scopes that it listed whole.
/// Scopes that failed keep what they have: absence there proves nothing.
struct Reconciler: Sendable {
  let ledger: RunLedger
  let selection: FindingSelection
  /// Selections of the connector's other active profiles; nil where they are not known.
  let otherSelections: [FindingSelection]?
  /// The store's, see ``Digest``.
  let seed: UInt64

  struct Absence: Sendable {
    struct Host: Sendable {
      var source: PresentSource
      var scope: StoredScope
      /// Findings that close with it, beyond those of ``Absence/findings``.
      var findings = 0
    }

    var hosts: [Host] = []
    var findings: [(finding: PresentFinding, scope: StoredScope)] = []
    /// Hosts of subscriptions that the configuration does not name any more.
    var leftOut: [Host] = []
    /// Findings of a category that no active profile takes any more.
    var unselected: [FindingID] = []
    /// Present records of the connector before the run.
    var knownHosts = 0
    var knownFindings = 0

    /// Without the former rows of hosts that were made anew: those hosts are there.
    var hostCount: Int { (hosts + leftOut).count(where: \.source.holdsFindings) }
    var findingCount: Int { findings.count + (hosts + leftOut).map(\.findings).reduce(0, +) }

    /// The larger one of the share of hosts and the share of all records that would go.
    var share: Double {
      func share(_ part: Int, of whole: Int) -> Double { whole <= 0 ? 0 : Double(part) / Double(whole) }
      return max(
        share(hostCount, of: knownHosts), share(hostCount + findingCount, of: knownHosts + knownFindings))
    }
  }

  func absence(_ transaction: any InventoryTransaction) throws -> Absence {
    var absence = Absence()
    let present = try transaction.countPresent(ledger.connector)
    absence.knownHosts = present.sources - ledger.counters.assets.created - ledger.counters.assets.merged
    absence.knownFindings = present.findings - ledger.counters.findings.created
    for scope in scopes(.findings, .whole) {
      try transaction.forEachPresentFinding(scope: scope.id) { finding in
        guard !ledger.seenFindings.contains(finding.id.number) else { return }
        if selection.takes(category: finding.category) {
          absence.findings.append((finding, scope))
        } else if let otherSelections, !otherSelections.contains(where: { $0.takes(category: finding.category) }) {
          absence.unselected.append(finding.id)
        }
      }
    }
    let listed = Set(absence.findings.map(\.finding.id))
    func host(_ source: PresentSource, _ scope: StoredScope) throws -> Absence.Host {
      let findings = source.holdsFindings ? try transaction.findings(resource: source.resource) : []
      let closing = findings.count { $0.life.posture != nil && !listed.contains($0.id) }
      return Absence.Host(source: source, scope: scope, findings: closing)
    }
    for scope in scopes(.hosts, .whole) {
      for source in try transaction.presentSources(scope: scope.id) where !ledger.seenSources.contains(source.id) {
        absence.hosts.append(try host(source, scope))
      }
    }
    for scope in scopes(.hosts, .deselected) {
      absence.leftOut += try transaction.presentSources(scope: scope.id).map { try host($0, scope) }
    }
    return absence
  }

  func apply(_ absence: Absence, _ transaction: any InventoryTransaction) throws {
    // What was seen is forgotten once a run is done: then everything would look absent.
    guard ledger.checkpoint.stage == .reconcile else {
      throw StoreError(.defect, "A run that is not listed to its end was to be reconciled.", remedy: "Report this.")
    }
    var touched: Set<AssetID> = []
    let closed = absence.hosts + absence.leftOut
    for host in absence.hosts {
      // A host made anew has another source row now, and its findings are that one's.
      if host.source.holdsFindings {
        let scope = ledger.scopes[.findings]?[host.scope.name] ?? host.scope
        for finding in try transaction.findings(resource: host.source.resource) {
          try miss(finding, .hostGone, scope, transaction)
        }
      }
    }
    if !absence.leftOut.isEmpty || !absence.unselected.isEmpty { ledger.checkpoint.hasLeftDetails = true }
    for host in absence.leftOut {
      for finding in try transaction.findings(resource: host.source.resource) {
        try transaction.deleteFinding(finding.id)
      }
    }
    touched.formUnion(try close(closed, transaction))
    for id in absence.unselected {
      if let asset = try transaction.finding(id)?.asset { touched.insert(asset) }
      try transaction.deleteFinding(id)
    }
    for (present, scope) in absence.findings {
      guard let (finding, asset) = try transaction.finding(present.id), finding.life.posture != nil else { continue }
      try miss(finding, .absent, scope, transaction)
      if let asset { touched.insert(asset) }
    }
    try ledger.scorer.rescore(touched, transaction)
    // What is played again was listed before.
    for stream in SourceStream.allCases where ledger.mode == .full {
      for scope in scopes(stream, .whole) { try transaction.setListed(scope: scope.id, at: ledger.startedAt) }
    }
  }

  /// Marks the rows gone, and settles which assets are left: a machine that moved has another row already.
  private func close(
    _ hosts: [Absence.Host], _ transaction: any InventoryTransaction
  ) throws -> Set<AssetID> {
    for host in hosts {
      try transaction.setSourceGone(host.source.id, at: ledger.startedAt, lastSeen: host.scope.listedAt)
    }
    let identifier = try SourceIdentifier(transaction, seed: seed, run: ledger.run, at: ledger.startedAt)
    let touched = try identifier.settle(hosts.map(\.source.id), transaction)
    for asset in Set(hosts.map(\.source.asset)) {
      let rows = try transaction.sourceRows(of: asset)
      // Without rows it rests in another one.
      guard !rows.isEmpty, !rows.contains(where: \.isPresent) else { continue }
      ledger.counters.assets.gone += 1
      ledger.samples?.add(.gone, asset)
    }
    return touched
  }

  private func miss(
    _ finding: StoredFinding, _ cause: FixCause, _ scope: StoredScope, _ transaction: any InventoryTransaction
  ) throws {
    guard finding.life.posture != nil || finding.life.isOpen else { return }
    var finding = finding
    let turn = finding.life.miss(cause, at: ledger.startedAt, lastListed: scope.listedAt)
    try transaction.updateFinding(finding)
    ledger.counters.findings.gone += 1
    ledger.samples?.add(.gone, finding.id)
    guard turn == .fixed else { return }
    ledger.counters.findings.fixed += 1
    ledger.samples?.add(.fixed, finding.id)
    try transaction.insertEvent(
      finding.id, run: ledger.run, at: ledger.startedAt, turn: FindingLife.Turn.fixed.rawValue, cause: cause.name,
      until: nil, by: nil)
  }

  private func scopes(_ stream: SourceStream, _ coverage: Checkpoint.Coverage) -> [StoredScope] {
    (ledger.scopes[stream] ?? [:]).values.filter { ledger.checkpoint.coverage[stream]?[$0.name] == coverage }
      .sorted { $0.name < $1.name }
  }
}
