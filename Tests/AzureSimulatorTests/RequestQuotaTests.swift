import Testing

@testable import AzureSimulator

@Suite("The quota")
struct RequestQuotaTests {
  @Test("A window lets its number of requests pass and is full again after its time")
  func window() {
    var quota = RequestQuota(RequestQuota.Limit(requests: 2, window: .seconds(5)))
    let start = ContinuousClock.now
    #expect(quota.request(at: start) == .init(isAllowed: true, remaining: 1, resetsAfter: .seconds(5)))
    #expect(quota.request(at: start.advanced(by: .seconds(1))).remaining == 0)
    let refused = quota.request(at: start.advanced(by: .milliseconds(1500)))
    #expect(!refused.isAllowed)
    #expect(refused.seconds == 4)
    #expect(refused.headers.map(\.value) == ["0", "00:00:04"])
    #expect(
      quota.request(at: start.advanced(by: .seconds(5)))
        == .init(isAllowed: true, remaining: 1, resetsAfter: .seconds(5)))
  }

  @Test("Resource Graph tells what remains and answers 429 when it is used up")
  func throttling() throws {
    let client = try SimulatorClient { $0.quota = RequestQuota.Limit(requests: 2, window: .seconds(3600)) }
    let first = try client.query("resources | count")
    #expect(first.answer.header("x-ms-user-quota-remaining") == "1")
    #expect(first.answer.header("x-ms-user-quota-resets-after") == "01:00:00")
    #expect(try client.query("resources | count").status == 200)
    let refused = try client.query("resources | count")
    #expect(refused.status == 429)
    #expect(refused.errorCode == "RateLimiting")
    #expect(refused.detailCodes == ["RateLimiting"])
    #expect(refused.answer.header("retry-after").flatMap(Int.init) ?? 0 > 3500)
    #expect(refused.answer.header("x-ms-user-quota-remaining") == "0")
    #expect(client.state.counts.byStatus == ["200": 2, "429": 1])
  }

  @Test(
    "Limits are read from text",
    arguments: [
      ("15/5s", RequestQuota.Limit(requests: 15, window: .seconds(5))),
      ("1/1s", .init(requests: 1, window: .seconds(1))),
      ("15", nil), ("0/5s", nil), ("15/5", nil), ("15/s", nil), ("a/5s", nil), ("15/5s/", nil),
    ])
  func text(_ text: String, _ expected: RequestQuota.Limit?) {
    #expect(RequestQuota.Limit(text) == expected)
  }
}
