import IsthmusCore
import Testing

@Suite("Schedules")
struct ScheduleTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var schedule: WrittenSchedule
    var after: String
    var runs: [String]

    var testDescription: String { name }
  }

  static let examples = [
    Example(
      name: "a time left out runs at the first moment after the gap",
      schedule: WrittenSchedule(every: "1d", at: "02:30", timeZone: "Europe/Berlin"), after: "2026-03-28T00:00:00Z",
      runs: ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
    Example(
      name: "a time that comes twice runs at the first",
      schedule: WrittenSchedule(every: "1d", at: "02:30", timeZone: "Europe/Berlin"), after: "2026-10-24T12:00:00Z",
      runs: ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    Example(
      name: "a single time in the gap runs after it, and then never again",
      schedule: WrittenSchedule(timeZone: "Europe/Berlin", once: "2026-03-29T02:30"), after: "2026-01-01T00:00:00Z",
      runs: ["2026-03-29T01:00:00Z"]),
    Example(
      name: "hours go by through a change of the clocks",
      schedule: WrittenSchedule(every: "6h", at: "02:00", timeZone: "Europe/Berlin", start: "2026-03-28"),
      after: "2026-03-28T18:00:00Z",
      runs: ["2026-03-28T19:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T07:00:00Z"]),
    Example(
      name: "hours begin at the time of day of the first day, not before",
      schedule: WrittenSchedule(every: "8h", at: "10:00", start: "2026-12-01"), after: "2026-01-01T00:00:00Z",
      runs: ["2026-12-01T10:00:00Z", "2026-12-01T18:00:00Z", "2026-12-02T02:00:00Z"]),
    Example(
      name: "hours on chosen weekdays",
      schedule: WrittenSchedule(every: "10h", weekdays: ["mon"], start: "2026-11-30"), after: "2026-11-30T12:00:00Z",
      runs: ["2026-11-30T20:00:00Z", "2026-12-07T02:00:00Z", "2026-12-07T12:00:00Z"]),
    Example(
      name: "working days",
      schedule: WrittenSchedule(every: "1d", at: "02:00", weekdays: ["mon", "tue", "wed", "thu", "fri"]),
      after: "2026-11-26T02:00:00Z",
      runs: ["2026-11-27T02:00:00Z", "2026-11-30T02:00:00Z", "2026-12-01T02:00:00Z"]),
    Example(
      name: "every third day counts from the start",
      schedule: WrittenSchedule(every: "3d", at: "05:00", start: "2026-12-01"), after: "2026-12-01T05:00:00Z",
      runs: ["2026-12-04T05:00:00Z", "2026-12-07T05:00:00Z"]),
    Example(
      name: "a start in the middle of a day leaves out that day's earlier time, and counts from the day",
      schedule: WrittenSchedule(every: "2d", at: "05:00", start: "2026-12-01T06:00"), after: "2026-01-01T00:00:00Z",
      runs: ["2026-12-03T05:00:00Z", "2026-12-05T05:00:00Z"]),
    Example(
      name: "weekdays of every second week, of which the first is the start's",
      schedule: WrittenSchedule(every: "2w", at: "01:00", weekdays: ["fri", "mon"], start: "2026-12-02"),
      after: "2026-01-01T00:00:00Z",
      runs: ["2026-12-04T01:00:00Z", "2026-12-14T01:00:00Z", "2026-12-18T01:00:00Z", "2026-12-28T01:00:00Z"]),
    Example(
      name: "weeks without weekdays run on the start's",
      schedule: WrittenSchedule(every: "1w", start: "2026-12-02T03:00"), after: "2026-12-02T02:59:59Z",
      runs: ["2026-12-02T03:00:00Z", "2026-12-09T03:00:00Z"]),
    Example(
      name: "without a start weeks count from Monday 2024-01-01",
      schedule: WrittenSchedule(every: "2w", at: "00:00"), after: "2024-01-01T00:00:00Z",
      runs: ["2024-01-15T00:00:00Z", "2024-01-29T00:00:00Z"]),
    Example(
      name: "and also before it",
      schedule: WrittenSchedule(every: "2w", at: "00:00"), after: "2023-12-10T00:00:00Z",
      runs: ["2023-12-18T00:00:00Z", "2024-01-01T00:00:00Z"]),
    Example(
      name: "a month without that day uses its last one",
      schedule: WrittenSchedule(every: "1M", at: "12:00", start: "2027-12-31"), after: "2028-01-01T00:00:00Z",
      runs: ["2028-01-31T12:00:00Z", "2028-02-29T12:00:00Z", "2028-03-31T12:00:00Z", "2028-04-30T12:00:00Z"]),
    Example(
      name: "every third month",
      schedule: WrittenSchedule(every: "3M", at: "12:00"), after: "2026-11-24T00:00:00Z",
      runs: ["2027-01-01T12:00:00Z", "2027-04-01T12:00:00Z"]),
    Example(
      name: "the first Monday of the month",
      schedule: WrittenSchedule(every: "1M", at: "12:00", weekdays: ["mon"]), after: "2026-11-24T00:00:00Z",
      runs: ["2026-12-07T12:00:00Z", "2027-01-04T12:00:00Z", "2027-02-01T12:00:00Z"]),
    Example(
      name: "a month's last day moved on to a weekday of the next month",
      schedule: WrittenSchedule(every: "1M", weekdays: ["mon"], start: "2026-10-31"), after: "2026-10-31T00:00:00Z",
      runs: ["2026-11-02T00:00:00Z", "2026-11-30T00:00:00Z", "2027-01-04T00:00:00Z"]),
    Example(
      name: "the end's day is included to its end",
      schedule: WrittenSchedule(every: "1d", at: "23:30", start: "2026-12-01", end: "2026-12-02"),
      after: "2026-11-01T00:00:00Z", runs: ["2026-12-01T23:30:00Z", "2026-12-02T23:30:00Z"]),
    Example(
      name: "the end's very time is included",
      schedule: WrittenSchedule(every: "12h", start: "2026-12-01", end: "2026-12-02T00:00"),
      after: "2026-11-01T00:00:00Z",
      runs: ["2026-12-01T00:00:00Z", "2026-12-01T12:00:00Z", "2026-12-02T00:00:00Z"]),
    Example(
      name: "the start's very time is included",
      schedule: WrittenSchedule(every: "1d", at: "02:00", start: "2026-12-01T02:00", end: "2026-12-01"),
      after: "2026-12-01T01:59:59.999999Z", runs: ["2026-12-01T02:00:00Z"]),
  ]

  @Test("Runs are when the rules say", arguments: examples)
  func runs(_ example: Example) throws {
    let schedule = try Schedule(example.schedule, zone: FixedZone.named)
    let found = schedule.upcoming(example.runs.count, after: moment(example.after))
    #expect(found == example.runs.map(moment))
  }

  @Test("What is over has no more runs, and two local times that become one moment are one run")
  func ends() throws {
    let ended = try Schedule(
      WrittenSchedule(every: "1d", start: "2026-12-01", end: "2026-12-02"), zone: FixedZone.named)
    #expect(ended.upcoming(5, after: moment("2026-12-01T12:00:00Z")) == [moment("2026-12-02T00:00:00Z")])
    #expect(ended.next(after: moment("2026-12-02T00:00:00Z")) == nil)
    // The clock leaves out all of 2011-12-30, as in Apia: its midnight is the next day's.
    let apia = FixedZone(
      name: "Pacific/Apia", first: -36_000, changes: [(moment("2011-12-30T10:00:00Z"), 50_400)])
    let daily = try Schedule(WrittenSchedule(every: "1d", timeZone: "Pacific/Apia")) { _ in apia }
    #expect(
      daily.upcoming(3, after: moment("2011-12-29T00:00:00Z")) == [
        moment("2011-12-29T10:00:00Z"), moment("2011-12-30T10:00:00Z"), moment("2011-12-31T10:00:00Z"),
      ])
  }

  @Test("Moments at the ends of time are answered")
  func extremes() throws {
    let daily = try Schedule(WrittenSchedule(every: "1d"), zone: FixedZone.named)
    #expect(daily.next(after: Timestamp(microseconds: .max)) == nil)
    #expect(daily.next(after: Timestamp(microseconds: .min)) != nil)
    #expect(daily.next(after: moment("9998-12-31T00:00:00Z")) == moment("9999-01-01T00:00:00Z"))
    #expect(daily.upcoming(0, after: moment("2026-01-01T00:00:00Z")).isEmpty)
    let longest = try Schedule(
      WrittenSchedule(every: "120M", weekdays: ["sun"], start: "1970-01-31"), zone: FixedZone.named)
    #expect(longest.next(after: moment("2026-01-01T00:00:00Z")) == moment("2030-02-03T00:00:00Z"))
  }
}
