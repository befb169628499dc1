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
    for stream in SourceStream.allCases where !ledger.isListed(stream) {
      try await list(stream, in: scopes.readable)
    }
    return try await reconcile()
  }

  private func list(_ stream: SourceStream, in readable: [SourceScope]) async throws {
    var asked = try await begin(stream, readable)
    let stage = try stageOf(stream, readable)
    while !asked.isEmpty {
      let listing = connection.list(stream, in: asked, after: ledger.checkpoint.cursor)
      var page = try await listing.next()
      while let current = page {
        async let following = listing.next()
        try await bring(current, stream, through: stage)
        try Task.checkCancellation()
        page = try await following
      }
      asked = try await settleCoverage(stream, of: asked, among: readable)
    }
  }

  /// A page, its scores and the checkpoint after it: one transaction.
  private func bring(_ page: SourcePage, _ stream: SourceStream, through stage: any RunStage) async throws {
    try await store.write { transaction in
      if page.startsOver { try ledger.startOver(stream, transaction) }
      try stage.apply(page, transaction)
      ledger.checkpoint.cursor = page.cursor
      try save(transaction)
    }
    report(.progress(stream, ledger.counters))
  }

  private func reconcile() async throws -> RunResult {
    let reconciler = Reconciler(ledger: ledger, selection: plan.selection, settings: plan.scoreSettings)
    return try await store.write { transaction in
      let absence = try reconciler.absence(transaction)
      if absence.share > plan.maximumAbsentShare { return .held(absent: absence) }
      try reconciler.apply(absence, transaction)
      ledger.checkpoint.stage = .done
      try save(transaction)
      try transaction.clearSeen(ledger.run)
      return ledger.isAllCovered ? .succeeded : .partial
    }
  }
}
