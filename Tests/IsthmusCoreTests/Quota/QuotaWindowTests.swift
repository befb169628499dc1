import IsthmusCore
import TestSupport
import Testing

@Suite("Window of a quota")
struct QuotaWindowTests {
  private let standard = QuotaLimit(requests: 15, window: .seconds(5))

  /// Takes `count` requests, which must be granted.
  private func take(_ count: Int, of window: inout QuotaWindow, now: Duration) throws -> [Int64] {
    try (0..<count).map { _ in
      guard case .granted(let request) = window.take(presuming: standard, now: now) else {
        Issue.record("\(window) grants nothing at \(now)")
        throw CancellationError()
      }
      return request
    }
  }

  private func wait(_ window: QuotaWindow, now: Duration) -> Duration {
    var window = window
    guard case .wait(let wait) = window.take(presuming: standard, now: now) else { return .zero }
    return wait
  }

  @Test("Before the source has said anything, the standard is presumed")
  func presumes() throws {
    var window = QuotaWindow()
    _ = try take(15, of: &window, now: .seconds(10))
    #expect(wait(window, now: .seconds(11)) == .seconds(4))
    #expect(wait(window, now: .seconds(15)) == .zero)
  }

  @Test("Requests that end without a word make room: a source without a quota is not paced")
  func isFree() throws {
    var window = QuotaWindow()
    for _ in 0..<100 {
      for request in try take(15, of: &window, now: .seconds(1)) { window.ended(request) }
    }
  }

  @Test("What is left is taken one by one; then the rest of the window is waited for")
  func takesWhatIsLeft() throws {
    var window = QuotaWindow()
    let first = try take(1, of: &window, now: .seconds(9))[0]
    window.answered(first, remaining: 2, resetsAfter: .seconds(5), now: .seconds(10))
    _ = try take(2, of: &window, now: .seconds(11))
    #expect(wait(window, now: .seconds(11)) == .seconds(4))
    #expect(wait(window, now: .seconds(14)) == .seconds(1))
    #expect(wait(window, now: .seconds(15)) == .zero)
  }

  @Test("The source's first word takes the place of the standard, less what is under way")
  func hears() throws {
    var window = QuotaWindow()
    let requests = try take(10, of: &window, now: .zero)
    // Of an allowance of 20, the fourth to be counted.
    window.answered(requests[7], remaining: 16, resetsAfter: .seconds(5), now: .seconds(1))
    #expect(window.left == 7)
    #expect(window.resetsAt == .seconds(6))
  }

  @Test("Answers that come in another order than they were counted in never raise what the source has left")
  func neverRaises() throws {
    var window = QuotaWindow()
    let requests = try take(3, of: &window, now: .zero)
    // The source counted them in order, and 15 is its allowance.
    window.answered(requests[2], remaining: 12, resetsAfter: .seconds(5), now: .seconds(1))
    #expect(window.left == 10)
    window.answered(requests[0], remaining: 14, resetsAfter: .seconds(5), now: .seconds(1))
    window.answered(requests[1], remaining: 13, resetsAfter: .seconds(5), now: .seconds(1))
    #expect(window.left == 12)
    #expect(window.resetsAt == .seconds(6))
    let next = try take(1, of: &window, now: .seconds(1))[0]
    window.answered(next, remaining: 11, resetsAfter: .seconds(5), now: .seconds(1))
    #expect(window.left == 11)
  }

  @Test("A request that ended without a word may have been counted")
  func countsSilent() throws {
    var window = QuotaWindow()
    let requests = try take(2, of: &window, now: .zero)
    window.answered(requests[0], remaining: 8, resetsAfter: .seconds(5), now: .zero)
    window.ended(requests[1])
    #expect(window.left == 7)
  }

  @Test("What an earlier answer said is known to be old, also when it comes after one that was counted later")
  func knowsOldest() throws {
    var window = QuotaWindow()
    let requests = try take(2, of: &window, now: .zero)
    window.answered(requests[0], remaining: 5, resetsAfter: .seconds(5), now: .zero)
    // Counted before the second one, which is answered first.
    let third = try take(1, of: &window, now: .zero)[0]
    window.answered(requests[1], remaining: 3, resetsAfter: .seconds(5), now: .zero)
    window.answered(third, remaining: 4, resetsAfter: .seconds(5), now: .zero)
    #expect(window.left == 3)
  }

  @Test("An old answer lowers what is left: others use the quota too")
  func lowers() throws {
    var window = QuotaWindow()
    let requests = try take(2, of: &window, now: .zero)
    window.answered(requests[1], remaining: 10, resetsAfter: .seconds(5), now: .zero)
    window.answered(requests[0], remaining: 4, resetsAfter: .seconds(5), now: .zero)
    #expect(window.left == 4)
  }

  @Test("A source that counts each answer as the first of a window is not paced")
  func slides() throws {
    var window = QuotaWindow()
    for second in 0..<100 {
      for request in try take(5, of: &window, now: .seconds(second)) {
        window.answered(request, remaining: 14, resetsAfter: .seconds(5), now: .seconds(second))
      }
    }
  }

  @Test("Answers to requests of a window that is over say nothing of the present one")
  func forgetsOld() throws {
    var window = QuotaWindow()
    let old = try take(2, of: &window, now: .zero)
    _ = try take(1, of: &window, now: .seconds(6))
    let before = window
    window.answered(old[0], remaining: 0, resetsAfter: .seconds(1), now: .seconds(6))
    window.ended(old[1])
    #expect(window == before)
    // Nor do those that were granted before the window was lost.
    window = QuotaWindow()
    window.answered(3, remaining: 0, resetsAfter: .seconds(1), now: .seconds(6))
    #expect(window == QuotaWindow())
  }

  @Test(
    "A refusal empties the window until its end, the later one if two are known",
    arguments: [
      (Duration.seconds(3), Duration.seconds(5)), (.seconds(9), .seconds(9)), (.zero, .seconds(5)),
    ])
  func refuses(resetsAfter: Duration, end: Duration) throws {
    var window = QuotaWindow()
    let requests = try take(2, of: &window, now: .zero)
    window.answered(requests[0], remaining: 7, resetsAfter: .seconds(5), now: .zero)
    window.refused(requests[1], resetsAfter: resetsAfter, now: .zero)
    #expect(wait(window, now: .zero) == end)
    #expect(wait(window, now: end) == .zero)
  }

  @Test("A refusal before any word ends when it says, not when the standard's window would", arguments: [2, 9])
  func refusesFirst(seconds: Int) throws {
    var window = QuotaWindow()
    let request = try take(1, of: &window, now: .zero)[0]
    window.refused(request, resetsAfter: .seconds(seconds), now: .zero)
    #expect(wait(window, now: .seconds(1)) == .seconds(seconds - 1))
  }

  @Test("A window of which nothing is left and that ends now is no wait", arguments: [Duration.zero, .seconds(-1)])
  func ignoresPastWindows(resetsAfter: Duration) throws {
    var window = QuotaWindow()
    let request = try take(1, of: &window, now: .seconds(1))[0]
    window.answered(request, remaining: 0, resetsAfter: resetsAfter, now: .seconds(1))
    #expect(wait(window, now: .seconds(1)) == .zero)
  }

  @Test("A clock that was set back keeps nobody waiting for more than a window")
  func survivesClocks() throws {
    var window = QuotaWindow()
    _ = try take(15, of: &window, now: .seconds(7200))
    #expect(wait(window, now: .seconds(3600)) == .zero)
  }

  @Test("Whatever a source says, it is a number", arguments: [Int.min, -1, Int.max])
  func survivesNumbers(remaining: Int) throws {
    var window = QuotaWindow()
    let requests = try take(3, of: &window, now: .zero)
    for request in requests.reversed() {
      window.answered(request, remaining: remaining, resetsAfter: .seconds(5), now: .zero)
    }
    #expect((wait(window, now: .zero) == .zero) == (remaining > 0))
  }

  @Test("Clients that share a window are never refused, and use all of it", arguments: SeededGenerator.seeds(200))
  func isSteady(seed: UInt64) {
    var tenant = SharedTenant(seed: seed)
    tenant.run(requests: 300)
    #expect(tenant.refusals == 0)
    // 20 windows, each at most a second longer than the source's own: it rounds up. And the way there and back.
    #expect(tenant.now < .seconds(20 * 6 + 10), "\(tenant.now)")
  }
}
