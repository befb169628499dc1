import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@Suite("What one change means for other rows")
struct ChangeOrderTests {
  private func contents(_ hosts: [(name: String, computer: String)]) -> ScriptedSource.Contents {
    var contents = ScriptedSource.Contents()
    contents.hosts = hosts.map { Row.machine($0.name, computer: $0.computer) }
    return contents
  }

  @Test("A host that is renamed no longer keeps two others from being one")
  func renamed() async throws {
    let harness = try ScriptedHarness()
    try await harness.sync(contents([("one", "WEB"), ("two", "WEB")])) { $0.connector = "azure" }
    try await harness.sync(contents([("three", "WEB")]), day: 1) { $0.connector = "arc" }
    #expect(try await harness.rows().assets.count == 3, "three may be one or two")
    try await harness.sync(contents([("one", "WEB"), ("two", "DB")]), day: 2) { $0.connector = "azure" }
    #expect(try await harness.rows().assets.count == 2, "as if they had been so from the start")
    #expect(try await harness.store.write { try $0.ambiguities().isEmpty })
  }

  @Test("A machine that moves away and back stays the same asset")
  func movesBack() async throws {
    let harness = try ScriptedHarness()
    for (day, group) in ["a", "b", "b", "a", "a", "b"].enumerated() {
      var contents = ScriptedSource.Contents()
      contents.hosts = [Row.vm("vm-\(group)", vmID: "same")]
      try await harness.sync(contents, day: day) { $0.maximumAbsentShare = 1 }
      let assets = try await harness.rows().assets
      #expect(assets.map { $0["id"] } == [.string("A1")], "day \(day)")
    }
  }

  @Test("The same passing finding of two connectors is listed once")
  func passingTwins() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a")]
    contents.findings = [Row.finding("a", "key", "Healthy"), Row.finding("a", "other", "Unhealthy")]
    try await harness.sync(contents) { $0.connector = "first" }
    try await harness.sync(contents, day: 1) { $0.connector = "second" }
    #expect(try await harness.rows().findings.count == 2)
    // The one that is shown does not apply any more for its connector; the other one still passes.
    contents.findings[0] = Row.finding("a", "key", "NotApplicable")
    try await harness.sync(contents, day: 2) { $0.connector = "first" }
    #expect(try await harness.rows().findings.count == 2)
    let summary = try await harness.store.read { try $0.summary() }
    #expect(summary["openBySeverity"] == .object(["4": .integer(1)]))
  }
}
