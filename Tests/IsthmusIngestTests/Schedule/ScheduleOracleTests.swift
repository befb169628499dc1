import IsthmusCore
import IsthmusIngest
import Testing

@Suite("Schedules beside Python's zone rules", .enabled(if: ScheduleOracle.found != nil, "no python3 here"))
struct ScheduleOracleTests {
  private func check(_ cases: [ScheduleOracle.Case]) throws {
    for one in cases {
      let schedule = try Schedule(one.schedule) { SystemTimeZone($0) }
      let runs = schedule.upcoming(one.isAll ? one.runs.count + 1 : one.runs.count, after: one.after)
      #expect(runs == one.runs, "\(schedule), after \(one.after): \(one.schedule.json.text())")
    }
  }

  @Test("Around changes of the clocks, in many zones, runs are those of the other implementation")
  func table() throws {
    let cases = try #require(ScheduleOracle.found).cases("table")
    #expect(cases.count > 2000)
    #expect(Set(cases.map(\.schedule.timeZone)).count >= 20)
    try check(cases)
  }

  @Test("Schedules by chance run when the other implementation says", arguments: 1...4)
  func generated(seed: Int) throws {
    let cases = try #require(ScheduleOracle.found).cases("\(seed)", "1500")
    #expect(cases.count == 1500)
    // Not mostly schedules that are over.
    #expect(cases.count { !$0.runs.isEmpty } > 1000)
    try check(cases)
  }
}
