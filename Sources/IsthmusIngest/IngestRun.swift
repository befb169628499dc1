import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// One run of one profile: for each stream, for each page: fetch → transform → identify → merge → score →
/// one transaction with the checkpoint; then reconcile what was listed whole; then the report.
struct IngestRun: Sendable {
  let plan: RunPlan
  let connection: any SourceConnection
  let store: any InventoryStore
  let environment: RunEnvironment
  let ledger: RunLedger
  /// On the clock of `environment.time`.
  let startedAt: Duration

  /// Goes on from the ledger's checkpoint to the end.
  func execute() async throws -> RunResult {
    let scopes = try await connection.scopes()
    report(.connected(subscriptions: scopes.readable.count))
    try await noteUnlisted(scopes)
    try await settleMode(scopes.readable)
    try await prepare()
    for stream in SourceStream.allCases where !ledger.isListed(stream) {
      try await list(stream, in: scopes.readable)
    }
    return try await reconcile(scopes.readable)
  }

  private func list(_ stream: SourceStream, in readable: [SourceScope]) async throws {
    var asked = try await begin(stream, readable)
    let stage = try stageOf(stream, readable)
    while !asked.isEmpty {
      let listing = narrowed(to: stage).list(stream, in: asked, after: ledger.checkpoint.cursor)
      var page = try await listing.next()
      while let current = page {
        async let following = listing.next()
        try await bring(current, stream, through: stage)
        try await checkCancelled()
        page = try await following
      }
      asked = try await settleCoverage(stream, of: asked, among: readable)
    }
  }

  /// A page, its scores and the checkpoint after it: one transaction.
  private func bring(_ page: SourcePage, _ stream: SourceStream, through stage: any RunStage) async throws {
    try await store.write(stage.extent) { transaction in
      if page.startsOver { try ledger.startOver(stream, scopes: ledger.checkpoint.listed, transaction) }
      if page.isShifted || isOther(page.total, stream) { ledger.checkpoint.isShifted = true }
      ledger.scoreSettings = try transaction.scoreSettings()
      try noteForm(of: page, stream, transaction)
      try stage.apply(page, transaction)
      ledger.checkpoint.cursor = page.cursor
      ledger.checkpoint.expected = page.total
      try save(transaction)
    }
    for warning in page.warnings { try await warn(warning) }
    report(.progress(stream, ledger.counters, total: page.total))
  }

  /// Closes what is proved to be absent, and ends the run, in one transaction.
  private func reconcile(_ readable: [SourceScope]) async throws -> RunResult {
    let reconciler = Reconciler(
      ledger: ledger, selection: plan.selection, otherSelections: plan.otherSelections, seed: store.seed)
    // Of what did not change nothing was listed.
    let absence = try await ledger.mode == .delta ? .init() : confirmedAbsence(reconciler, in: readable)
    return try await store.write { transaction in
      let isHeld = absence.share > plan.maximumAbsentShare
      if !isHeld {
        try reconciler.apply(absence, transaction)
        try ledger.settleTexts(transaction)
        ledger.checkpoint.stage = .done
      }
      try enrich(transaction)
      let result = isHeld ? .held(.tooMuch(absence)) : ledger.result
      try save(transaction)
      // A held run is approved by what it has seen.
      if !result.isHeld { try transaction.clearSeen(ledger.run) }
      try transaction.finishRun(
        ledger.run, result: result.name, error: result.failure(of: ledger.run)?.json, at: environment.now())
      return result
    }
  }
}
