import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusConnect

@Suite("Retrying client")
struct RetryingClientTests {
  /// A client on a script, with a quota header pair of its own: `left` and `reset`, in seconds.
  private struct Bench {
    let time: ManualTime
    let transport: ScriptedTransport
    let meter = TrafficMeter()
    let pacer: QuotaPacer
    let client: RetryingClient

    init(_ script: [ScriptedTransport.Entry], chance: Double = 0) {
      time = ManualTime(chance: chance)
      transport = ScriptedTransport(script)
      pacer = QuotaPacer(standard: QuotaLimit(requests: 100, window: .seconds(5)), time: time.client)
      client = RetryingClient(transport: transport, time: time.client, pacer: pacer, meter: meter) { answer in
        guard let left = answer.headers["left"].flatMap({ Int($0) }),
          let reset = answer.headers["reset"].flatMap({ Int($0) })
        else { return nil }
        return (left, .seconds(reset))
      }
    }

    func send() async throws(ConnectorError) -> HTTPAnswer {
      try await client.send(HTTPRequest("GET", "https://host.example:8443/path?secret=x"))
    }
  }

  @Test("An answer comes back as it is, whatever it says", arguments: [200, 400, 401, 403, 404, 413])
  func passesAnswers(status: Int) async throws {
    let bench = Bench([.answer(status, headers: ["x": "y"], body: "text")])
    let answer = try await bench.send()
    #expect(answer.status == status)
    #expect(answer.headers == ["x": "y"])
    #expect(answer.body.text == "text")
    #expect(bench.meter.traffic.requests == 1)
    #expect(bench.meter.traffic.retries == 0)
    #expect(bench.time.now == .zero)
  }

  @Test("What passes is tried again, and the waits are counted")
  func retries() async throws {
    let bench = Bench([
      .answer(503), .failure(TransportError(.interrupted, "cut")), .answer(500, headers: ["retry-after": "3"]),
      .answer(408), .answer(200),
    ])
    #expect(try await bench.send().status == 200)
    #expect(bench.time.sleeps == [.milliseconds(250), .milliseconds(500), .seconds(3), .seconds(2)])
    #expect(bench.meter.traffic.requests == 5)
    #expect(bench.meter.traffic.retries == 4)
    #expect(bench.meter.traffic.waited == bench.time.now)
  }

  @Test(
    "429 waits the longer of Retry-After and the quota's reset, once",
    arguments: [
      (["retry-after": "7", "left": "0", "reset": "4"], Duration.seconds(7)),
      (["retry-after": "2", "left": "0", "reset": "4"], .seconds(4)), (["retry-after": "6"], .seconds(6)),
      (["left": "0", "reset": "5"], .seconds(5)), ([:], .seconds(1)), (["retry-after": "soon"], .seconds(1)),
      (["retry-after": "-5"], .seconds(1)),
      // As long as the policy's own limit, whatever the source says.
      (["retry-after": "86400"], .seconds(300)), (["retry-after": "9223372036854775807"], .seconds(300)),
    ])
  func waitsWhenThrottled(headers: [String: String], wait: Duration) async throws {
    let bench = Bench([.answer(429, headers: headers), .answer(200)])
    #expect(try await bench.send().status == 200)
    #expect(bench.time.now == wait)
    #expect(bench.meter.traffic.waited == wait)
    #expect(bench.meter.traffic.retries == 1)
  }

  @Test("A quota that is used up holds the next request back")
  func paces() async throws {
    let bench = Bench([.answer(200, headers: ["left": "1", "reset": "5"]), .answer(200), .answer(200)])
    for _ in 0..<3 { _ = try await bench.send() }
    #expect(bench.time.now == .seconds(5))
    #expect(bench.meter.traffic.waited == .seconds(5))
    #expect(bench.meter.traffic.retries == 0)
  }

  @Test("A refusal holds back the other runs of the principal")
  func sharesRefusals() async throws {
    let bench = Bench([.answer(429, headers: ["retry-after": "5"]), .answer(200), .answer(200)])
    _ = try await bench.send()
    let other = try await bench.pacer.acquire()
    #expect(other.waited == .zero)
    await bench.pacer.refused(other, resetsAfter: .seconds(3))
    _ = try await bench.send()
    #expect(bench.time.now == .seconds(8))
  }

  struct GivenUp: Sendable, CustomTestStringConvertible {
    var entry: ScriptedTransport.Entry
    var attempts: Int
    var kind: ConnectorError.Kind
    var text: String
    var testDescription: String { text }
  }

  static let givenUp = [
    GivenUp(
      entry: .answer(503, body: "inner secret"), attempts: 6, kind: .unavailable,
      text: "host.example:8443 kept failing (status 503), 6 times. Run again later; what was read so far is kept."),
    GivenUp(
      entry: .answer(429), attempts: 40, kind: .unavailable,
      text: """
        host.example:8443 kept refusing requests for their rate (429), 40 times. \
        Run again later; see what else uses the same app registration.
        """),
    GivenUp(
      entry: .failure(TransportError(.timeout, "It did not answer.")), attempts: 6, kind: .unavailable,
      text: "It did not answer. 6 attempts were made. Run again later; what was read so far is kept."),
    GivenUp(
      entry: .failure(TransportError(.interrupted, "It was cut.")), attempts: 6, kind: .unavailable,
      text: "It was cut. 6 attempts were made. Run again later; what was read so far is kept."),
    GivenUp(
      entry: .failure(TransportError(.unreachable, "Nobody listens.")), attempts: 6, kind: .configuration,
      text: "Nobody listens. Check the address, the network and the proxy (connection.proxy), then try again."),
    GivenUp(
      entry: .failure(TransportError(.untrusted, "No trust.")), attempts: 1, kind: .configuration,
      text: """
        No trust. If a proxy or a private authority signs certificates here, name its file in connection.caFile.
        """),
    GivenUp(
      entry: .failure(TransportError(.badURL, "No address.")), attempts: 1, kind: .configuration,
      text: "No address. Correct the address."),
    GivenUp(
      entry: .failure(TransportError(.tooLarge, "Too large.")), attempts: 1, kind: .unexpected,
      text: "Too large. Report this; no answer should be so large."),
    GivenUp(
      entry: .failure(TransportError(.cancelled, "x")), attempts: 1, kind: .cancelled, text: "The run was cancelled."),
  ]

  @Test("Giving up says what happened, to what, and what to do", arguments: givenUp)
  func givesUp(_ expected: GivenUp) async {
    let bench = Bench(Array(repeating: expected.entry, count: 50))
    let error = await #expect(throws: ConnectorError.self) { try await bench.send() }
    #expect(error?.kind == expected.kind)
    #expect(error?.description == expected.text)
    #expect(bench.meter.traffic.requests == expected.attempts)
    #expect(bench.meter.traffic.retries == expected.attempts - 1)
  }

  @Test("A cancelled wait ends the request", arguments: [429, 503])
  func isCancelled(status: Int) async {
    let bench = Bench([.answer(status), .answer(200)])
    bench.time.cancel()
    let error = await #expect(throws: ConnectorError.self) { try await bench.send() }
    #expect(error?.kind == .cancelled)
    #expect(bench.meter.traffic.requests == 1)
  }

  @Test("Requests that wait at the same time are one wait, also while some of them still do")
  func waitsTogether() {
    let meter = TrafficMeter()
    meter.beginWait(at: .seconds(1))
    meter.beginWait(at: .seconds(2))
    meter.endWait(at: .seconds(4))
    #expect(meter.traffic.waited == .seconds(3))
    meter.endWait(at: .seconds(5))
    #expect(meter.traffic.waited == .seconds(4))
    meter.beginWait(at: .seconds(7))
    meter.endWait(at: .seconds(8))
    #expect(meter.traffic.waited == .seconds(5))
  }
}
