import IsthmusConnect
import IsthmusCore
import Synchronization
import TestSupport
import Testing

@testable import DefenderForCloud

@Suite("First pages asked for ahead", .timeLimit(.minutes(1)))
struct ListingAheadTests {
  /// Answers by query; an answer may wait until others were asked for too.
  private final class QueryTransport: HTTPTransport {
    private let state = Mutex<[String]>([])
    private let time: ManualTime
    private let seconds: Double
    private let waits: [String: Int]
    private let answer: @Sendable (_ query: String, _ options: JSONValue) -> ScriptedTransport.Entry

    /// - Parameters:
    ///   - seconds: What each answer takes.
    ///   - waits: How many requests there must be before the query is answered.
    init(
      _ time: ManualTime = ManualTime(), seconds: Double = 0, waits: [String: Int] = [:],
      _ answer: @escaping @Sendable (String, JSONValue) -> ScriptedTransport.Entry
    ) {
      self.time = time
      self.seconds = seconds
      self.waits = waits
      self.answer = answer
    }

    /// Queries in the order in which they came, each with its `$top`.
    var asked: [String] { state.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer {
      guard let body = try? JSONValue(parsing: String(decoding: request.body, as: UTF8.self)),
        let query = body["query"]?.string, let options = body["options"]
      else { return Self.answer(Graph.token) }
      state.withLock { $0.append("\(query) \(options["$top"]?.integer ?? 0)") }
      while asked.count < waits[query] ?? 0 {
        do {
          try await Task.sleep(for: .milliseconds(1))
        } catch {
          throw TransportError(.cancelled, "The request was cancelled.")
        }
      }
      time.advance(by: .milliseconds(Int64(seconds * 1000)))
      return Self.answer(answer(query, options))
    }

    private static func answer(_ entry: ScriptedTransport.Entry) -> HTTPAnswer {
      guard case .answer(let status, let headers, let body) = entry else { preconditionFailure("no failures here") }
      return HTTPAnswer(status: status, headers: headers, body: ByteStore(body.utf8))
    }
  }

  private let queries = (0..<6).map { "q\($0)" }

  private func listing(
    _ transport: QueryTransport, _ time: ManualTime = ManualTime(), after cursor: String? = nil
  ) -> PagedListing {
    PagedListing(
      graph: Graph.client(transport, time), queries: queries, scopes: [SourceScope(id: "S1", name: "one")],
      mostAhead: 3,
      after: cursor)
  }

  private func ids(_ listing: PagedListing) async throws -> [String] {
    var ids: [String] = []
    while let page = try await listing.next() { page.rows.forEachRow { ids.append($0["id"]?.string ?? "") } }
    return ids
  }

  @Test("As many are asked for as the quota grants while one is made, and given in order")
  func together() async throws {
    let time = ManualTime()
    // The quota grants three a second. Of no answer it is known at first how long one takes.
    let transport = QueryTransport(time, seconds: 0.8, waits: ["q0": 2, "q1": 5]) { query, _ in
      Graph.page([query], total: 1, token: nil)
    }
    #expect(try await ids(listing(transport, time)) == queries)
    #expect(Set(transport.asked.prefix(2)) == ["q0 1000", "q1 1000"])
    #expect(transport.asked.count == queries.count)
  }

  @Test("Where answers are quick, one is asked for beside the one that is worked on")
  func quick() async throws {
    let transport = QueryTransport(waits: ["q0": 2, "q1": 3, "q2": 4]) { query, _ in
      Graph.page([query], total: 1, token: nil)
    }
    let listing = listing(transport)
    for number in 0..<3 {
      #expect(try await listing.next()?.query == number)
      #expect(transport.asked.allSatisfy { $0 <= "q\(number + 1) 1000" }, "\(transport.asked)")
    }
  }

  @Test("What has more than one page is followed to its end before the next")
  func longer() async throws {
    let transport = QueryTransport { query, options in
      if query == "q1", options["$skipToken"] == nil { return Graph.page(["q1a"], total: 2, token: "more") }
      return Graph.page([query], total: 1, token: nil)
    }
    let listing = listing(transport)
    #expect(try await ids(listing) == ["q0", "q1a", "q1", "q2", "q3", "q4", "q5"])
    #expect(transport.asked.count == 7)
  }

  @Test("Where answers are too large, those ahead are asked for anew, smaller")
  func tooLarge() async throws {
    let transport = QueryTransport { query, options in
      (options["$top"]?.integer ?? 0) > 500
        ? Graph.error(400, "ResponsePayloadTooLarge") : Graph.page([query], total: 1, token: nil)
    }
    #expect(try await ids(listing(transport)) == queries)
    #expect(Set(transport.asked).isSuperset(of: queries.map { "\($0) 500" }))
  }

  @Test("An error ahead comes in its turn; a listing goes on at its cursor")
  func error() async throws {
    let transport = QueryTransport { query, _ in
      query == "q2" ? Graph.error(400, "ParserFailure") : Graph.page([query], total: 1, token: nil)
    }
    let listing = listing(transport)
    let first = try #require(try await listing.next())
    let second = try #require(try await listing.next())
    #expect([first.query, second.query] == [0, 1])
    await #expect(throws: ResourceGraphError.self) { try await listing.next() }
    let whole = QueryTransport { query, _ in Graph.page([query], total: 1, token: nil) }
    #expect(try await ids(self.listing(whole, after: second.cursor)) == ["q2", "q3", "q4", "q5"])
  }

  @Test("A place that was lost begins all anew")
  func startsOver() async throws {
    let refusals = Mutex(1)
    let transport = QueryTransport { query, options in
      guard query == "q1" else { return Graph.page([query], total: 1, token: nil) }
      if options["$skipToken"] == nil { return Graph.page(["q1a"], total: 2, token: "more") }
      let isRefused = refusals.withLock { left in
        defer { left = 0 }
        return left > 0
      }
      return isRefused ? Graph.error(400, "InvalidSkipToken") : Graph.page(["q1b"], total: 2, token: nil)
    }
    #expect(
      try await ids(listing(transport)) == ["q0", "q1a", "q0", "q1a", "q1b", "q2", "q3", "q4", "q5"])
  }
}
