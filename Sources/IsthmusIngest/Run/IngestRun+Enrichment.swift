import IsthmusCore
import IsthmusStore

extension IngestRun {
  /// Brings what is stored to what the plan says now: an unchanged row is not looked at again, so a score map or
  /// a rule that has changed would not reach it otherwise.
  func prepare() async throws {
    let change = try await store.write { transaction -> ScoreChange? in
      let by = "by the transform map \(plan.map.name), version \(plan.map.version)"
      try transaction.appendLog(
        ledger.run, at: environment.now(), level: "info", message: "Profile \(plan.profile) \(by).")
      let known = try transaction.scoreMap(of: ledger.connector)
      let isOther = try plan.scoreSettings.map { try $0 != transaction.scoreSettings() } ?? false
      var change: ScoreChange?
      if known != plan.scoreMap || isOther {
        change = try transaction.rescoreAll(
          settings: plan.scoreSettings, maps: [plan.connector: plan.scoreMap], at: ledger.startedAt)
      }
      ledger.scoreSettings = try transaction.scoreSettings()
      try settleRules(transaction)
      return known == nil ? nil : change
    }
    if let change {
      let moved = change.moves.values.reduce(0, +)
      try await note("The scoring has changed: \(moved) of \(change.assets) assets change band.")
    }
  }

  private func settleRules(_ transaction: any InventoryTransaction) throws {
    let change = IdentificationChange(settings: plan.identification, disabled: [ledger.connector: plan.disabledRules])
    let touched = try change.apply(transaction, seed: store.seed, run: ledger.run, at: ledger.startedAt)
    try ledger.scorer.rescore(touched, transaction)
  }

  /// What follows from the inventory as the run leaves it: decisions that end, tags, the day's history.
  func enrich(_ transaction: any InventoryTransaction) throws {
    // At this moment, not the run's start: a run may have been interrupted for days.
    let scorer = AssetScorer(settings: try transaction.scoreSettings(), at: environment.now())
    try transaction.enrich(ledger.run, scorer)
    for (name, counts) in [("Hosts", ledger.counters.assets), ("Findings", ledger.counters.findings)] {
      let message = """
        \(name): \(counts.created) new, \(counts.updated) changed, \(counts.unchanged) as before, \(counts.fixed) fixed, \
        \(counts.reopened) reopened, \(counts.gone) gone, \(counts.rejected) rejected.
        """
      try transaction.appendLog(ledger.run, at: scorer.at, level: "info", message: message)
    }
  }

  func note(_ message: String) async throws {
    try await store.write { try $0.appendLog(ledger.run, at: environment.now(), level: "info", message: message) }
  }
}

extension InventoryTransaction {
  func enrich(_ run: RunID, _ scorer: AssetScorer) throws {
    try scorer.rescore(try endDecisions(run: run, at: scorer.at), self)
    let tags = try settleTags(at: scorer.at)
    try scorer.rescore(tags.assets, self)
    for name in tags.unreadable {
      let message = "The query of the tag \"\(name)\" can't be read by this version; the tag stays where it is."
      try appendLog(run, at: scorer.at, level: "warning", message: message)
    }
    try recordDay(at: scorer.at)
  }
}
