import IsthmusConnect
import IsthmusCore
import IsthmusStore

extension SyncService {
  /// The run that was interrupted, or a new one.
  func open(_ plan: RunPlan, _ connector: ConnectorNumber, _ admit: @escaping Admission) async throws -> RunLedger {
    let now = environment.now()
    let (ledger, isResumed) = try await store.write { transaction -> (RunLedger, Bool) in
      try admit(transaction, connector)
      if let interrupted = try transaction.openRun(connector) {
        guard let hindrance = Self.hindrance(to: interrupted, plan) else {
          let ledger = RunLedger(interrupted)
          ledger.resumptions += 1
          try ledger.loadSeen(transaction)
          try ledger.loadScopes(transaction)
          try transaction.appendLog(ledger.run, at: now, level: "info", message: "Resumed after an interruption.")
          return (ledger, true)
        }
        let failure = RunReport.Failure(
          kind: "interrupted", summary: "The run was interrupted, and \(hindrance).", remedy: "Nothing was closed.")
        try transaction.finishRun(interrupted.id, result: "failed", error: failure.json, at: now)
      }
      return (try Self.begin(plan, connector, at: now, transaction), false)
    }
    if isResumed { environment.report(.resumed(ledger.run)) }
    return ledger
  }

  /// Why an interrupted run is not gone on with; nil if it is.
  private static func hindrance(to interrupted: StoredRun, _ plan: RunPlan) -> String? {
    if interrupted.replayOf != plan.replayOf { return "a run over other pages took its place" }
    if interrupted.profile != plan.profile { return "its profile \(interrupted.profile) is not run now" }
    if interrupted.map != plan.map.name || interrupted.mapVersion != plan.map.version {
      return "its transform map has changed since"
    }
    if interrupted.mode == .delta, plan.mode != .delta { return "one that lists everything took its place" }
    return nil
  }

  private static func begin(
    _ plan: RunPlan, _ connector: ConnectorNumber, at now: Timestamp, _ transaction: any InventoryTransaction
  ) throws -> RunLedger {
    var mode = plan.mode
    var basis: DeltaBasis?
    var reason: String?
    if mode == .delta {
      switch try DeltaBasis.decide(plan, connector, transaction) {
      case .changes(let found): basis = found
      case .full(let why): (mode, reason) = (.full, why)
      }
    }
    let run = try transaction.insertRun(
      NewRun(
        connector: connector, profile: plan.profile, startedAt: now, map: plan.map.name, mapVersion: plan.map.version,
        scoreMap: plan.scoreMap.name, mode: mode, replayOf: plan.replayOf))
    guard let stored = try transaction.run(run) else { throw StoreError.missing("run") }
    if let reason { try transaction.appendLog(run, at: now, level: "info", message: "Lists everything: \(reason).") }
    let ledger = RunLedger(stored)
    ledger.checkpoint.delta = basis
    return ledger
  }
}
