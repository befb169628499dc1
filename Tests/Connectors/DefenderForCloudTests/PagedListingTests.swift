import IsthmusConnect
import IsthmusCore
import TestSupport
import Testing

@testable import DefenderForCloud

@Suite("Listing page by page")
struct PagedListingTests {
  private let scope = SourceScope(id: "S1", name: "one")

  private func listing(
    _ script: [ScriptedTransport.Entry], queries: [String] = ["resources | order by id asc"],
    after cursor: String? = nil
  ) -> (PagedListing, ScriptedTransport) {
    let (client, transport) = Graph.client(script: script)
    return (PagedListing(graph: client, queries: queries, scopes: [scope], after: cursor), transport)
  }

  private func ids(_ listing: PagedListing) async throws -> (ids: [String], startsOver: [Bool], cursors: [String]) {
    var found: (ids: [String], startsOver: [Bool], cursors: [String]) = ([], [], [])
    while let page = try await listing.next() {
      page.rows.forEachRow { found.ids.append($0["id"]?.string ?? "") }
      found.startsOver.append(page.startsOver)
      found.cursors.append(page.cursor)
    }
    return found
  }

  private func options(_ transport: ScriptedTransport) throws -> [JSONValue] {
    try transport.requests.dropFirst().map {
      try JSONValue(parsing: String(decoding: $0.body, as: UTF8.self))["options"] ?? .null
    }
  }

  @Test("$skipToken alone tells whether there is more, through one query after the other")
  func followsTokens() async throws {
    let (listing, transport) = listing(
      [
        Graph.page(["a", "b"], total: 3, token: "one"), Graph.page(["c"], total: 3, token: nil),
        Graph.page(["d"], total: 1, token: nil),
      ], queries: ["q1", "q2"])
    #expect(try await ids(listing).ids == ["a", "b", "c", "d"])
    #expect(try options(transport).map { $0["$skipToken"]?.string } == [nil, "one", nil])
    #expect(transport.isFinished)
  }

  @Test("A page over 16 MiB is asked again in smaller pages, and those stay small")
  func halves() async throws {
    let (listing, transport) = listing([
      Graph.error(400, "ResponsePayloadTooLarge"), Graph.error(400, "ResponsePayloadTooLarge"),
      Graph.page(["a"], total: 2, token: "one"), Graph.page(["b"], total: 2, token: nil),
    ])
    #expect(try await ids(listing).ids == ["a", "b"])
    #expect(try options(transport).map { $0["$top"]?.integer } == [1000, 500, 250, 250])
  }

  @Test("A token that no longer works begins the listing anew and says so")
  func startsOver() async throws {
    let (listing, _) = listing([
      Graph.page(["a"], total: 2, token: "one"), Graph.error(400, "InvalidSkipToken"),
      Graph.page(["a"], total: 2, token: "two"), Graph.page(["b"], total: 2, token: nil),
    ])
    let found = try await ids(listing)
    #expect(found.ids == ["a", "a", "b"])
    #expect(found.startsOver == [false, true, false])
  }

  @Test("A token that never works is given up with an error")
  func givesUp() async throws {
    let page = Graph.page(["a"], total: 2, token: "one")
    let refused = Graph.error(400, "InvalidSkipToken")
    let (listing, _) = listing([page, refused, page, refused, page, refused, page, refused])
    await #expect(throws: ResourceGraphError.self) { try await ids(listing) }
  }

  @Test("Each page's cursor continues after it, in another listing")
  func cursors() async throws {
    let (first, _) = listing(
      [
        Graph.page(["a"], total: 2, token: "one"), Graph.page(["b"], total: 2, token: nil),
        Graph.page(["c"], total: 1, token: nil),
      ], queries: ["q1", "q2"])
    let cursors = try await ids(first).cursors
    let (afterFirst, transport) = listing(
      [Graph.page(["b"], total: 2, token: nil), Graph.page(["c"], total: 1, token: nil)], queries: ["q1", "q2"],
      after: cursors[0])
    #expect(try await ids(afterFirst).ids == ["b", "c"])
    #expect(try options(transport)[0]["$skipToken"]?.string == "one")
    let (afterLast, _) = listing([], queries: ["q1", "q2"], after: cursors[2])
    #expect(try await ids(afterLast).ids == [])
  }

  @Test("Rows that were cut off without a way on are an error, never a short list")
  func cutOff() async throws {
    let (listing, _) = listing([Graph.page(["a"], total: 2000, token: nil, truncated: "true")])
    await #expect(throws: ResourceGraphError.self) { try await ids(listing) }
  }

  @Test("A refused token of Entra ID is renewed once; a second refusal is the answer")
  func renewsToken() async throws {
    let expired = Graph.answer(401, #"{"error":{"code":"ExpiredAuthenticationToken","message":"m"}}"#)
    let (listing, transport) = listing([expired, Graph.token, Graph.page(["a"], total: 1, token: nil)])
    #expect(try await ids(listing).ids == ["a"])
    #expect(transport.requests.filter { $0.url.contains("oauth2") }.count == 2)
    let (refused, _) = self.listing([expired, Graph.token, expired])
    do {
      _ = try await ids(refused)
      Issue.record("rows came back")
    } catch let error as ResourceGraphError {
      #expect(error.asConnectorError.kind == .unauthorised)
    }
  }

  @Test("Many subscriptions are asked for in groups", arguments: [(1, 1), (500, 1), (501, 2), (1200, 3)])
  func groups(subscriptions: Int, steps: Int) {
    let scopes = (0..<subscriptions).map { SourceScope(id: "s\($0)", name: "") }
    #expect(PagedListing.steps(queries: ["q"], scopes: scopes).count == steps)
  }
}
