import IsthmusCore
import IsthmusServer
import IsthmusStore
import Testing

@Suite("Pages of users, tokens, searches and the audit log")
struct AdministrationPagesTests {
  @Test("An admin adds a user; what can't be used comes again, but never a password")
  func users() async throws {
    let harness = try await PageHarness()
    let admin = try await harness.signIn("admin")
    let fields = [("name", "ada"), ("role", "operator")]
    let refused = try await harness.post("/administration/users", fields + [("password", "tooshort7")], as: admin)
    #expect(refused.status == 422 && refused.html.contains("value=\"ada\"") && !refused.html.contains("tooshort7"))
    let made = try await harness.post(
      "/administration/users", fields + [("password", PageHarness.password)], as: admin)
    #expect(made.status == 303 && made.location == "/administration/users/ada")
    let ada = try await harness.signIn("ada")
    #expect(try await harness.get("/administration", as: ada).status == 403)
    #expect(try await harness.post("\(made.location)/role", [("role", "viewer")], as: admin).status == 303)
    #expect(try await harness.post("\(made.location)/disabled", [("disabled", "yes")], as: admin).status == 303)
    #expect(try await harness.get("/findings", as: ada).location.hasPrefix("/sign-in"))
    #expect(try await harness.post("\(made.location)/delete", as: admin).status == 422)
    #expect(try await harness.post("\(made.location)/delete", [("sure", "yes")], as: admin).status == 303)
    #expect(try await harness.get(made.location, as: admin).status == 404)
    let last = try await harness.post("/administration/users/admin/disabled", [("disabled", "yes")], as: admin)
    #expect(last.status == 422 && last.html.contains("last active admin"))
  }

  @Test("A token is shown once, has no higher role than its maker, and is revoked where it is listed")
  func tokens() async throws {
    let harness = try await PageHarness()
    let person = try await harness.signIn("operator")
    let fields = [("name", "reports"), ("days", "30")]
    let refused = try await harness.post("/account/tokens", fields + [("role", "admin")], as: person)
    #expect(refused.status == 422 && refused.html.contains("value=\"reports\""))
    let made = try await harness.post("/account/tokens", fields + [("role", "viewer")], as: person).html
    let text = try #require(made.firstMatch(of: /<pre>(isth_[^<]+)<\/pre>/)?.output.1)
    let page = try await harness.get("/account", as: person).html
    #expect(page.contains("reports") && !page.contains(text))
    let id = try #require(page.firstMatch(of: /\/account\/tokens\/(T\d+)\/revoke/)?.output.1)
    let other = try await harness.signIn("viewer")
    #expect(try await harness.post("/account/tokens/\(id)/revoke", as: other).status == 404)
    #expect(try await harness.post("/account/tokens/\(id)/revoke", as: person).status == 303)
    #expect(try await harness.get("/account", as: person).html.contains("There is no token yet"))
  }

  @Test("One's other browsers are signed out, this one stays")
  func sessions() async throws {
    let harness = try await PageHarness()
    let (one, other) = (try await harness.signIn("viewer"), try await harness.signIn("viewer"))
    #expect(try await harness.post("/account/sessions/end-others", as: one).status == 303)
    #expect(try await harness.get("/account", as: one).status == 200)
    #expect(try await harness.get("/account", as: other).location.hasPrefix("/sign-in"))
  }

  @Test("The audit log shows what was there before and after, and is narrowed down")
  func audit() async throws {
    let harness = try await PageHarness()
    let admin = try await harness.signIn("admin")
    _ = try await harness.post("/administration/users/viewer/role", [("role", "operator")], as: admin)
    let page = try await harness.get("/administration/audit?subject=account:viewer&action=account.role", as: admin)
    #expect(page.html.contains("<li>role: <del>viewer</del> → operator</li>"))
    let none = try await harness.get("/administration/audit?action=account.role&since=2026-02-11", as: admin)
    #expect(none.html.contains("No change is found"))
    #expect(try await harness.get("/administration/audit?since=monday", as: admin).status == 422)
  }

  @Test("A view is kept under a name; others see it only if it is shared, and can't delete it")
  func searches() async throws {
    let harness = try await PageHarness()
    let (one, other) = (try await harness.signIn("operator"), try await harness.signIn("viewer"))
    let view = "query=finding.severity%3A%204&sort=-qds"
    let list = "/saved-searches/findings?\(view)&cursor=x&decided=3"
    let saved = try await harness.post(list, [("name", "Worst first")], as: one)
    #expect(saved.status == 303 && saved.location == "/findings?\(view)")
    #expect(try await harness.get("/findings", as: one).html.contains("Worst first"))
    #expect(try await harness.get("/assets", as: one).html.contains("Worst first") == false)
    #expect(try await harness.get("/findings", as: other).html.contains("Worst first") == false)
    #expect(try await harness.post(list, [("name", "worst FIRST"), ("shared", "yes")], as: one).status == 303)
    let seen = try await harness.get("/findings", as: other).html
    #expect(seen.contains("worst FIRST") && seen.contains("of operator") && !seen.contains("Worst first"))
    let fields = [("name", "worst first"), ("back", "/findings")]
    #expect(try await harness.post("/saved-searches/delete", fields, as: other).status == 404)
    #expect(try await harness.post("/saved-searches/delete", fields, as: one).location == "/findings")
    #expect(try await harness.get("/findings", as: other).html.contains("worst FIRST") == false)
    let nameless = try await harness.post("/saved-searches/findings?\(view)", [("name", " ")], as: one)
    #expect(nameless.status == 422 && nameless.html.contains("1 to 100 printable"))
  }
}
