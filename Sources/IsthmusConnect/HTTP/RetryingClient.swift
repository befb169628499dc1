import IsthmusCore
import Synchronization

/// What a run's traffic cost.
package struct Traffic: Sendable, Hashable {
  package var requests = 0
  package var retries = 0
  /// For quota and between retries.
  package var waited: Duration = .zero
  package init() {}
}

/// Counts the traffic of one run.
package final class TrafficMeter: Sendable {
  private struct State {
    var traffic = Traffic()
    /// Requests that wait.
    var waiting = 0
    /// Until when their waiting was counted.
    var counted: Duration = .zero

    mutating func settle(_ now: Duration) {
      if waiting > 0 { traffic.waited += now - counted }
      counted = now
    }
  }

  private let state = Mutex(State())
  package init() {}
  package var traffic: Traffic { state.withLock { $0.traffic } }
  func count(_ change: @Sendable (inout Traffic) -> Void) { state.withLock { change(&$0.traffic) } }

  /// Of requests that wait at the same time it counts once.
  func beginWait(at now: Duration) {
    state.withLock { state in
      state.settle(now)
      state.waiting += 1
    }
  }

  func endWait(at now: Duration) {
    state.withLock { state in
      state.settle(now)
      state.waiting -= 1
    }
  }
}

/// Sends requests within the quota and again where that may help.
package struct RetryingClient: Sendable {
  private let transport: any HTTPTransport
  private let time: ClientTime
  private let pacer: QuotaPacer?
  private let meter: TrafficMeter
  /// Reads what an answer says of the quota, by the source's own headers.
  private let quota: @Sendable (HTTPAnswer) -> (remaining: Int, resetsAfter: Duration)?

  package init(
    transport: any HTTPTransport, time: ClientTime, pacer: QuotaPacer?, meter: TrafficMeter,
    quota: @escaping @Sendable (HTTPAnswer) -> (remaining: Int, resetsAfter: Duration)? = { _ in nil }
  ) {
    self.transport = transport
    self.time = time
    self.pacer = pacer
    self.meter = meter
    self.quota = quota
  }

  /// The first answer that is worth reading: any but 408, 429 and 5xx.
  ///
  /// - Throws: ``ConnectorError``: `unavailable` after the last retry, `configuration` for an untrusted
  ///   certificate, a bad URL or a host that can't be reached, `cancelled`.
  package func send(_ request: HTTPRequest) async throws(ConnectorError) -> HTTPAnswer {
    var policy = RetryPolicy()
    while true {
      let permit = try await pace()
      meter.count { $0.requests += 1 }
      let outcome: RetryPolicy.Outcome
      var answer: HTTPAnswer?
      do throws(TransportError) {
        let sentAt = time.now()
        var received = try await transport.send(request)
        received.took = time.now() - sentAt
        answer = received
        outcome = .answer(status: received.status, retryAfter: await observe(received, permit))
      } catch {
        if let permit { await pacer?.ended(permit) }
        outcome = .noAnswer(error)
      }
      switch policy.after(outcome, random: time.random()) {
      case .done:
        if let answer { return answer }
      case .giveUp: throw Self.failure(outcome, request)
      case .retry(let delay):
        meter.count { $0.retries += 1 }
        try await pause(delay)
      }
    }
  }

  private func pace() async throws(ConnectorError) -> QuotaPacer.Permit? {
    guard let pacer else { return nil }
    return try await waiting { try await pacer.acquire() }
  }

  private func pause(_ delay: Duration) async throws(ConnectorError) {
    try await waiting { try await time.sleep(delay) }
  }

  /// - Parameter body: Throws `CancellationError` alone.
  private func waiting<T>(_ body: () async throws -> T) async throws(ConnectorError) -> T {
    meter.beginWait(at: time.now())
    defer { meter.endWait(at: time.now()) }
    do {
      return try await body()
    } catch {
      throw Self.cancelled
    }
  }

  /// Tells the pacer what the answer says; returns how long the source asks to wait.
  private func observe(_ answer: HTTPAnswer, _ permit: QuotaPacer.Permit?) async -> Duration? {
    let window = quota(answer)
    let named = answer.headers["retry-after"].flatMap { Int64($0) }.map { Duration.seconds($0) }
    guard answer.status == 429 else {
      guard let pacer, let permit else { return named }
      if let window {
        // No window is longer than the longest throttle: a source that says so is not believed.
        let resetsAfter = min(window.resetsAfter, RetryPolicy.longestThrottle)
        await pacer.answered(permit, remaining: window.remaining, resetsAfter: resetsAfter)
      } else {
        await pacer.ended(permit)
      }
      return named
    }
    let wait = min(max(named ?? .zero, window?.resetsAfter ?? .zero), RetryPolicy.longestThrottle)
    if let permit { await pacer?.refused(permit, resetsAfter: wait) }
    return wait == .zero ? nil : wait
  }

  private static let cancelled = ConnectorError(.cancelled, "The run was cancelled.", remedy: "")

  private static func failure(_ outcome: RetryPolicy.Outcome, _ request: HTTPRequest) -> ConnectorError {
    let host = request.url.split(separator: "/").dropFirst().first.map(String.init) ?? request.url
    switch outcome {
    case .answer(429, _):
      return ConnectorError(
        .unavailable, "\(host) kept refusing requests for their rate (429), \(RetryPolicy.maximumThrottles) times.",
        remedy: "Run again later; see what else uses the same app registration.")
    case .answer(let status, _):
      return ConnectorError(
        .unavailable, "\(host) kept failing (status \(status)), \(RetryPolicy.maximumAttempts) times.",
        remedy: "Run again later; what was read so far is kept.", status: status)
    case .noAnswer(let error):
      switch error.kind {
      case .cancelled: return cancelled
      case .untrusted:
        return ConnectorError(
          .configuration, error.summary,
          remedy: "If a proxy or a private authority signs certificates here, name its file in connection.caFile.")
      case .proxyRefused:
        return ConnectorError(
          .configuration, error.summary, remedy: "Check connection.proxy; a proxy that wants a password can't be used.")
      case .badURL: return ConnectorError(.configuration, error.summary, remedy: "Correct the address.")
      case .tooLarge:
        return ConnectorError(.unexpected, error.summary, remedy: "Report this; no answer should be so large.")
      case .unreachable:
        return ConnectorError(
          .configuration, error.summary,
          remedy: "Check the address, the network and the proxy (connection.proxy), then try again.")
      case .timeout, .interrupted:
        return ConnectorError(
          .unavailable, "\(error.summary) \(RetryPolicy.maximumAttempts) attempts were made.",
          remedy: "Run again later; what was read so far is kept.")
      }
    }
  }
}
