import IsthmusConnect
package import IsthmusCore
import IsthmusStore

extension SyncService {
  package enum Cancellation: Sendable {
    /// Whoever is on the run stops at the next page.
    case asked
    /// Nobody was on it: it was interrupted, and has ended now.
    case ended
  }

  /// A person asks a run to stop, in whichever process it is. It ends as cancelled, and the next run begins anew.
  ///
  /// - Throws: ``ConnectorError`` of kind `configuration` if there is no such run or it has ended.
  package func cancel(_ id: RunID) async throws -> Cancellation {
    guard let run = try await store.read({ try $0.run(id) }) else {
      throw ConnectorError(.configuration, "There is no run \(id).", remedy: "See isthmus runs.")
    }
    guard run.result == nil else { throw Self.hasEnded(id, run.result) }
    let now = environment.now()
    guard let lock = try await lock(run.connector) else {
      try await store.write { try $0.requestCancel(id, at: now) }
      return .asked
    }
    defer { lock.release() }
    try await store.write { transaction in
      // Read again under the lock: its process may have ended it meanwhile.
      guard let run = try transaction.run(id), run.result == nil else { throw Self.hasEnded(id, nil) }
      let failure = RunReport.Failure(
        kind: "cancelled", summary: "The run was interrupted, and then cancelled.",
        remedy: "What came is kept; nothing was closed.")
      try transaction.finishRun(id, result: "cancelled", error: failure.json, at: now)
      try transaction.clearSeen(id)
    }
    _ = try await forgetKept(id)
    return .ended
  }

  private static func hasEnded(_ id: RunID, _ result: String?) -> ConnectorError {
    ConnectorError(
      .configuration, "\(id) has ended\(result.map { ": \($0)" } ?? "").", remedy: "There is nothing to cancel.")
  }
}
