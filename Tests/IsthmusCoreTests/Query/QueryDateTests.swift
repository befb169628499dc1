import IsthmusCore
import Testing

@Suite("Dates in queries")
struct QueryDateTests {
  /// 2026-03-31T10:20:30.5Z
  static let now = Timestamp(iso8601: "2026-03-31T10:20:30.5Z")

  private func bounds(_ condition: String) throws -> (from: String?, until: String?) {
    let now = try #require(Self.now)
    let query = try Query("finding.firstFoundDate\(condition)", for: .finding, now: now)
    guard case .test(let test, false)? = query.steps.first, case .date(let from, let until) = test.comparison,
      query.steps.count == 1
    else {
      Issue.record("no date: \(query.steps)")
      return (nil, nil)
    }
    return (from?.description, until?.description)
  }

  @Test(
    "Dates become moments from which and before which",
    arguments: [
      (": 2026-01-31", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"),
      (" = '2026-01-31'", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"),
      (" > 2026-01-31", "2026-02-01T00:00:00Z", nil), (" >= 2026-01-31", "2026-01-31T00:00:00Z", nil),
      (" < 2026-01-31", nil, "2026-01-31T00:00:00Z"), (" <= 2026-01-31", nil, "2026-02-01T00:00:00Z"),
      (": [2026-01-01 .. 2026-01-31]", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
      (": (2026-01-01 ... 2026-01-31)", "2026-01-02T00:00:00Z", "2026-01-31T00:00:00Z"),
      (": (2026-01-01 .. 2026-01-31]", "2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z"),
      (": [* .. 2026-01-31)", nil, "2026-01-31T00:00:00Z"), (": [2026-01-31 .. *]", "2026-01-31T00:00:00Z", nil),
      (": 2026-01-31T10:20", "2026-01-31T10:20:00Z", "2026-01-31T10:21:00Z"),
      (": \"2024-07-08T12:01:12+0000\"", "2024-07-08T12:01:12Z", "2024-07-08T12:01:13Z"),
      (": \"2024-07-08T12:01:12.012+0000\"", "2024-07-08T12:01:12.012000Z", "2024-07-08T12:01:12.013000Z"),
      (" > 2026-01-31T10:00:00+02:00", "2026-01-31T08:00:01Z", nil),
    ] as [(String, String?, String?)])
  func absolute(condition: String, from: String?, until: String?) throws {
    let bounds = try bounds(condition)
    #expect(bounds.from == from && bounds.until == until, "\(bounds)")
  }

  @Test(
    "Dates are counted from now in seconds to calendar years",
    arguments: [
      (" >= now", "2026-03-31T10:20:30.500000Z", nil), (" >= now-1s", "2026-03-31T10:20:29.500000Z", nil),
      (" >= now-5m", "2026-03-31T10:15:30.500000Z", nil), (" >= now-11h", "2026-03-30T23:20:30.500000Z", nil),
      (" >= now-3d", "2026-03-28T10:20:30.500000Z", nil), (" >= now - 2w", "2026-03-17T10:20:30.500000Z", nil),
      (" >= now-1M", "2026-02-28T10:20:30.500000Z", nil), (" >= now+1M", "2026-04-30T10:20:30.500000Z", nil),
      (" >= now-13M", "2025-02-28T10:20:30.500000Z", nil), (" >= now-25M", "2024-02-29T10:20:30.500000Z", nil),
      (" >= now-1y", "2025-03-31T10:20:30.500000Z", nil), (" >= now-1M+1d", "2026-03-01T10:20:30.500000Z", nil),
      (" > now-3d", "2026-03-28T10:20:30.500001Z", nil), (" <= now-3d", nil, "2026-03-28T10:20:30.500001Z"),
      (": [now-2w .. now-1s]", "2026-03-17T10:20:30.500000Z", "2026-03-31T10:20:29.500001Z"),
      (": [2017-06-01 ... now-3M]", "2017-06-01T00:00:00Z", "2025-12-31T10:20:30.500001Z"),
      (": now-3d", "2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z"),
      (": now-1M", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"),
      (": now-2h", "2026-03-31T08:00:00Z", "2026-03-31T09:00:00Z"),
      (": NOW", "2026-03-31T10:20:30Z", "2026-03-31T10:20:31Z"),
      // The last day of the calendar has no end that could be written, and needs none.
      (": 9999-12-31", "9999-12-31T00:00:00Z", nil),
    ] as [(String, String?, String?)])
  func relative(condition: String, from: String?, until: String?) throws {
    let bounds = try bounds(condition)
    #expect(bounds.from == from && bounds.until == until, "\(bounds)")
  }

  @Test(
    "What is no date, or beyond the calendar, is an error at its place",
    arguments: [
      "2026-02-30", "2026-13-01", "yesterday", "now-3", "now-3x", "now3d", "now-d", "now-1234567890d", "now-9999y",
      "now+999999999w", "now-", "now--1d", "2026-01-31T25:00", "20260131", "now-1D",
    ])
  func refused(date: String) throws {
    let now = try #require(Self.now)
    let error = #expect(throws: QueryError.self) {
      try Query("finding.firstFoundDate > \(date)", for: .finding, now: now)
    }
    #expect(error?.position == 25 && error?.length == date.count)
  }

  @Test("A range that now has emptied selects nothing; one that never held anything is an error")
  func emptyRanges() throws {
    let now = try #require(Self.now)
    #expect(try Query("finding.firstFoundDate: [now .. 2026-01-01]", for: .finding, now: now).isNothing)
    #expect(throws: QueryError.self) {
      try Query("finding.firstFoundDate: [2026-02-01 .. 2026-01-01]", for: .finding, now: now)
    }
    #expect(try Query("finding.firstFoundDate > 9999-12-31", for: .finding, now: now).isNothing)
  }

  @Test("An age is a range of days on which the finding was first found, while it is open")
  func age() throws {
    let now = try #require(Self.now)
    let query = try Query("finding.detectionAge: 3", for: .finding, now: now)
    let same = try Query(
      "finding.isFound: true and finding.firstFoundDate: (now-4d .. now-3d]", for: .finding, now: now)
    #expect(query == same)
  }
}
