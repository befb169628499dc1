import IsthmusCore
import Testing

@Suite("What people change, by command")
struct PeopleTests {
  /// An inventory that both tenants of a simulator were synced into, with tags and an entity from the file.
  private struct Estate {
    var program: Program
    let tenant: SimulatedTenant

    static let extras = """

      sourceTrust: {order: [Contoso]}
      tags:
        - {name: Edge, query: "publicIpAddresses is not null", criticality: 4, internetExposed: true}
      entities:
        - {name: Web shop, description: Sells, tags: [Edge]}
      """

    init() throws {
      program = try Program()
      tenant = try SimulatedTenant(
        program, "--hosts", "40", "--findings-per-host", "10", "--quota", "off", "--second-tenant", "0.5")
      try program.write("isthmus.yaml", tenant.bothTenants() + Self.extras)
      program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
      program.environment["ISTHMUS_SECOND_SECRET"] = tenant.facts["secondTenant"]?["clientSecret"]?.string
      let sync = try program.run("sync")
      #expect(sync.status == 0, "\(sync.errors)")
    }

    func json(_ arguments: String...) throws -> JSONValue {
      let ended = try program.start(arguments + ["--output", "json"]).wait()
      #expect(ended.status == 0, "\(arguments): \(ended.errors)")
      return try JSONValue(parsing: ended.output)
    }

    func ids(_ query: String) throws -> [String] {
      try json("assets", query, "--limit", "all").array?.compactMap { $0["id"]?.string } ?? []
    }
  }

  @Test("Both tenants give the assets that the truth says; split, merged and undone by hand they obey")
  func identities() throws {
    let estate = try Estate()
    defer { estate.program.remove() }
    let program = estate.program
    let together = try estate.tenant.truth(program)["together"]?["assets"]?.integer
    #expect(try program.run("assets", "--count").output == "\(together ?? -1)\n")
    let shared = try estate.ids("connector.name: Contoso and connector.name: Fabrikam")
    let asset = try #require(shared.first)
    let record = try estate.json("show", "asset", asset)
    #expect(record["valueOrigins"]?["assetName"]?.string?.hasSuffix(" of Contoso") == true, "the trusted one")
    let sources = try #require(record["sourceRecords"]?.array)
    let second = try #require(sources.first { $0["connector"] == .string("Fabrikam") }?["externalAssetId"]?.string)

    let split = try estate.json("asset", "split", asset, "--source", second, "--reason", "A clone")
    #expect(split["step"] == .integer(1) && split["assets"]?.array?.count == 2)
    #expect(try program.run("sync").status == 0)
    #expect(try program.run("assets", "--count").output == "\((together ?? -1) + 1)\n", "a later run obeys")
    let explained = try program.run("explain", "asset", asset)
    #expect(explained.output.contains("kept apart: ") && explained.output.contains("step 1, apart: A clone"))
    let undone = try program.run("asset", "undo", "1")
    #expect(undone.status == 0 && undone.output.contains("is part of \(asset)"), "\(undone.output)")
    #expect(try program.run("assets", "--count").output == "\(together ?? -1)\n")

    let others = try estate.ids("not connector.name: Fabrikam")
    #expect(try program.run("asset", "merge", others[0], others[1], "--reason", "One box").status == 0)
    let moved = try estate.json("asset", "undo", "2")
    let gone = try #require(moved["assets"]?.array)
    #expect(Set(gone.compactMap { $0["id"]?.string }) == Set(others.prefix(2)), "both are there again")
    for (arguments, status) in [
      (["asset", "merge", "A1", "A1", "--reason", "x"], 2), (["asset", "merge", "A1", "A9999", "--reason", "x"], 1),
      (["asset", "merge", "A1", "A2", "--reason", " "], 2), (["asset", "merge", "A1", "A2"], 2),
      (["asset", "split", "A1", "--source", "nobody", "--reason", "x"], 1), (["asset", "undo", "99"], 1),
      (["asset", "merge", "one", "A2", "--reason", "x"], 2),
    ] as [([String], Int32)] {
      #expect(try program.start(arguments).wait().status == status, "\(arguments)")
    }
    #expect(try estate.json("ambiguous").array != nil)
    #expect(try program.run("ambiguous").output.hasPrefix("asset "))
  }

  @Test("A finding that is ignored does not count until it is reopened, and keeps why")
  func decisions() throws {
    let estate = try Estate()
    defer { estate.program.remove() }
    let program = estate.program
    let worst = try #require(try estate.json("assets", "openFindings > 1", "--limit", "1").array?.first)
    let asset = try #require(worst["id"]?.string)
    let open = try #require(try estate.json("explain", "asset", asset)["openFindings"]?.array)
    let finding = try #require(open.first?["id"]?.string)
    let expected = try #require(open.first?["scoreIfFixed"]?.integer)
    let whatIf = try program.run("explain", "asset", asset, "--fix", finding)
    #expect(whatIf.output.contains("with \(finding) fixed: score \(expected), "), "\(whatIf.output)")
    let ignored = try estate.json("finding", "ignore", finding, "--reason", "By design", "--until", "2999-01-01")
    #expect(ignored.array?.first?["scoreAfter"] == .integer(expected))
    #expect(ignored.array?.first?["until"] == .string("2999-01-01T00:00:00Z"))
    #expect(try estate.json("assets", "asset.id: \(asset)").array?.first?["truRiskScore"] == .integer(expected))
    let shown = try program.run("show", "finding", finding)
    #expect(shown.output.contains("By design") && shown.output.contains("2999-01-01"))
    #expect(try program.run("explain", "asset", asset).output.contains("not counted: \(finding) (ignored until"))
    let refused = try program.run("explain", "asset", asset, "--fix", finding)
    #expect(refused.status == 2 && refused.errors.contains("does not count"))
    let reopened = try program.run("finding", "reopen", finding, "--reason", "Not any more")
    #expect(reopened.status == 0 && reopened.output.contains("counts again"))
    for (arguments, status) in [
      (["finding", "reopen", finding, "--reason", "x"], 2), (["finding", "ignore", "F999999", "--reason", "x"], 1),
      (["finding", "ignore", finding, "--reason", "x", "--until", "2020-01-01"], 2),
      (["finding", "accept-risk", finding, "--reason", "x", "--until", "soon"], 2),
      (["finding", "accept-risk", finding, "--reason", "x", "--until", "2999-01-01T10:00"], 0),
    ] as [([String], Int32)] {
      #expect(try program.start(arguments).wait().status == status, "\(arguments)")
    }
  }

  @Test("A decision holds for several findings by id, or for what a query finds if that is not too much")
  func decisionsOnMany() throws {
    let estate = try Estate()
    defer { estate.program.remove() }
    let program = estate.program
    func ids(_ query: String) throws -> [String] {
      try estate.json("findings", query, "--limit", "all").array?.compactMap { $0["id"]?.string } ?? []
    }
    let all = try ids("finding.isFound: true")
    try #require(all.count > 100)
    let two = try program.run("finding", "ignore", all[0], all[1], "--reason", "By design")
    #expect(two.status == 0 && two.output.contains("\(all[1]) is ignored; score of its host A"), "\(two.output)")
    #expect(two.output.hasSuffix("2 findings, 2 of them changed\n"))
    #expect(Set(try ids("finding.isIgnored: true")) == [all[0], all[1]])
    let back = try program.run("finding", "reopen", "--query", "finding.id: [\(all[0]), \(all[2])]", "--reason", "x")
    #expect(back.status == 0 && back.output.contains("\(all[2]) counts as before"), "\(back.output)")
    #expect(back.output.hasSuffix("2 findings, 1 of them changed\n"))
    #expect(try ids("finding.isIgnored: true") == [all[1]])

    let query = "finding.isFound: true and finding.isIgnored: false"
    let refused = try program.run("finding", "ignore", "--query", query, "--reason", "x")
    #expect(refused.status == 2 && refused.errors.contains("\(all.count - 1) findings, more than 100"))
    #expect(refused.errors.contains("--all"), "\(refused.errors)")
    #expect(try ids("finding.isIgnored: true") == [all[1]])
    let rows = try estate.json("finding", "accept-risk", "--query", query, "--all", "--reason", "x").array ?? []
    #expect(rows.count == all.count - 1 && rows.allSatisfy { $0["changed"] == .bool(true) })
    #expect(rows.allSatisfy { $0["decision"] == .string("riskAccepted") && $0["scoreAfter"] == .integer(0) })
    #expect(try ids("finding.isFound: true and finding.riskAcceptance.createdDate is null") == [all[1]])
    for (arguments, status) in [
      (["finding", "ignore", all[0], "F999999", "--reason", "x"], 1), (["finding", "ignore", "--reason", "x"], 2),
      (["finding", "ignore", all[0], "--query", query, "--reason", "x"], 2),
      (["finding", "ignore", all[0], "--all", "--reason", "x"], 2),
      (["finding", "ignore", "--query", "finding.isFond: true", "--reason", "x"], 2),
      (["finding", "ignore", "--query", "asset.name: nobody", "--reason", "x"], 0),
    ] as [([String], Int32)] {
      #expect(try program.start(arguments).wait().status == status, "\(arguments)")
    }
  }

  @Test("The file's tags and entities are there after a sync; commands change them, and scores follow")
  func tags() throws {
    let estate = try Estate()
    defer { estate.program.remove() }
    let program = estate.program
    let edge = try #require(try estate.json("tag", "list").array?.first)
    #expect(edge["name"] == .string("Edge") && edge["criticality"] == .integer(4))
    let bearers = try estate.json("assets", "tags.name: Edge", "--limit", "all").array ?? []
    #expect(edge["assets"]?.integer == Int64(bearers.count) && !bearers.isEmpty)
    #expect(bearers.allSatisfy { $0["criticality"] == .integer(4) && $0["internetExposed"] == .bool(true) })
    let shop = try estate.json("entity", "show", "Web shop")
    #expect(shop["assets"] == edge["assets"] && shop["description"] == .string("Sells"))
    let scores = bearers.compactMap { $0["truRiskScore"]?.double }
    let mean = scores.reduce(0, +) / Double(scores.count)
    #expect(abs((shop["meanScore"]?.double ?? 0) - mean) <= 1)

    let set = try program.run("tag", "set", "Edge", "--criticality", "none", "--no-internet-exposed")
    #expect(set.status == 0 && set.output.contains("\(bearers.count) hosts"), "\(set.output) \(set.errors)")
    #expect(try estate.json("assets", "tags.name: Edge", "--limit", "1").array?.first?["criticality"] == .integer(2))
    #expect(try program.run("sync", "Contoso").status == 0)
    #expect(try estate.json("tag", "list").array?.first == edge, "the file has the last word")
    #expect(try program.run("entity", "set", "Web shop", "--description", "Sold").status == 0)
    #expect(try estate.json("entity", "list").array?.first?["description"] == .string("Sold"))
    #expect(try program.run("tag", "delete", "Edge").status == 0)
    #expect(try estate.json("tag", "list").array == [])
    #expect(try estate.json("entity", "show", "Web shop")["assets"] == .integer(0))
    #expect(try program.run("entity", "delete", "Web shop").status == 0)
    let bad = try program.run("tag", "set", "T", "--query", "operatingSistem: x")
    #expect(bad.status == 2 && bad.errors.contains("^") && bad.errors.contains("operatingSystem"), "\(bad.errors)")
    for (arguments, status) in [
      (["tag", "delete", "Edge"], 1), (["entity", "show", "Web shop"], 1), (["tag", "set", "T"], 2),
      (["tag", "set", "T", "--query", "asset.criticalityScore: 5"], 2), (["entity", "set", "E"], 2),
      (["entity", "set", "E", "--tag", "none"], 2),
      (["tag", "set", "T", "--query", "asset.type: HOST", "--criticality", "6"], 2),
      (["tag", "set", "T", "--query", "asset.type: HOST", "--colour", "red"], 2),
    ] as [([String], Int32)] {
      #expect(try program.start(arguments).wait().status == status, "\(arguments)")
    }
  }

  @Test("Scores are shown, previewed and applied from the file, without a secret and without a pull")
  func scores() throws {
    var estate = try Estate()
    defer { estate.program.remove() }
    estate.program.environment["ISTHMUS_CLIENT_SECRET"] = nil
    let program = estate.program
    let before = try estate.json("assets", "--limit", "all")
    let shown = try estate.json("scores", "show")
    #expect(shown["scoring"]?["exposureFactor"] == .number(1.2))
    #expect(shown["connectors"]?.array?.map { $0["connector"]?.string } == ["Contoso", "Fabrikam"])
    #expect(try program.run("scores", "show").output.contains("any other value, and none: severity 3"))
    let scoring = "\nscoring: {defaultCriticality: 5}\n"
    try program.write("isthmus.yaml", estate.tenant.bothTenants() + Estate.extras + scoring)
    let preview = try estate.json("scores", "preview")
    #expect((preview["changedScores"]?.integer ?? 0) > 0 && (preview["changedBands"]?.integer ?? 0) > 0)
    #expect(try estate.json("assets", "--limit", "all") == before, "a preview changes nothing")
    let applied = try program.run("scores", "apply")
    #expect(applied.status == 0 && applied.output.contains("from"), "\(applied.errors)")
    #expect(try estate.json("assets", "--limit", "all") != before)
    #expect(try estate.json("scores", "preview")["changedScores"] == .integer(0))
    #expect(try estate.json("history").array?.count == 1)
    #expect(try program.run("history").output.hasPrefix("day "))
  }
}

extension SimulatedTenant {
  /// Connectors for both tenants of the simulator: Contoso and Fabrikam.
  fileprivate func bothTenants() -> String {
    let second = facts["secondTenant"]
    func connector(_ name: String, _ facts: JSONValue?, _ secret: String) -> String {
      """
        - name: \(name)
          kind: defender-for-cloud
          connection:
            cloud: custom
            authority: \(text("authority"))
            resourceManager: \(text("resourceManager"))
            tenantId: \(facts?["tenantId"]?.string ?? "")
            clientId: \(facts?["clientId"]?.string ?? "")
            clientSecret: {env: \(secret)}

      """
    }
    return "connectors:\n" + connector("Contoso", facts, "ISTHMUS_CLIENT_SECRET")
      + connector("Fabrikam", second, "ISTHMUS_SECOND_SECRET")
  }
}
