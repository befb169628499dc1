import IsthmusCore
package import IsthmusStore
import Synchronization

/// Writes when sessions and tokens were last used, beside the requests that use them: none of them waits for a run's
/// transaction only for that.
package final class LastUses: Sendable {
  enum Use: Hashable {
    case session(TokenDigest)
    case token(TokenID)
  }

  private struct State {
    var open: [Use: Timestamp] = [:]
    /// nil: there is nothing to write.
    var writing: Task<Void, Never>?
  }

  private let store: any InventoryStore
  private let state = Mutex(State())

  package init(store: any InventoryStore) { self.store = store }

  func note(_ use: Use, at: Timestamp) {
    state.withLock { state in
      state.open[use] = at
      if state.writing == nil { state.writing = Task { await self.write() } }
    }
  }

  /// Waits until all that was noted before is written.
  package func settle() async {
    let writing = state.withLock(\.writing)
    await writing?.value
  }

  private func write() async {
    while let uses = next() {
      // What could not be written is noted again by the next request.
      try? await store.write(.notes) { transaction in
        for (use, at) in uses {
          switch use {
          case .session(let digest): try transaction.setLastUsed(session: digest, at: at)
          case .token(let id): try transaction.setLastUsed(token: id, at: at)
          }
        }
      }
    }
  }

  private func next() -> [Use: Timestamp]? {
    state.withLock { state in
      if state.open.isEmpty {
        state.writing = nil
        return nil
      }
      defer { state.open = [:] }
      return state.open
    }
  }
}
