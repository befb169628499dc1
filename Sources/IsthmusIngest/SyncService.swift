package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// Runs connectors: one run of a connector at a time, an interrupted one first.
package struct SyncService: Sendable {
  let store: any InventoryStore
  let environment: RunEnvironment

  package init(store: any InventoryStore, environment: RunEnvironment) {
    self.store = store
    self.environment = environment
  }

  /// Runs `plan` to its end. Never throws: what went wrong is in the report, and in the run's row where that
  /// can be written.
  ///
  /// - Parameter admission: What must still hold when it begins; nil for a run that nobody else could begin.
  package func run(
    _ plan: RunPlan, over connection: any SourceConnection, admission: RunAdmission? = nil
  ) async -> RunReport {
    await cleanedUp(
      after: await perform(plan, over: connection, admit: { try admission?.check($0, $1) }).report, plan)
  }

  /// Throws, in the transaction in which a run is to begin, if it may not.
  typealias Admission = @Sendable (any InventoryTransaction, ConnectorNumber) throws -> Void

  /// - Parameter isTrial: Whether samples are taken of what the run does.
  func perform(
    _ plan: RunPlan, over connection: any SourceConnection, isTrial: Bool = false,
    admit: @escaping Admission = { _, _ in }
  ) async -> (report: RunReport, samples: RunSamples?) {
    let started = environment.time.now()
    do {
      let (connector, lock) = try await locked(plan)
      defer { lock.release() }
      let fenced = SyncService(store: FencedStore(base: store, lock: lock), environment: environment)
      return await fenced.perform(plan, connector, over: connection, isTrial: isTrial, since: started, admit: admit)
    } catch {
      var report = await fail(nil, plan, error, since: started)
      report.hindrance = error is RunIsOn ? .busy : .init(error)
      return (report, nil)
    }
  }

  /// With the right to run the connector.
  private func perform(
    _ plan: RunPlan, _ connector: ConnectorNumber, over connection: any SourceConnection, isTrial: Bool,
    since started: Duration, admit: @escaping Admission
  ) async -> (report: RunReport, samples: RunSamples?) {
    var ledger: RunLedger?
    do {
      let opened = try await open(plan, connector, admit)
      if isTrial { opened.samples = RunSamples() }
      ledger = opened
      let run = IngestRun(
        plan: plan, connection: plan.keepsPages ? recording(connection, opened.run, plan) : connection, store: store,
        environment: environment, ledger: opened, startedAt: started)
      let result = try await run.execute()
      return (report(opened, plan, result.name, result.failure(of: opened.run), since: started), opened.samples)
    } catch {
      var report = await fail(ledger, plan, error, since: started)
      if ledger == nil { report.hindrance = error is RunWasOvertaken ? .overtaken : .init(error) }
      return (report, nil)
    }
  }

  /// A run that can't even begin: kept as one that failed, so that people see why.
  package func refuse(_ plan: RunPlan, _ error: ConnectorError) async -> RunReport {
    let (started, now) = (environment.time.now(), environment.now())
    var report = await fail(nil, plan, error, since: started)
    let (result, failure) = (report.result, report.error)
    do {
      report.run = try await store.write { transaction -> RunID? in
        let connector = try transaction.connector(
          named: plan.connector, kind: plan.kind.name, productName: plan.kind.productName,
          vendorName: plan.kind.vendorName)
        // One that was interrupted goes on once the settings are right.
        if try transaction.openRun(connector) != nil { return nil }
        let run = try transaction.insertRun(
          NewRun(
            connector: connector, profile: plan.profile, startedAt: now, map: plan.map.name,
            mapVersion: plan.map.version, scoreMap: plan.scoreMap.name))
        try transaction.finishRun(run, result: result, error: failure?.json, at: now)
        return run
      }
    } catch {
      report.error?.remedy += " That it failed could not be written."
    }
    return report
  }

  /// The plan's connector, and the right to run it.
  ///
  /// - Throws: ``RunIsOn`` if another run of it is on.
  func locked(_ plan: RunPlan) async throws -> (ConnectorNumber, any RunLock) {
    let connector = try await store.write {
      try $0.connector(
        named: plan.connector, kind: plan.kind.name, productName: plan.kind.productName,
        vendorName: plan.kind.vendorName)
    }
    guard let lock = try await lock(connector) else { throw RunIsOn(connector: plan.connector) }
    return (connector, lock)
  }

  /// The profile of the connector's run that was interrupted; nil if there is none.
  package func interruptedProfile(of connector: String) async throws -> String? {
    let runs = try await store.read { try $0.runs(connector: connector, limit: Self.runsLookedAt) }
    return runs.first { $0.mode != .staged }.flatMap { $0.result == nil && $0.replayOf == nil ? $0.profile : nil }
  }

  /// Staged runs may stand before the one that was interrupted.
  private static let runsLookedAt = 100

  /// A person says yes to what a held run did not see: it is reconciled as it was listed. Returns what that closed.
  ///
  /// - Throws: ``ConnectorError`` of kind `configuration` if the run is not held or not the connector's last.
  package func approve(_ id: RunID) async throws -> Approval {
    guard let run = try await store.write({ try $0.run(id) }) else {
      throw ConnectorError(.configuration, "There is no run \(id).", remedy: "See isthmus runs.")
    }
    guard let lock = try await lock(run.connector) else {
      throw ConnectorError(
        .unavailable, "A run of \(run.connectorName) is on.", remedy: "Wait until it has ended; it decides anew.")
    }
    defer { lock.release() }
    let now = environment.now()
    return try await store.write { transaction in
      // Read again under the lock: somebody else may have said yes meanwhile.
      guard let run = try transaction.run(id), run.result == "held" else {
        throw ConnectorError(.configuration, "\(id) is not a held run.", remedy: "See isthmus runs.")
      }
      guard try transaction.lastRun(run.connector) == id else {
        throw ConnectorError(
          .configuration, "\(id) is not the last run of \(run.connectorName).", remedy: "Look at the later one.")
      }
      let ledger = RunLedger(run)
      try ledger.loadSeen(transaction)
      try ledger.loadScopes(transaction)
      ledger.scoreSettings = try transaction.scoreSettings()
      let before = ledger.counters
      let listed = ledger.checkpoint.coverage
      // What is held for its number is closed first; empty scopes are a question of their own.
      let isForEmpty = ledger.checkpoint.stage == .done
      if isForEmpty {
        ledger.checkpoint.coverage = listed.mapValues { $0.filter { $0.value == .empty }.mapValues { _ in .whole } }
      }
      ledger.checkpoint.stage = .reconcile
      let reconciler = Reconciler(
        ledger: ledger, selection: ledger.checkpoint.selection, otherSelections: ledger.checkpoint.otherSelections,
        seed: store.seed)
      try reconciler.apply(try reconciler.absence(transaction), transaction)
      try transaction.enrich(id, AssetScorer(settings: ledger.scoreSettings, at: now))
      if isForEmpty {
        for (stream, scopes) in ledger.checkpoint.coverage {
          for name in scopes.keys {
            guard let scope = ledger.scopes[stream]?[name] else { continue }
            try transaction.setCoverage(id, scope: scope.id, received: 0, total: 0, coverage: "whole")
          }
        }
      }
      ledger.checkpoint.coverage = listed.mapValues { $0.mapValues { isForEmpty && $0 == .empty ? .whole : $0 } }
      try ledger.settleTexts(transaction)
      ledger.checkpoint.stage = .done
      let result = ledger.result
      try ledger.save(transaction, at: now, traffic: Traffic(), elapsed: .zero)
      if !result.isHeld { try transaction.clearSeen(id) }
      try transaction.appendLog(id, at: now, level: "info", message: "Approved: what was not seen is closed.")
      let failure = result.failure(of: id)
      try transaction.finishRun(id, result: result.name, error: failure?.json, at: now)
      return Approval(closed: ledger.counters.closed(since: before), failure: failure)
    }
  }

  package struct Approval: Sendable {
    package var closed: RunCounters
    /// What is still to be decided; nil for nothing.
    package var failure: RunReport.Failure?
  }

  func recording(_ connection: any SourceConnection, _ run: RunID, _ plan: RunPlan) -> RecordingConnection {
    let (store, environment) = (store, environment)
    let recorder = PageRecorder(store: store, run: run, capacity: plan.retention.keptBytes) { message in
      // That it can't be written is met by the run itself.
      try? await store.write { try $0.appendLog(run, at: environment.now(), level: "warning", message: message) }
      environment.report(.warning(message))
    }
    return RecordingConnection(source: connection, recorder: recorder)
  }

  /// Somebody who looks whether the lock is free holds it for a moment: that is no run.
  func lock(_ connector: ConnectorNumber) async throws -> (any RunLock)? {
    for _ in 0..<5 {
      if let lock = try store.lock(connector) { return lock }
      try await environment.time.sleep(.milliseconds(50))
    }
    return nil
  }

  private func fail(
    _ ledger: RunLedger?, _ plan: RunPlan, _ error: any Error, since started: Duration
  ) async -> RunReport {
    let (result, failure) = describe(error)
    let isInterrupted = result == RunReport.interrupted
    var reported: RunReport.Failure? = failure
    guard let ledger else { return report(nil, plan, result, reported, since: started) }
    // The page under way was undone: what counts is what the store holds, and the requests that were made.
    ledger.count(environment.meter.traffic)
    let traffic = ledger.counters.traffic
    let seconds = ledger.activeSeconds(environment.time.now() - started)
    do {
      let kept = try await store.write { transaction -> RunCounters in
        guard let stored = try transaction.run(ledger.run) else { return RunCounters() }
        if stored.result != nil { throw RunHasEnded(run: stored) }
        var counters = RunCounters(stored.counters)
        counters.traffic = traffic
        let progress = RunProgress(
          stage: stored.stage, counters: counters.json, checkpoint: stored.checkpoint, at: environment.now(),
          resumptions: stored.resumptions, activeSeconds: seconds)
        try transaction.updateRun(ledger.run, progress)
        if isInterrupted {
          try transaction.appendLog(ledger.run, at: environment.now(), level: "info", message: failure.summary)
        } else {
          try transaction.finishRun(ledger.run, result: result, error: failure.json, at: environment.now())
        }
        return counters
      }
      ledger.counters = kept
    } catch let ended as RunHasEnded {
      // Its last transaction was done, and only the answer was lost.
      ledger.counters = RunCounters(ended.run.counters)
      reported = ended.run.error.map { RunReport.Failure($0) }
      return report(ledger, plan, ended.run.result ?? result, reported, since: started)
    } catch {
      // The run stays open, and the next one goes on from its checkpoint; or another process is on it.
      let isLost = (error as? StoreError)?.kind == .lost
      if !isLost { reported?.remedy += " The run's end could not be written: it shows as interrupted." }
    }
    return report(ledger, plan, result, reported, since: started)
  }

  private func describe(_ error: any Error) -> (result: String, failure: RunReport.Failure) {
    let (result, failure) = Self.describe(error)
    guard result == "cancelled", environment.isShuttingDown() else { return (result, failure) }
    let summary = "The run was interrupted: its process ends."
    let remedy = "What came is kept; the next run goes on from there."
    return (RunReport.interrupted, .init(kind: RunReport.interrupted, summary: summary, remedy: remedy))
  }

  static func describe(_ error: any Error) -> (result: String, failure: RunReport.Failure) {
    switch error {
    case let error as RunIsOn:
      let summary = "A run of \(error.connector) is on already."
      return ("failed", .init(kind: "unavailable", summary: summary, remedy: "Wait until it has ended, or cancel it."))
    case is RunWasOvertaken:
      let summary = "Another process was first."
      return ("failed", .init(kind: "unavailable", summary: summary, remedy: "Nothing is to be done."))
    case let error as ConnectorError:
      let result =
        switch error.kind {
        case .cancelled: "cancelled"
        case .unauthorised: "unauthorised"
        case .configuration, .unavailable, .unexpected: "failed"
        }
      return (result, .init(kind: error.kind.rawValue, summary: error.summary, remedy: error.remedy))
    case is CancellationError:
      return ("cancelled", .init(kind: "cancelled", summary: "The run was cancelled.", remedy: "What came is kept."))
    case let error as MapError:
      return ("failed", .init(kind: "configuration", summary: "\(error)", remedy: "Correct the map."))
    case let error as StoreError where error.kind == .lost:
      return (RunReport.interrupted, .init(kind: "store", summary: error.summary, remedy: error.remedy))
    case let error as StoreError:
      return ("failed", .init(kind: "store", summary: error.summary, remedy: error.remedy))
    default:
      return ("failed", .init(kind: "defect", summary: "\(error)", remedy: "Report this."))
    }
  }

  func report(
    _ ledger: RunLedger?, _ plan: RunPlan, _ result: String, _ failure: RunReport.Failure?, since started: Duration
  ) -> RunReport {
    let elapsed = environment.time.now() - started
    return RunReport(
      connector: plan.connector, run: ledger?.run, mode: ledger?.mode ?? plan.mode,
      fetch: ledger?.checkpoint.given[.findings], result: result,
      counters: ledger?.counters ?? RunCounters(),
      seconds: ledger?.activeSeconds(elapsed) ?? elapsed.seconds, error: failure)
  }
}

/// Another run of the connector is on, in this or another process.
struct RunIsOn: Error {
  var connector: String
}

/// What went wrong did so after the run had ended.
private struct RunHasEnded: Error {
  var run: StoredRun
}
