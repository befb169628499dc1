import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// What a run that brings changes alone counts from.
struct DeltaBasis: Sendable, Hashable {
  /// What the source changed since then is listed.
  var since: Timestamp
  /// The scopes that the run it counts from could read: of others everything is unknown.
  var known: Set<String>

  /// Changes are asked for from so long before the run that is counted from.
  ///
  /// Resource Graph shows most changes within a minute, but promises nothing: delays of hours, up to a day, are
  /// reported (<https://github.com/Azure/azure-dev/issues/540>), and its clock is not ours. A row that comes again
  /// unchanged costs a comparison.
  static let overlap = Duration.seconds(86_400)

  enum Decision: Sendable {
    case changes(DeltaBasis)
    /// Everything is listed, for this reason.
    case full(String)
  }

  /// Whether a run of `plan` can bring changes alone, by the runs that the profile had.
  static func decide(
    _ plan: RunPlan, _ connector: ConnectorNumber, _ transaction: any InventoryTransaction
  ) throws -> Decision {
    var basis: DeltaBasis?
    var deltas = 0
    for run in try transaction.lastRuns(connector, limit: runsLookedAt) where run.profile == plan.profile {
      let checkpoint = Checkpoint(run.checkpoint)
      guard run.map == plan.map.name, run.mapVersion == plan.map.version else {
        return .full("the transform map has changed since \(run.id)")
      }
      // A run that could not begin has none.
      guard checkpoint.readable.isEmpty || checkpoint.selection == plan.selection else {
        return .full("the profile takes other findings than in \(run.id)")
      }
      guard run.result == "succeeded" else { continue }
      if RunCounters(run.counters).leftOut.keptAside > 0 {
        return .full("\(run.id) kept findings aside whose hosts were not known for sure")
      }
      if basis == nil {
        guard let began = try listingBegan(run, transaction) else {
          return .full("it is not known any more when what \(run.id) played was listed")
        }
        basis = DeltaBasis(since: began.advanced(by: .zero - overlap), known: Set(checkpoint.readable))
      }
      guard run.mode == .delta else {
        guard let basis, deltas + 1 < plan.fullEvery else {
          return .full("every \(plan.fullEvery) runs one lists everything")
        }
        return .changes(basis)
      }
      deltas += 1
    }
    return .full("no run of the profile has listed everything yet")
  }

  /// More than can lie between two whole runs, with those that failed.
  private static let runsLookedAt = 1000

  /// What is played was listed when the run that kept it began.
  private static func listingBegan(
    _ run: StoredRun, _ transaction: any InventoryTransaction
  ) throws -> Timestamp? {
    guard let played = run.replayOf else { return run.startedAt }
    return try transaction.run(played)?.startedAt
  }
}

extension DeltaBasis {
  var json: JSONValue {
    .object([
      "since": .integer(since.microseconds), "known": .array(known.sorted().map(JSONValue.string)),
    ])
  }

  /// What ``json`` gave; nil for anything else.
  init?(_ json: JSONValue?) {
    guard let since = json?["since"]?.integer else { return nil }
    self.since = Timestamp(microseconds: since)
    known = Set(json?["known"]?.array?.compactMap(\.string) ?? [])
  }
}

extension IngestRun {
  /// What the run lists: everything, or what changed.
  var listed: any SourceConnection {
    ledger.checkpoint.delta.flatMap { connection.changed(since: $0.since) } ?? connection
  }

  /// Falls back to a whole listing where changes alone are not enough.
  func settleMode(_ readable: [SourceScope]) async throws {
    guard let delta = ledger.checkpoint.delta else { return }
    let unknown = readable.filter { !delta.known.contains($0.id) }
    let cannot = connection.changed(since: delta.since) == nil
    guard cannot || !unknown.isEmpty else {
      return try await note("Brings what changed since \(delta.since); nothing is closed.")
    }
    let names = unknown.map(\.name).joined(separator: ", ")
    try await store.write { transaction in
      try ledger.restart(transaction)
      ledger.checkpoint.delta = nil
      ledger.mode = .full
      try transaction.setMode(ledger.run, .full)
      try save(transaction)
    }
    try await note(
      cannot ? "Lists everything: the source can't tell what changed." : "Lists everything: \(names) can be read anew.")
  }
}
