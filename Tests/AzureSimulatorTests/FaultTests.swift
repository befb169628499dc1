import Foundation
import Testing

@testable import AzureSimulator

@Suite("Faults")
struct FaultTests {
  private static let assessments =
    "securityresources | where type == 'microsoft.security/assessments' | order by id asc"

  @Test("Rates are met about as often as they say, in the same sequence for the same seed")
  func rates() {
    var settings = FaultSettings()
    settings.throttle = 0.1
    settings.reset = 0.05
    let drawn = (0..<4000).map { RequestFault.draw(settings, seed: 1, request: $0, scale: 1) }
    #expect(drawn == (0..<4000).map { RequestFault.draw(settings, seed: 1, request: $0, scale: 1) })
    let throttled = drawn.count { if case .throttle = $0 { true } else { false } }
    #expect((300...500).contains(throttled))
    #expect((120...280).contains(drawn.count { $0 == .reset }))
    #expect(drawn.contains(.throttle(isBare: true)) && drawn.contains(.throttle(isBare: false)))
    let rarer = (0..<4000).count { RequestFault.draw(settings, seed: 1, request: $0, scale: 0.2) != nil }
    #expect((60...200).contains(rarer))
  }

  @Test(
    "Each request fault gives its status",
    arguments: [
      ("throttle", 429), ("error500", 500), ("error503", 503),
    ])
  func statuses(kind: String, status: Int) throws {
    let client = try SimulatorClient { try? $0.faults.add("\(kind)=1") }
    var bodies: Set<Int> = []
    for _ in 0..<12 {
      let answer = client.send("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01").answer
      #expect(answer.status == status)
      bodies.insert(answer.body.count)
      if status == 429 { #expect(answer.header("retry-after") == "1") }
    }
    if status == 429 { #expect(bodies.contains(2)) }
    try client.state.setFaults(FaultSettings())
    #expect(try client.query("resources | count").status == 200)
  }

  @Test("Cut-off and slow answers are complete ones, sent badly")
  func delivery() throws {
    let client = try SimulatorClient { $0.faults.reset = 1 }
    let headers = ["authorization": "Bearer \(client.token)", "content-type": "application/json"]
    let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    let cut = client.send("POST", target, headers: headers, body: #"{"query": "resources"}"#)
    #expect(cut.isCutOff && cut.answer.status == 200)
    var slow = FaultSettings()
    slow.slow = 1
    slow.slowSeconds = 7
    try client.state.setFaults(slow)
    #expect(client.send("POST", target, headers: headers, body: #"{"query": "resources"}"#).pause == 7)
    #expect(client.state.counts.resets == 1 && client.state.counts.slow == 1)
  }

  @Test("A forbidden subscription has no rows anywhere, and alone it is refused")
  func forbidden() throws {
    let client = try SimulatorClient { $0.faults.forbid = ["2"] }
    let lost = client.subscriptions[1]
    for table in ["resources", "securityresources", "resourcecontainers"] {
      let rows = try client.rows("\(table) | project id, subscriptionId")
      #expect(!rows.isEmpty)
      #expect(!rows.contains { $0.text("subscriptionId") == lost })
    }
    let alone = try client.query("resources", subscriptions: [lost])
    #expect(alone.status == 403)
    #expect(alone.errorCode == "AccessDenied")
    #expect(try client.query("resources", subscriptions: [lost, client.subscriptions[0]]).status == 200)
  }

  @Test("A hidden subscription has no rows and causes no error")
  func hidden() throws {
    let client = try SimulatorClient()
    var faults = FaultSettings()
    faults.hide = [client.subscriptions[0]]
    try client.state.setFaults(faults)
    let alone = try client.query("resourcecontainers", subscriptions: [client.subscriptions[0]])
    #expect(alone.status == 200)
    #expect(!alone.rows.contains { $0.text("subscriptionId") == client.subscriptions[0] })
    #expect(try client.query("resources", subscriptions: [client.subscriptions[0]]).totalRecords == 0)
  }

  @Test("An emptied subscription is listed but has no resources")
  func emptied() throws {
    let client = try SimulatorClient { $0.faults.empty = ["1"] }
    let only = [client.subscriptions[0]]
    #expect(try client.query("resources", subscriptions: only).totalRecords == 0)
    #expect(try client.query("securityresources", subscriptions: only).totalRecords == 0)
    let listed = try client.query(
      "resourcecontainers | where type == 'microsoft.resources/subscriptions'", subscriptions: only)
    #expect(listed.totalRecords == 1)
  }

  @Test("Rubbish rows stay valid JSON, the same ones on each request, and of every kind")
  func malformed() throws {
    let client = try SimulatorClient { $0.faults.malformed = 0.3 }
    let sound = try SimulatorClient()
    let first = try client.query(Self.assessments)
    #expect(first.answer.body == (try client.query(Self.assessments)).answer.body)
    let rows = first.rows
    #expect(rows.count == (try sound.query(Self.assessments)).rows.count)
    #expect(rows.contains { $0["properties"] is NSNull })
    #expect(rows.contains { $0["id"] is NSNull })
    #expect(rows.contains { $0["id"] is Int })
    #expect(rows.contains { $0["id"] == nil })
    #expect(rows.contains { $0.at("properties", "status") is String })
    #expect(rows.contains { $0["properties"] is [String: Any] && $0.at("properties", "resourceDetails") == nil })
    #expect(rows.contains { $0.at("properties", "metadata", "severity") is Int })
    #expect(rows.contains { $0.text("properties", "status", "firstEvaluationDate") == "yesterday" })
    let spoiled = zip(rows, try sound.query(Self.assessments).rows).count { !NSDictionary(dictionary: $0).isEqual($1) }
    #expect((rows.count / 5...rows.count * 2 / 5).contains(spoiled))
  }

  @Test("A tenant of nothing but rubbish can still be queried")
  func allMalformed() throws {
    let client = try SimulatorClient { $0.faults.malformed = 1 }
    for query in [
      "resources | where type =~ 'microsoft.compute/virtualmachines' | order by id asc",
      "resources | extend i = tolower(id) | summarize count() by i", Self.assessments,
      "securityresources | extend s = tostring(properties.status.code) | summarize count() by s",
    ] {
      #expect(try client.query(query).status == 200)
    }
  }

  @Test(
    "Faults are read from flags, and what cannot be is refused with a sentence",
    arguments: [
      "throttle", "throttle=2", "throttle=x", "nonsense=1", "expire-token=-1", "token-requests=0", "slow-seconds=x",
    ])
  func badFlags(text: String) {
    var settings = FaultSettings()
    #expect(throws: FaultSyntaxError.self) { try settings.add(text) }
    #expect(settings == FaultSettings())
  }

  @Test("Good flags set their values")
  func goodFlags() throws {
    var settings = FaultSettings()
    for text in ["throttle=0.25", "expire-token=30", "token-requests=3", "forbid=2", "hide=ABC", "slow-seconds=0.5"] {
      try settings.add(text)
    }
    #expect(settings.throttle == 0.25)
    #expect(settings.expireToken == 30)
    #expect(settings.forbid == ["2"])
    #expect(settings.hide == ["abc"])
    #expect(settings.slowSeconds == 0.5)
  }

  @Test("Faults can be changed while it runs; a subscription that does not exist is refused")
  func control() throws {
    let client = try SimulatorClient()
    let body = #"{"throttle": 1, "forbid": [1, "2"]}"#
    #expect(client.send("POST", "/simulator/faults", body: body).answer.status == 200)
    #expect(client.state.faults.forbid == ["1", "2"])
    #expect(client.send("POST", "/simulator/faults", body: #"{"hide": "99"}"#).answer.status == 400)
    #expect(client.state.faults.throttle == 1)
    #expect(client.send("POST", "/simulator/faults", body: "{}").answer.status == 200)
    #expect(client.state.faults == FaultSettings())
    #expect(throws: FaultSyntaxError.self) { try SimulatorClient { $0.faults.hide = ["4"] } }
  }

  @Test("Requests are counted by kind and status")
  func counts() throws {
    let client = try SimulatorClient()
    _ = try client.requestToken()
    _ = try client.requestToken(changing: ["client_secret": "x"])
    _ = try client.query("resources")
    _ = try client.query("nonsense nonsense")
    let reply = try Reply(client.send("GET", "/simulator/requests").answer)
    #expect(reply.json["total"] as? Int == 4)
    #expect(reply.json["token"] as? Int == 2)
    #expect(reply.json["pages"] as? Int == 1)
    #expect(reply.json["status"] as? [String: Int] == ["200": 2, "400": 1, "401": 1])
  }
}
