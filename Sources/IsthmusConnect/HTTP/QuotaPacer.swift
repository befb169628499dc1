package import IsthmusCore

/// Where all processes that use a principal's quota find what is known of it.
package protocol QuotaLedger: Sendable {
  /// Gives `body` the window and the time on the ledger's own clock, since any fixed moment, and keeps what it makes of the
  /// window. `body` is called again if another process was quicker.
  ///
  /// - Throws: Any error if the ledger can't be reached; the window may have been changed all the same.
  func change<T: Sendable>(_ body: @escaping @Sendable (inout QuotaWindow, _ now: Duration) -> T) async throws -> T
}

/// Paces all requests of one principal by what the source says of its quota; shared by all its runs in this process, and by
/// those of other processes if there is a ledger.
package actor QuotaPacer {
  /// To send one request; to be given back with what became of it.
  package struct Permit: Sendable {
    /// How long it took to get it.
    package var waited: Duration
    fileprivate var request: Int64
    fileprivate var isShared: Bool
  }

  /// For so long a ledger that could not be reached is left alone.
  private static let ledgerPause: Duration = .seconds(5)

  /// Others that wait for the same window should not all ask in its first moment; in milliseconds. A run that needs
  /// hundreds of requests waits for dozens of windows.
  private static let mostSpread = 20.0

  private let standard: QuotaLimit
  private let time: ClientTime
  private let ledger: (any QuotaLedger)?
  private var ledgerResumesAt: Duration = .zero
  /// What this process knows by itself: all there is without a ledger, or while it can't be reached.
  private var own = QuotaWindow()

  /// - Parameters:
  ///   - standard: What is presumed of a window until the source has said something of it.
  ///   - ledger: nil: no other process is known to use the quota.
  package init(standard: QuotaLimit, time: ClientTime, ledger: (any QuotaLedger)? = nil) {
    self.standard = standard
    self.time = time
    self.ledger = ledger
  }

  /// Waits until a request may be sent.
  ///
  /// - Throws: `CancellationError` alone.
  package func acquire() async throws -> Permit {
    var waited: Duration = .zero
    while true {
      let (turn, isShared) = await take()
      switch turn {
      case .granted(let request): return Permit(waited: waited, request: request, isShared: isShared)
      case .wait(let wait):
        let spread = wait + .milliseconds(Int64(time.random() * Self.mostSpread))
        try await time.sleep(spread)
        waited += spread
      }
    }
  }

  /// - Parameter remaining: Requests left after this one.
  package func answered(_ permit: Permit, remaining: Int, resetsAfter: Duration) async {
    await settle(permit) {
      $0.answered(permit.request, remaining: remaining, resetsAfter: resetsAfter, now: $1)
    }
  }

  /// The request ended without a word of the quota.
  package func ended(_ permit: Permit) async {
    await settle(permit) { window, _ in window.ended(permit.request) }
  }

  /// The source refused the request: nothing is left until `resetsAfter` has passed.
  package func refused(_ permit: Permit, resetsAfter: Duration) async {
    await settle(permit) { $0.refused(permit.request, resetsAfter: resetsAfter, now: $1) }
  }

  private func take() async -> (QuotaWindow.Turn, isShared: Bool) {
    let standard = standard
    if let turn = await inLedger({ $0.take(presuming: standard, now: $1) }) { return (turn, true) }
    return (own.take(presuming: standard, now: time.now()), false)
  }

  /// What was granted by the ledger is nothing to the process's own window.
  private func settle(
    _ permit: Permit, _ change: @escaping @Sendable (inout QuotaWindow, _ now: Duration) -> Void
  ) async {
    if permit.isShared { await inLedger(change) } else { change(&own, time.now()) }
  }

  /// nil if there is no ledger that can be reached. Pacing is a courtesy: no run fails for it.
  @discardableResult
  private func inLedger<T: Sendable>(
    _ change: @escaping @Sendable (inout QuotaWindow, _ now: Duration) -> T
  ) async -> T? {
    guard let ledger, time.now() >= ledgerResumesAt else { return nil }
    do {
      return try await ledger.change(change)
    } catch {
      ledgerResumesAt = time.now() + Self.ledgerPause
      return nil
    }
  }
}
