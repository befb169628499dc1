import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static let assetAttributes = DataModel.inventory.attributes.filter { $0.level == .asset }

  /// Three hosts: `a` with score 100 and one open finding, `b` with 900, `c` with 100.
  private static func threeHosts(_ store: any InventoryStore) async throws {
    try await store.sample { inventory, transaction in
      for (name, score, open) in [("a", 100.0, 1), ("b", 900, 0), ("c", 100, 2)] {
        let host = try inventory.host(name, in: transaction)
        var value = AssetScore(counts: [:], criticality: 2, isExposed: false, settings: ScoreSettings())
        value.value = score
        try transaction.setScore(host.asset, value, openFindings: open)
      }
    }
  }

  private static func names(_ rows: [JSONValue]) -> [String?] { rows.map { $0["assetName"]?.string } }

  static let assetListCases = [
    Case("An asset's row has every attribute of the target model, and the score") { fixture in
      let store = try fixture.open()
      let samples: [AttributeType: AttributeValue] = [
        .string: .string("text"), .date: .date(SampleInventory.noon(2)), .ipAddress: .string("10.0.0.4"),
        .macAddress: .string("00:0d:3a:1b:c7:21"), .list(.string): .list([.string("a=\"é\"")]),
        .list(.ipAddress): .list([.string("10.0.0.4")]), .list(.macAddress): .list([.string("00:0d:3a:1b:c7:21")]),
      ]
      let values = Dictionary(uniqueKeysWithValues: assetAttributes.map { ($0.name, samples[$0.type]) })
      try await store.sample { inventory, transaction in
        let host = try inventory.host("web", values.compactMapValues { $0 }, isExposed: true, in: transaction)
        let score = AssetScore(counts: [95: 1, 80: 2], criticality: 2, isExposed: true, settings: ScoreSettings())
        try transaction.setScore(host.asset, score, openFindings: 3)
        _ = try inventory.host("bare", in: transaction)
      }
      let row = try #require(try await store.assetRows().first)
      for attribute in assetAttributes {
        #expect(row[attribute.name] == samples[attribute.type]?.json, "\(attribute.name)")
      }
      // 1.2 × 2 × (2 × 95 + 1.6 × 80 × 2^0.01) = 765.34.
      #expect(row["id"]?.string == "A1" && row["truRiskScore"] == .integer(765) && row["scoreBand"]?.string == "High")
      #expect(row["criticality"] == .integer(2) && row["internetExposed"] == .bool(true))
      #expect(row["openFindings"] == .integer(3) && row["sources"]?.array == [.string("Product of Contoso")])
      #expect(row["firstFoundOn"]?.string == SampleInventory.noon(1).description)
      let bare = try #require(try await store.assetRows().last)
      #expect(bare["fqdn"] == .null && bare["cloudTags"] == .null && bare["createdOn"] == .null)
      #expect(bare["truRiskScore"] == .integer(0) && bare["scoreBand"]?.string == "Low")
      let fields = try await store.read { $0.assetFields }
      #expect(Set(fields) == row.memberNames && fields.count == Set(fields).count)
    },
    Case("A band is that of the score as it is shown") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        for (index, score) in [849.5, 849.4, 699.5, 499.5, 499.4, 0].enumerated() {
          let host = try inventory.host("h\(index)", in: transaction)
          var value = AssetScore(counts: [:], criticality: 2, isExposed: false, settings: ScoreSettings())
          value.value = score
          try transaction.setScore(host.asset, value, openFindings: 0)
        }
      }
      let rows = try await store.assetRows()
      #expect(rows.map { $0["truRiskScore"]?.integer } == [850, 849, 700, 500, 499, 0])
      #expect(rows.map { $0["scoreBand"]?.string } == ["Severe", "High", "High", "Medium", "Low", "Low"])
      let bands = try await store.read { try $0.summary() }["scoreBands"]
      #expect(
        bands == .object(["Severe": .integer(1), "High": .integer(2), "Medium": .integer(1), "Low": .integer(2)]))
    },
    Case("Assets come riskiest first, and as they are asked for") { fixture in
      let store = try fixture.open()
      try await threeHosts(store)
      #expect(try await names(store.assetRows()) == ["b", "a", "c"])
      #expect(try await names(store.assetRows(Listing(limit: 2))) == ["b", "a"])
      #expect(try await store.assetRows(Listing(limit: 0)).isEmpty)
      func sorted(_ order: [Listing.Order]) async throws -> [String?] {
        try await names(store.assetRows(Listing(limit: nil, order: order)))
      }
      #expect(try await sorted([.init("assetName", descending: true)]) == ["c", "b", "a"])
      #expect(try await sorted([.init("truRiskScore", descending: false)]) == ["a", "c", "b"])
      #expect(
        try await sorted([.init("truRiskScore", descending: false), .init("assetName", descending: true)]) == [
          "c", "a", "b",
        ])
      #expect(try await sorted([.init("openFindings", descending: true)]) == ["c", "a", "b"])
      #expect(try await sorted([.init("id", descending: true)]) == ["c", "b", "a"])
      #expect(try await store.read { try $0.countAssets(Listing(limit: nil)) } == 3)
    },
    Case("Assets are sorted by every field that they have, and by no other") { fixture in
      let store = try fixture.open()
      try await threeHosts(store)
      for field in try await store.read({ $0.assetFields }) {
        for descending in [true, false] {
          let rows = try await store.assetRows(Listing(limit: nil, order: [.init(field, descending: descending)]))
          #expect(rows.count == 3, "\(field)")
        }
      }
      for field in ["colour", "", "name", "a.name", "id; DROP TABLE asset"] {
        let error = await #expect(throws: QueryError.self) {
          try await store.assetRows(Listing(limit: nil, order: [.init(field, descending: false)]))
        }
        #expect(error?.problem == "There is no field \"\(field)\"." && error?.expected?.contains("assetName") == true)
      }
    },
    Case("An asset is found by any of its names, without case") { fixture in
      let store = try fixture.open()
      let asset = try await store.sample { inventory, transaction in
        _ = try inventory.host("other", in: transaction)
        return try inventory.host("Zürich-Ä1", ["hostName": .string("ZÜRICHÄ1")], in: transaction).asset
      }
      for name in ["Zürich-Ä1", "ZÜRICH-Ä1", "zürichä1", "VM-zürich-ä1", "/subscriptions/SUB/vms/ZÜRICH-Ä1"] {
        #expect(try await store.read { try $0.assets(named: name) } == [asset], "\(name)")
      }
      for name in ["", "zürich", "%", "vm-zurich-a1"] {
        #expect(try await store.read { try $0.assets(named: name) }.isEmpty, "\(name)")
      }
    },
    Case("An asset tells its sources, its identification and its score") { fixture in
      let store = try fixture.open()
      let (host, finding) = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", isExposed: true, in: transaction)
        try transaction.insertIdentification(
          host.asset, source: host.source, run: inventory.run, at: SampleInventory.noon(1), rule: "native-key",
          outcome: "new")
        let low = try inventory.control(
          "low", SampleInventory.variant(1, title: "Low one", severity: 1, qds: 20), in: transaction)
        let high = try inventory.control("high", SampleInventory.variant(2, title: "High one"), in: transaction)
        _ = try inventory.insert(SampleInventory.finding(low, severity: 1, qds: 20), on: host, in: transaction)
        let finding = try inventory.insert(SampleInventory.finding(high), on: host, in: transaction)
        let score = AssetScore(counts: [80: 1, 20: 1], criticality: 2, isExposed: true, settings: ScoreSettings())
        try transaction.setScore(host.asset, score, openFindings: 2)
        return (host, finding)
      }
      let log = try await store.read { try $0.asset(host.asset) }?["identificationLog"]?.array
      #expect(log?.map { $0["rule"]?.string } == ["native-key"] && log?.first?["outcome"]?.string == "new")
      let explanation = try #require(
        try await store.read { try $0.explanation(of: host.asset, at: SampleInventory.noon(9)) })
      #expect(explanation["id"]?.string == host.asset.description && explanation["assetName"]?.string == "web")
      #expect(explanation["truRiskScore"] == .integer(326) && explanation["scoreBand"]?.string == "Low")
      #expect(explanation["criticality"] == .integer(2) && explanation["internetExposed"] == .bool(true))
      let factors = try #require(explanation["factors"])
      #expect(factors["exposureFactor"]?.double == 1.2 && factors["criticality"] == .integer(2))
      #expect(factors["bands"]?.array?.map { $0["band"]?.string } == ["high", "low"])
      #expect(factors["bands"]?.array?.map { $0["value"]?.double } == [128, 8])
      #expect(abs((factors["score"]?.double ?? 0) - 326.4) < 1e-9)
      let open = try #require(explanation["openFindings"]?.array)
      #expect(open.map { $0["title"]?.string } == ["High one", "Low one"])
      #expect(
        open.first
          == .object([
            "id": .string(finding.description), "qds": .integer(80), "band": .string("high"),
            "severity": .integer(4), "title": .string("High one"), "counts": .bool(true), "decision": .null,
            "until": .null, "sameAs": .null,
          ]))
      #expect(explanation["identificationLog"]?.array?.count == 1)
      #expect(try await store.read { try $0.explanation(of: AssetID(99), at: SampleInventory.noon(9)) } == nil)
      #expect(try await store.read { try $0.asset(AssetID(99)) } == nil)
    },
  ]
}
