import IsthmusCore
import IsthmusStore
import Testing

@testable import IsthmusServer

@Suite("Saved searches over the interface")
struct SavedSearchRouteTests {
  @Test("A search is saved, replaced and deleted by its owner alone, and goes with the account")
  func life() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let body: JSONValue = .object([
      "entity": .string("asset"), "view": .string("query=operatingSystem%3A%20Windows&cursor=x"),
      "shared": .bool(true),
    ])
    let path = "/saved-searches/Windows%20hosts"
    let saved = try await harness.send("PUT", path, body, as: .token(.operator))
    #expect(saved.status == 200 && saved.json["name"] == .string("Windows hosts"))
    #expect(saved.json["view"] == .string("query=operatingSystem%3A%20Windows"))
    let seen = try await harness.send("GET", "/saved-searches?entity=asset", as: .token(.viewer)).items
    #expect(seen.count == 1 && seen.first?["owner"] == .string("operator") && seen.first?["own"] == .bool(false))
    #expect(try await harness.send("GET", "/saved-searches?entity=finding").items.isEmpty)
    #expect(try await harness.send("DELETE", path, as: .token(.viewer)).status == 404)
    let bad: JSONValue = .object(["entity": .string("asset"), "view": .string("query=nothing.like.it%3A%201")])
    let refused = try await harness.send("PUT", path, bad, as: .token(.operator))
    #expect(refused.status == 400 && refused.problem == "bad-query")
    _ = try await harness.services.access.accounts.delete("operator", by: .commandLine(user: "root"))
    #expect(try await harness.send("GET", "/saved-searches").items.isEmpty)
    await harness.stop()
  }
}
