import Foundation
import IsthmusConnect
import IsthmusCore
import TestSupport
import Testing

@testable import DefenderForCloud

/// Exchanges that were recorded with the real service, played back through the connector's client.
@Suite("Recorded exchanges with the real Resource Graph", .enabled(if: Recording.all != nil, "no recordings here"))
struct RecordedExchangesTests {
  @Test("A page in the middle of a listing gives its rows, its total and the way on")
  func middlePage() async throws {
    let recording = try Recording.named("page in the middle of a listing")
    let (client, transport) = Graph.client(script: [recording.answer])
    let page = try await client.page(
      of: recording.query, scope: .subscriptions(recording.subscriptions), skipToken: recording.skipToken)
    #expect(page.places.count == 3)
    #expect(page.totalRecords == 2876)
    #expect(page.skipToken == recording.body["$skipToken"]?.string)
    #expect(!page.isCutOff, "resultTruncated is \"false\" although there is more")
    var ids: [String] = []
    page.forEachRow { ids.append($0["id"]?.string ?? "") }
    #expect(ids.count == 3 && ids.allSatisfy { $0.hasPrefix("/subscriptions/") })
    // What was asked is what the recording asked, but for the page's size.
    let sent = try JSONValue(parsing: String(decoding: transport.requests[1].body, as: UTF8.self))
    #expect(sent["query"]?.string == recording.query)
    #expect(sent["options"]?["$skipToken"]?.string == recording.skipToken)
    #expect(transport.requests[1].url.hasSuffix("/resources?api-version=2021-03-01"))
  }

  @Test("A malformed query is a failure that names the service's codes and the position")
  func malformedQuery() async throws {
    let recording = try Recording.named("malformed query")
    let (client, _) = Graph.client(script: [recording.answer])
    do {
      _ = try await client.page(of: recording.query, scope: .everything)
      Issue.record("a page came back")
    } catch {
      guard case .queryRefused(let failure) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(failure.kind == .unexpected)
      #expect(failure.summary.contains("InvalidQuery") && failure.summary.contains("ParserFailure"))
      #expect(failure.summary.contains("line 1, character 34"))
    }
  }

  @Test("Null properties and empty tags are read as they are")
  func nullProperties() async throws {
    let recording = try Recording.named("null properties and empty tags")
    let (client, _) = Graph.client(script: [recording.answer])
    let page = try await client.page(of: recording.query, scope: .everything)
    #expect(page.places.count == 2 && page.skipToken == nil && !page.isCutOff)
    var properties: [JSONSlice.Kind?] = []
    page.forEachRow { properties.append($0["properties"]?.kind) }
    #expect(properties == [.object, .null])
  }

  @Test("The recorded quota headers are understood")
  func quotaHeaders() throws {
    let recording = try Recording.named("page in the middle of a listing")
    let quota = try #require(ResourceGraphQuota.read(recording.httpAnswer))
    #expect(quota.remaining == 14)
    #expect(quota.resetsAfter == .seconds(5))
  }
}

/// One recorded exchange.
struct Recording {
  let exchange: JSONValue

  /// nil where the recordings are not at hand.
  static let all: [JSONValue]? = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let root = folder.appending(path: "../../../../shared/data/azure-recordings/resource-graph.json")
    guard let text = try? String(contentsOf: root.standardizedFileURL, encoding: .utf8) else { return nil }
    return try? JSONValue(parsing: text)["exchanges"]?.array
  }()

  static func named(_ name: String) throws -> Recording {
    Recording(exchange: try #require(all?.first { $0["name"] == .string(name) }))
  }

  var query: String { exchange["request"]?["body"]?["query"]?.string ?? "" }
  var subscriptions: [String] {
    exchange["request"]?["body"]?["subscriptions"]?.array?.compactMap(\.string) ?? []
  }
  var skipToken: String? { exchange["request"]?["body"]?["options"]?["$skipToken"]?.string }
  var body: JSONValue { exchange["response"]?["body"] ?? .null }

  var httpAnswer: HTTPAnswer {
    var headers: [String: String] = [:]
    if case .object(let members)? = exchange["response"]?["headers"] {
      for member in members { headers[member.name.lowercased()] = member.value.string }
    }
    let status = Int(exchange["response"]?["status"]?.integer ?? 0)
    return HTTPAnswer(status: status, headers: headers, body: ByteStore(body.text().utf8))
  }

  var answer: ScriptedTransport.Entry {
    .answer(httpAnswer.status, headers: httpAnswer.headers, body: httpAnswer.body.text)
  }
}

/// A client over scripted answers; the first one, a token, comes by itself.
enum Graph {
  static func client(script: [ScriptedTransport.Entry]) -> (ResourceGraphClient, ScriptedTransport) {
    let transport = ScriptedTransport([token] + script)
    return (client(transport), transport)
  }

  static func client(_ transport: any HTTPTransport, _ time: ManualTime = ManualTime()) -> ResourceGraphClient {
    let time = time.client
    let retrying = RetryingClient(transport: transport, time: time, pacer: nil, meter: TrafficMeter())
    let credentials = ClientCredentials(
      ClientCredentials.Settings(
        tokenURL: "https://authority.test/t/oauth2/v2.0/token", clientID: "c", credential: .secret(Secret("s")),
        scope: "https://manager.test/.default"),
      client: retrying, time: time,
      explain: { status, _ in ConnectorError(.unauthorised, "no token (\(status))", remedy: "") })
    let url = "https://manager.test/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    return ResourceGraphClient(url: url, credentials: credentials, client: retrying)
  }

  static var token: ScriptedTransport.Entry {
    answer(200, #"{"token_type":"Bearer","expires_in":3599,"access_token":"t"}"#)
  }

  static func answer(_ status: Int, _ body: String) -> ScriptedTransport.Entry {
    .answer(status, body: body)
  }

  /// A page of rows with these ids.
  static func page(_ ids: [String], total: Int, token: String?, truncated: String = "false") -> ScriptedTransport.Entry
  {
    let rows = ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    let next = token.map { #","$skipToken":"\#($0)""# } ?? ""
    return answer(
      200,
      #"{"totalRecords":\#(total),"count":\#(ids.count),"data":[\#(rows)],"resultTruncated":"\#(truncated)"\#(next)}"#)
  }

  static func error(_ status: Int, _ code: String) -> ScriptedTransport.Entry {
    answer(status, #"{"error":{"code":"BadRequest","message":"m","details":[{"code":"\#(code)","message":"m"}]}}"#)
  }
}
