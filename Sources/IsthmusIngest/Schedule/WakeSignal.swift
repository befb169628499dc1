package import IsthmusConnect
import Synchronization

/// Wakes the one task that waits for it; a signal that nobody waits for is kept for the next one.
package final class WakeSignal: Sendable {
  private enum State {
    case idle
    case signalled
    case waiting(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.idle)

  package init() {}

  package func signal() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if case .waiting(let continuation) = state {
        state = .idle
        return continuation
      }
      state = .signalled
      return nil
    }
    waiting?.resume()
  }

  /// Returns after a signal, or when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state -> Bool in
          if case .signalled = state {
            state = .idle
            return true
          }
          // The handler runs before this where the task was cancelled already, and found nobody to wake.
          if Task.isCancelled { return true }
          state = .waiting(continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard case .waiting(let continuation) = state else { return nil }
        state = .idle
        return continuation
      }
      waiting?.resume()
    }
  }
}

extension WakeSignal {
  /// The same, but for no longer than that.
  package func wait(atMost limit: Duration, _ time: ClientTime = .system) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        // A sleep that is cut short is as good as one that ended.
        try? await time.sleep(limit)
      }
      group.addTask { await self.wait() }
      await group.next()
      group.cancelAll()
    }
  }
}

/// How a run that is on is told to end, and by whom.
package final class RunStop: Sendable {
  private let asked = Mutex(false)
  private let wake = WakeSignal()

  package init() {}

  /// A person ended it: it is over. A run that is cancelled without that goes on later, since its process ends.
  package var isByPerson: Bool { asked.withLock { $0 } }

  func cancel() {
    asked.withLock { $0 = true }
    wake.signal()
  }

  func wait() async { await wake.wait() }
}
