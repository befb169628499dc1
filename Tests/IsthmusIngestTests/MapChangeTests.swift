import DefenderForCloud
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Own transform maps in runs")
struct MapChangeTests {
  /// The built-in map with more rows, as the next version.
  private static func map(_ version: Int, _ rows: TransformRow...) -> TransformMap {
    var map = DefenderForCloud.descriptor.defaultMap
    map.name = "own"
    map.version = version
    map.rows += rows
    return map
  }

  private static let region = TransformRow("location", "custom.region", level: .asset)
  private static let letters = TransformRow("length(name)", "custom.letters", .integer, level: .asset)
  private static let words = TransformRow("[name, location]", "custom.words", .list(.string), level: .asset)
  private static let title = TransformRow(
    "properties.displayName && join(': ', [name, properties.displayName])", "custom.title", level: .finding)

  @Test("With a changed map every row is brought anew, and counts as updated only if its values differ")
  func changed() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample()
    try await harness.sync(contents)
    // NEW findings are ACTIVE from the second run on.
    try await harness.sync(contents)
    let before = try await harness.snapshot()

    // The same rows in another order: nothing else.
    var turned = Self.map(1)
    turned.rows.reverse()
    let same = try await harness.sync(contents, day: 0) { $0.map = turned }
    #expect(same.changedNothing && same.counters.assets.unchanged == 7)
    #expect(same.counters.findings.unchanged > 0)
    #expect(try await harness.snapshot() == before)

    let assets = try await harness.sync(contents, day: 0) { $0.map = Self.map(2, Self.region) }
    #expect(assets.counters.assets.updated == 7 && assets.counters.findings.updated == 0)
    let both = try await harness.sync(contents, day: 0) { $0.map = Self.map(3, Self.region, Self.title) }
    #expect(both.counters.assets.unchanged == 7)
    #expect(both.counters.findings.updated == same.counters.findings.unchanged)
    #expect(both.counters.findings.unchanged == 0)

    let again = try await harness.sync(contents, day: 0) { $0.map = Self.map(3, Self.region, Self.title) }
    #expect(again.changedNothing)
    // Back to the built-in map: the custom values go.
    let back = try await harness.sync(contents, day: 0)
    #expect(back.counters.assets.updated == 7)
    #expect(try await harness.snapshot() == before)
  }

  @Test("A value table that differs only in what stands for all else is another map")
  func valueTables() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a", offer: "ubuntu")]
    for (version, anythingElse) in [nil, "", "other"].enumerated() {
      let table = ValueTable(["debian": "x"], anythingElse: anythingElse)
      let row = TransformRow(
        "properties.storageProfile.imageReference.offer", "custom.family", values: table, level: .asset)
      try await harness.sync(contents) { $0.map = Self.map(version + 1, row) }
      let expected: JSONValue? = anythingElse == "" ? nil : .string(anythingElse ?? "ubuntu")
      #expect(try await harness.rows().assets.first?["custom.family"] == expected)
    }
  }

  @Test("Custom attributes keep their type, and stand in rows of assets and of findings")
  func values() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("web")]
    contents.findings = [Row.finding("web", "key", "Unhealthy", title: "Ports")]
    let control = TransformRow("properties.metadata.severity", "custom.level", level: .control)
    let map = Self.map(1, Self.letters, Self.words, Self.title, control)
    try await harness.sync(contents) { $0.map = map }
    let rows = try await harness.rows()
    #expect(rows.assets.first?["custom.letters"] == .integer(3))
    #expect(rows.assets.first?["custom.words"] == .array([.string("web"), .string("westeurope")]))
    #expect(rows.findings.first?["custom.title"] == .string("key: Ports"))
    #expect(rows.findings.first?["custom.level"] == .string("High"))
    // The host made anew under the same resource id is joined: its values come through the merge.
    contents.hosts = [Row.vm("web", vmID: "another")]
    let anew = try await harness.sync(contents, day: 1) { $0.map = map }
    #expect(anew.counters.assets.merged == 1)
    let merged = try #require(await harness.rows().assets.first)
    #expect(merged["custom.letters"] == .integer(3))
    #expect(merged["custom.words"] == .array([.string("web"), .string("westeurope")]))
  }

  @Test("An expression without a value on some records drops that value, or rejects the record if it is required")
  func failing() async throws {
    for isRequired in [false, true] {
      let harness = try ScriptedHarness()
      var contents = ScriptedSource.Contents()
      contents.hosts = [Row.vm("a"), Row.vm("b")]
      contents.findings = [
        Row.finding("a", "one", "Unhealthy"), Row.finding("a", "two", "Healthy", category: "Compute"),
        Row.finding("b", "one", "Unhealthy"),
      ]
      // Of a recommendation without a category there is nothing to take the letters of.
      let row = TransformRow(
        "length(properties.metadata.recommendationCategory)", "custom.length", .integer, required: isRequired,
        level: .finding)
      let report = try await harness.sync(contents) { $0.map = Self.map(1, row) }
      let counts = report.counters.findings
      #expect(counts.created + counts.rejected == 3 && counts.rejected == (isRequired ? 2 : 0))
      #expect(counts.droppedValues == (isRequired ? 0 : 2))
      let run = try #require(report.run)
      let rejects = try await harness.store.read { inventory -> [JSONValue] in
        var rejects: [JSONValue] = []
        try inventory.forEachReject(run) { rejects.append($0) }
        return rejects
      }
      #expect(rejects.count == 2)
      for reject in rejects {
        #expect(reject["kind"] == .string(isRequired ? "record" : "value"))
        #expect(reject["reason"]?.string?.contains("the expression has no value here") == true)
        #expect(reject["raw"]?.string?.contains("\"one\"") == true)
      }
      let rows = try await harness.rows().findings
      #expect(rows.compactMap { $0["custom.length"] } == [.integer(7)])
      #expect(rows.count == (isRequired ? 1 : 3))
    }
  }

  @Test("Runs record which version of which map they used; one that was interrupted under another is not gone on with")
  func versions() async throws {
    let harness = try ScriptedHarness()
    let contents = ScriptedSource.Contents.sample()
    let first = try await harness.sync(contents) { $0.map = Self.map(4, Self.region) }
    let stored = try await harness.store.read { try $0.run(first.run ?? .init(0)) }
    #expect(stored?.map == "own" && stored?.mapVersion == 4)

    var small = contents
    small.pageSize = 5
    try await harness.interrupt(small, day: 1, atPage: 1)
    let next = try await harness.sync(small, day: 1) { $0.map = Self.map(5, Self.region) }
    #expect(next.result == "succeeded")
    let runs = try await harness.store.read { try $0.runs(connector: nil, limit: nil) }
    #expect(runs.map(\.result) == ["succeeded", "failed", "succeeded"])
    #expect(runs[1].error?["summary"]?.string?.contains("transform map has changed") == true)

    try await harness.interrupt(small, day: 2, atPage: 1)
    let resumed = try await harness.sync(small, day: 2)
    #expect(resumed.run?.number == 4, "under the same map it goes on")
  }
}
