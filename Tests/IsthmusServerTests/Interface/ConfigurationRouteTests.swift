import AzureSimulator
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Testing

@testable import IsthmusServer

@Suite("Configuration over the interface")
struct ConfigurationRouteTests {
  private static let tag: JSONValue = .object([
    "name": .string("Windows"), "query": .string("operatingSystem: Windows"), "criticality": .integer(4),
  ])

  @Test("What somebody else changed meanwhile is not overwritten: If-Match with another tag is refused")
  func conditions() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let path = "/tags/Windows"
    #expect(try await harness.send("PUT", path, Self.tag, ["if-match": "*"]).problem == "changed-meanwhile")
    #expect(try await harness.send("DELETE", path, nil, ["if-match": "\"0\""]).problem == "changed-meanwhile")
    let made = try await harness.send("POST", "/tags", Self.tag)
    #expect(made.status == 201 && made.headers["location"] == "/api/v1/tags/Windows")
    #expect(try await harness.send("POST", "/tags", Self.tag).problem == "conflict")
    let read = try await harness.send("GET", path)
    #expect(read.tag == made.tag && read.json["criticality"] == .integer(4))
    let other = Self.tag.with("criticality", .integer(5))
    for wrong in ["\"0\"", "W/\(read.tag)", "\"a\", \"b\"", "", "\"\""] {
      #expect(
        try await harness.send("PUT", path, other, ["if-match": wrong]).problem == "changed-meanwhile", "\(wrong)")
    }
    #expect(try await harness.send("GET", path).json == read.json)
    let changed = try await harness.send("PUT", path, other, ["if-match": "\"0\", \(read.tag)"])
    #expect(changed.status == 200 && changed.tag != read.tag && changed.json["criticality"] == .integer(5))
    #expect(try await harness.send("PUT", path, other, ["if-match": "*"]).tag == changed.tag)
    #expect(try await harness.send("DELETE", path, nil, ["if-match": read.tag]).problem == "changed-meanwhile")
    #expect(try await harness.send("DELETE", path, nil, ["if-match": changed.tag]).status == 204)
    #expect(try await harness.send("GET", path).problem == "not-found")
    #expect(try await harness.send("DELETE", path).problem == "not-found")
    await harness.stop()
  }

  @Test(
    "A setting of which there is one has a tag too, and a preview changes nothing",
    arguments: ["scoring", "identification"])
  func singles(_ noun: String) async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let before = try await harness.send("GET", "/\(noun)")
    let other =
      noun == "scoring"
      ? before.json.with("exposureFactor", .number(1.5))
      : before.json.with(
        "identificationRules", try JSONValue(parsing: #"[{"name": "owner", "attributes": ["custom.owner"]}]"#))
    let preview = try await harness.send("POST", "/\(noun)/preview", other, as: .token(.viewer))
    #expect(preview.json["changes"]?.array?.count == 1, "\(preview.text)")
    #expect(try await harness.send("GET", "/\(noun)").tag == before.tag)
    let changed = try await harness.send("PUT", "/\(noun)", other, ["if-match": before.tag])
    #expect(changed.status == 200 && changed.tag != before.tag)
    #expect(try await harness.send("GET", "/\(noun)").tag == changed.tag)
    #expect(try await harness.send("PUT", "/\(noun)", other, ["if-match": before.tag]).problem == "changed-meanwhile")
    #expect(try await harness.send("PUT", "/\(noun)", .object(["nonsense": .integer(1)])).problem == "invalid")
    await harness.stop()
  }

  @Test("A connector of any name can be made, checked, run, asked for and deleted by its address")
  func connectors() async throws {
    let harness = try await InterfaceHarness(hosts: 3, findingsPerHost: 2)
    let name = "a/b ü?#%2F"
    let made = try await harness.send("POST", "/connectors", harness.connector(name))
    let path = String(try #require(made.headers["location"]).dropFirst("/api/v1".count))
    #expect(path == "/connectors/a%2Fb%20%C3%BC%3F%23%252F")
    #expect(made.json["connection"]?["clientSecret"] == .object(["stored": .bool(true)]))
    #expect(try await harness.send("GET", path).json == made.json)
    #expect(
      try await harness.send("GET", path.replacing("%C3%BC", with: "u%CC%88")).json == made.json, "composed or not")
    let check = try await harness.send("POST", "\(path)/check", as: .token(.operator))
    #expect(check.json["passed"] == .bool(true) && check.json["steps"]?.array?.count == 5, "\(check.text)")
    #expect(try await harness.send("POST", "\(path)/runs", as: .token(.operator)).status == 202)
    let runs = try await harness.send("GET", "/runs?connector=\(PercentText.encoded(name))")
    let run = try #require(runs.items.first?["run"]?.string)
    #expect(runs.items.first?["connector"] == .string(name) && runs.items.first?["result"] == .string("succeeded"))
    #expect(try await harness.send("GET", "/runs/\(run)").json["coverage"]?.array?.isEmpty == false)
    #expect(try await harness.send("GET", "/runs/\(run)/log").items.isEmpty == false)
    #expect(try await harness.send("GET", "/runs/\(run)/rejects").items.isEmpty)
    #expect(try await harness.send("POST", "/runs/\(run)/approve").problem == "conflict")
    #expect(try await harness.send("POST", "/runs/\(run)/cancel").problem == "conflict")
    #expect(try await harness.send("GET", "\(path)/status").json["lastRun"]?["run"]?.string == run)
    #expect(try await harness.send("GET", "\(path)/events").headers["content-type"] == "text/event-stream")
    #expect(try await harness.send("GET", "/connectors/a/b").problem == "not-found")
    #expect(try await harness.send("DELETE", path).status == 204)
    #expect(try await harness.store.read { try $0.secrets.storedSecrets() }.isEmpty)
    await harness.stop()
  }

  @Test("A draft is kept unfinished, is read and written back as one, and runs once it is whole")
  func drafts() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let half: JSONValue = .object([
      "name": .string("half"), "kind": .string("defender-for-cloud"),
      "connection": .object(["clientSecret": .string(harness.simulator.clientSecret)]),
    ])
    #expect(try await harness.send("POST", "/connectors", half).problem == "invalid")
    let draft = try await harness.send("POST", "/connectors?draft=true", half)
    #expect(draft.status == 201 && draft.json["draft"] == .bool(true))
    #expect(try await harness.send("POST", "/connectors/half/check").problem == "conflict")
    #expect(try await harness.send("GET", "/connectors/half/status").json["state"] == .string("draft"))
    let again = try await harness.send("PUT", "/connectors/half", draft.json, ["if-match": draft.tag])
    #expect(again.json == draft.json && again.tag == draft.tag)
    #expect(try await harness.send("PUT", "/connectors/half", harness.connector("half")).json["draft"] == nil)
    #expect(try await harness.send("POST", "/connectors/half/check").json["passed"] == .bool(true))
    await harness.stop()
  }

  @Test("A connector that lacks its secret does not keep another one from being checked")
  func othersSecrets() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1, allowed: "ISTHMUS_TEST_NOT_SET")
    let lacking = harness.connector("lacking", secret: .object(["env": .string("ISTHMUS_TEST_NOT_SET")]))
    #expect(try await harness.send("POST", "/connectors", lacking).status == 201)
    #expect(try await harness.send("POST", "/connectors", harness.connector("whole")).status == 201)
    #expect(try await harness.send("POST", "/connectors/whole/check").json["passed"] == .bool(true))
    #expect(try await harness.send("POST", "/connectors/lacking/check").problem == "invalid")
    let unsaved = try await harness.send("POST", "/connector-checks", harness.connector("another"))
    #expect(unsaved.json["passed"] == .bool(true), "\(unsaved.text)")
    #expect(try await harness.send("GET", "/connectors/another").problem == "not-found")
    await harness.stop()
  }

  @Test("A file is planned without a change, applied, and applied again without one; pruning takes the rest away")
  func files() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let yaml = ["content-type": "application/yaml; charset=utf-8"]
    let text = Array(
      """
      tags:
        - {name: Windows, query: "operatingSystem: Windows", criticality: 5}
      entities: [{name: Shop, tags: [Windows]}]
      """.utf8)
    func changes(_ path: String) async throws -> [String] {
      let answer = try await harness.send("POST", "/configuration/\(path)", bytes: text, yaml)
      return answer.json["changes"]?.array?.compactMap { $0["name"]?.string } ?? ["\(answer.text)"]
    }
    #expect(try await changes("plan") == ["Windows", "Shop"])
    #expect(try await harness.send("GET", "/tags").items.isEmpty)
    #expect(try await changes("apply") == ["Windows", "Shop"])
    #expect(try await changes("apply") == [])
    #expect(
      try await harness.send("PUT", "/tags/Linux", .object(["query": .string("operatingSystem: Linux")])).status == 200)
    #expect(try await changes("plan") == [])
    #expect(try await changes("apply?prune=true") == ["Linux"])
    #expect(try await harness.send("GET", "/entities/Shop/score").json["name"] == .string("Shop"))
    let asJSON: JSONValue = .object(["tags": .array([.object(["name": .string("x"), "query": .string("id: A1")])])])
    #expect(try await harness.send("POST", "/configuration/plan", asJSON).status == 200)
    for (bytes, problem) in [
      (Array("tags: [".utf8), "invalid"), (Array("tags: [{name: x}]".utf8), "invalid"), (Array("a: 1".utf8), "invalid"),
      (Array("tags: []\u{0}".utf8), "invalid"), ([0x61, 0xFF], "bad-request"), ([], "invalid"),
    ] as [([UInt8], String)] {
      let answer = try await harness.send("POST", "/configuration/apply", bytes: bytes, yaml)
      #expect(answer.problem == problem, "\(bytes): \(answer.text)")
    }
    await harness.stop()
  }

  @Test("A map is tried on a record, and one that can't be used says where it is wrong")
  func maps() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let map = try #require(try await harness.send("GET", "/built-in-maps").items.first)
    let record: JSONValue = .object(["name": .string("web-01"), "id": .string("/x"), "vmId": .string("one")])
    let body: JSONValue = .object(["map": map, "records": .array([record])])
    let tried = try await harness.send("POST", "/transform-maps-preview", body, as: .token(.viewer))
    #expect(tried.items.first?["rows"]?.array?.isEmpty == false, "\(tried.text)")
    let own = map.with("name", .string("mine"))
    #expect(try await harness.send("POST", "/transform-maps", own).status == 201)
    #expect(
      try await harness.send("PUT", "/transform-maps/\(PercentText.encoded(map["name"]?.string ?? ""))", map).problem
        == "conflict")
    let broken = own.with(
      "rows", try JSONValue(parsing: #"[{"source": "name[", "target": "assetName"}]"#))
    for (path, body) in [
      ("/transform-maps-preview", body.with("map", broken)),
      ("/transform-maps", broken.with("name", .string("broken"))),
      ("/transform-maps-preview", body.with("map", own.with("sourceModel", .string("nothing")))),
      ("/transform-maps-preview", body.with("records", .array([.integer(1)]))),
    ] {
      #expect(try await harness.send("POST", path, body).problem == "invalid", "\(path)")
    }
    for model in try await harness.send("GET", "/data-models").items.compactMap({ $0["name"]?.string }) {
      #expect(try await harness.send("GET", "/data-models/\(model)").items.isEmpty == false)
    }
    await harness.stop()
  }
}
