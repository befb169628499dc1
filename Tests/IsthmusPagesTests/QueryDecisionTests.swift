import IsthmusCore
import IsthmusServer
import IsthmusStore
import TestSupport
import Testing

@Suite("Decisions on all that a query finds")
struct QueryDecisionTests {
  private static let query = "query=finding.severity%20%3E%3D%201"
  private static let path = "/findings/decision/all?\(query)"

  private static func entries(_ harness: PageHarness) async throws -> [StoredAuditEntry] {
    try await harness.store.read { try $0.audit.auditEntries(AuditFilter(limit: 100)) }
      .filter { $0.entry.action.hasPrefix("finding.") }
  }

  @Test("The page tells on how many findings and hosts, and what it then does is one change, which can be taken back")
  func all() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    let list = try await harness.get("/findings?\(Self.query)", as: person).html
    let total = try #require(list.firstMatch(of: /<h1>(\d+) findings<\/h1>/)?.output.1)
    #expect(list.contains("href=\"/findings/decision/all?query=") && list.contains("Decide on all \(total) findings"))
    let page = try await harness.get(Self.path, as: person)
    #expect(page.status == 200 && page.html.contains("<button type=\"submit\">Decide on \(total) findings</button>"))
    let ids = try await harness.store.read { inventory in
      var rows: [JSONValue] = []
      try inventory.forEachFinding(Listing(limit: nil)) { rows.append($0) }
      return rows.compactMap { $0["id"]?.string }
    }
    #expect(ids.count == Int(total))
    let hosts = try await harness.store.read { inventory in
      var hosts: Set<String> = []
      try inventory.forEachFinding(Listing(limit: nil)) { if let host = $0["assetId"]?.string { hosts.insert(host) } }
      return hosts.count
    }
    #expect(page.html.contains("<strong>\(hosts) hosts</strong>"))
    let fields = [("decision", "ignored"), ("reason", "Agreed"), ("until", "2026-12-31"), ("count", String(total))]
    let unsure = try await harness.post(Self.path, fields, as: person)
    #expect(unsure.status == 422 && unsure.html.contains("Confirm") && unsure.html.contains("value=\"Agreed\""))
    let made = try await harness.post(Self.path, fields + [("confirmed", "yes")], as: person)
    #expect(made.status == 303 && made.location == "/findings?\(Self.query)&decided=\(total)", "\(made.html)")
    for id in ids { #expect(try await harness.record(of: id)["decision"]?["reason"] == .string("Agreed")) }
    let entries = try await Self.entries(harness)
    #expect(entries.count == 1 && entries.first?.entry.actor.name == "operator")
    #expect(entries.first?.entry.after?["count"]?.integer == Int64(total))
    let back = [("decision", "reopen"), ("reason", "No"), ("count", String(total)), ("confirmed", "yes")]
    #expect(try await harness.post(Self.path, back, as: person).status == 303)
    for id in ids { #expect(try await harness.record(of: id)["decision"] == nil) }
    #expect(try await Self.entries(harness).count == 2)
  }

  @Test("If it finds more than the page said, nothing is decided")
  func more() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    let fields = [("decision", "ignored"), ("reason", "Agreed"), ("count", "1"), ("confirmed", "yes")]
    let refused = try await harness.post(Self.path, fields, as: person)
    #expect(refused.status == 422 && refused.html.contains("1 when this page was made"))
    #expect(try await Self.entries(harness).isEmpty)
  }

  @Test("Who may only look, a form of another site and a list without a query are refused")
  func rights() async throws {
    let harness = try await PageHarness()
    let (viewer, person) = (try await harness.signIn("viewer"), try await harness.signIn("operator"))
    let fields = [("decision", "ignored"), ("reason", "Agreed"), ("count", "9"), ("confirmed", "yes")]
    #expect(try await harness.get(Self.path, as: viewer).status == 403)
    #expect(try await harness.post(Self.path, fields, as: viewer).status == 403)
    #expect(try await harness.post(Self.path, fields, as: person, isOurs: false).status == 403)
    #expect(try await harness.get("/findings/decision/all", as: person).status == 400)
    #expect(try await harness.get("/findings", as: person).html.contains("/findings/decision/all") == false)
    #expect(try await Self.entries(harness).isEmpty)
  }
}
