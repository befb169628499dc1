package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// Runs that are tried on a copy of the inventory, shown, and then applied or thrown away.
extension SyncService {
  /// Tries `plan` on a copy and tells what it would do. The inventory and the connector's other runs stay as they are;
  /// the run's own row keeps the answer.
  ///
  /// - Parameters:
  ///   - keepsPages: Whether what the source says is kept, so that ``apply(_:_:anyway:)`` can bring just that in.
  ///   - prepare: Does with the copy what is done with the inventory before a run.
  package func stage(
    _ plan: RunPlan, over connection: any SourceConnection, keepsPages: Bool,
    prepare: @Sendable (any InventoryStore) async throws -> Void = { _ in }
  ) async -> RunReport {
    let started = environment.time.now()
    var staged: RunID?
    do {
      let (connector, lock) = try await locked(plan)
      defer { lock.release() }
      let (run, basis) = try await beginStage(plan, connector)
      staged = run
      let copy = try await store.rehearsal()
      try await prepare(copy)
      // Another run that was interrupted is not gone on with: this one stands for itself.
      var tried = plan
      (tried.mode, tried.replayOf, tried.keepsPages) = (.full, run, false)
      let source = keepsPages ? recording(connection, run, plan) : connection
      // The copy knows nothing of what people ask for meanwhile.
      var environment = environment
      environment.isCancelled = { [store] in try await store.read { try $0.isCancelRequested(run) } }
      let trial = SyncService(store: copy, environment: environment)
      var (report, samples) = await trial.perform(tried, over: source, isTrial: true)
      if let samples, let triedRun = report.run {
        if report.result == "held" { report.error?.remedy = "Once it is applied, it waits for a person's yes." }
        let preview = RunPreview(inventory: store, copy: copy, run: triedRun, samples: samples)
        report.preview = try await preview.json(of: report)
        (report.result, report.error) = ("staged", nil)
      }
      report.run = run
      try await endStage(report, basis)
      return report
    } catch {
      let (result, failure) = Self.describe(error)
      var report = self.report(nil, plan, result, failure, since: started)
      report.run = staged
      if staged != nil {
        // A row without an end is ended by the connector's next staged run.
        try? await endStage(report, nil)
      }
      return report
    }
  }

  /// Brings in what the staged run listed, as an ordinary run.
  ///
  /// - Parameter anyway: Also if another run of the connector has ended since, or the configuration is another one:
  ///   then it may do something else than what was shown.
  /// - Throws: ``ConnectorError`` of kind `configuration` if there is nothing to apply.
  package func apply(_ id: RunID, _ plan: RunPlan, anyway: Bool = false) async throws -> RunReport {
    _ = try await stagedRun(id)
    let source = try await KeptConnection(id, in: store)
    var applied = plan
    (applied.mode, applied.replayOf, applied.keepsPages) = (.full, id, false)
    let (keepsPages, plan, seed) = (plan.keepsPages, applied, store.seed)
    let (report, _) = await perform(plan, over: source) { transaction, connector in
      guard let staged = try transaction.run(id), staged.connector == connector, staged.result == "staged" else {
        throw ConnectorError(
          .configuration, "\(id) is no staged run of \(plan.connector).", remedy: "See isthmus runs.")
      }
      let basis = try StageBasis(plan, connector, seed: seed, transaction)
      let changes = try basis.changes(since: StageBasis(staged.checkpoint), applying: id, transaction)
      guard changes.isEmpty || anyway else {
        throw ConnectorError(
          .configuration, "\(id) does not fit any more: \(changes.joined(separator: "; ")).",
          remedy: "Stage it anew, or apply it with --anyway.")
      }
    }
    guard let run = report.run, ["succeeded", "partial", "held"].contains(report.result) else { return report }
    try await end(id, "applied")
    if keepsPages {
      try await store.write { try $0.handOverKept(from: id, to: run) }
    } else {
      _ = try await forgetKept(id)
    }
    return await cleanedUp(after: report, plan)
  }

  /// Throws a staged run away, or what any other run kept. Returns whether it was a staged one.
  package func discard(_ id: RunID) async throws -> Bool {
    guard let run = try await store.read({ try $0.run(id) }) else {
      throw ConnectorError(.configuration, "There is no run \(id).", remedy: "See isthmus runs.")
    }
    guard run.result != nil else {
      throw ConnectorError(.configuration, "\(id) has not ended.", remedy: "Cancel it: isthmus run cancel \(id).")
    }
    let isStaged = run.result == "staged"
    if isStaged { try await end(id, "discarded") }
    guard try await forgetKept(id) > 0 || isStaged else {
      throw ConnectorError(.configuration, "\(id) keeps no pages.", remedy: "See isthmus runs.")
    }
    return isStaged
  }

  private func stagedRun(_ id: RunID) async throws -> StoredRun {
    guard let run = try await store.read({ try $0.run(id) }), run.result == "staged" else {
      throw ConnectorError(.configuration, "\(id) is no staged run.", remedy: "See isthmus runs.")
    }
    return run
  }

  private func beginStage(_ plan: RunPlan, _ connector: ConnectorNumber) async throws -> (RunID, StageBasis) {
    let (now, seed) = (environment.now(), store.seed)
    return try await store.write { transaction in
      let failure = RunReport.Failure(
        kind: "interrupted", summary: "The run was interrupted.", remedy: "Nothing was changed; stage it anew.")
      for left in try transaction.openStagedRuns(connector) {
        try transaction.finishRun(left, result: "failed", error: failure.json, at: now)
      }
      let basis = try StageBasis(plan, connector, seed: seed, transaction)
      let run = try transaction.insertRun(
        NewRun(
          connector: connector, profile: plan.profile, startedAt: now, map: plan.map.name, mapVersion: plan.map.version,
          scoreMap: plan.scoreMap.name, mode: .staged))
      return (run, basis)
    }
  }

  private func endStage(_ report: RunReport, _ basis: StageBasis?) async throws {
    guard let run = report.run else { return }
    let now = environment.now()
    try await store.write { transaction in
      let progress = RunProgress(
        stage: report.preview == nil ? "failed" : "done", counters: report.counters.json,
        checkpoint: basis?.json ?? .object([]), at: now, resumptions: 0, activeSeconds: report.seconds)
      try transaction.updateRun(run, progress)
      if let preview = report.preview { try transaction.setPreview(run, preview) }
      try transaction.finishRun(run, result: report.result, error: report.error?.json, at: now)
    }
    if report.preview == nil { _ = try await forgetKept(run) }
  }

  private func end(_ staged: RunID, _ result: String) async throws {
    let now = environment.now()
    try await store.write { try $0.finishRun(staged, result: result, error: nil, at: now) }
  }

  /// In steps, so that others can write meanwhile. Returns how many parts there were.
  func forgetKept(_ run: RunID) async throws -> Int {
    var forgotten = 0
    while true {
      let step = try await store.write {
        try $0.forgetKept(run, stream: nil, after: 0, limit: KeptLimits.partsPerStep)
      }
      forgotten += step
      if step < KeptLimits.partsPerStep { return forgotten }
    }
  }
}
