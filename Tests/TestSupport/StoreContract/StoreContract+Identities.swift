import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let identityCases: [Case] = [
    Case("Rows are found by their keys, present ones apart from those that are gone, and these the latest first") {
      fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let hosts = try (0..<5).map { try inventory.host("h\($0)", in: transaction).source }
        for source in hosts { try transaction.setIdentityKeys(source: source, digests: [7, Int64.min]) }
        for (index, source) in hosts.dropFirst(2).enumerated() {
          try transaction.setSourceGone(source, at: SampleInventory.noon(Int64(index + 2)), lastSeen: nil)
        }
        func found(_ key: Int64, _ present: Bool, _ limit: Int = 9) throws -> [Int64] {
          try transaction.sources(withKey: key, present: present, limit: limit)
        }
        #expect(try found(7, true) == Array(hosts.prefix(2)) && found(7, true, 1) == [hosts[0]])
        #expect(try found(.min, false) == hosts.dropFirst(2).reversed())
        #expect(try found(7, false, 1) == [hosts[4]] && found(8, true).isEmpty)
        // Keys take the place of those that were known.
        try transaction.setIdentityKeys(source: hosts[0], digests: [8, 8])
        #expect(try found(7, true) == [hosts[1]] && found(8, true) == [hosts[0]])
        try transaction.setIdentityKeys(source: hosts[0], digests: [])
        #expect(try found(8, true).isEmpty)
      }
    },
    Case("Of what people decide of a pair the latest act holds that was not taken back, in any order of acts") {
      fixture in
      let store = try fixture.open()
      for seed in SeededGenerator.seeds(20) {
        try await store.write { try checkDecisions(seed: seed, $0) }
      }
    },
    Case("An act is told with its reason; one that was taken back or replaced is not in force") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let rows = try ["a", "b", "c"].map { try inventory.host($0, in: transaction).source }
        let at = (1...4).map { SampleInventory.noon($0) }
        let first = try transaction.insertDecisions(.together, [(rows[0], rows[1])], reason: "Same", at: at[0])
        let pairs = [(rows[1], rows[0]), (rows[1], rows[2])]
        let second = try transaction.insertDecisions(.apart, pairs, reason: "Not so", at: at[1])
        func steps(_ source: Int64) throws -> [IdentityStep] { try transaction.identitySteps(of: [source]) }
        #expect(
          try steps(rows[0]) == [
            IdentityStep(step: first, kind: .together, reason: "Same", at: at[0], isInForce: false),
            IdentityStep(step: second, kind: .apart, reason: "Not so", at: at[1], isInForce: true),
          ])
        #expect(try steps(rows[2]).map(\.step) == [second])
        #expect(try transaction.undoDecisions(step: second, at: at[2]) == Set(rows))
        #expect(try steps(rows[0]).map(\.isInForce) == [true, false])
        #expect(try transaction.undoDecisions(step: second, at: at[3]).isEmpty, "it was taken back before")
        #expect(try transaction.undoDecisions(step: 99, at: at[3]).isEmpty)
      }
    },
    Case("A case that stays ambiguous keeps its date; one that is decided goes") { fixture in
      let store = try fixture.open()
      let rows = try await store.sample { inventory, transaction in
        let rows = try ["a", "b", "c"].map { try inventory.host($0, in: transaction).source }
        let first = StoredAmbiguity(source: rows[0], rule: "hostname", matched: "web", candidates: [rows[1], rows[2]])
        let other = StoredAmbiguity(source: rows[0], rule: "fqdn", matched: "web.x", candidates: [rows[1], rows[2]])
        try transaction.setAmbiguities(of: rows, [first, other], at: SampleInventory.noon(1))
        let changed = StoredAmbiguity(source: rows[0], rule: "fqdn", matched: "web.y", candidates: [rows[1], rows[2]])
        try transaction.setAmbiguities(of: rows, [first, changed], at: SampleInventory.noon(2))
        let found = try transaction.ambiguities()
        #expect(found.map(\.ambiguity) == [changed, first])
        #expect(found.map(\.since) == [SampleInventory.noon(2), SampleInventory.noon(1)])
        // Of rows that are not named nothing changes.
        try transaction.setAmbiguities(of: [rows[1]], [], at: SampleInventory.noon(3))
        #expect(try transaction.ambiguities().count == 2)
        try transaction.setAmbiguities(of: [rows[0]], [], at: SampleInventory.noon(3))
        return rows
      }
      #expect(try await store.read { try $0.identities.ambiguities() }.isEmpty)
      #expect(try await store.read { try $0.identities.sourceRow(rows[0])?.externalAssetID } == "vm-a")
    },
    Case("A merged asset says where it went, is in no list, scores nothing and bears no tag, until it has rows again") {
      fixture in
      let store = try fixture.open()
      let (one, other) = try await store.sample { inventory, transaction in
        let (one, other) = (try inventory.host("a", in: transaction), try inventory.host("b", in: transaction))
        try transaction.setTag(StoredTag(name: "T", query: "", criticality: 5, colour: nil, isExposed: false))
        _ = try transaction.settleTag("T", Query("asset.type: HOST", for: .asset, now: SampleInventory.noon(1)))
        try transaction.setScore(other.asset, sampleScore, openFindings: 1)
        try transaction.move(source: other.source, to: one.asset)
        try transaction.setMerged(other.asset, into: one.asset, at: SampleInventory.noon(2))
        #expect(try transaction.mergedInto(other.asset) == one.asset && transaction.mergedInto(one.asset) == nil)
        #expect(try transaction.sourceRows(of: one.asset).map(\.id) == [one.source, other.source])
        #expect(try transaction.assets(withTag: "T") == [one.asset])
        return (one, other)
      }
      #expect(try await store.assetRows(Listing(limit: nil, includesAbsent: true)).count == 1)
      let merged = try #require(try await store.read { try $0.asset(other.asset) })
      #expect(merged["mergedInto"]?.string == one.asset.description && merged["truRiskScore"] == .integer(0))
      #expect(merged["sourceRecords"] == .array([]) && merged["openFindings"] == .integer(0))
      try await store.write { transaction in
        try transaction.move(source: other.source, to: other.asset)
        try transaction.setMerged(other.asset, into: nil, at: SampleInventory.noon(3))
      }
      #expect(try await store.read { try $0.asset(other.asset) }?["mergedInto"] == nil)
      #expect(try await store.assetRows().count == 2)
    },
    Case("Rules that a connector has turned off, and settings, are kept") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        #expect(try transaction.disabledRules(of: inventory.connector).isEmpty)
        try transaction.setDisabledRules(of: inventory.connector, ["hostname", "ip-address"])
        #expect(try transaction.disabledRules(of: inventory.connector) == ["hostname", "ip-address"])
        #expect(try transaction.setting("x") == nil)
        for value in [JSONValue.array([.string("é")]), .object(["a": .null])] {
          try transaction.setSetting("x", value)
          #expect(try transaction.setting("x") == value)
        }
        #expect(try transaction.connectorNumbers() == ["Contoso": inventory.connector])
      }
    },
  ]

  static var sampleScore: AssetScore {
    AssetScore(counts: [80: 1], criticality: 2, isExposed: false, settings: ScoreSettings())
  }

  /// Acts and their undoing at random, beside a list of acts.
  private static func checkDecisions(seed: UInt64, _ transaction: any InventoryTransaction) throws {
    struct Act {
      var step: Int64
      var kind: PersonDecision.Kind
      var pairs: [[Int64]]
    }
    var random = SeededGenerator(seed: seed)
    let inventory = try SampleInventory(transaction, connector: "Connector \(seed)")
    let rows = try ["a", "b", "c"].map { try inventory.host($0, in: transaction).source }
    let pairs = [[rows[0], rows[1]], [rows[0], rows[2]], [rows[1], rows[2]]]
    var acts: [Act] = []
    for turn in 0..<30 {
      let at = SampleInventory.noon(Int64(turn))
      if random.chance(2), !acts.isEmpty {
        let act = acts.remove(at: random.number(0...acts.count - 1))
        #expect(try !transaction.undoDecisions(step: act.step, at: at).isEmpty, "seed \(seed), turn \(turn)")
      } else {
        let kind: PersonDecision.Kind = random.chance(2) ? .together : .apart
        let chosen = Array(pairs.shuffled(using: &random).prefix(random.number(1...3)))
        let written = chosen.map { random.chance(2) ? ($0[0], $0[1]) : ($0[1], $0[0]) }
        let step = try transaction.insertDecisions(kind, written, reason: "r", at: at)
        acts.append(Act(step: step, kind: kind, pairs: chosen))
      }
      let found = Set(try rows.flatMap { try transaction.decisions(of: $0) })
      var expected: Set<PersonDecision> = []
      for pair in pairs {
        guard let act = acts.last(where: { $0.pairs.contains(pair) }) else { continue }
        expected.insert(PersonDecision(act.kind, pair[0], pair[1], number: act.step))
      }
      #expect(found == expected, "seed \(seed), turn \(turn)")
    }
  }
}
