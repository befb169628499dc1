import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@Suite("Pages on which people decide")
struct DecisionPagesTests {
  @Test("A finding's risk is accepted on its page, which then says by whom, until when and why; and taken back")
  func finding() async throws {
    let harness = try await PageHarness()
    let (person, id) = (try await harness.signIn("operator"), try #require(await harness.undecided().first))
    let path = "/findings/\(id)"
    let fields = [("decision", "riskAccepted"), ("until", "2026-12-31")]
    let refused = try await harness.post("\(path)/decision", fields + [("reason", " ")], as: person)
    #expect(refused.status == 422 && refused.html.contains("A reason is needed"))
    #expect(refused.html.contains("value=\"2026-12-31\"") && refused.html.contains("value=\"riskAccepted\" checked"))
    let made = try await harness.post("\(path)/decision", fields + [("reason", "Until the move")], as: person)
    #expect(made.status == 303 && made.location == path)
    let page = try await harness.get(path, as: person).html
    #expect(page.contains("Risk accepted by operator on 2026-02-10 12:00, until 2026-12-31 00:00: Until the move"))
    let back = try await harness.post("\(path)/take-back", [("reason", "Moved")], as: person)
    #expect(back.status == 303)
    #expect(try await harness.record(of: id)["decision"] == nil)
  }

  @Test("Who may only look can't decide, nor can a form of another site")
  func rights() async throws {
    let harness = try await PageHarness()
    let id = try #require(await harness.undecided().first)
    let fields = [("decision", "ignored"), ("reason", "Wrong")]
    let (viewer, person) = (try await harness.signIn("viewer"), try await harness.signIn("operator"))
    #expect(try await harness.post("/findings/\(id)/decision", fields, as: viewer).status == 403)
    #expect(try await harness.post("/findings/\(id)/decision", fields, as: person, isOurs: false).status == 403)
    #expect(try await harness.get("/findings", as: viewer).html.contains("name=\"finding\"") == false)
    #expect(try await harness.record(of: id)["decision"] == nil)
  }

  @Test("Findings that are chosen in a list are decided on at once; without a choice the list comes again")
  func several() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    let ids = try await harness.undecided()
    #expect(ids.count > 1)
    let fields = [("decision", "ignored"), ("reason", "Agreed")]
    let list = "/findings/decision?sort=-qds"
    let none = try await harness.post(list, fields, as: person)
    #expect(none.status == 422 && none.html.contains("Choose at least one") && none.html.contains("value=\"Agreed\""))
    let made = try await harness.post(list, fields + ids.map { ("finding", $0) }, as: person)
    #expect(made.status == 303 && made.location == "/findings?sort=-qds&decided=\(ids.count)")
    #expect(try await harness.get(made.location, as: person).html.contains("Decided on \(ids.count) findings."))
    for id in ids { #expect(try await harness.record(of: id)["decision"]?["reason"] == .string("Agreed")) }
  }

  @Test("Two hosts are seen side by side, merged, and the step is undone on the page")
  func identity() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    let comparison = try await harness.get("/assets/A1/merge?with=a2", as: person)
    #expect(comparison.status == 200 && comparison.html.contains("web-01") && comparison.html.contains("db-01"))
    #expect(try await harness.get("/assets/A1/merge?with=host", as: person).status == 422)
    let refused = try await harness.post("/assets/A2/merge", [("with", "A1"), ("reason", "")], as: person)
    #expect(refused.status == 422 && refused.html.contains("A reason is needed"))
    let merged = try await harness.post("/assets/A2/merge", [("with", "A1"), ("reason", "One box")], as: person)
    #expect(merged.status == 303 && merged.location == "/assets/A1")
    let page = try await harness.get("/assets/A1", as: person).html
    let step = try #require(page.firstMatch(of: /name="step" value="(\d+)"/)?.output.1)
    #expect(page.contains("Same machine: One box") && page.contains("Split sources off"))
    #expect(try await harness.post("/assets/A1/undo", [("step", String(step))], as: person).status == 303)
    let after = try await harness.get("/assets/A1", as: person).html
    #expect(!after.contains("name=\"step\"") && after.contains("taken back"))
    #expect(try await harness.post("/assets/A1/undo", [("step", String(step))], as: person).status == 422)
  }

  @Test("A case that no rule decides waits on the home page until a person says that the hosts are different")
  func ambiguous() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    #expect(try await harness.get("/", as: person).html.contains("Waiting for you") == false)
    #expect(try await harness.get("/ambiguous", as: person).html.contains("Nothing waits for you"))
    try await harness.store.write { transaction in
      let rows = try [1, 2, 4].map { try #require(try transaction.sourceRows(of: AssetID($0)).first).id }
      let unclear = StoredAmbiguity(source: rows[0], rule: "hostname", matched: "web", candidates: [rows[1], rows[2]])
      try transaction.setAmbiguities(of: [rows[0]], [unclear], at: ExampleInventory.now)
    }
    let home = try await harness.get("/", as: person)
    #expect(home.status == 200 && home.html.contains("Unclear hosts: 1"), "\(home.html)")
    let page = try await harness.get("/ambiguous", as: person).html
    #expect(page.contains("name=\"with\" value=\"A2\"") && page.contains("name=\"with\" value=\"A4\""))
    let fields = [("from", "A2"), ("from", "A4"), ("back", "/ambiguous")]
    let refused = try await harness.post("/assets/A1/apart", fields + [("reason", " ")], as: person)
    #expect(refused.status == 422 && refused.html.contains("A reason is needed"))
    let apart = try await harness.post("/assets/A1/apart", fields + [("reason", "Two boxes")], as: person)
    #expect(apart.status == 303 && apart.location == "/ambiguous")
    #expect(try await harness.get("/ambiguous", as: person).html.contains("Nothing waits for you"))
    #expect(try await harness.get("/assets/A1", as: person).html.contains("Different machines: Two boxes"))
  }

  @Test("The host's page tells the score if several findings were fixed together")
  func whatIf() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("viewer")
    let page = try await harness.get("/assets/A1", as: person).html
    let ids = page.matches(of: /name="fix" value="(F\d+)"/).map { String($0.output.1) }
    #expect(!ids.isEmpty)
    let target = "/assets/A1?" + ids.map { "fix=\($0)" }.joined(separator: "&")
    let supposed = try await harness.get(target, as: person)
    #expect(supposed.html.contains("If the \(ids.count) chosen were fixed together"))
    #expect(supposed.html.contains("would score <strong>0</strong>"))
    #expect(try await harness.get("/assets/A1?fix=F99", as: person).status == 422)
  }
}
