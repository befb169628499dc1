import IsthmusCore
import Testing

@Suite("Written schedules")
struct WrittenScheduleTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var schedule: WrittenSchedule
    var key: ScheduleError.Key?
    var index: Int?
    /// Part of the message.
    var says: String

    init(_ schedule: WrittenSchedule, _ key: ScheduleError.Key?, index: Int? = nil, _ says: String) {
      self.schedule = schedule
      self.key = key
      self.index = index
      self.says = says
    }

    var testDescription: String { schedule.json.text() }
  }

  static let refusals = [
    Refusal(WrittenSchedule(), nil, "either every"),
    Refusal(WrittenSchedule(every: "1d", once: "2026-12-01T02:00"), nil, "either every"),
    Refusal(WrittenSchedule(every: "1m"), .every, "capital M"),
    Refusal(WrittenSchedule(every: "d"), .every, "a number and a unit"),
    Refusal(WrittenSchedule(every: "+1d"), .every, "a number and a unit"),
    Refusal(WrittenSchedule(every: "0d"), .every, "not from 1d to 3650d"),
    Refusal(WrittenSchedule(every: "121M"), .every, "not from 1M to 120M"),
    Refusal(WrittenSchedule(every: "99999999999999999999h"), .every, "87600h"),
    Refusal(WrittenSchedule(every: "1d", at: "24:00"), .at, "not a time of day"),
    Refusal(WrittenSchedule(every: "1d", at: "2:00"), .at, "not a time of day"),
    Refusal(WrittenSchedule(every: "1d", at: "02:00Z"), .at, "not a time of day"),
    Refusal(WrittenSchedule(every: "1d", weekdays: []), .weekdays, "empty"),
    Refusal(WrittenSchedule(every: "1d", weekdays: ["mon", "Tue"]), .weekdays, index: 1, "none of mon"),
    Refusal(WrittenSchedule(every: "1d", weekdays: ["mon", "tue", "mon"]), .weekdays, index: 2, "twice"),
    Refusal(WrittenSchedule(every: "1d", timeZone: "Berlin"), .timeZone, "no time zone \"Berlin\""),
    Refusal(WrittenSchedule(every: "1d", start: "2026-02-29"), .start, "neither a date"),
    Refusal(WrittenSchedule(every: "1d", start: "2026-12-01T02:00Z"), .start, "without Z"),
    Refusal(WrittenSchedule(every: "1d", end: "tomorrow"), .end, "neither a date"),
    Refusal(WrittenSchedule(every: "1d", start: "1969-12-31"), .start, "1970 to 9998"),
    Refusal(WrittenSchedule(every: "1d", start: "2026-12-02", end: "2026-12-01"), .end, "before the start"),
    Refusal(
      WrittenSchedule(every: "1d", start: "2026-12-01T12:00", end: "2026-12-01T11:59"), .end, "before the start"),
    Refusal(WrittenSchedule(every: "1w", weekdays: ["mon"], start: "2026-12-01", end: "2026-12-06"), .end, "no run"),
    Refusal(WrittenSchedule(every: "1d", at: "02:00", start: "2026-12-01T03:00", end: "2026-12-01"), .end, "no run"),
    Refusal(WrittenSchedule(every: "14d", weekdays: ["mon"], start: "2026-12-01"), .weekdays, "falls on a Tuesday"),
    Refusal(WrittenSchedule(every: "25h", weekdays: ["mon"]), .weekdays, "at most 24 hours"),
    Refusal(WrittenSchedule(once: "2026-12-01"), .once, "not a date and time"),
    Refusal(WrittenSchedule(once: "2026-12-01T02:00+01:00"), .once, "without Z or an offset"),
    Refusal(WrittenSchedule(once: "0001-12-01T02:00"), .once, "1970 to 9998"),
    Refusal(WrittenSchedule(at: "02:00", once: "2026-12-01T02:00"), .at, "goes with every"),
    Refusal(WrittenSchedule(end: "2026-12-02", once: "2026-12-01T02:00"), .end, "goes with every"),
  ]

  @Test("What can't be is refused, with the key that is wrong", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let error = try #require(throws: ScheduleError.self) {
      _ = try Schedule(refusal.schedule, zone: FixedZone.named)
    }
    #expect(error.key == refusal.key)
    #expect(error.index == refusal.index)
    #expect(error.problem.contains(refusal.says), "\(error.problem)")
  }

  static let texts: [(WrittenSchedule, String)] = [
    (
      WrittenSchedule(
        every: "1d", at: "02:00", weekdays: ["fri", "mon", "tue", "wed", "thu"], timeZone: "Europe/Berlin",
        start: "2026-12-01", end: "2027-12-01"),
      "every day at 02:00 (Europe/Berlin), Mondays to Fridays, from 2026-12-01 to 2027-12-01"
    ),
    (
      WrittenSchedule(timeZone: "Europe/Berlin", once: "2026-12-01T02:00"),
      "once, on 2026-12-01 at 02:00 (Europe/Berlin)"
    ),
    (WrittenSchedule(every: "1h"), "every hour, counted from 2024-01-01 00:00 (UTC)"),
    (
      WrittenSchedule(every: "6h", start: "2026-12-01T02:30"),
      "every 6 hours, counted from 2026-12-01 02:30 (UTC), from 2026-12-01 02:30"
    ),
    (
      WrittenSchedule(every: "2d", at: "02:00:30", end: "2027-01-01T05:00"),
      "every 2 days, counted from 2024-01-01, at 02:00:30 (UTC), until 2027-01-01 05:00"
    ),
    (WrittenSchedule(every: "1w"), "every week at 00:00 (UTC), Mondays"),
    (
      WrittenSchedule(every: "1w", weekdays: ["sun", "mon", "thu"]),
      "every week at 00:00 (UTC), Mondays, Thursdays and Sundays"
    ),
    (
      WrittenSchedule(every: "2w", at: "02:00", weekdays: ["sat", "sun"], start: "2026-12-01"),
      "every 2 weeks, counted from that of 2026-12-01, at 02:00 (UTC), Saturdays and Sundays, from 2026-12-01"
    ),
    (
      WrittenSchedule(every: "1M", start: "2026-12-31"),
      "every month on day 31 or the last one at 00:00 (UTC), from 2026-12-31"
    ),
    (
      WrittenSchedule(every: "3M", at: "02:00", weekdays: ["mon", "tue"]),
      "every 3 months, counted from 2024-01, on day 1 at 02:00 (UTC), moved on to the next Monday or Tuesday"
    ),
  ]

  @Test("A schedule is written for people, and again as it was read", arguments: texts)
  func text(written: WrittenSchedule, text: String) throws {
    let schedule = try Schedule(written, zone: FixedZone.named)
    #expect(schedule.description == text)
    let again = schedule.written
    #expect(try Schedule(again, zone: FixedZone.named) == schedule)
    #expect(try WrittenSchedule(again.json) == again)
    // What was left away is UTC and the order of weekdays; nothing else is added.
    #expect(again.timeZone == written.timeZone ?? "UTC")
    #expect(again.at == written.at)
    #expect(again.start == written.start)
  }

  @Test("The mapping has its keys in the order of the file")
  func json() throws {
    let written = WrittenSchedule(
      every: "1d", at: "02:00", weekdays: ["mon"], timeZone: "UTC", start: "2026-12-01", end: "2027-12-01")
    let text = #"{"every":"1d","at":"02:00","weekdays":["mon"],"timeZone":"UTC","#
    #expect(written.json.text() == text + #""start":"2026-12-01","end":"2027-12-01"}"#)
  }

  @Test(
    "JSON of another shape is refused",
    arguments: ["[]", #"{"evry":"1d"}"#, #"{"every":1}"#, #"{"weekdays":"mon"}"#, #"{"weekdays":[1]}"#])
  func shape(text: String) throws {
    #expect(throws: ScheduleError.self) { _ = try WrittenSchedule(try JSONValue(parsing: text)) }
  }
}
