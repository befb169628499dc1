package import IsthmusConnect
package import IsthmusCore
import Synchronization

/// A clock that stands still until a test moves it; who sleeps on it wakes when it has come far enough.
package final class SteppedTime: Sendable {
  private struct Sleeper {
    var until: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Duration = .zero
    var sleepers: [Int: Sleeper] = [:]
    var number = 0
    /// Who waits for somebody to sleep.
    var watchers: [CheckedContinuation<Void, Never>] = []
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())
  private let start: Timestamp

  package init(at start: Timestamp) { self.start = start }

  /// What the clock on the wall shows.
  package var now: Timestamp { start.advanced(by: state.withLock { $0.now }) }

  package var client: ClientTime {
    ClientTime(now: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) }, random: { 0.5 })
  }

  /// Waits until somebody sleeps and moves the clock, which wakes those whose time has come.
  ///
  /// Who is about to sleep has looked at the clock already: it never moves in between.
  package func pass(_ duration: Duration) async {
    while true {
      let woken = state.withLock { state -> [Sleeper]? in
        if state.sleepers.isEmpty { return nil }
        state.now += duration
        let due = state.sleepers.filter { $0.value.until <= state.now }
        for number in due.keys { state.sleepers[number] = nil }
        return Array(due.values)
      }
      if let woken {
        for sleeper in woken { sleeper.continuation.resume() }
        return
      }
      await sleeping()
    }
  }

  /// Returns when somebody sleeps.
  package func sleeping() async {
    await withCheckedContinuation { continuation in
      let isNow = state.withLock { state -> Bool in
        if state.sleepers.isEmpty { state.watchers.append(continuation) }
        return !state.sleepers.isEmpty
      }
      if isNow { continuation.resume() }
    }
  }

  private func sleep(_ duration: Duration) async throws {
    let number = state.withLock { state -> Int in
      state.number += 1
      return state.number
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enum Step {
          case sleep([CheckedContinuation<Void, Never>])
          case wake, cancel
        }
        let step = state.withLock { state -> Step in
          if state.cancelled.remove(number) != nil { return .cancel }
          if duration <= .zero { return .wake }
          state.sleepers[number] = Sleeper(until: state.now + duration, continuation: continuation)
          defer { state.watchers = [] }
          return .sleep(state.watchers)
        }
        switch step {
        case .sleep(let watchers): for watcher in watchers { watcher.resume() }
        case .wake: continuation.resume()
        case .cancel: continuation.resume(throwing: CancellationError())
        }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        if let sleeper = state.sleepers.removeValue(forKey: number) { return sleeper }
        state.cancelled.insert(number)
        return nil
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
