package import IsthmusCore
package import IsthmusStore

/// Deletes what is older than it is to stay, in steps that each hold the writer for a moment.
package struct RetentionSweep: Sendable {
  private let store: any InventoryStore
  private let settings: RetentionSettings
  private let now: Timestamp

  /// Rows that one transaction looks at; of rejects, which have up to 64 KiB each, deletes.
  private static let rowsPerStep = 2000
  private static let rejectsPerStep = 100
  private static let assetsPerStep = 500

  package init(store: any InventoryStore, settings: RetentionSettings, now: Timestamp) {
    self.store = store
    self.settings = settings
    self.now = now
  }

  package func perform() async throws -> RetentionOutcome {
    var outcome = RetentionOutcome()
    // History first: a run that only it referred to can go then.
    try await deleteHistory(&outcome)
    try await deleteOfRuns(&outcome)
    return outcome
  }

  private func deleteOfRuns(_ outcome: inout RetentionOutcome) async throws {
    let plan = RunRetention(try await store.read { try $0.retained.retainedRuns() }, settings)
    for run in plan.logs {
      outcome.logLines += try await steps(Self.rowsPerStep) { try $0.deleteLog(of: run, limit: $1) }
    }
    for run in plan.rejects {
      outcome.rejects += try await steps(Self.rejectsPerStep) { try $0.deleteRejects(of: run, limit: $1) }
    }
    for run in plan.keptPages {
      outcome.keptParts += try await steps(KeptLimits.partsPerStep) {
        try $0.forgetKept(run, stream: nil, after: 0, limit: $1)
      }
    }
    for run in plan.coverage {
      try await store.write { try $0.deleteCoverage(of: run) }
      outcome.coverages += 1
    }
    for run in plan.runs where try await store.write({ try $0.deleteRun(run) }) { outcome.runs += 1 }
  }

  private func steps(
    _ limit: Int, _ delete: @escaping @Sendable (any InventoryTransaction, Int) throws -> Int
  ) async throws -> Int {
    var deleted = 0
    while true {
      let step = try await store.write { try delete($0, limit) }
      deleted += step
      if step < limit { return deleted }
    }
  }

  // MARK: - By age

  private func deleteHistory(_ outcome: inout RetentionOutcome) async throws {
    if settings.historyDays > 0 {
      outcome.findingEvents = try await deleteAged(.findingEvents, days: settings.historyDays)
      outcome.identifications = try await deleteAged(.identifications, days: settings.historyDays)
    }
    if settings.auditDays > 0 { outcome.auditEntries = try await deleteAged(.auditEntries, days: settings.auditDays) }
    if settings.scoreDays > 0 { outcome.scoreDays = try await deleteDays() }
  }

  private func moment(daysAgo days: Int) -> Timestamp { now.advanced(by: .seconds(-86_400 * days)) }

  /// Rows stand in the order in which they were written, which is that of their age but for a little: it ends where a whole
  /// step held nothing to delete.
  private func deleteAged(_ table: AgingTable, days: Int) async throws -> Int {
    let cutoff = moment(daysAgo: days)
    var (deleted, place) = (0, Int64(0))
    while true {
      let (from, limit) = (place, Self.rowsPerStep)
      let step = try await store.write { try $0.deleteAged(table, before: cutoff, after: from, limit: limit) }
      deleted += step.deleted
      guard let last = step.last, step.deleted > 0 else { return deleted }
      place = last
    }
  }

  private static let daysAreDone = "retention.scoreDays"

  /// Looks at all days of all hosts: once a day, and when another number is to stay.
  private func deleteDays() async throws -> Int {
    let day = moment(daysAgo: settings.scoreDays).microseconds / 86_400_000_000
    if try await store.read({ try $0.identities.setting(Self.daysAreDone) }) == .integer(day) { return 0 }
    var deleted = 0
    for table in ScoreDayTable.allCases { deleted += try await deleteDays(table, before: day) }
    try await store.write { try $0.setSetting(Self.daysAreDone, .integer(day)) }
    return deleted
  }

  private func deleteDays(_ table: ScoreDayTable, before day: Int64) async throws -> Int {
    var (deleted, place) = (0, Int64(0))
    while true {
      let (from, owners) = (place, Self.assetsPerStep)
      let step = try await store.write { try $0.deleteScoreDays(table, before: day, after: from, owners: owners) }
      deleted += step.deleted
      guard let last = step.last else { return deleted }
      place = last
    }
  }
}

extension SyncService {
  /// The report, after what is older than it is to stay was deleted. That this did not come about is said in the run's
  /// log, and changes nothing about the run.
  func cleanedUp(after report: RunReport, _ plan: RunPlan) async -> RunReport {
    // A process that ends, or a person who stops the run, does not wait for it; the next run does it.
    guard let run = report.run, report.result != RunReport.interrupted, !Task.isCancelled else { return report }
    let now = environment.now()
    do {
      let outcome = try await RetentionSweep(store: store, settings: plan.retention, now: now).perform()
      if outcome.isEmpty { return report }
      let counts = outcome.counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
      try await store.write {
        try $0.appendLog(run, at: now, level: "info", message: "Deleted for their age: \(counts).")
      }
      environment.report(.cleanedUp(outcome))
    } catch {
      let message = "What is older than it is to stay was not deleted: \(error). The next run tries again."
      // Where even this can't be written, the next run meets it too.
      try? await store.write { try $0.appendLog(run, at: now, level: "warning", message: message) }
      environment.report(.warning(message))
    }
    return report
  }
}
