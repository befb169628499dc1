import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let enrichmentCases: [Case] = [
    Case("A decision keeps its finding from counting until it ends; a later one takes its place") { fixture in
      let store = try fixture.open()
      let (host, finding) = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        let control = try inventory.control(in: transaction)
        let finding = try inventory.insert(SampleInventory.finding(control), on: host, in: transaction)
        let until = SampleInventory.noon(5)
        let counts = { (day: Int64) throws -> [Int: Int] in
          try transaction.scoreBasis(of: host.asset, at: SampleInventory.noon(day)).counts
        }
        #expect(try counts(1) == [80: 1] && transaction.decision(on: finding) == nil)
        let accepted = FindingDecision(kind: .riskAccepted, reason: "Known", until: until)
        try transaction.setDecision(finding, accepted, at: SampleInventory.noon(1))
        #expect(try transaction.decision(on: finding) == accepted)
        #expect(try counts(4).isEmpty && counts(5) == [80: 1] && counts(6) == [80: 1])
        #expect(try transaction.endedDecisions(at: SampleInventory.noon(4)).isEmpty)
        #expect(try transaction.endedDecisions(at: until) == [finding])
        let ignored = FindingDecision(kind: .ignored, reason: "Wrong", until: nil)
        try transaction.setDecision(finding, ignored, at: SampleInventory.noon(2))
        #expect(try transaction.decision(on: finding) == ignored && counts(99).isEmpty)
        #expect(try transaction.endedDecisions(at: SampleInventory.noon(99)).isEmpty)
        return (host, finding)
      }
      let record = try await store.read { try $0.finding(finding) }
      #expect(record?["decision"]?["reason"] == .string("Wrong") && record?["decision"]?["until"] == .null)
      let open = try await store.read { try $0.explanation(of: host.asset, at: SampleInventory.noon(9)) }
      #expect(open?["openFindings"]?.array?.first?["counts"] == .bool(false))
      try await store.write { try $0.setDecision(finding, nil, at: SampleInventory.noon(3)) }
      #expect(try await store.read { try $0.finding(finding) }?["decision"] == nil)
    },
    Case("Findings of two connectors with one external id are one on one asset: the open, the worse one is shown") {
      fixture in
      let store = try fixture.open()
      try await store.write { transaction in
        let first = try SampleInventory(transaction, connector: "First")
        let second = try SampleInventory(transaction, connector: "Second")
        let hosts = [try first.host("web", in: transaction), try second.host("web", in: transaction)]
        let controls = [try first.control(in: transaction), try second.control(in: transaction)]
        let findings = [
          try first.insert(SampleInventory.finding(controls[0], qds: 60), on: hosts[0], in: transaction),
          try second.insert(SampleInventory.finding(controls[1], qds: 80), on: hosts[1], in: transaction),
        ]
        let at = SampleInventory.noon(1)
        for host in hosts { try transaction.settleTwins(of: host.asset) }
        #expect(try transaction.twins(of: findings[0]) == [findings[0]], "two assets, two findings")
        // What was decided of one holds for both from then on.
        let decision = FindingDecision(kind: .ignored, reason: "Wrong", until: nil)
        try transaction.setDecision(findings[0], decision, at: at)
        try transaction.move(source: hosts[1].source, to: hosts[0].asset)
        try transaction.settleTwins(of: hosts[0].asset)
        for finding in findings { #expect(try Set(transaction.twins(of: finding)) == Set(findings)) }
        #expect(try transaction.decision(on: findings[1]) == decision)
        for finding in findings { try transaction.setDecision(finding, nil, at: at) }
        #expect(try transaction.scoreBasis(of: hosts[0].asset, at: at).counts == [80: 1])
        // The worse one passes: the other is shown.
        var passed = SampleInventory.finding(controls[1], FindingLife(posture: .pass), qds: 80)
        passed.id = findings[1]
        try transaction.updateFinding(passed)
        try transaction.settleTwins(of: hosts[0].asset)
        #expect(try transaction.scoreBasis(of: hosts[0].asset, at: at).counts == [60: 1])
        try transaction.move(source: hosts[1].source, to: hosts[1].asset)
        try transaction.settleTwins(of: hosts[0].asset)
        try transaction.settleTwins(of: hosts[1].asset)
        #expect(try transaction.twins(of: findings[0]) == [findings[0]])
      }
    },
    Case("A tag is on the assets that its query finds; settling it tells who got and who lost it") { fixture in
      let store = try fixture.open()
      let hosts = try await store.sample { inventory, transaction in
        let hosts = try ["a", "b", "c"].map { try inventory.host($0, in: transaction).asset }
        let tag = StoredTag(name: "T", query: "q", criticality: 4, colour: "#aabbcc", isExposed: true)
        try transaction.setTag(tag)
        let settle = { (text: String) throws -> [AssetID] in
          try transaction.settleTag("T", Query(text, for: .asset, now: SampleInventory.noon(1)))
        }
        #expect(try settle("asset.name: [a, b]") == [hosts[0], hosts[1]])
        #expect(try settle("asset.name: [a, b]").isEmpty)
        #expect(try settle("asset.name: [b, c]") == [hosts[0], hosts[2]])
        #expect(try transaction.assets(withTag: "T") == [hosts[1], hosts[2]])
        #expect(try transaction.tags() == [tag])
        var changed = tag
        (changed.criticality, changed.colour, changed.isExposed) = (nil, nil, false)
        try transaction.setTag(changed)
        #expect(try transaction.tags() == [changed] && transaction.assets(withTag: "T").count == 2, "its assets stay")
        #expect(try transaction.deleteTag("T") == [hosts[1], hosts[2]] && transaction.deleteTag("T") == nil)
        try transaction.setTag(tag)
        #expect(try settle("asset.name: c") == [hosts[2]])
        return hosts
      }
      let row = try await store.read { try $0.tagRows() }.first
      #expect(row?["assets"] == .integer(1) && row?["internetExposed"] == .bool(true))
      #expect(
        try await store.assetRows().first { $0["id"]?.string == hosts[2].description }?["tags"]
          == .array([.string("T")]))
    },
    Case("Criticality is the highest of an asset's tags, exposure is an address or a tag") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let hosts = [
          try inventory.host("a", in: transaction), try inventory.host("b", isExposed: true, in: transaction),
        ]
        for (name, criticality, isExposed) in [("one", 3, false), ("two", 5, true), ("three", nil, false)]
          as [(String, Int?, Bool)]
        {
          try transaction.setTag(
            StoredTag(name: name, query: "q", criticality: criticality, colour: nil, isExposed: isExposed))
        }
        func factors(_ index: Int) throws -> [Int] {
          try transaction.settleFactors(of: hosts[index].asset, defaultCriticality: 2)
          let basis = try transaction.scoreBasis(of: hosts[index].asset, at: SampleInventory.noon(1))
          return [basis.criticality, basis.isExposed ? 1 : 0]
        }
        let all = try Query("asset.name: a", for: .asset, now: SampleInventory.noon(1))
        #expect(try factors(0) == [2, 0] && factors(1) == [2, 1])
        for (name, expected) in [("three", [2, 0]), ("one", [3, 0]), ("two", [5, 1])] {
          _ = try transaction.settleTag(name, all)
          #expect(try factors(0) == expected, "\(name)")
        }
        _ = try transaction.deleteTag("two")
        #expect(try factors(0) == [3, 0] && factors(1) == [2, 1])
      }
    },
    Case("An entity is the present assets with any of its tags, each once") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let now = SampleInventory.noon(1)
        for (index, name) in ["a", "b", "c"].enumerated() {
          let host = try inventory.host(name, in: transaction)
          var score = sampleScore
          score.value = Double(100 * (index + 1))
          try transaction.setScore(host.asset, score, openFindings: 1)
        }
        for (tag, query) in [("one", "asset.name: [a, b]"), ("two", "asset.name: [b, c]")] {
          try transaction.setTag(StoredTag(name: tag, query: query, criticality: nil, colour: nil, isExposed: false))
          _ = try transaction.settleTag(tag, Query(query, for: .asset, now: now))
        }
        try transaction.setEntity(StoredEntity(name: "E", description: "d", tags: ["two", "one"]))
        #expect(try transaction.entities() == [StoredEntity(name: "E", description: "d", tags: ["one", "two"])])
        #expect(throws: StoreError.self) {
          try transaction.setEntity(StoredEntity(name: "F", description: "", tags: ["none"]))
        }
      }
      var row = try await store.read { try $0.entityRows() }.first { $0["name"] == .string("E") }
      #expect(
        row?["assets"] == .integer(3) && row?["meanScore"] == .integer(200) && row?["worstScore"] == .integer(300))
      try await store.write { transaction in
        try transaction.setEntity(StoredEntity(name: "E", description: "", tags: ["one"]))
        #expect(try transaction.deleteEntity("E") && !transaction.deleteEntity("E"))
        try transaction.setEntity(StoredEntity(name: "E", description: "", tags: ["one"]))
      }
      row = try await store.read { try $0.entityRows() }.first { $0["name"] == .string("E") }
      #expect(row?["assets"] == .integer(2) && row?["meanScore"] == .integer(150))
      #expect(try await store.read { try $0.entity(named: "nobody") } == nil)
    },
    Case("A day is kept where its last value differs from the day before, for assets and entities") { fixture in
      let store = try fixture.open()
      let asset = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        try transaction.setTag(StoredTag(name: "T", query: "q", criticality: nil, colour: nil, isExposed: false))
        _ = try transaction.settleTag("T", Query("asset.type: HOST", for: .asset, now: SampleInventory.noon(1)))
        try transaction.setEntity(StoredEntity(name: "E", description: "", tags: ["T"]))
        let record = { (day: Int64, value: Double) throws in
          var score = sampleScore
          score.value = value
          try transaction.setScore(host.asset, score, openFindings: 1)
          try transaction.recordDay(at: SampleInventory.noon(day))
        }
        // The second value of day 1 takes the place of the first; day 2 is like it; day 4 is the first one that differs.
        for (day, value) in [(1, 50), (1, 100), (2, 100), (4, 200), (5, 200)] as [(Int64, Double)] {
          try record(day, value)
        }
        return host.asset
      }
      let days = try await store.read { try $0.asset(asset) }?["scoreHistory"]?.array
      #expect(days?.map { $0["day"]?.string } == ["1970-01-02", "1970-01-05"])
      #expect(days?.map { $0["truRiskScore"] } == [.integer(100), .integer(200)])
      let entityDays = try await store.read { try $0.entity(named: "E") }?["scoreHistory"]?.array
      #expect(entityDays?.map { $0["day"]?.string } == ["1970-01-02", "1970-01-05"])
      #expect(entityDays?.map { $0["meanScore"] } == [.integer(100), .integer(200)])
      let inventory = try await store.read { try $0.inventoryHistory() }
      #expect(inventory.map { $0["day"]?.string } == ["1970-01-02", "1970-01-03", "1970-01-05", "1970-01-06"])
      #expect(inventory.last?["assets"] == .integer(1))
    },
    Case("Another score map changes the severities and QDS of what is stored, of its connector alone") { fixture in
      let store = try fixture.open()
      try await store.write { transaction in
        var findings: [(connector: ConnectorNumber, resource: Int64)] = []
        for name in ["First", "Second"] {
          let inventory = try SampleInventory(transaction, connector: name)
          let host = try inventory.host("web", in: transaction)
          let control = try inventory.control(in: transaction)
          var other = SampleInventory.variant(2)
          other.severityText = "Odd"
          let variant = try transaction.insertVariant(control.id, other).id
          _ = try inventory.insert(SampleInventory.finding(control), on: host, in: transaction)
          let own = SampleInventory.finding(control, externalID: "x", variant: variant)
          _ = try inventory.insert(own, on: host, in: transaction)
          findings.append((inventory.connector, host.resource))
        }
        let rows = ScoreMap.standard.rows.map { row in
          ScoreMap.Row(
            severity: row.severity, expected: row.severity == 5 ? ["High"] : row.severity == 1 ? ["Odd"] : [],
            qds: row.qds)
        }
        let map = try ScoreMap(name: "own", rows: rows, defaultSeverity: 3)
        #expect(try transaction.scoreMap(of: findings[0].connector) == nil)
        try transaction.remapScores(of: findings[0].connector, map)
        #expect(try transaction.scoreMap(of: findings[0].connector) == map)
        func severities(_ index: Int) throws -> Set<[Int]> {
          Set(try transaction.findings(resource: findings[index].resource).map { [$0.severity, $0.qds] })
        }
        #expect(try severities(0) == [[5, 95], [1, 20]] && severities(1) == [[4, 80]])
      }
    },
  ]
}
