import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@Suite("Life lines")
struct LifeLineTests {
  @Test("A finding's page tells its life in sentences, the latest first, also where its history is not kept so long")
  func finding() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    // First found on 2025-11-01, fixed on 2026-01-20, came back on 2026-02-01; nothing of it is in its history.
    let html = try await harness.get("/findings/F4", as: person).html
    let turns = html.matches(of: /<li><time>([^<]*)<\/time> ([^<]*?) *<\/li>/).map { ($0.output.1, $0.output.2) }
    #expect(turns.map(\.0) == ["2026-02-01 00:00", "2026-01-20 00:00", "2025-11-01 00:00"])
    #expect(
      turns.map(\.1) == [
        "It came back: Other product found it failing again.", "Fixed.",
        "Other product found it failing, for the first time known here.",
      ])
    #expect(html.contains("<svg class=\"life\"") && html.contains("<rect class=\"fixed\""))
    #expect(html.contains("<span>2025-11-01</span> <span>2026-02-10</span>"))
  }

  @Test("Who decided, until when and why stands in it, also after the decision was taken back")
  func decisions() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    let fields = [("decision", "riskAccepted"), ("until", "2026-12-31"), ("reason", "Until the move <1>")]
    #expect(try await harness.post("/findings/F4/decision", fields, as: person).status == 303)
    #expect(try await harness.post("/findings/F4/take-back", [("reason", "Moved")], as: person).status == 303)
    let html = try await harness.get("/findings/F4", as: person).html
    #expect(
      html.contains("Its risk was accepted by operator, until 2026-12-31 00:00: Until the move &lt;1&gt;"), "\(html)")
    #expect(html.contains("The decision was taken back by operator, so it counts again: Moved"))
  }

  @Test("A host's page tells who listed it and how its score went")
  func host() async throws {
    let harness = try await PageHarness()
    try await harness.store.write { try $0.recordDay(at: ExampleInventory.now) }
    let html = try await harness.get("/assets/A1", as: try await harness.signIn("viewer")).html
    let section = try #require(html.split(separator: "<h2 id=\"history\">").last?.split(separator: "</section>").first)
    #expect(section.contains("2026-02-08 00:00</time> Contoso production listed it, for the first time."))
    #expect(section.contains("2026-02-10</time> Its score was "))
  }

  @Test("A host's page leads to its own findings, not to those of others of its name")
  func ownFindings() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("viewer")
    let html = try await harness.get("/assets/A1", as: person).html
    let link = try #require(html.firstMatch(of: /<a href="([^"]+)">All its findings/)?.output.1)
    let list = try await harness.get(String(link).replacing("&amp;", with: "&"), as: person)
    let own = try await harness.store.read { inventory in
      var count = 0
      try inventory.forEachFinding(Listing(limit: nil)) { if $0["assetId"] == .string("A1") { count += 1 } }
      return count
    }
    #expect(own > 0 && list.html.contains("<h1>\(own) findings</h1>"))
  }
}
