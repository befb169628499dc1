import IsthmusConnect
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
  typealias Outcome = RetryPolicy.Outcome
  typealias Action = RetryPolicy.Action

  @Test(
    "An answer that says something ends the attempts", arguments: [200, 201, 204, 301, 400, 401, 403, 404, 413, 499])
  func ends(status: Int) {
    var policy = RetryPolicy()
    #expect(policy.after(.answer(status: status, retryAfter: .seconds(9)), random: 0) == .done)
  }

  @Test(
    "A passing failure is tried again after a doubled wait, six attempts in all",
    arguments: [
      Outcome.answer(status: 408, retryAfter: nil), .answer(status: 500, retryAfter: nil),
      .answer(status: 503, retryAfter: nil), .answer(status: 599, retryAfter: nil),
      .noAnswer(TransportError(.timeout, "")), .noAnswer(TransportError(.interrupted, "")),
      .noAnswer(TransportError(.unreachable, "")),
    ])
  func backsOff(outcome: Outcome) {
    var policy = RetryPolicy()
    let actions = (0..<6).map { _ in policy.after(outcome, random: 0) }
    let waits: [Duration] = [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]
    #expect(actions == waits.map(Action.retry) + [.giveUp])
  }

  @Test("Chance spreads the waits up to double")
  func spreads() {
    var policy = RetryPolicy()
    let failure = Outcome.answer(status: 500, retryAfter: nil)
    #expect(policy.after(failure, random: 0.5) == .retry(after: .milliseconds(375)))
    #expect(policy.after(failure, random: 0.999) == .retry(after: .milliseconds(999)))
  }

  @Test(
    "A failure that will not pass is not tried again",
    arguments: [
      TransportError.Kind.untrusted, .tooLarge, .cancelled, .badURL,
    ])
  func givesUpAtOnce(kind: TransportError.Kind) {
    var policy = RetryPolicy()
    #expect(policy.after(.noAnswer(TransportError(kind, "")), random: 0) == .giveUp)
  }

  @Test(
    "A wait that the source names counts if it is longer, up to a minute",
    arguments: [
      (Duration.zero, Duration.milliseconds(250)), (.seconds(5), .seconds(5)), (.seconds(3600), .seconds(60)),
      (.seconds(-5), .milliseconds(250)),
    ])
  func honoursNamedWait(named: Duration, wait: Duration) {
    var policy = RetryPolicy()
    #expect(policy.after(.answer(status: 503, retryAfter: named), random: 0) == .retry(after: wait))
  }

  @Test(
    "Throttling waits as long as the source says, a second if it does not say, five minutes at most",
    arguments: [
      (nil, Duration.seconds(1)), (.seconds(7), .seconds(7)), (.seconds(86_400), .seconds(300)), (.seconds(-5), .zero),
    ] as [(Duration?, Duration)])
  func waitsWhenThrottled(named: Duration?, wait: Duration) {
    var policy = RetryPolicy()
    #expect(policy.after(.answer(status: 429, retryAfter: named), random: 0) == .retry(after: wait))
    #expect(
      policy.after(.answer(status: 429, retryAfter: named), random: 0.5) == .retry(after: wait + .milliseconds(250)))
  }

  @Test("Throttling has a limit of its own, counted in a row")
  func limitsThrottling() {
    let throttled = Outcome.answer(status: 429, retryAfter: nil)
    var policy = RetryPolicy()
    for _ in 1..<RetryPolicy.maximumThrottles {
      #expect(policy.after(throttled, random: 0) == .retry(after: .seconds(1)))
    }
    #expect(policy.after(throttled, random: 0) == .giveUp)
    policy = RetryPolicy()
    for _ in 1..<RetryPolicy.maximumThrottles { _ = policy.after(throttled, random: 0) }
    #expect(policy.after(.answer(status: 500, retryAfter: nil), random: 0) == .retry(after: .milliseconds(250)))
    #expect(policy.after(throttled, random: 0) == .retry(after: .seconds(1)))
  }
}
