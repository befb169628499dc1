/// Requests that a principal may send in a window of time.
package struct RequestQuota: Sendable, Equatable {
  package struct Limit: Sendable, Equatable {
    package var requests: Int
    package var window: Duration

    package init(requests: Int, window: Duration) {
      self.requests = requests
      self.window = window
    }

    /// Resource Graph's own: 15 in 5 seconds.
    package static let standard = Limit(requests: 15, window: .seconds(5))

    /// Reads `15/5s`; nil if the text has another form.
    package init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let requests = Int(parts[0]), (1...1_000_000).contains(requests) else { return nil }
      guard parts[1].hasSuffix("s"), let seconds = Int(parts[1].dropLast()), (1...3600).contains(seconds) else {
        return nil
      }
      self.init(requests: requests, window: .seconds(seconds))
    }
  }

  /// What the quota says to one request.
  struct Grant: Equatable {
    var isAllowed: Bool
    var remaining: Int
    var resetsAfter: Duration

    /// Whole seconds until the window ends, rounded up.
    var seconds: Int {
      let parts = resetsAfter.components
      return max(0, Int(parts.seconds) + (parts.attoseconds > 0 ? 1 : 0))
    }

    var headers: [(name: String, value: String)] {
      let time =
        "\(KQLDate.pad(seconds / 3600, 2)):\(KQLDate.pad(seconds / 60 % 60, 2)):\(KQLDate.pad(seconds % 60, 2))"
      return [("x-ms-user-quota-remaining", "\(remaining)"), ("x-ms-user-quota-resets-after", time)]
    }
  }

  let limit: Limit
  private var windowStart: ContinuousClock.Instant?
  private var used = 0

  init(_ limit: Limit) {
    self.limit = limit
  }

  /// Counts a request. The window begins with its first request and is full again when it has passed.
  mutating func request(at now: ContinuousClock.Instant) -> Grant {
    if let start = windowStart, start.advanced(by: limit.window) > now {
      // Still the same window.
    } else {
      windowStart = now
      used = 0
    }
    let resetsAfter = (windowStart ?? now).advanced(by: limit.window) - now
    guard used < limit.requests else { return Grant(isAllowed: false, remaining: 0, resetsAfter: resetsAfter) }
    used += 1
    return Grant(isAllowed: true, remaining: limit.requests - used, resetsAfter: resetsAfter)
  }
}
