import Foundation
package import IsthmusCore

/// Clock, sleep and chance of a client; tests give their own.
package struct ClientTime: Sendable {
  /// Since any fixed moment; never goes back.
  package var now: @Sendable () -> Duration
  package var sleep: @Sendable (Duration) async throws -> Void
  /// 0..<1.
  package var random: @Sendable () -> Double
  /// What the clock on the wall shows: for what authorities and certificates say of times.
  package var date: @Sendable () -> Timestamp

  package init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double, date: @escaping @Sendable () -> Timestamp = ClientTime.wallClock
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
    self.date = date
  }

  @Sendable package static func wallClock() -> Timestamp {
    Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
  }

  package static let system: ClientTime = {
    let start = ContinuousClock.now
    return ClientTime(
      now: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) }, random: { .random(in: 0..<1) })
  }()
}
