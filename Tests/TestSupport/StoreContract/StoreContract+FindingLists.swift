import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static let findingAttributes = DataModel.inventory.attributes.filter { $0.level != .asset }.map(\.name)

  /// Findings of one host, by the name of their control: one of each life, opened or fixed around listing 2 of 3.
  private static let lives: [(name: String, life: FindingLife, status: String?, lastFound: Timestamp?)] = {
    let noon = SampleInventory.noon
    return [
      ("active", FindingLife(posture: .fail, openedInListing: 2, firstFound: noon(2)), "ACTIVE", noon(3)),
      ("new", FindingLife(posture: .fail, openedInListing: 3, firstFound: noon(3)), "NEW", noon(3)),
      (
        "reopened",
        FindingLife(posture: .fail, openedInListing: 3, firstFound: noon(1), lastFixed: noon(2), reopened: noon(3)),
        "REOPENED", noon(3)
      ),
      (
        "fixed",
        FindingLife(posture: .pass, firstFound: noon(1), lastFound: noon(2), lastFixed: noon(3), fixCause: .passed),
        "FIXED", noon(2)
      ),
      ("passed", FindingLife(posture: .pass), nil, nil),
      (
        "absent",
        FindingLife(posture: nil, firstFound: noon(1), lastFound: noon(1), lastFixed: noon(2), fixCause: .absent),
        "FIXED",
        noon(1)
      ),
      ("inapplicable", FindingLife(posture: .notApplicable), nil, nil),
    ]
  }()

  private static func manyLives(_ store: any InventoryStore) async throws {
    try await store.sample { inventory, transaction in
      let host = try inventory.host("web", in: transaction)
      for day in 1...3 as ClosedRange<Int64> {
        try transaction.setListed(scope: inventory.findings, at: SampleInventory.noon(day))
      }
      for (index, (name, life, _, _)) in lives.enumerated() {
        let control = try inventory.control(name, SampleInventory.variant(1, qds: 80), in: transaction)
        _ = try inventory.insert(SampleInventory.finding(control, life, qds: 80 + index), on: host, in: transaction)
      }
    }
  }

  private static func key(_ row: JSONValue) -> String? {
    row["externalFindingId"]?.string?.split(separator: "/").last.map(String.init)
  }

  static let findingListCases = [
    Case("A finding's status and dates follow from its life and its scope's listings") { fixture in
      let store = try fixture.open()
      try await manyLives(store)
      let rows = try await store.findingRows(
        Listing(limit: nil, order: [.init("id", descending: false)], includesAbsent: true))
      #expect(rows.map(key) == lives.map(\.name))
      for (row, expected) in zip(rows, lives) {
        func date(_ date: Timestamp?) -> JSONValue? { date.map { .string($0.description) } ?? .null }
        #expect(row["status"] == expected.status.map(JSONValue.string) ?? .null, "\(expected.name)")
        #expect(row["posture"] == expected.life.posture.map { .string($0.rawValue) } ?? .null, "\(expected.name)")
        #expect(row["findingStatus"] == row["posture"], "\(expected.name)")
        #expect(row["firstFoundOn"] == date(expected.life.firstFound), "\(expected.name)")
        #expect(row["lastFoundOn"] == date(expected.lastFound), "\(expected.name)")
        #expect(row["lastFixedOn"] == date(expected.life.lastFixed), "\(expected.name)")
        #expect(row["reopenedOn"] == date(expected.life.reopened), "\(expected.name)")
        #expect(row["fixCause"] == expected.life.fixCause.map { .string($0.name) } ?? .null, "\(expected.name)")
      }
    },
    Case("Lists show PASS and FAIL findings of present hosts, open ones of the highest QDS first") { fixture in
      let store = try fixture.open()
      try await manyLives(store)
      #expect(try await store.findingRows().map(key) == ["reopened", "new", "active", "passed", "fixed"])
      #expect(try await store.findingRows(Listing(limit: 2)).map(key) == ["reopened", "new"])
      #expect(try await store.read { try $0.countFindings(Listing(limit: nil)) } == 5)
      try await store.write { transaction in
        try transaction.setSourceGone(1, at: SampleInventory.noon(4), lastSeen: nil)
        _ = try transaction.settlePresence(of: AssetID(1), at: SampleInventory.noon(4))
        // A host that is gone takes its findings along.
        for var finding in try transaction.findings(resource: 1) {
          _ = finding.life.miss(.hostGone, at: SampleInventory.noon(4), lastListed: nil)
          try transaction.updateFinding(finding)
        }
      }
      #expect(try await store.findingRows().isEmpty)
      #expect(try await store.read { try $0.countFindings(Listing(limit: nil)) } == 0)
      #expect(try await store.findingRows(Listing(limit: nil, includesAbsent: true)).count == lives.count)
    },
    Case("A finding's row has every attribute of the target model, and its score") { fixture in
      let store = try fixture.open()
      let id = "/Subscriptions/sub/VMs/web"
      let finding = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        let control = try inventory.control(in: transaction)
        var values = AttributeValues()
        values["policyFindingUrl"] = .string("https://portal/\(id)/x")
        values["productName"] = .string("Microsoft.Compute")
        let folded = DetailTemplate(resourceID: id).fold(values).json.text()
        let detail = try transaction.insertDetail(inventory.connector, digest: 1, attributes: folded)
        var finding = SampleInventory.finding(control, detail: detail)
        finding.sourceFirst = SampleInventory.noon(1)
        finding.sourceUpdated = SampleInventory.noon(2)
        return try inventory.insert(finding, on: host, in: transaction)
      }
      let row = try #require(try await store.findingRows().first)
      let own: Set = [
        "id", "assetId", "qds", "severity", "posture", "status", "firstFoundOn", "lastFoundOn", "lastFixedOn",
        "vendorProductName",
      ]
      #expect(row.memberNames.isSuperset(of: own.union(findingAttributes)))
      #expect(
        row["id"]?.string == finding.description && row["assetId"]?.string == "A1" && row["assetName"]?.string == "web")
      #expect(row["qds"] == .integer(80) && row["severity"] == .integer(4))
      #expect(row["vendorProductName"]?.string == "Product of Contoso")
      #expect(row["externalFindingId"]?.string == "\(id)/providers/Microsoft.Security/assessments/key")
      #expect(row["findingDescription"]?.string == "Title" && row["categories"]?.array == [.string("Networking")])
      #expect(
        row["policyFindingUrl"]?.string == "https://portal/\(id)/x" && row["productName"]?.string == "Microsoft.Compute"
      )
      #expect(row["findingFirstFoundOn"]?.string == SampleInventory.noon(1).description)
      #expect(row["updatedOn"]?.string == SampleInventory.noon(2).description)
      #expect(row["statusCause"] == .null && row["policyId"] == .null)
      let fields = try await store.read { $0.findingFields }
      #expect(Set(fields) == row.memberNames && fields.count == Set(fields).count)
    },
    Case("Findings are sorted by every field that they have, and by no other") { fixture in
      let store = try fixture.open()
      try await manyLives(store)
      for field in try await store.read({ $0.findingFields }) {
        for descending in [true, false] {
          let listing = Listing(limit: nil, order: [.init(field, descending: descending)], includesAbsent: true)
          #expect(try await store.findingRows(listing).count == lives.count, "\(field)")
        }
      }
      let error = await #expect(throws: QueryError.self) {
        try await store.findingRows(Listing(limit: nil, order: [.init("colour", descending: false)]))
      }
      #expect(error?.problem == "There is no field \"colour\"." && error?.expected?.contains("qds") == true)
    },
    Case("A list that is sorted by a field is in the order of the values that it shows") { fixture in
      let store = try fixture.open()
      try await manyLives(store)
      // Dates as text and whole numbers sort as values do; rows without a value stand at one end.
      for field in ["lastFoundOn", "firstFoundOn", "lastFixedOn", "reopenedOn", "qds", "externalFindingId", "status"] {
        for descending in [false, true] {
          let listing = Listing(limit: nil, order: [.init(field, descending: descending)], includesAbsent: true)
          let shown = try await store.findingRows(listing).compactMap { row -> String? in
            row[field]?.string ?? row[field]?.integer.map(String.init)
          }
          #expect(shown == (descending ? shown.sorted(by: >) : shown.sorted()), "\(field)")
        }
      }
    },
    Case(
      "A part of an external id is found wherever it stands: in the host's id, the control's, over both, or in its own"
    ) {
      fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let first = try inventory.control("aaa-1", in: transaction)
        let second = try inventory.control("aab_2%", in: transaction)
        for name in ["web-01", "Web_01", "ÄÖ%01"] {
          let host = try inventory.host(name, in: transaction)
          _ = try inventory.insert(SampleInventory.finding(first), on: host, in: transaction)
          let own = name == "web-01" ? "/own/Id-01\\x" : nil
          _ = try inventory.insert(SampleInventory.finding(second, externalID: own), on: host, in: transaction)
        }
      }
      let all = try await store.findingRows().compactMap { $0["externalFindingId"]?.string }
      #expect(all.count == 6 && all.contains("/own/Id-01\\x"))
      for id in Set(all) {
        let characters = Array(id)
        for length in [2, 12] {
          for start in stride(from: 0, to: max(1, characters.count - length), by: 7) {
            let part = String(characters[start..<min(start + length, characters.count)])
            let expected = all.filter { $0.lowercased().contains(part.lowercased()) }
            let text = "finding.externalFindingId: *\(part)*"
            let query = try Query(text, for: .finding, now: SampleInventory.noon(1))
            let found = try await store.findingRows(Listing(query, limit: nil))
            #expect(found.compactMap { $0["externalFindingId"]?.string }.sorted() == expected.sorted(), "\(text)")
          }
        }
      }
      let parts = ["web-0", "b_0", "own/", "aab", "/aaa", "zzz", "s/aa", "%01", "id-0", "providers"]
      func expectFound(_ text: String, _ isExpected: (String) -> Bool) async throws {
        let query = try Query(text, for: .finding, now: SampleInventory.noon(1))
        let found = try await store.findingRows(Listing(query, limit: nil))
        let ids = found.compactMap { $0["externalFindingId"]?.string }.sorted()
        #expect(ids == all.filter { isExpected($0.lowercased()) }.sorted(), "\(text)")
      }
      for (index, first) in parts.enumerated() {
        let second = parts[(index + 3) % parts.count]
        let field = "finding.externalFindingId"
        try await expectFound("not \(field): *\(first)*") { !$0.contains(first) }
        try await expectFound("\(field): *\(first)* and \(field): *\(second)*") {
          $0.contains(first) && $0.contains(second)
        }
        try await expectFound("\(field): *\(first)* or \(field): *\(second)*") {
          $0.contains(first) || $0.contains(second)
        }
      }
      // More tests than are looked for one by one, each beside another one.
      let many = parts.map { "(finding.externalFindingId: *\($0)* and finding.severity: 4)" }.joined(separator: " or ")
      try await expectFound(many) { id in parts.contains { id.contains($0) } }
    },
    Case("What a query finds is counted: findings, their hosts, open ones, those that are decided on") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let control = try inventory.control(in: transaction)
        let other = try inventory.control("other", in: transaction)
        for name in ["web", "db"] {
          let host = try inventory.host(name, in: transaction)
          let open = try inventory.insert(SampleInventory.finding(control), on: host, in: transaction)
          let passing = SampleInventory.finding(other, FindingLife(posture: .pass))
          _ = try inventory.insert(passing, on: host, in: transaction)
          if name == "db" {
            try transaction.setDecision(
              open, FindingDecision(kind: .ignored, reason: "r", until: nil, by: "ada"), at: SampleInventory.noon(1))
          }
        }
      }
      func totals(_ text: String) async throws -> FindingTotals {
        let query = try Query(text, for: .finding, now: SampleInventory.noon(1))
        return try await store.read { try $0.totals(ofFindings: query) }
      }
      #expect(
        try await totals("finding.severity >= 1") == FindingTotals(findings: 4, hosts: 2, open: 2, decided: 1))
      #expect(try await totals("asset.name: web") == FindingTotals(findings: 2, hosts: 1, open: 1, decided: 0))
      #expect(try await totals("asset.name: none") == FindingTotals(findings: 0, hosts: 0, open: 0, decided: 0))
    },
    Case("A finding tells its history") { fixture in
      let store = try fixture.open()
      let (finding, run) = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        let finding = try inventory.insert(
          SampleInventory.finding(inventory.control(in: transaction)), on: host, in: transaction)
        for (day, turn, cause) in [(2, "fixed", "absent"), (3, "reopened", nil)] as [(Int64, String, String?)] {
          try transaction.insertEvent(
            finding, run: inventory.run, at: SampleInventory.noon(day), turn: turn, cause: cause, until: nil, by: nil)
        }
        return (finding, inventory.run)
      }
      let history = try await store.read { try $0.finding(finding) }?["history"]?.array
      #expect(
        history == [
          .object([
            "at": .string(SampleInventory.noon(2).description), "turn": .string("fixed"), "cause": .string("absent"),
            "run": .string(run.description),
          ]),
          .object([
            "at": .string(SampleInventory.noon(3).description), "turn": .string("reopened"), "cause": .null,
            "run": .string(run.description),
          ]),
        ])
      #expect(try await store.read { try $0.finding(FindingID(99)) } == nil)
    },
    Case("A control tells its texts, its score and how many fail") { fixture in
      let store = try fixture.open()
      try await manyLives(store)
      let id = try #require(try await store.read { try $0.control(key: "NEW") })
      let unsettled = try await store.read { try $0.control(id) }
      #expect(unsettled?["openFindings"] == .null && unsettled?["scoreReduction"] == .null)
      try await store.write { try $0.recordDay(at: SampleInventory.noon(4)) }
      let control = try #require(try await store.read { try $0.control(id) })
      #expect(control["id"]?.string == id.description && control["findingDescription"]?.string == "Title")
      #expect(control["severity"] == .integer(4) && control["qds"] == .integer(80))
      #expect(control["openFindings"] == .integer(1) && control["passed"] == .integer(0))
      // The host has three of QDS 80, of which two stay: 2 × 1.6 × 80 × (3^0.01 − 2^0.01).
      #expect(control["failingHosts"] == .integer(1) && control["scoreReduction"] == .integer(1))
      #expect(control["vendorProductName"]?.string == "Product of Contoso")
      #expect(try await store.read { try $0.control(key: "none") } == nil)
      #expect(try await store.read { try $0.control(ControlID(99)) } == nil)
      #expect(try await store.read { try $0.summary() }["openBySeverity"] == .object(["4": .integer(3)]))
    },
  ]
}
