import IsthmusConnect
import IsthmusCore
import Synchronization
import TestSupport
import Testing

@Suite("Quota")
struct QuotaTests {
  private let standard = QuotaLimit(requests: 15, window: .seconds(5))

  @Test("The pacer waits until a request may be sent, spread by chance, and tells how long")
  func paces() async throws {
    let time = ManualTime(chance: 0.5)
    let pacer = QuotaPacer(standard: standard, time: time.client)
    let first = try await pacer.acquire()
    #expect(first.waited == .zero)
    await pacer.answered(first, remaining: 1, resetsAfter: .seconds(4))
    #expect(try await pacer.acquire().waited == .zero)
    let third = try await pacer.acquire()
    #expect(third.waited == .milliseconds(4010))
    #expect(time.now == .milliseconds(4010))
    await pacer.refused(third, resetsAfter: .seconds(2))
    #expect(try await pacer.acquire().waited == .milliseconds(2010))
  }

  @Test("A cancelled wait is an error, not a permission")
  func isCancelled() async throws {
    let time = ManualTime()
    let pacer = QuotaPacer(standard: standard, time: time.client)
    await pacer.refused(try await pacer.acquire(), resetsAfter: .seconds(2))
    time.cancel()
    await #expect(throws: CancellationError.self) { try await pacer.acquire() }
  }

  /// A ledger on a clock of its own, which may be out of reach.
  private final class Ledger: QuotaLedger {
    private struct State {
      var window = QuotaWindow()
      var isReachable = true
      var calls = 0
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Duration

    init(_ time: ManualTime, ahead: Duration) { now = { time.now + ahead } }

    var calls: Int { state.withLock { $0.calls } }
    func setReachable(_ isReachable: Bool) { state.withLock { $0.isReachable = isReachable } }

    func change<T: Sendable>(_ body: @escaping @Sendable (inout QuotaWindow, Duration) -> T) async throws -> T {
      try state.withLock { state in
        state.calls += 1
        guard state.isReachable else { throw ConnectorError(.unavailable, "The ledger is away.", remedy: "") }
        return body(&state.window, now())
      }
    }
  }

  @Test("Two pacers with one ledger keep to the quota together, by the ledger's clock")
  func shares() async throws {
    let time = ManualTime()
    let ledger = Ledger(time, ahead: .seconds(1_000_000))
    let pacers = (0..<2).map { _ in QuotaPacer(standard: standard, time: time.client, ledger: ledger) }
    await pacers[0].answered(try await pacers[0].acquire(), remaining: 3, resetsAfter: .seconds(5))
    for index in [1, 0, 1] { #expect(try await pacers[index].acquire().waited == .zero) }
    #expect(try await pacers[0].acquire().waited == .seconds(5))
  }

  @Test("While the ledger can't be reached, a pacer goes by what it knows itself; the ledger is asked again later")
  func fallsBack() async throws {
    let time = ManualTime()
    let ledger = Ledger(time, ahead: .zero)
    let pacer = QuotaPacer(standard: standard, time: time.client, ledger: ledger)
    let shared = try await pacer.acquire()
    ledger.setReachable(false)
    // It is lost, and nobody fails for it.
    await pacer.answered(shared, remaining: 14, resetsAfter: .seconds(200))
    let calls = ledger.calls
    let alone = try await pacer.acquire()
    #expect(alone.waited == .zero)
    #expect(ledger.calls == calls, "it is left alone for a while")
    await pacer.refused(alone, resetsAfter: .seconds(3))
    #expect(try await pacer.acquire().waited == .seconds(3))
    ledger.setReachable(true)
    time.advance(by: .seconds(2))
    let again = try await pacer.acquire()
    #expect(ledger.calls == calls + 1)
    await pacer.answered(again, remaining: 0, resetsAfter: .seconds(7))
    #expect(try await pacer.acquire().waited == .seconds(7))
  }
}
