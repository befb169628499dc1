import IsthmusConnect
import TestSupport
import Testing

@Suite("Quota")
struct QuotaTests {
  @Test("Nothing is waited for before the source has said anything")
  func startsFree() {
    var window = QuotaWindow()
    for second in 0..<100 { #expect(window.take(now: .seconds(second)) == .zero) }
  }

  @Test("What is left is taken one by one; then the rest of the window is waited for")
  func takesWhatIsLeft() {
    var window = QuotaWindow()
    window.observed(remaining: 2, resetsAfter: .seconds(5), now: .seconds(10))
    #expect(window.take(now: .seconds(10)) == .zero)
    #expect(window.take(now: .seconds(11)) == .zero)
    #expect(window.take(now: .seconds(11)) == .seconds(4))
    #expect(window.take(now: .seconds(14)) == .seconds(1))
    #expect(window.take(now: .seconds(15)) == .zero)
    #expect(window.take(now: .seconds(15)) == .zero)
  }

  @Test(
    "A refusal empties the window until its end, the later one if two are known",
    arguments: [
      (Duration.seconds(3), Duration.seconds(5)), (.seconds(9), .seconds(9)), (.zero, .seconds(5)),
    ])
  func refuses(resetsAfter: Duration, wait: Duration) {
    var window = QuotaWindow()
    window.observed(remaining: 7, resetsAfter: .seconds(5), now: .zero)
    window.refused(resetsAfter: resetsAfter, now: .zero)
    #expect(window.take(now: .zero) == wait)
    #expect(window.take(now: wait) == .zero)
  }

  @Test("A window of which nothing is left and that ends now is no wait", arguments: [Duration.zero, .seconds(-1)])
  func ignoresPastWindows(resetsAfter: Duration) {
    var window = QuotaWindow()
    window.observed(remaining: 0, resetsAfter: resetsAfter, now: .seconds(1))
    #expect(window.take(now: .seconds(1)) == .zero)
  }

  @Test("The pacer waits until a request may be sent, spread by chance, and tells how long")
  func paces() async throws {
    let time = ManualTime(chance: 0.5)
    let pacer = QuotaPacer(time: time.client)
    #expect(try await pacer.acquire() == .zero)
    await pacer.observed(remaining: 1, resetsAfter: .seconds(4))
    #expect(try await pacer.acquire() == .zero)
    #expect(try await pacer.acquire() == .milliseconds(4050))
    #expect(time.now == .milliseconds(4050))
    await pacer.refused(resetsAfter: .seconds(2))
    #expect(try await pacer.acquire() == .milliseconds(2050))
  }

  @Test("A cancelled wait is an error, not a permission")
  func isCancelled() async throws {
    let time = ManualTime()
    let pacer = QuotaPacer(time: time.client)
    await pacer.refused(resetsAfter: .seconds(2))
    time.cancel()
    await #expect(throws: CancellationError.self) { try await pacer.acquire() }
  }
}
