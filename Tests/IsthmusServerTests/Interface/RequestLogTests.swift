import IsthmusCore
import IsthmusStore
import Logging
import Synchronization
import Testing

@testable import IsthmusServer

@Suite("The log of requests")
struct RequestLogTests {
  private static func request(_ harness: InterfaceHarness, _ target: String, _ headers: [String: String] = [:])
    -> RawRequest
  {
    RawRequest(
      method: "GET", target: target,
      headers: headers.merging(["authorization": "Bearer \(harness.token(.viewer))"]) { own, _ in own },
      address: "192.0.2.1")
  }

  private static func id(_ answer: APIAnswer) -> String {
    answer.headers.first { $0.name == "X-Request-Id" }?.value ?? ""
  }

  @Test("Each request has a line with its route, and neither what was searched for nor its token")
  func lines() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    for (target, status, route) in [
      ("/api/v1/assets?query=operatingSystem:needle", 200, "/api/v1/assets"),
      ("/api/v1/assets/A999", 404, "/api/v1/assets/{id}"), ("/api/v1/needle?needle", 404, "none"),
      ("/needle", 404, "none"), ("/health", 200, "/health"),
    ] {
      let answer = await harness.application.answer(Self.request(harness, target))
      #expect(answer.status == status, "\(target)")
      let line = try #require(harness.log.lines.first { $0.contains(Self.id(answer)) }, "\(target)")
      #expect(line.contains("\"route\": \(route),") || line.contains("\"route\": \(route)]"), "\(line)")
      #expect(line.contains("\"status\": \(status)") && line.contains("192.0.2.1"), "\(line)")
      #expect(line.hasPrefix(target == "/health" ? "debug" : "info"), "\(line)")
      #expect(line.contains("\"user\": token viewer's") == target.hasPrefix("/api/v1/assets"), "\(line)")
    }
    let told = harness.log.lines.joined()
    #expect(!told.contains("needle") && !told.contains(harness.token(.viewer)))
    await harness.stop()
  }

  @Test("A streamed answer's line comes at its end, with the bytes that the client took")
  func streams() async throws {
    let harness = try await InterfaceHarness.filled(hosts: 3, findingsPerHost: 2)
    for breaksOff in [false, true] {
      let answer = await harness.application.answer(Self.request(harness, "/api/v1/exports/assets?format=jsonl"))
      guard case .stream(let produce) = answer.body else { throw Problem(.defect, "no stream") }
      #expect(!harness.log.lines.contains { $0.contains(Self.id(answer)) })
      let taken = Mutex(0)
      try? await produce { bytes in
        if breaksOff { throw CancellationError() }
        taken.withLock { $0 += bytes.count }
      }
      let line = try #require(harness.log.lines.first { $0.contains(Self.id(answer)) })
      #expect(line.contains("\"bytes\": \(taken.withLock { $0 })"), "\(line)")
      #expect(line.contains("by the client") == breaksOff, "\(line)")
    }
    await harness.stop()
  }

  @Test("A problem has the request's id, which only a trusted proxy may choose")
  func ids() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let brought = ["x-request-id": "from-proxy.1"]
    let own = await harness.application.answer(Self.request(harness, "/nowhere", brought))
    guard case .bytes(let bytes) = own.body else { throw Problem(.defect, "no body") }
    #expect(try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))["requestId"]?.string == Self.id(own))
    #expect(Self.id(own).count == 16)
    var settings = ServerSettings()
    settings.trustsProxy = true
    let behind = ListeningTests.application(harness, settings)
    #expect(Self.id(await behind.answer(Self.request(harness, "/nowhere", brought))) == "from-proxy.1")
    for bad in ["", "a b", "ä", String(repeating: "x", count: 65)] {
      let answer = await behind.answer(Self.request(harness, "/nowhere", ["x-request-id": bad]))
      #expect(Self.id(answer).count == 16, "\(bad)")
    }
    await harness.stop()
  }

  @Test("As JSON a line is one object, whatever is in it")
  func json() throws {
    let lines = Mutex<[String]>([])
    let handler = JSONLogHandler(now: { .init(microseconds: 0) }, write: { line in lines.withLock { $0.append(line) } })
    var logger = Logger(label: "test") { _ in handler }
    logger[metadataKey: "run"] = "R1"
    logger.warning(
      "A \"line\"\nbroke.", metadata: ["status": .stringConvertible(200), "list": ["a", ["k": "v"]], "run": "R2"])
    logger.debug("Not at this level.")
    #expect(
      lines.withLock { $0 } == [
        #"{"time":"1970-01-01T00:00:00Z","level":"warning","message":"A \"line\"\nbroke.","#
          + #""metadata":{"list":["a",{"k":"v"}],"run":"R2","status":200}}"#
      ])
  }
}
