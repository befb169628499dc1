import IsthmusConnect
package import IsthmusCore
import IsthmusStore

extension SyncService {
  /// Plays what `id` kept through the present map, as a run of its own that asks nothing of the source.
  ///
  /// What was not listed then is closed as that run closed it. That is why only the connector's last whole run can be
  /// played: to an earlier one everything newer would be absent.
  ///
  /// - Returns: A report without a run if that one may not be played.
  /// - Throws: ``ConnectorError`` of kind `configuration` if its pages are not kept.
  package func replay(_ id: RunID, _ plan: RunPlan) async throws -> RunReport {
    let source = try await KeptConnection(id, in: store)
    var replayed = plan
    (replayed.mode, replayed.replayOf, replayed.keepsPages) = (.replay, id, false)
    let report = await perform(replayed, over: source) { transaction, connector in
      try Self.checkReplay(of: id, connector, transaction)
    }.report
    return await cleanedUp(after: report, plan)
  }

  private static func checkReplay(
    of id: RunID, _ connector: ConnectorNumber, _ transaction: any InventoryTransaction
  ) throws {
    guard let run = try transaction.run(id), run.connector == connector else {
      throw ConnectorError(.configuration, "\(id) is a run of another connector.", remedy: "See isthmus runs.")
    }
    guard run.mode == .full, run.result == "succeeded" || run.result == "partial" else {
      let what = run.mode == .full ? "ended \(run.result ?? "not yet")" : "is a \(run.mode.rawValue) run"
      throw ConnectorError(
        .configuration, "\(id) \(what): only a whole listing can be played again.", remedy: "See isthmus runs.")
    }
    // Bounded: one that many runs came after is none to play.
    for later in try transaction.lastRuns(connector, limit: 1000) where later.id.number > id.number {
      if later.replayOf == id || !later.broughtAnything { continue }
      throw ConnectorError(
        .configuration,
        "\(id) is not the connector's last whole run: \(later.id) came after it, and what that one saw would be closed.",
        remedy: "Replay the last whole run, or run anew.")
    }
    guard try transaction.lastRuns(connector, limit: 1000).contains(where: { $0.id == id }) else {
      throw ConnectorError(
        .configuration, "More than 1,000 runs came after \(id).", remedy: "Replay the last whole run, or run anew.")
    }
  }
}

extension StoredRun {
  /// Whether any row came: a run that could not begin leaves the inventory as it was.
  fileprivate var broughtAnything: Bool {
    let (assets, findings) = (counters["assets"]?["fetched"]?.integer, counters["findings"]?["fetched"]?.integer)
    return (assets ?? 0) + (findings ?? 0) > 0 || result == nil
  }
}
