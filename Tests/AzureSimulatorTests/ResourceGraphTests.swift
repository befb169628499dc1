import Foundation
import Testing

@testable import AzureSimulator

@Suite("Resource Graph")
struct ResourceGraphTests {
  private static let assessments =
    "securityresources | where type == 'microsoft.security/assessments' | order by id asc"

  @Test("Members come in the recorded order and resultTruncated is text")
  func members() throws {
    let reply = try SimulatorClient().query("resources | project id", options: ["$top": 2])
    let text = String(decoding: reply.answer.body, as: UTF8.self)
    let members = [
      "\"totalRecords\":", "\"count\":2,", "\"data\":[", "\"facets\":[]", "\"resultTruncated\":\"false\"",
      "\"$skipToken\":\"",
    ]
    let places = members.map { text.range(of: $0)?.lowerBound }
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    #expect(reply.answer.header("content-type") == "application/json; charset=utf-8")
    #expect(reply.answer.header("x-ms-correlation-request-id") != nil)
  }

  @Test("Pages of any size hold each row once, and the last has no token")
  func paging() throws {
    let client = try SimulatorClient()
    let whole = try client.rows(Self.assessments).compactMap { $0.text("id") }
    #expect(whole.count > 500)
    for size in [1000, 333, 101] {
      #expect(try client.rows(Self.assessments, pageSize: size).compactMap { $0.text("id") } == whole)
    }
    let page = try client.query(Self.assessments, options: ["$top": 10, "$skip": whole.count - 5])
    #expect(page.rows.count == 5)
    #expect(page.skipToken == nil)
    #expect(page.resultTruncated == "false")
    #expect(page.totalRecords == whole.count)
  }

  @Test("Without $top a page has 1,000 rows")
  func defaultPage() throws {
    let client = try SimulatorClient { $0.tenant.hosts = 60 }
    let page = try client.query(Self.assessments)
    #expect(page.rows.count == 1000)
    #expect(page.skipToken != nil)
  }

  @Test(
    "A result that cannot be paged is truncated without a token",
    arguments: [
      "resources | project id | limit 50", "resources | take 50", "resources | project name",
      "resources | project tags, identity",
    ])
  func unpaged(query: String) throws {
    let page = try SimulatorClient().query(query, options: ["$top": 3])
    #expect(page.rows.count == 3)
    #expect(page.skipToken == nil)
    #expect(page.resultTruncated == "true")
  }

  @Test("A token belongs to its query, its scope and its day")
  func foreignTokens() throws {
    let client = try SimulatorClient()
    let token = try #require(try client.query(Self.assessments, options: ["$top": 10]).skipToken)
    let options: [String: Any] = ["$top": 10, "$skipToken": token]
    #expect(try client.query(Self.assessments, options: options).status == 200)
    #expect(try client.query("resources", options: options).status == 400)
    let narrowed = try client.query(Self.assessments, subscriptions: [client.subscriptions[0]], options: options)
    #expect(narrowed.detailCodes == ["InvalidSkipToken"])
    #expect(try client.query(Self.assessments, options: ["$skipToken": "rubbish!"]).detailCodes == ["InvalidSkipToken"])
    client.state.setDay(1)
    #expect(try client.query(Self.assessments, options: options).detailCodes == ["InvalidSkipToken"])
  }

  @Test(
    "A page size outside 1...1000 and other bad options are refused",
    arguments: [
      ["$top": 0], ["$top": 1001], ["$top": "10"], ["$skip": -1], ["resultFormat": "xml"], ["$skipToken": 3],
    ] as [[String: any Sendable]])
  func badOptions(options: [String: any Sendable]) throws {
    let reply = try SimulatorClient().query("resources", options: options)
    #expect(reply.status == 400)
    #expect(reply.errorCode == "BadRequest")
  }

  @Test("An answer over 16 MiB is refused, a smaller page of the same rows is not")
  func payload() throws {
    let client = try SimulatorClient {
      $0.tenant.textBytes = 12_000
      $0.tenant.hosts = 40
      $0.tenant.findingsPerHost = 30
    }
    let refused = try client.query(Self.assessments, options: ["$top": 1000])
    #expect(refused.status == 400)
    #expect(refused.errorCode == "BadRequest")
    #expect(refused.detailCodes == ["ResponsePayloadTooLarge"])
    #expect(try client.query(Self.assessments, options: ["$top": 500]).rows.count == 500)
  }

  @Test("Scope: lists and management groups exclude each other, unknown ones are refused")
  func scopes() throws {
    let client = try SimulatorClient()
    let query = "resourcecontainers | where type == 'microsoft.resources/subscriptions' | project id, name"
    #expect(try client.query(query).rows.count == 3)
    #expect(try client.query(query, subscriptions: [client.subscriptions[1].uppercased()]).rows.count == 1)
    #expect(try client.query(query, more: ["managementGroups": ["contoso"]]).rows.count == 3)
    let both = try client.query(query, subscriptions: client.subscriptions, more: ["managementGroups": ["contoso"]])
    #expect(both.detailCodes == ["InvalidScope"])
    for unknown in [[], ["00000000-0000-0000-0000-000000000009"]] as [[String]] {
      let reply = try client.query(query, subscriptions: unknown)
      #expect(reply.status == 400)
      #expect(reply.detailCodes == ["NoValidSubscriptionsInQueryRequest"])
    }
    #expect(try client.query(query, more: ["managementGroups": ["nobody"]]).status == 400)
  }

  @Test("Another content type gives 500, another version 400, another method 405")
  func protocolFaults() throws {
    let client = try SimulatorClient()
    #expect(try client.query("resources", contentType: "text/plain").status == 500)
    #expect(try client.query("resources", contentType: "Application/JSON; charset=UTF-8").status == 200)
    #expect(try client.query("resources", version: "2020-01-01").errorCode == "InvalidApiVersionParameter")
    #expect(try client.query("resources", version: nil).errorCode == "MissingApiVersionParameter")
    #expect(try client.query("resources", version: "2024-04-01").status == 200)
    #expect(client.send("GET", "/providers/Microsoft.ResourceGraph/resources").answer.status == 405)
    let headers = ["authorization": "Bearer \(client.token)", "content-type": "application/json"]
    let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    #expect(client.send("POST", target, headers: headers, body: "[]").answer.status == 400)
  }

  @Test("A token that is missing or unknown gives 401 with a challenge")
  func authentication() throws {
    var client = try SimulatorClient()
    client.token = "nonsense"
    let reply = try client.query("resources")
    #expect(reply.status == 401)
    #expect(reply.errorCode == "InvalidAuthenticationToken")
    #expect(reply.answer.header("www-authenticate")?.contains("error=\"invalid_token\"") == true)
    let missing = client.send("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01").answer
    #expect(missing.status == 401)
  }

  @Test("A faulty query is refused as the service words it, with its place")
  func faultyQuery() throws {
    let reply = try SimulatorClient().query("project id, location | where where")
    #expect(reply.status == 400)
    #expect(reply.errorCode == "BadRequest")
    #expect(reply.detailCodes == ["InvalidQuery", "ParserFailure"])
    let details = try #require(reply.error["details"] as? [[String: Any]])
    #expect(details[1]["line"] as? Int == 1)
    #expect(details[1]["characterPositionInLine"] as? Int == 34)
    #expect(details[1]["token"] as? String == "<EOF>")
    #expect((reply.error["message"] as? String)?.hasPrefix("Please provide below info") == true)
  }

  @Test("The table format has columns with types, and rows")
  func table() throws {
    let reply = try SimulatorClient().query(
      "resources | project id, properties", options: ["resultFormat": "table", "$top": 2])
    let data = try #require(reply.json["data"] as? [String: Any])
    let columns = try #require(data["columns"] as? [[String: String]])
    #expect(columns == [["name": "id", "type": "string"], ["name": "properties", "type": "object"]])
    #expect((data["rows"] as? [[Any]])?.count == 2)
  }

  @Test("Facets count the values of a column, an unknown column is an error of its own")
  func facets() throws {
    let facets: [[String: Any]] = [["expression": "type", "options": ["$top": 2]], ["expression": "nope"]]
    let reply = try SimulatorClient().query("resources", options: ["$top": 1], more: ["facets": facets])
    let results = try #require(reply.json["facets"] as? [[String: Any]])
    #expect(results[0]["resultType"] as? String == "FacetResult")
    #expect((results[0]["data"] as? [[String: Any]])?.count == 2)
    #expect(results[1]["resultType"] as? String == "FacetError")
  }

  @Test("Subscriptions are listed with their names, operations too")
  func management() throws {
    let client = try SimulatorClient { $0.faults.forbid = ["2"] }
    let headers = ["authorization": "Bearer \(client.token)"]
    let list = try Reply(client.send("GET", "/subscriptions?api-version=2022-12-01", headers: headers).answer)
    #expect((list.json["value"] as? [[String: Any]])?.count == 2)
    let hidden = "/subscriptions/\(client.subscriptions[1])?api-version=2022-12-01"
    #expect(client.send("GET", hidden, headers: headers).answer.status == 404)
    let operations = "/providers/Microsoft.ResourceGraph/operations?api-version=2021-03-01"
    #expect(client.send("GET", operations, headers: headers).answer.status == 200)
    #expect(client.send("GET", "/subscriptions?api-version=2022-12-01").answer.status == 401)
  }
}
