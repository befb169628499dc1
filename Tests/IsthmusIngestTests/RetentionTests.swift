import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("What stays of the past")
struct RetentionTests {
  private func run(
    _ number: Int64, _ result: String?, mode: RunMode = .full, connector: Int64 = 1, profile: String = "nightly",
    isReferredTo: Bool = false
  ) -> RetainedRun {
    RetainedRun(
      id: RunID(number), connector: ConnectorNumber(connector), profile: profile, mode: mode, result: result,
      hasLog: true, hasCoverage: true, hasRejects: true, hasKeptParts: true, isReferredTo: isReferredTo)
  }

  private func settings(_ change: (inout RetentionSettings) -> Void) -> RetentionSettings {
    var settings = RetentionSettings()
    change(&settings)
    return settings
  }

  @Test("The newest of each connector stay, each part as long as its number says")
  func numbers() {
    let runs = (1...6).reversed().flatMap { number in
      [run(number * 2, "failed"), run(number * 2 - 1, "failed", connector: 2)]
    }
    let plan = RunRetention(
      runs,
      settings {
        $0.runs = 5
        $0.logs = 4
        $0.rejects = 3
        $0.keptPages = 2
      })
    func numbers(_ ids: [RunID]) -> [Int64] { ids.map(\.number).sorted() }
    #expect(numbers(plan.runs) == [1, 2])
    #expect(numbers(plan.logs) == [1, 2, 3, 4] && plan.coverage == plan.logs)
    #expect(numbers(plan.rejects) == [1, 2, 3, 4, 5, 6])
    #expect(numbers(plan.keptPages) == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test("Runs that somebody still works with stay whole, however old")
  func inUse() {
    let runs = [
      run(20, "held"), run(19, "failed"), run(18, "succeeded", mode: .delta), run(17, "succeeded", mode: .delta),
      run(16, "staged", mode: .staged), run(15, "discarded", mode: .staged), run(14, nil), run(13, "partial"),
      run(12, "succeeded"), run(11, "held"), run(10, "succeeded", profile: "weekly"), run(9, "failed"),
      run(8, "succeeded", mode: .delta), run(7, "succeeded"),
    ]
    let all = settings {
      $0.runs = 1
      $0.logs = 1
      $0.rejects = 1
      $0.keptPages = 0
    }
    // 18 is the last good one, 13 the last whole one; 18, 17 and 12 say when everything is listed next.
    let plan = RunRetention(runs, all)
    #expect(plan.runs.map(\.number) == [19, 15, 11, 9, 8, 7])
    #expect(plan.keptPages == plan.runs && plan.rejects == plan.runs && plan.logs == plan.runs)
    // A later run decides anew what the held one asked.
    let later = RunRetention([run(21, "failed")] + runs, all)
    #expect(later.runs.contains(RunID(20)))
  }

  @Test("A run that history refers to keeps its row alone")
  func referredTo() {
    let plan = RunRetention(
      [run(3, "succeeded"), run(2, "succeeded", isReferredTo: true), run(1, "succeeded")], settings { $0.runs = 1 })
    #expect(plan.runs == [RunID(1)])
    #expect(plan.logs == [RunID(2), RunID(1)] && plan.rejects == plan.logs && plan.coverage == plan.logs)
  }

  @Test("After each run what is too old goes, the log says how much, and lists stay as they are")
  func afterRuns() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents()
    contents.hosts = [Row.vm("a"), Row.vm("b")]
    func findings(_ status: String) -> [String] {
      [Row.finding("a", "key", status), Row.finding("b", "key", "Unhealthy"), #"{"name": "no id"}"#]
    }
    for day in 0..<8 {
      contents.findings = findings(day.isMultiple(of: 2) ? "Unhealthy" : "Healthy")
      try await harness.sync(contents, day: day)
    }
    let before = try await harness.store.read { try $0.retained.retainedRuns() }
    #expect(before.count == 8 && before.allSatisfy(\.hasLog) && before.allSatisfy(\.hasRejects))
    contents.findings = findings("Unhealthy")
    let report = try await harness.sync(contents, day: 9) { plan in
      plan.retention.runs = 4
      plan.retention.logs = 3
      plan.retention.rejects = 2
      plan.retention.historyDays = 5
      plan.retention.scoreDays = 5
    }
    let shown = try await harness.snapshot()
    let after = try await harness.store.read { try $0.retained.retainedRuns() }
    // Days 4 to 7 turned the finding within the last five days, and their runs are named by its history.
    #expect(after.filter(\.hasLog).count == 3 && after.filter(\.hasCoverage).count == 3)
    #expect(after.filter(\.hasRejects).count == 2)
    #expect(after.count < before.count && after.dropFirst(4).allSatisfy(\.isReferredTo), "\(after)")
    let run = try #require(report.run)
    let log = try await harness.store.read { try $0.log(of: run) }.compactMap { $0["message"]?.string }
    let line = try #require(log.first { $0.hasPrefix("Deleted for their age: ") })
    for word in ["runs ", "logLines ", "rejects ", "coverages ", "findingEvents ", "identifications ", "scoreDays "] {
      #expect(line.contains(word), "\(line)")
    }
    let rows = try await harness.rows().findings
    let finding = try #require(rows.first { $0["assetName"] == .string("a") }?["id"]?.string)
    let id = try #require(FindingID(text: finding))
    let history = try await harness.store.read { try $0.finding(id) }?["history"]?.array ?? []
    #expect(!history.isEmpty && history.count < 9)
    // The next run finds nothing more to delete, and the inventory as it was.
    let again = try await harness.sync(contents, day: 9)
    #expect(again.counters.findings.updated + again.counters.findings.reopened + again.counters.findings.fixed == 0)
    #expect(try await harness.snapshot() == shown)
  }

  @Test("However few runs stay, a profile that brings changes alone lists everything when it is to")
  func countsDeltas() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample(hosts: 3)
    contents.datesChanges = true
    var modes: [RunMode] = []
    for day in 0..<8 {
      let report = try await harness.sync(contents, day: day) { plan in
        (plan.mode, plan.fullEvery) = (.delta, 3)
        plan.retention.runs = 1
      }
      modes.append(report.mode)
    }
    #expect(modes == [.full, .delta, .delta, .full, .delta, .delta, .full, .delta])
    #expect(try await harness.store.read { try $0.retained.retainedRuns() }.count < 8)
  }
}
