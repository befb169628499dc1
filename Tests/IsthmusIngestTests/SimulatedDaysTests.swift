import AzureSimulator
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import Testing

@Suite("Simulated days")
struct SimulatedDaysTests {
  @Test("Each day's inventory equals the truth, and a second run of the day changes nothing")
  func daysEqualTruth() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant())
    var turns = (fixed: 0, reopened: 0, gone: 0)
    for day in 0...10 {
      try harness.simulator.setDay(day)
      let report = try await harness.sync()
      #expect(report.result == "succeeded", "day \(day): \(report.error?.summary ?? "")")
      #expect(try await harness.counts() == harness.simulator.truth.counts, "day \(day)")
      let before = try await harness.snapshot()
      let again = try await harness.sync()
      #expect(again.changedNothing, "day \(day): \(again.counters)")
      let after = try await harness.snapshot()
      // NEW becomes ACTIVE with the second whole listing; nothing else may differ.
      #expect(before.map(withoutStatus) == after.map(withoutStatus), "day \(day)")
      #expect(try harness.damage().isEmpty, "day \(day)")
      turns.fixed += report.counters.findings.fixed
      turns.reopened += report.counters.findings.reopened
      turns.gone += report.counters.assets.gone
    }
    #expect(turns.fixed > 0 && turns.reopened > 0 && turns.gone > 0, "the ten days hold all kinds of change")
    await harness.simulator.stop()
  }

  @Test("A fresh inventory counts what it left out as the truth does, and all rows add up")
  func leftOutEqualsTruth() async throws {
    let harness = try SyncHarness(simulator: await SyncHarness.tenant(hosts: 40))
    let report = try await harness.sync()
    let (counters, truth) = (report.counters, harness.simulator.truth)
    #expect(counters.leftOut.notApplicable == truth.notApplicable)
    #expect(counters.leftOut.nonHost == truth.nonHost)
    #expect(counters.leftOut.deletedHost == truth.deletedHost)
    #expect(counters.leftOut.updates == truth.updates)
    #expect(counters.findings.created == truth.pass + truth.fail)
    #expect(counters.assets.created == truth.assets)
    await harness.simulator.stop()
  }

  @Test(
    "Ten days with passing faults end in the same inventory as without",
    arguments: [
      ["throttle=0.2"], ["error500=0.15", "error503=0.1"], ["reset=0.2"], ["slow=0.3", "slow-seconds=0.02"],
      // In each run some request finds its token expired.
      ["token-requests=3"],
    ])
  func passingFaults(faults: [String]) async throws {
    let clean = try SyncHarness(simulator: await SyncHarness.tenant(hosts: 12))
    let faulty = try SyncHarness(simulator: await SyncHarness.tenant(hosts: 12))
    try faulty.simulator.setFaults(FaultSettings(faults))
    for day in 0..<10 {
      try clean.simulator.setDay(day)
      try faulty.simulator.setDay(day)
      _ = try await clean.sync()
      let report = try await faulty.sync()
      #expect(report.result == "succeeded", "day \(day): \(report.error?.summary ?? "")")
    }
    #expect(try await faulty.snapshot() == clean.snapshot())
    let met = faulty.simulator.counts
    let expected = ["throttle": "429", "error500": "500", "token-requests": "401"][
      faults[0].split(separator: "=")[0].description]
    if let expected { #expect((met.byStatus[expected] ?? 0) > 0, "the fault was met") }
    if faults[0].hasPrefix("reset") { #expect(met.resets > 0) }
    if faults[0].hasPrefix("slow") { #expect(met.slow > 0) }
    await clean.simulator.stop()
    await faulty.simulator.stop()
  }
}

/// The line without what the number of listings decides.
func withoutStatus(_ line: String) -> String {
  var line = line
  for status in ["NEW", "REOPENED", "ACTIVE"] {
    line = line.replacing("\"status\":\"\(status)\"", with: "\"status\":\"OPEN\"")
  }
  return line
}
