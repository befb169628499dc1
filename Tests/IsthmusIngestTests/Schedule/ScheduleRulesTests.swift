import Foundation
import IsthmusCore
import IsthmusIngest
import TestSupport
import Testing

@Suite("Schedules in the system's time zones")
struct ScheduleRulesTests {
  private static let zones = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
    "Africa/Casablanca", "America/Sao_Paulo", "America/St_Johns", "Pacific/Chatham", "America/Nuuk",
  ]

  private func recurrence(_ chance: inout SeededGenerator) -> Recurrence {
    let unit = chance.pick(Recurrence.Unit.allCases)
    let days = Int64(chance.number(12_000...21_000))
    let time = chance.maybe { TimeOfDay("0\($0.number(0...9)):\($0.number(10...59))") } ?? nil
    var recurrence = Recurrence(every: chance.number(1...(unit == .hours ? 24 : 12)), unit, at: time)
    let weekdays = Weekday.allCases.filter { _ in chance.chance(3) }
    if !(unit == .days && recurrence.interval == 7) { recurrence.weekdays = Set(weekdays) }
    recurrence.start = chance.maybe { _ in .day(LocalDay(number: days)) }
    recurrence.end = chance.maybe { .day(LocalDay(number: days + 800 + Int64($0.number(0...900)))) }
    return recurrence
  }

  @Test(
    "Runs are strictly later, between start and end, on the right weekday and time of day",
    arguments: SeededGenerator.seeds(300))
  func properties(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let zone = try #require(SystemTimeZone(chance.pick(Self.zones)))
    let recurrence = recurrence(&chance)
    let schedule = try Schedule(recurrence, in: zone)
    let from = Timestamp(microseconds: Int64(chance.number(12_000...21_000)) * 86_400_000_000 + 17)
    var last = from
    for run in schedule.upcoming(12, after: from) {
      let message: Comment = "seed \(seed): \(schedule) runs at \(run)"
      #expect(run > last, message)
      let local = zone.local(at: run)
      // Only what the clocks left out is moved: there the clock was set forward at this very moment.
      let isAfterGap = zone.nextChange(after: Timestamp(microseconds: run.microseconds - 1)) == run
      if recurrence.unit != .hours, !isAfterGap { #expect(local.time == recurrence.time, message) }
      if !recurrence.weekdays.isEmpty, !isAfterGap {
        #expect(recurrence.weekdays.contains(local.day.weekday), message)
      }
      if let start = recurrence.start { #expect(local.day >= start.day, message) }
      if let end = recurrence.end { #expect(local.day <= end.day, message) }
      // No run is left out, and none is made up: it is the next one after any moment before it.
      let between = Timestamp(microseconds: Int64.random(in: last.microseconds..<run.microseconds, using: &chance))
      #expect(schedule.next(after: between) == run, message)
      last = run
    }
  }

  @Test("A later moment never has an earlier next run", arguments: SeededGenerator.seeds(100))
  func monotone(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let zone = try #require(SystemTimeZone(chance.pick(Self.zones)))
    let schedule = try Schedule(recurrence(&chance), in: zone)
    var moments = (0..<20).map { _ in Timestamp(microseconds: Int64(chance.number(12_000...21_000)) * 86_400_000_000) }
    moments.sort()
    let runs = moments.map { schedule.next(after: $0)?.microseconds ?? .max }
    #expect(runs == runs.sorted(), "seed \(seed): \(schedule)")
  }

  @Test("Between two changes that a zone names, its offset stays the same")
  func changes() throws {
    let begin = try #require(Timestamp(iso8601: "2005-01-01T00:30:00Z"))
    let names = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }
    #expect(names.count > 300)
    for name in names {
      let zone = try #require(SystemTimeZone(name), "\(name)")
      var moment = begin
      var change = zone.nextChange(after: moment)
      var offset = zone.offset(at: moment)
      for _ in 0..<(20 * 366 * 2) {
        moment = moment.advanced(by: .seconds(43_200))
        while let passed = change, passed <= moment {
          offset = zone.offset(at: passed)
          change = zone.nextChange(after: passed)
        }
        if zone.offset(at: moment) != offset {
          Issue.record("\(name) has another offset at \(moment)")
          break
        }
      }
    }
  }

  @Test(
    "Names that are none of the IANA data are refused",
    arguments: ["", "PST", "EST", "GMT+3", "europe/berlin", "Europe/Berlin ", "Europe/Nowhere", "/", "UTC+1"])
  func names(name: String) {
    #expect(SystemTimeZone(name) == nil)
  }

  @Test(
    "Zones go by the name that they were asked for",
    arguments: ["UTC", "GMT", "Asia/Calcutta", "US/Pacific", "Etc/GMT+3"])
  func kept(name: String) throws {
    #expect(try #require(SystemTimeZone(name)).name == name)
  }
}
