import AzureSimulator
import DefenderForCloud
import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Kept pages")
struct KeptPagesTests {
  private func keep(_ plan: inout RunPlan) { plan.keepsPages = true }

  @Test("A run that is played again from its kept pages gives the same inventory", arguments: SeededGenerator.seeds(8))
  func playedAgain(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var contents = ScriptedSource.Contents.sample(hosts: 9)
    contents.pageSize = generator.number(1...12)
    if generator.chance(2) { contents.startsOverAt = generator.number(1...3) }
    if generator.chance(2) {
      // The first listing lacks rows, and is made once more.
      contents.relisted[.findings] = contents.findings
      contents.totals[.findings] = contents.findings.count
      contents.findings.removeLast(3)
    }
    contents.hosts.append("\"a text\"")
    contents.findings.append(#"{"id":"é\u0000","name":7}"#)
    let live = try ScriptedHarness()
    let report = try await live.sync(contents, change: keep)
    let run = try #require(report.run)
    let replayed = try ScriptedHarness()
    let again = try await replayed.sync(over: KeptConnection(run, in: live.store))
    #expect(again.result == report.result)
    #expect(again.counters.assets == report.counters.assets)
    #expect(again.counters.findings == report.counters.findings)
    #expect(again.counters.leftOut == report.counters.leftOut)
    #expect(try await replayed.snapshot() == live.snapshot())
  }

  @Test("What the source was asked for by id is kept; what it was not asked is not closed")
  func existing() async throws {
    let contents = ScriptedSource.Contents.sample(hosts: 9)
    var later = contents
    let hidden = later.findings.removeLast()
    later.findings.removeFirst(2)
    later.hidden = [try #require(JSONValue(parsing: hidden)["id"]?.string).lowercased()]
    let (live, replayed, ignorant) = (try ScriptedHarness(), try ScriptedHarness(), try ScriptedHarness())
    for harness in [live, replayed, ignorant] { try await harness.sync(contents) }
    let report = try await live.sync(later, day: 1, change: keep)
    let run = try #require(report.run)
    let again = try await replayed.sync(over: KeptConnection(run, in: live.store), day: 1)
    #expect(again.counters.findings == report.counters.findings && report.counters.findings.gone > 0)
    #expect(try await replayed.snapshot() == live.snapshot())
    // A finding that the source was never asked about.
    let own = Row.finding("vm-1", "another", "Unhealthy")
    var richer = contents
    richer.findings.append(own)
    try await ignorant.sync(richer)
    let careful = try await ignorant.sync(over: KeptConnection(run, in: live.store), day: 1)
    #expect(careful.counters.findings.gone == report.counters.findings.gone)
    #expect(try await ignorant.rows().findings.contains { $0["findingName"] == .string("another") })
  }

  @Test("A run that was interrupted and resumed keeps each page once", arguments: [0, 1, 3])
  func resumed(page: Int) async throws {
    var contents = ScriptedSource.Contents.sample(hosts: 8)
    contents.pageSize = 7
    let live = try ScriptedHarness()
    try await live.interrupt(contents, day: 0, atPage: page, change: keep)
    let report = try await live.sync(contents, change: keep)
    #expect(report.result == "succeeded")
    let run = try #require(report.run)
    let parts = try await live.store.read { try $0.kept.keptParts(of: run) }
    let records = parts.compactMap { $0.kind == .page ? $0.facts["records"]?.integer : nil }.reduce(0, +)
    #expect(records == Int64(contents.hosts.count + contents.findings.count))
    let replayed = try ScriptedHarness()
    try await replayed.sync(over: KeptConnection(run, in: live.store))
    #expect(try await replayed.snapshot() == live.snapshot())
  }

  @Test("Pages of a run that kept nothing before it was interrupted are not kept, and the log says so")
  func keptTooLate() async throws {
    var contents = ScriptedSource.Contents.sample(hosts: 8)
    contents.pageSize = 7
    let live = try ScriptedHarness()
    try await live.interrupt(contents, day: 0, atPage: 2)
    let run = try #require(try await live.sync(contents, change: keep).run)
    #expect(try await live.store.read { try $0.kept.keptParts(of: run) }.isEmpty)
    let log = try await live.store.read { try $0.log(of: run) }
    #expect(log.contains { $0["message"]?.string?.contains("keeping began after the run") == true })
    await #expect(throws: ConnectorError.self) { try await KeptConnection(run, in: live.store) }
  }

  @Test("Beyond the cap the oldest runs' pages go first; a run that is larger alone keeps none")
  func cap() async throws {
    var contents = ScriptedSource.Contents.sample(hosts: 40)
    contents.pageSize = 10
    let live = try ScriptedHarness()
    let first = try #require(try await live.sync(contents, change: keep).run)
    let bytes = try #require(try await live.store.read { try $0.kept.keptRuns() }.first?.bytes)
    let second = try await live.sync(contents, day: 1) { plan in
      plan.keepsPages = true
      plan.retention.keptBytes = bytes * 3 / 2
    }
    let kept = try await live.store.read { try $0.kept.keptRuns() }
    let secondRun = try #require(second.run)
    #expect(kept.first?.run == secondRun && kept.map(\.bytes).reduce(0, +) <= bytes * 3 / 2)
    await #expect(throws: ConnectorError.self) { try await KeptConnection(first, in: live.store) }
    let third = try await live.sync(contents, day: 2) { plan in
      plan.keepsPages = true
      plan.retention.keptBytes = bytes / 2
    }
    #expect(third.result == "succeeded")
    #expect(try await live.store.read { try $0.kept.keptRuns() }.isEmpty)
    let log = try await live.store.read { try $0.log(of: try #require(third.run)) }
    #expect(log.contains { $0["message"]?.string?.contains("are not kept: they would take more") == true })
  }

  @Test("Pages of a simulated tenant hold records only: no secret, no token, no place of a listing")
  func recordsOnly() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    let report = try await harness.sync { $0.keepsPages = true }
    let run = try #require(report.run)
    let replayed = try SyncHarness(simulator: harness.simulator)
    let again = try await replayed.play(KeptConnection(run, in: harness.store))
    #expect(again.counters.findings == report.counters.findings)
    #expect(again.counters.traffic.requests == 0)
    #expect(try await replayed.snapshot() == harness.snapshot())
    let texts = try await harness.keptTexts(of: run)
    #expect(texts.count > 3)
    for word in [harness.simulator.clientSecret, "Bearer", "skipToken", "authorization", "securityresources |"] {
      #expect(!texts.contains { $0.contains(word) }, "\(word)")
    }
    await harness.simulator.stop()
  }
}
