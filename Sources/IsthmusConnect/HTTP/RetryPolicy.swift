import IsthmusCore

/// Decides what follows a failed attempt. Holds no clock and sends nothing, so that it is tested as a table.
package struct RetryPolicy: Sendable {
  package enum Outcome: Sendable {
    case answer(status: Int, retryAfter: Duration?)
    case noAnswer(TransportError)
  }

  package enum Action: Sendable, Equatable {
    case done
    case retry(after: Duration)
    case giveUp
  }

  /// Attempts that fail for another reason than throttling, the first one included.
  package static let maximumAttempts = 6
  /// Answers 429 in a row, the last one not waited for: at one quota window each this is several minutes.
  package static let maximumThrottles = 40
  static let longestWait: Duration = .seconds(60)
  /// After one answer 429, whatever the source says.
  static let longestThrottle = QuotaWindow.longest

  private var failures = 0
  private var throttles = 0

  package init() {}

  /// - Parameter random: 0..<1; spreads the waits of clients that failed together.
  package mutating func after(_ outcome: Outcome, random: Double) -> Action {
    switch outcome {
    case .answer(429, let retryAfter):
      throttles += 1
      guard throttles < Self.maximumThrottles else { return .giveUp }
      let named = max(.zero, min(retryAfter ?? .seconds(1), Self.longestThrottle))
      return .retry(after: named + .milliseconds(Int64(random * 500)))
    case .answer(let status, let retryAfter) where status == 408 || status >= 500:
      return backOff(atLeast: retryAfter, random: random)
    case .answer: return .done
    case .noAnswer(let error): return error.isPassing ? backOff(atLeast: nil, random: random) : .giveUp
    }
  }

  /// 0.25 to 0.5 s after the first failure, doubled after each further one.
  private mutating func backOff(atLeast named: Duration?, random: Double) -> Action {
    throttles = 0
    failures += 1
    guard failures < Self.maximumAttempts else { return .giveUp }
    let step = 0.25 * Double(1 << (failures - 1)) * (1 + random)
    let wait = min(.milliseconds(Int64(step * 1000)), Self.longestWait)
    return .retry(after: max(wait, min(named ?? .zero, Self.longestWait)))
  }
}
