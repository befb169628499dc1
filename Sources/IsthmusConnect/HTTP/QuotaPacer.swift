import Foundation
package import IsthmusCore

/// What a source said of one principal's quota. A value, so that it is tested without a clock.
package struct QuotaWindow: Sendable {
  private var remaining: Int?
  private var resetsAt: Duration = .zero

  package init() {}

  /// - Parameters:
  ///   - remaining: Requests left in the window, after this one.
  ///   - now: Since any fixed moment.
  package mutating func observed(remaining: Int, resetsAfter: Duration, now: Duration) {
    self.remaining = remaining
    resetsAt = now + resetsAfter
  }

  /// The source refused a request: nothing is left until `resetsAfter` has passed.
  package mutating func refused(resetsAfter: Duration, now: Duration) {
    remaining = 0
    resetsAt = max(resetsAt, now + resetsAfter)
  }

  /// Takes one request out of the window; the wait before it may be sent, zero for none.
  package mutating func take(now: Duration) -> Duration {
    guard let left = remaining else { return .zero }
    if now >= resetsAt {
      remaining = nil
      return .zero
    }
    guard left <= 0 else {
      remaining = left - 1
      return .zero
    }
    return resetsAt - now
  }
}

/// Paces all requests of one principal by what the source says of its quota; shared by all its runs.
package actor QuotaPacer {
  private var window = QuotaWindow()
  private let time: ClientTime

  package init(time: ClientTime) { self.time = time }

  /// Waits until a request may be sent; returns how long that took.
  package func acquire() async throws -> Duration {
    var waited: Duration = .zero
    while true {
      let wait = window.take(now: time.now())
      if wait == .zero { return waited }
      let spread = wait + .milliseconds(Int64(time.random() * 100))
      try await time.sleep(spread)
      waited += spread
    }
  }

  package func observed(remaining: Int, resetsAfter: Duration) {
    window.observed(remaining: remaining, resetsAfter: resetsAfter, now: time.now())
  }

  package func refused(resetsAfter: Duration) {
    window.refused(resetsAfter: resetsAfter, now: time.now())
  }
}

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
