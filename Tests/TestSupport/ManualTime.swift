package import IsthmusConnect
import Synchronization

/// A clock that moves only when somebody sleeps, and then at once.
package final class ManualTime: Sendable {
  private struct State {
    var now: Duration = .zero
    var sleeps: [Duration] = []
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let chance: Double

  /// - Parameter chance: What every draw gives, 0..<1.
  package init(chance: Double = 0) { self.chance = chance }

  package var now: Duration { state.withLock { $0.now } }
  package var sleeps: [Duration] { state.withLock { $0.sleeps } }

  package func advance(by duration: Duration) { state.withLock { $0.now += duration } }

  /// From now on every sleep ends as a cancelled task's does.
  package func cancel() { state.withLock { $0.isCancelled = true } }

  package var client: ClientTime {
    ClientTime(now: { self.now }, sleep: { try self.sleep($0) }, random: { self.chance })
  }

  private func sleep(_ duration: Duration) throws {
    try state.withLock { state in
      if state.isCancelled { throw CancellationError() }
      state.sleeps.append(duration)
      state.now += max(duration, .zero)
    }
  }
}
