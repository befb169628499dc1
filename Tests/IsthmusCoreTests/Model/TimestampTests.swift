import Foundation
import IsthmusCore
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "ISO 8601 dates and times are read as moments in UTC, whole microseconds",
    arguments: [
      ("1970-01-01T00:00:00Z", Int64(0)), ("1970-01-01", 0), ("1970-01-02", 86_400_000_000),
      ("2000-02-29T12:34:56Z", 951_827_696_000_000), ("2038-01-19T03:14:08z", 2_147_483_648_000_000),
      ("1969-12-31T23:59:59.999999Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
      ("9999-12-31T23:59:59.9999999Z", 253_402_300_799_999_999),
      // Azure writes seven digits; past the sixth they are cut, never rounded.
      ("1970-01-01T00:00:00.1234567Z", 123_456), ("1970-01-01T00:00:00.9999999Z", 999_999),
      ("1970-01-01T00:00:00.123456789Z", 123_456), ("1970-01-01T00:00:00.1Z", 100_000),
      ("1970-01-01T00:00:00.000001Z", 1),
      ("1970-01-01T00:00:00", 0), ("1970-01-01 00:00:01", 1_000_000), ("1970-01-01t00:01Z", 60_000_000),
      ("1970-01-01T02:00:00+02:00", 0), ("1969-12-31T19:00:00-0500", 0), ("1970-01-01T05:30+05:30", 0),
      ("1970-01-01T00:00:00.5-00:01", 60_500_000),
    ])
  func reads(text: String, microseconds: Int64) {
    #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
  }

  @Test(
    "What is no moment is refused",
    arguments: [
      "", "2026", "2026-01", "2026-1-1", "26-01-01", "2026/01/01", "2026-00-10", "2026-13-01", "2026-01-00",
      "2026-01-32", "2026-04-31", "2026-02-29", "1900-02-29", "2100-02-29", "2026-01-01T", "2026-01-01Z",
      "2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z", "2026-01-01T10:00:60Z", "2026-01-01T10Z", "2026-01-01T1:00:00Z",
      "2026-01-01T10:00:00.Z", "2026-01-01T10:00:00.1234567890Z", "2026-01-01T10:00:00,5Z", "2026-01-01T10:00:00ZZ",
      "2026-01-01T10:00:00+2", "2026-01-01T10:00:00+24:00", "2026-01-01T10:00:00+01:60", "2026-01-01T10:00:00 Z",
      " 2026-01-01", "2026-01-01 ", "-026-01-01", "2026-01-01T10:00:00\0", "２026-01-01", "tomorrow",
      // Moments outside the years that can be written.
      "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    ])
  func refuses(text: String) { #expect(Timestamp(iso8601: text) == nil) }

  @Test("29 February exists in leap years only", arguments: [2000, 2024, 2400, 1996, 1904])
  func knowsLeapYears(year: Int) {
    #expect(Timestamp(iso8601: "\(year)-02-29") != nil)
    #expect(Timestamp(iso8601: "\(year + 1)-02-29") == nil)
  }

  @Test(
    "A moment is written with Z, and a fraction only where there is one",
    arguments: [
      (Int64(0), "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999Z"), (1, "1970-01-01T00:00:00.000001Z"),
      (951_827_696_100_000, "2000-02-29T12:34:56.100000Z"), (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
    ])
  func writes(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test("Reading what was written gives the moment back", arguments: SeededGenerator.seeds(10))
  func roundTrips(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let years: ClosedRange<Int64> = -62_167_219_200_000_000...253_402_300_799_999_999
    for _ in 0..<200 {
      let moment = Timestamp(microseconds: Int64.random(in: years, using: &random))
      #expect(Timestamp(iso8601: moment.description) == moment)
    }
  }

  @Test("Foundation reads the same moments", arguments: SeededGenerator.seeds(5))
  func agreesWithFoundation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      // Foundation's calendar changes to the Julian one before 1582.
      let seconds = Int64.random(in: -11_676_096_000...253_402_300_799, using: &random)
      let text = Timestamp(microseconds: seconds * 1_000_000).description
      #expect(try Date(text, strategy: .iso8601).timeIntervalSince1970 == Double(seconds), "\(text)")
    }
  }

  @Test("Moments are ordered, and advance by durations")
  func advances() {
    let start = Timestamp(microseconds: 1_000_000)
    #expect(start.advanced(by: .microseconds(1)) == Timestamp(microseconds: 1_000_001))
    #expect(start.advanced(by: .seconds(-2)) == Timestamp(microseconds: -1_000_000))
    #expect(start < start.advanced(by: .milliseconds(1)))
    #expect(!(start < start))
  }
}
