import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@Suite("The list of runs")
struct RunListTests {
  private static let start = 1_770_000_000_000_000  // 2026-02-02T02:40:00Z

  /// With 120 runs of each of two connectors, one an hour, every tenth of which failed, in place of the example's.
  private static func filled() async throws -> PageHarness {
    let harness = try await PageHarness()
    try await harness.store.write { transaction in
      let connectors = try ["Contoso production", "Spare"].map { name in
        try transaction.connector(named: name, kind: "defender-for-cloud", productName: "P", vendorName: "V")
      }
      for hour in 0..<120 {
        for connector in connectors {
          let at = Timestamp(microseconds: Int64(start + hour * 3_600_000_000))
          let run = try transaction.insertRun(
            NewRun(
              connector: connector, profile: "nightly", startedAt: at, map: "map", mapVersion: 1,
              scoreMap: "default"))
          try transaction.finishRun(run, result: hour % 10 == 0 ? "failed" : "succeeded", error: nil, at: at)
        }
      }
    }
    return harness
  }

  private static func runs(in html: String) -> [Int] {
    html.matches(of: /<th scope="row"[^>]*><a href="\/runs\/R(\d+)">/).compactMap { Int($0.output.1) }
  }

  /// All pages, from this one on.
  private static func pages(_ target: String, _ harness: PageHarness) async throws -> [[Int]] {
    let person = try await harness.signIn("viewer")
    var (pages, next): ([[Int]], String?) = ([], target)
    while let address = next {
      let page = try await harness.get(address, as: person)
      try #require(page.status == 200 && pages.count < 10)
      pages.append(runs(in: page.html))
      let link = page.html.firstMatch(of: /<a href="([^"]+)" rel="next">/)?.output.1
      next = link.map { String($0).replacing("&amp;", with: "&") }
    }
    return pages
  }

  @Test("It is read page by page: each run once, the newest first, or the oldest first")
  func paging() async throws {
    let harness = try await Self.filled()
    let all = try await harness.store.read { try $0.runs(connector: nil, limit: nil).map { Int($0.id.number) } }
    let pages = try await Self.pages("/runs", harness)
    #expect(pages.flatMap(\.self) == all && pages.dropLast().allSatisfy { $0.count == 50 })
    #expect(try await Self.pages("/runs?sort=startedAt", harness).flatMap(\.self) == all.reversed())
  }

  @Test("Connector, result and days narrow it, stand in its address on each page, and can be taken away")
  func filters() async throws {
    let harness = try await Self.filled()
    let person = try await harness.signIn("viewer")
    let target = "/runs?connector=Spare&result=succeeded&from=2026-02-03&until=2026-02-06"
    let page = try await harness.get(target, as: person)
    let shown = try await Self.pages(target, harness).flatMap(\.self)
    // 96 hours of four days, of which the 30th, 40th … 110th after the start failed.
    let expected = try await harness.store.read { inventory in
      try inventory.runs(connector: "Spare", limit: nil).filter { run in
        let day = run.startedAt.description.prefix(10)
        return run.result == "succeeded" && "2026-02-03" <= day && day <= "2026-02-06"
      }.map { Int($0.id.number) }
    }
    #expect(expected.count > 50 && shown == expected && page.html.contains("<h1>\(expected.count) runs</h1>"))
    #expect(page.html.contains("connector: Spare") && page.html.contains("result: succeeded"))
    #expect(page.html.contains("started on 2026-02-03 or later") && page.html.contains("started until 2026-02-06"))
    #expect(page.html.contains("href=\"/runs?connector=Spare&amp;from=2026-02-03&amp;until=2026-02-06\""))
    #expect(page.html.contains("&amp;until=2026-02-07T00%3A00%3A00"), "the interface's end is not in the list")
  }

  @Test("Facets count what they lead to; columns are those that are chosen")
  func facets() async throws {
    let harness = try await Self.filled()
    let person = try await harness.signIn("viewer")
    let html = try await harness.get("/runs?connector=Spare&column=run&column=requests", as: person).html
    let link = try #require(html.firstMatch(of: /<a href="([^"]+)"><span>failed<\/span> <span class="count">(\d+)</))
    #expect(link.output.2 == "12")
    let failed = try await harness.get(String(link.output.1).replacing("&amp;", with: "&"), as: person).html
    #expect(failed.contains("<h1>12 runs</h1>") && Self.runs(in: failed).count == 12)
    #expect(failed.contains(">Requests</th>") && !failed.contains(">Took</th>"))
  }

  @Test("A day that is none and a place that no list gave are told; without a run of that kind there is a way back")
  func problems() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("viewer")
    let wrong = try await harness.get("/runs?from=yesterday", as: person)
    #expect(wrong.status == 422 && wrong.html.contains("is no day"))
    #expect(try await harness.get("/runs?cursor=x", as: person).status == 400)
    let none = try await harness.get("/runs?result=held", as: person)
    #expect(none.status == 200 && none.html.contains("No run is found by this"))
  }
}
