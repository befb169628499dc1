import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// All that a run carries from page to page.
///
/// Touched only inside the store's transactions, one after the other, which is what makes it safe to share.
/// When a transaction is undone the run ends, and what this holds is not used again.
final class RunLedger: @unchecked Sendable {
  let run: RunID
  let connector: ConnectorNumber
  /// One moment for the whole run: all that it finds or fixes carries it.
  let startedAt: Timestamp
  var mode: RunMode
  var checkpoint: Checkpoint
  var counters: RunCounters
  /// What the listings brought: what is not in here may be absent. A scope that is listed anew is seen anew.
  var seenSources = SeenBits()
  var seenFindings = SeenBits()
  /// What the counters hold already, in whichever listing it came: nothing is counted twice.
  var countedSources = SeenBits()
  var countedFindings = SeenBits()
  var scopes: [SourceStream: [String: StoredScope]] = [:]
  var resumptions: Int
  /// A person asked the run to stop, when it was last saved.
  private(set) var isCancelRequested = false
  /// Of a run that is only tried: what is shown of it.
  var samples: RunSamples?
  /// The inventory's own, once the run has read or set them.
  var scoreSettings = ScoreSettings()
  private let activeBefore: Double
  private let trafficBefore: Traffic

  init(_ run: StoredRun) {
    self.run = run.id
    connector = run.connector
    startedAt = run.startedAt
    mode = run.mode
    checkpoint = Checkpoint(run.checkpoint)
    counters = RunCounters(run.counters)
    resumptions = run.resumptions
    activeBefore = run.activeSeconds
    trafficBefore = counters.traffic
  }

  var scorer: AssetScorer { AssetScorer(settings: scoreSettings, at: startedAt) }

  func activeSeconds(_ elapsed: Duration) -> Double { activeBefore + elapsed.seconds }

  func loadSeen(_ transaction: any InventoryTransaction) throws {
    for (chunk, bits) in try transaction.seen(run, stream: 0) { seenSources.load(chunk: chunk, bits: bits) }
    for (chunk, bits) in try transaction.seen(run, stream: 1) { seenFindings.load(chunk: chunk, bits: bits) }
    for (chunk, bits) in try transaction.seen(run, stream: 2) { countedSources.load(chunk: chunk, bits: bits) }
    for (chunk, bits) in try transaction.seen(run, stream: 3) { countedFindings.load(chunk: chunk, bits: bits) }
  }

  /// The scope's row; made when the run first meets it.
  func scope(_ stream: SourceStream, _ scope: SourceScope, _ transaction: any InventoryTransaction) throws
    -> StoredScope
  {
    if let known = scopes[stream]?[scope.id] { return known }
    let stored = try transaction.scope(connector, stream: stream.rawValue, name: scope.id, title: scope.name)
    scopes[stream, default: [:]][scope.id] = stored
    return stored
  }

  /// Writes checkpoint, counters and what was seen, in the page's own transaction.
  func save(_ transaction: any InventoryTransaction, at now: Timestamp, traffic: Traffic, elapsed: Duration) throws {
    count(traffic)
    sumTallies()
    let progress = RunProgress(
      stage: checkpoint.stage.rawValue, counters: counters.json, checkpoint: checkpoint.json, at: now,
      resumptions: resumptions, activeSeconds: activeSeconds(elapsed))
    try transaction.updateRun(run, progress)
    isCancelRequested = try transaction.isCancelRequested(run)
    try seenSources.saveChanges { try transaction.setSeen(run, stream: 0, chunk: $0, bits: $1) }
    try seenFindings.saveChanges { try transaction.setSeen(run, stream: 1, chunk: $0, bits: $1) }
    try countedSources.saveChanges { try transaction.setSeen(run, stream: 2, chunk: $0, bits: $1) }
    try countedFindings.saveChanges { try transaction.setSeen(run, stream: 3, chunk: $0, bits: $1) }
  }

  /// - Parameter traffic: Of this process alone.
  func count(_ traffic: Traffic) { counters.traffic = traffic.added(to: trafficBefore) }

  /// Counts a row that made no record.
  func tally(_ stream: SourceStream, _ scope: String?, _ change: (inout Tally) -> Void) {
    change(&checkpoint.tally[stream, default: [:]][scope ?? "", default: Tally()])
  }

  /// Forgets what the listing of `scopes` brought, since they are listed anew. What was counted as created,
  /// updated or unchanged stays counted.
  func startOver(
    _ stream: SourceStream, scopes: [String], _ transaction: any InventoryTransaction
  ) throws {
    for scope in scopes {
      checkpoint.received[scope] = 0
      checkpoint.blind.remove(scope)
      checkpoint.tally[stream]?[scope] = nil
      try transaction.deleteRejects(run, stream: stream.rawValue, scope: scope)
      if let stored = self.scopes[stream]?[scope] { try forgetSeen(stream, stored, transaction) }
    }
    checkpoint.isShifted = false
    checkpoint.expected = nil
    // Rows of no known scope belong to any of them.
    guard Set(scopes).isSuperset(of: checkpoint.readable) else { return }
    checkpoint.tally[stream]?[""] = nil
    try transaction.deleteRejects(run, stream: stream.rawValue, scope: nil)
  }

  private func forgetSeen(
    _ stream: SourceStream, _ scope: StoredScope, _ transaction: any InventoryTransaction
  ) throws {
    switch stream {
    case .hosts:
      for source in try transaction.presentSources(scope: scope.id) { seenSources.remove(source.id) }
    case .findings:
      try transaction.forEachPresentFinding(scope: scope.id) { seenFindings.remove($0.id.number) }
    }
  }

  /// Lists everything anew under the same run: what it is to list, or how, is not as it was.
  func restart(_ transaction: any InventoryTransaction) throws {
    for stream in SourceStream.allCases {
      try startOver(stream, scopes: checkpoint.readable, transaction)
      // What was kept is of listings that don't count any more.
      let limit = KeptLimits.partsPerStep
      while try transaction.forgetKept(run, stream: stream.rawValue, after: 0, limit: limit) == limit {}
    }
    seenSources.removeAll()
    seenFindings.removeAll()
    checkpoint.coverage = [:]
    checkpoint.stage = .hosts
    checkpoint.listed = []
    checkpoint.cursor = nil
  }

  func loadScopes(_ transaction: any InventoryTransaction) throws {
    for stream in SourceStream.allCases {
      for scope in try transaction.scopes(connector, stream: stream.rawValue) {
        scopes[stream, default: [:]][scope.name] = scope
      }
    }
  }

  /// Texts that findings share follow from the findings as the run leaves them.
  func settleTexts(_ transaction: any InventoryTransaction) throws {
    // A run that brings changes alone lists no scope whole; the next one that does settles them.
    if mode == .delta { return }
    let whole = (scopes[.findings] ?? [:]).filter { checkpoint.isWhole(.findings, $0.key) }
    try transaction.settleControls(connector, listed: Set(whole.values.map(\.id)))
    try transaction.deleteUnusedVariants(connector)
    // Half a second for a million findings: not in each run.
    if checkpoint.hasLeftDetails { try transaction.deleteUnusedDetails(connector) }
    checkpoint.hasLeftDetails = false
  }

  private func sumTallies() {
    let hosts = checkpoint.tally[.hosts]?.values.map(\.rejected) ?? []
    let findings = Array((checkpoint.tally[.findings] ?? [:]).values)
    counters.assets.rejected = hosts.reduce(0, +)
    counters.findings.rejected = findings.map(\.rejected).reduce(0, +)
    counters.leftOut = findings.map(\.leftOut).reduce(RunCounters.LeftOut(), +)
  }
}

extension Traffic {
  fileprivate func added(to other: Traffic) -> Traffic {
    var sum = self
    sum.requests += other.requests
    sum.retries += other.retries
    sum.waited += other.waited
    return sum
  }
}
