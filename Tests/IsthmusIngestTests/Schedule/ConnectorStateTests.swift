import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@Suite("A connector's state")
struct ConnectorStateTests {
  static let next = Timestamp(microseconds: 1_800_000_000_000_000)

  private func glance(_ result: String) -> RunGlance { RunGlance(.ended(result: result)) }

  @Test("Registered while nothing is to come, scheduled once a run is")
  func beforeTheFirst() {
    #expect(ConnectorState(next: nil, runs: []) == .registered)
    #expect(ConnectorState(next: Self.next, runs: []) == .scheduled(next: Self.next))
  }

  @Test("Processing while the hosts come, processed with a figure while the findings do")
  func on() {
    let hosts = RunFigure(received: 500, expected: 2000)
    #expect(ConnectorState(next: Self.next, runs: [RunGlance(.bringsHosts(hosts))]) == .processing(hosts))
    #expect(hosts.share == 0.25)
    let findings = RunFigure(received: 10, expected: nil)
    let state = ConnectorState(next: Self.next, runs: [RunGlance(.bringsFindings(findings))])
    #expect(state == .processed(findings: findings, next: Self.next))
    #expect(findings.share == nil)
    #expect(RunFigure(received: 12, expected: 10).share == 0.99)
    #expect(RunFigure(received: 0, expected: 0).share == nil)
  }

  @Test("Processed after a run, with the next one's time, until the next run starts")
  func processed() {
    for result in ["succeeded", "partial", "held"] {
      let runs = [glance(result)]
      #expect(ConnectorState(next: Self.next, runs: runs) == .processed(findings: nil, next: Self.next))
      #expect(ConnectorState(next: nil, runs: runs) == .processed(findings: nil, next: nil))
    }
    let figure = RunFigure(received: 0, expected: nil)
    let runs = [RunGlance(.bringsHosts(figure)), glance("succeeded")]
    #expect(ConnectorState(next: nil, runs: runs) == .processing(figure))
  }

  @Test(
    "A failed run returns the connector to the state it had before",
    arguments: ["failed", "unauthorised", "cancelled", "interrupted"])
  func failed(how: String) {
    let failed = how == "interrupted" ? RunGlance(.interrupted) : glance(how)
    #expect(ConnectorState(next: nil, runs: [failed]) == .registered)
    #expect(ConnectorState(next: Self.next, runs: [failed, failed]) == .scheduled(next: Self.next))
    let processed = ConnectorState.processed(findings: nil, next: Self.next)
    #expect(ConnectorState(next: Self.next, runs: [failed, failed, glance("partial")]) == processed)
    #expect(ConnectorState(next: Self.next, runs: [failed, glance("held"), failed]) == processed)
  }

  @Test("A stored run shows how far it is by its stage and its counters")
  func stored() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample()
    contents.pageSize = 10
    try await harness.interrupt(contents, day: 0, atPage: 2)
    let open = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: 1) }.first)
    let figure = RunFigure(received: 20, expected: 35)
    #expect(RunGlance(open, isOn: true, expected: 35) == RunGlance(.bringsFindings(figure)))
    #expect(RunGlance(open, isOn: false) == RunGlance(.interrupted))
    var before = open
    before.stage = "hosts"
    #expect(RunGlance(before, isOn: true) == RunGlance(.bringsHosts(RunFigure(received: 7, expected: nil))))
    var after = open
    after.stage = "reconcile"
    #expect(RunGlance(after, isOn: true, expected: 35) == RunGlance(.bringsFindings(figure)))
    after.result = "succeeded"
    #expect(RunGlance(after, isOn: false) == RunGlance(.ended(result: "succeeded")))
  }

  @Test("Each state has its word")
  func names() {
    let states: [ConnectorState] = [
      .registered, .scheduled(next: Self.next), .processing(.init(received: 0, expected: nil)),
      .processed(findings: nil, next: nil),
    ]
    #expect(states.map(\.name) == ["registered", "scheduled", "processing", "processed"])
  }
}
