import IsthmusConnect
import IsthmusCore
import Synchronization
import TestSupport
import Testing

@testable import DefenderForCloud

@Suite("First pages asked for ahead", .timeLimit(.minutes(1)))
struct ListingAheadTests {
  /// Answers by query. What is asked for first waits for others.
  private final class QueryTransport: HTTPTransport {
    private struct State {
      var asked: [String] = []
      var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let together: Int
    private let answer: @Sendable (_ query: String, _ options: JSONValue) -> ScriptedTransport.Entry

    /// - Parameter together: So many queries are waited for before one is answered.
    init(together: Int, _ answer: @escaping @Sendable (String, JSONValue) -> ScriptedTransport.Entry) {
      self.together = together
      self.answer = answer
    }

    /// Queries in the order in which they came, each with its `$top`.
    var asked: [String] { state.withLock(\.asked) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer {
      guard let body = try? JSONValue(parsing: String(decoding: request.body, as: UTF8.self)),
        let query = body["query"]?.string, let options = body["options"]
      else { return Self.answer(Graph.token) }
      await withCheckedContinuation { continuation in
        let ready = state.withLock { state in
          state.asked.append("\(query) \(options["$top"]?.integer ?? 0)")
          state.waiting.append(continuation)
          if state.asked.count < together { return [CheckedContinuation<Void, Never>]() }
          defer { state.waiting = [] }
          return state.waiting
        }
        for continuation in ready { continuation.resume() }
      }
      return Self.answer(answer(query, options))
    }

    private static func answer(_ entry: ScriptedTransport.Entry) -> HTTPAnswer {
      guard case .answer(let status, let headers, let body) = entry else { preconditionFailure("no failures here") }
      return HTTPAnswer(status: status, headers: headers, body: ByteStore(body.utf8))
    }
  }

  private let queries = (0..<6).map { "q\($0)" }

  private func listing(
    _ transport: QueryTransport, ahead: Int, after cursor: String? = nil
  ) -> PagedListing {
    PagedListing(
      graph: Graph.client(transport), queries: queries, scopes: [SourceScope(id: "S1", name: "one")], ahead: ahead,
      after: cursor)
  }

  private func ids(_ listing: PagedListing) async throws -> [String] {
    var ids: [String] = []
    while let page = try await listing.next() { page.rows.forEachRow { ids.append($0["id"]?.string ?? "") } }
    return ids
  }

  @Test("They are asked for together, and given in order")
  func together() async throws {
    let transport = QueryTransport(together: 4) { query, _ in Graph.page([query], total: 1, token: nil) }
    #expect(try await ids(listing(transport, ahead: 3)) == queries)
    #expect(Set(transport.asked.prefix(4)) == Set(queries.prefix(4).map { "\($0) 1000" }))
    #expect(transport.asked.count == queries.count)
  }

  @Test("What has more than one page is followed to its end before the next")
  func longer() async throws {
    let transport = QueryTransport(together: 1) { query, options in
      if query == "q1", options["$skipToken"] == nil { return Graph.page(["q1a"], total: 2, token: "more") }
      return Graph.page([query], total: 1, token: nil)
    }
    let listing = listing(transport, ahead: 2)
    #expect(try await ids(listing) == ["q0", "q1a", "q1", "q2", "q3", "q4", "q5"])
    #expect(transport.asked.count == 7)
  }

  @Test("Where answers are too large, those ahead are asked for anew, smaller")
  func tooLarge() async throws {
    let transport = QueryTransport(together: 3) { query, options in
      (options["$top"]?.integer ?? 0) > 500
        ? Graph.error(400, "ResponsePayloadTooLarge") : Graph.page([query], total: 1, token: nil)
    }
    #expect(try await ids(listing(transport, ahead: 2)) == queries)
    #expect(Set(transport.asked).isSuperset(of: queries.map { "\($0) 500" }))
  }

  @Test("An error ahead comes in its turn; a listing goes on at its cursor")
  func error() async throws {
    let transport = QueryTransport(together: 1) { query, _ in
      query == "q2" ? Graph.error(400, "ParserFailure") : Graph.page([query], total: 1, token: nil)
    }
    let listing = listing(transport, ahead: 3)
    let first = try #require(try await listing.next())
    let second = try #require(try await listing.next())
    #expect([first.query, second.query] == [0, 1])
    await #expect(throws: ResourceGraphError.self) { try await listing.next() }
    let whole = QueryTransport(together: 1) { query, _ in Graph.page([query], total: 1, token: nil) }
    #expect(try await ids(self.listing(whole, ahead: 3, after: second.cursor)) == ["q2", "q3", "q4", "q5"])
  }

  @Test("A place that was lost begins all anew")
  func startsOver() async throws {
    let refusals = Mutex(1)
    let transport = QueryTransport(together: 1) { query, options in
      guard query == "q1" else { return Graph.page([query], total: 1, token: nil) }
      if options["$skipToken"] == nil { return Graph.page(["q1a"], total: 2, token: "more") }
      let isRefused = refusals.withLock { left in
        defer { left = 0 }
        return left > 0
      }
      return isRefused ? Graph.error(400, "InvalidSkipToken") : Graph.page(["q1b"], total: 2, token: nil)
    }
    #expect(
      try await ids(listing(transport, ahead: 3)) == ["q0", "q1a", "q0", "q1a", "q1b", "q2", "q3", "q4", "q5"])
  }
}
