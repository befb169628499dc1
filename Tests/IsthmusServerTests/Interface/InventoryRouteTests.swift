import AzureSimulator
import IsthmusCore
import IsthmusStore
import Testing

@testable import IsthmusServer

@Suite("Inventory over the interface")
struct InventoryRouteTests {
  private typealias Harness = InterfaceHarness

  @Test("Pages joined are the list, for both nouns and in any order", arguments: ["assets", "findings"])
  func pages(_ noun: String) async throws {
    let harness = try await Harness.filled()
    for sort in ["", "&sort=-\(noun == "assets" ? "asset.name" : "finding.severity")"] {
      let whole = try await harness.send("GET", "/\(noun)?limit=500\(sort)")
      #expect(whole.json["next"] == .null && !whole.items.isEmpty)
      var (joined, cursor) = ([JSONValue](), "")
      repeat {
        let page = try await harness.send("GET", "/\(noun)?limit=5\(sort)\(cursor)")
        joined += page.items
        cursor = page.json["next"]?.string.map { "&cursor=\(PercentText.encoded($0))" } ?? ""
      } while !cursor.isEmpty
      #expect(joined == whole.items)
    }
    let count = try await harness.send("GET", "/\(noun)/count").json["count"]?.integer
    let truth = harness.simulator.truth
    #expect(count == Int64(noun == "assets" ? truth.assets : truth.pass + truth.fail))
    await harness.stop()
  }

  @Test("A cursor of another list, of another order or of nobody is refused")
  func cursors() async throws {
    let harness = try await Harness.filled()
    let cursor = try #require(try await harness.send("GET", "/assets?limit=1").json["next"]?.string)
    for path in [
      "/findings?cursor=\(cursor)", "/assets?sort=asset.name&cursor=\(cursor)", "/assets?cursor=rubbish",
      "/assets?cursor=", "/assets?cursor=%00",
    ] {
      #expect(try await harness.send("GET", path).problem == "bad-request", "\(path)")
    }
    await harness.stop()
  }

  @Test("Each facet value's query finds as many as the facet counts", arguments: QueryEntity.allCases)
  func facets(_ entity: QueryEntity) async throws {
    let harness = try await Harness.filled(hosts: 6, findingsPerHost: 4)
    let noun = entity == .asset ? "assets" : "findings"
    let fields = try await harness.send("GET", "/query/fields?entity=\(entity.rawValue)&use=facet").items
    #expect(fields.count > 5)
    for field in fields.compactMap({ $0["name"]?.string }) {
      let answer = try await harness.send("GET", "/\(noun)/facets?field=\(PercentText.encoded(field))&limit=1000")
      for value in answer.json["facets"]?.array?.first?["values"]?.array ?? [] {
        let query = Harness.parameters(["query": value["query"]?.string ?? ""])
        let count = try await harness.send("GET", "/\(noun)/count\(query)").json["count"]
        #expect(count == value["count"], "\(field) \(value)")
      }
    }
    for (path, problem) in [
      ("", "bad-request"), ("?field=nonsense", "bad-query"),
      ("?\(Array(repeating: "field=asset.truRiskScore", count: 11).joined(separator: "&"))", "bad-request"),
    ] {
      #expect(try await harness.send("GET", "/\(noun)/facets\(path)").problem == problem, "\(path)")
    }
    await harness.stop()
  }

  @Test("A query that can't be read is refused with its position and what was probably meant")
  func badQueries() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let query = Harness.parameters(["query": "operatingSystm: x"])
    for path in ["/assets\(query)", "/assets/count\(query)", "/query/check\(query)"] {
      let answer = try await harness.send("GET", path)
      #expect(answer.problem == "bad-query" && answer.json["position"] == .integer(0), "\(answer.text)")
      #expect(answer.json["suggestion"]?.string != nil, "\(answer.text)")
    }
    let completed = try await harness.send("GET", "/query/completions\(Harness.parameters(["query": "operatingS"]))")
    #expect(completed.items.contains { $0["text"]?.string?.hasPrefix("operatingSystem") ?? false })
    for position in ["0", "9", "10", "65536"] {
      let path = "/query/completions?query=operatingS&position=\(position)"
      #expect(try await harness.send("GET", path).status == 200)
    }
    await harness.stop()
  }

  @Test("Recommendations come with what their fix would do, the greatest first; those that fail can be asked for")
  func controls() async throws {
    let harness = try await Harness.filled()
    let all = try await harness.send("GET", "/controls").items
    let reductions = all.compactMap { $0["scoreReduction"]?.integer }
    #expect(reductions.count == all.count && reductions == reductions.sorted(by: >) && (reductions.first ?? 0) > 0)
    let failing = try await harness.send("GET", "/controls?failing=true").items
    #expect(failing == all.filter { ($0["openFindings"]?.integer ?? 0) > 0 } && failing.count < all.count)
    #expect(try await harness.send("GET", "/controls?limit=2").items == Array(all.prefix(2)))
    let severe = try await harness.send("GET", "/controls?severity=4&severity=5&text=BE%20should").items
    #expect(
      severe
        == all.filter { row in
          let title = row["findingDescription"]?.string?.lowercased() ?? ""
          return (row["severity"]?.integer ?? 0) >= 4 && title.contains("be") && title.contains("should")
        } && !severe.isEmpty && severe.count < all.count)
    let file = try await harness.send("GET", "/exports/controls?severity=5")
    let lines = file.text.split(separator: "\r\n")
    #expect(lines.count == 1 + all.count { $0["severity"]?.integer == 5 } && lines[0].hasPrefix("id,findingName,"))
    for row in failing.prefix(3) {
      let id = row["id"]?.string ?? ""
      let query = "finding: (finding.control.number: \(id) and finding.status: [NEW, ACTIVE, REOPENED])"
      let count = try await harness.send("GET", "/assets/count\(Harness.parameters(["query": query]))").json["count"]
      #expect(count == row["failingHosts"])
      let record = try await harness.send("GET", "/controls/\(id)").json
      #expect(record["scoreReduction"] == row["scoreReduction"] && record["openFindings"] == row["openFindings"])
    }
    await harness.stop()
  }

  @Test("Records lead to one another, and ids that nothing has are not found")
  func records() async throws {
    let harness = try await Harness.filled()
    let finding = try #require(try await harness.send("GET", "/findings?limit=1").items.first)
    let (id, asset) = (finding["id"]?.string ?? "", finding["assetId"]?.string ?? "")
    #expect(try await harness.send("GET", "/findings/\(id)").json["id"] == finding["id"])
    #expect(try await harness.send("GET", "/assets/\(asset)").json["id"] == finding["assetId"])
    let control = finding["controlId"]?.string ?? ""
    #expect(try await harness.send("GET", "/controls/\(control)").json["id"]?.string == control)
    let explained = try await harness.send("GET", "/assets/\(asset)/explanation")
    let open = explained.json["openFindings"]?.array?.first
    let fixed = try await harness.send("GET", "/assets/\(asset)/explanation?fix=\(open?["id"]?.string ?? "")")
    #expect(fixed.status == 200, "\(fixed.text)")
    for kind in ["assets", "findings", "controls", "runs"] {
      for id in ["A999999", "F999999", "C999999", "R999999", "x", "A1%2F2", "A99999999999999999999", "%00"] {
        #expect(try await harness.send("GET", "/\(kind)/\(id)").problem == "not-found", "\(kind) \(id)")
      }
    }
    for path in ["/summary", "/history", "/ambiguities"] {
      #expect(try await harness.send("GET", path).status == 200)
    }
    await harness.stop()
  }

  @Test("Runs are listed by result and time, and read on from one of them")
  func runs() async throws {
    let harness = try await Harness.filled()
    try await harness.store.write { transaction in
      let connector = try transaction.connector(named: "Runs", kind: "kind", productName: "P", vendorName: "V")
      for hour in 0..<4 {
        let at = Timestamp(microseconds: 1_770_000_000_000_000 + Int64(hour) * 3_600_000_000)
        let run = try transaction.insertRun(
          NewRun(
            connector: connector, profile: "p", startedAt: at, map: "map", mapVersion: 1, scoreMap: "default"))
        if hour < 3 { try transaction.finishRun(run, result: hour == 0 ? "failed" : "partial", error: nil, at: at) }
      }
    }
    func ids(_ parameters: KeyValuePairs<String, String>) async throws -> [String] {
      let others = parameters.map { "&\($0.key)=\(PercentText.encoded($0.value))" }.joined()
      return try await harness.send("GET", "/runs?connector=Runs\(others)").items.compactMap { $0["run"]?.string }
    }
    let all = try await ids([:])
    #expect(all.count == 4)
    #expect(try await ids(["oldestFirst": "true"]) == all.reversed())
    #expect(try await ids(["result": "partial"]) == Array(all[1...2]))
    #expect(try await ids(["result": "unfinished"]) == [all[0]])
    #expect(try await ids(["after": all[1], "limit": "1"]) == [all[2]])
    // 2026-02-02T02:40Z, and each hour after it.
    #expect(try await ids(["from": "2026-02-02T03:40:00Z", "until": "2026-02-02T05:40:00Z"]) == Array(all[1...2]))
    #expect(try await harness.send("GET", "/runs?after=x").problem == "bad-request")
    await harness.stop()
  }

  @Test("A decision counts at once, is taken back, and is refused without a reason or with an end that is past")
  func decisions() async throws {
    let harness = try await Harness.filled()
    let query = Harness.parameters(["query": "finding.status: NEW", "limit": "1"])
    let finding = try #require(try await harness.send("GET", "/findings\(query)").items.first)
    let path = "/findings/\(finding["id"]?.string ?? "")/decision"
    let asset = finding["assetId"]?.string ?? ""
    func score() async throws -> JSONValue? { try await harness.send("GET", "/assets/\(asset)").json["truRiskScore"] }
    let body: JSONValue = .object(["decision": .string("ignored"), "reason": .string("By design")])
    let before = try await score()
    let decided = try await harness.send("PUT", path, body, as: .token(.operator))
    #expect(decided.status == 200 && decided.json["scoreBefore"] == before)
    #expect(try await score() == decided.json["scoreAfter"])
    #expect(try await harness.send("DELETE", path).problem == "bad-request", "no reason")
    #expect(try await harness.send("DELETE", "\(path)?reason=%20").problem == "invalid")
    let back = try await harness.send("DELETE", "\(path)?reason=A%20mistake")
    #expect(back.json["scoreAfter"] == before)
    #expect(try await harness.send("DELETE", "\(path)?reason=twice").problem == "invalid")
    for (name, value) in [
      ("until", "2020-01-01T00:00:00Z"), ("until", "soon"), ("until", "2026-02-30T00:00:00Z"), ("reason", ""),
      ("decision", "fixed"),
    ] {
      #expect(
        try await harness.send("PUT", path, body.with(name, .string(value))).problem == "invalid", "\(name) \(value)")
    }
    let forever = body.with("until", .null)
    #expect(try await harness.send("PUT", path, forever).status == 200)
    await harness.stop()
  }

  @Test("Two hosts become one and two again; a step that nobody made is not found")
  func merges() async throws {
    let harness = try await Harness.filled()
    let assets = try await harness.send("GET", "/assets?limit=2&sort=asset.name").items.compactMap { $0["id"]?.string }
    func count() async throws -> Int64? { try await harness.send("GET", "/assets/count").json["count"]?.integer }
    let before = try #require(try await count())
    let body: JSONValue = .object(["with": .string(assets[1]), "reason": .string("One box")])
    let merged = try await harness.send("POST", "/assets/\(assets[0])/merge", body, as: .token(.operator))
    let step = try #require(merged.json["step"]?.integer)
    #expect(try await count() == before - 1)
    #expect(try await harness.send("DELETE", "/identity-steps/\(step)").status == 200)
    #expect(try await count() == before)
    for path in ["99", "x", "-1", "99999999999999999999"] {
      #expect(try await harness.send("DELETE", "/identity-steps/\(path)").problem == "not-found", "\(path)")
    }
    let apart: JSONValue = .object(["from": .array([.string(assets[1])]), "reason": .string("A clone")])
    #expect(try await harness.send("POST", "/assets/\(assets[0])/apart", apart).status == 200)
    for (path, body, problem) in [
      ("merge", body.with("with", .string("A999999")), "not-found"),
      ("merge", body.with("with", .string("x")), "invalid"),
      ("merge", body.with("with", .string(assets[0])), "invalid"), ("merge", body.without("reason"), "invalid"),
      ("split", body.without("with").with("sources", .array([])), "invalid"),
      ("split", body.without("with").with("sources", .array([.string("nobody")])), "not-found"),
      ("apart", apart.with("from", .array([.string("x")])), "invalid"),
    ] {
      let answer = try await harness.send("POST", "/assets/\(assets[0])/\(path)", body)
      #expect(answer.problem == problem, "\(path) \(body.text()): \(answer.text)")
    }
    await harness.stop()
  }
}
