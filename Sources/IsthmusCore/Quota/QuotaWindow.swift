/// So many requests in a time.
package struct QuotaLimit: Sendable, Hashable {
  package var requests: Int
  package var window: Duration

  package init(requests: Int, window: Duration) {
    self.requests = requests
    self.window = window
  }
}

/// What is known of one principal's quota at a source. A value without a clock, so that it is tested as a table and can be
/// kept wherever all who use the quota find it.
///
/// Requests are granted one by one and carry their number. Answers may arrive in another order than the source counted the
/// requests in, so the lowest word of a window is its latest. Only an answer to a request that was granted after that word
/// came is newer for certain: if it does not say less, the source has begun another window. Requests under way may not be
/// counted in the latest word, and are taken off it.
package struct QuotaWindow: Sendable, Hashable {
  package enum Turn: Sendable, Hashable {
    case granted(request: Int64)
    case wait(Duration)
  }

  /// No window is longer: of one that seems to be, the clock was set back.
  package static let longest: Duration = .seconds(300)

  /// Requests granted, ever.
  package var granted: Int64 = 0
  /// Those that were granted before the window began.
  package var grantedBefore: Int64 = 0
  /// Those that were granted when the source's latest word came; ``grantedBefore`` as long as it has said nothing of this
  /// window.
  package var grantedBeforeWord: Int64 = 0
  /// Of the window, without an answer.
  package var unanswered: Int64 = 0
  /// Requests that the source has left by its latest word, or that are presumed.
  package var remaining: Int64 = 0
  /// On the clock that `now` is read from.
  package var resetsAt: Duration = .zero

  package init() {}

  /// Requests that may be sent before the window ends.
  package var left: Int64 { remaining - unanswered }

  /// Takes one request out of the window, or tells how long it is to wait for the next one.
  ///
  /// - Parameters:
  ///   - standard: What is presumed of a window until the source has said something of it.
  ///   - now: Since any fixed moment.
  package mutating func take(presuming standard: QuotaLimit, now: Duration) -> Turn {
    if now >= resetsAt || resetsAt - now > Self.longest { begin(standard, now) }
    guard left > 0 else { return .wait(resetsAt - now) }
    granted += 1
    unanswered += 1
    return .granted(request: granted)
  }

  /// - Parameter remaining: Requests left after the one that was answered.
  package mutating func answered(_ request: Int64, remaining said: Int, resetsAfter: Duration, now: Duration) {
    guard settle(request) else { return }
    let said = max(0, Int64(said))
    guard said < remaining || request > grantedBeforeWord else { return }
    // The source rounds to seconds: of what it says of one window's end, the first word is the closest.
    if isPresumed || said >= remaining { resetsAt = now + resetsAfter }
    remaining = said
    grantedBeforeWord = granted
  }

  /// The request ended without a word of the quota.
  package mutating func ended(_ request: Int64) {
    guard settle(request) else { return }
    // It may have been counted. Of a source that does not speak of quotas, only those under way are limited.
    if !isPresumed { remaining -= 1 }
  }

  /// The source refused the request: nothing is left until `resetsAfter` has passed.
  package mutating func refused(_ request: Int64, resetsAfter: Duration, now: Duration) {
    _ = settle(request)
    resetsAt = isPresumed ? now + resetsAfter : max(resetsAt, now + resetsAfter)
    remaining = 0
    grantedBeforeWord = granted
  }

  private var isPresumed: Bool { grantedBeforeWord == grantedBefore }

  private mutating func begin(_ standard: QuotaLimit, _ now: Duration) {
    grantedBefore = granted
    grantedBeforeWord = granted
    // Those of the window before that nobody will answer, because their process is gone, are forgotten with it.
    unanswered = 0
    remaining = Int64(standard.requests)
    resetsAt = now + standard.window
  }

  /// - Returns: Whether the request was granted in this window.
  private mutating func settle(_ request: Int64) -> Bool {
    guard request > grantedBefore, request <= granted else { return false }
    unanswered = max(0, unanswered - 1)
    return true
  }
}
