import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static func randomDate(_ random: inout SeededGenerator) -> Timestamp {
    Timestamp(microseconds: Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
  }

  private static func randomFinding(_ control: StoredControl, _ random: inout SeededGenerator) -> StoredFinding {
    let causes: [FixCause] = [.passed, .notApplicable, .absent, .hostGone]
    let life = FindingLife(
      posture: random.maybe { $0.pick(Posture.allCases) }, openedInListing: random.maybe { Int64($0.number(1...999)) },
      firstFound: random.maybe(randomDate), lastFound: random.maybe(randomDate), lastFixed: random.maybe(randomDate),
      reopened: random.maybe(randomDate), fixCause: random.maybe { $0.pick(causes) })
    return StoredFinding(
      id: FindingID(0), control: control.id, externalID: random.maybe { $0.text(30) },
      variant: random.maybe { Int64($0.number(1...99)) }, detail: random.maybe { Int64($0.number(1...99)) },
      severity: random.number(1...5), qds: random.number(0...100), sourceFirst: random.maybe(randomDate),
      sourceUpdated: random.maybe(randomDate), life: life, digest: Int64.random(in: .min ... .max, using: &random))
  }

  static let findingCases = [
    Case("A finding is read back as it was written, whatever it holds") { fixture in
      let store = try fixture.open()
      for seed in SeededGenerator.seeds(20) {
        try await store.write { transaction in
          var random = SeededGenerator(seed: seed)
          let inventory = try SampleInventory(transaction, connector: "Connector \(seed)")
          let host = try inventory.host("web", in: transaction)
          var expected: [StoredFinding] = []
          for index in 0..<10 {
            let control = try inventory.control("key\(index)", in: transaction)
            var finding = randomFinding(control, &random)
            finding.id = try inventory.insert(finding, on: host, in: transaction)
            expected.append(finding)
          }
          #expect(try transaction.findings(resource: host.resource) == expected, "seed \(seed)")
          for (index, before) in expected.enumerated() {
            guard let control = try transaction.controls(inventory.connector).first(where: { $0.id == before.control })
            else { continue }
            expected[index] = randomFinding(control, &random)
            expected[index].id = before.id
            try transaction.updateFinding(expected[index])
            let found = try transaction.finding(before.id)
            #expect(found?.finding == expected[index] && found?.asset == host.asset, "seed \(seed)")
          }
          #expect(try transaction.findings(resource: host.resource) == expected, "seed \(seed)")
        }
      }
    },
    Case("A resource has one finding of a control, or one for each external id") { fixture in
      let store = try fixture.open()
      let (host, control) = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        let control = try inventory.control(in: transaction)
        for id in [nil, "x", "y"] {
          _ = try inventory.insert(SampleInventory.finding(control, externalID: id), on: host, in: transaction)
        }
        return (host, control)
      }
      for id in [nil, "x"] {
        await #expect(throws: StoreError.self, "\(id ?? "none")") {
          try await store.write { transaction in
            _ = try transaction.insertFinding(
              SampleInventory.finding(control, externalID: id), resource: host.resource, scope: nil,
              ingested: SampleInventory.noon(1))
          }
        }
      }
      #expect(try await store.write { try $0.findings(resource: host.resource).map(\.externalID) } == [nil, "x", "y"])
    },
    Case("A removed finding takes its history along, and its number is never used again") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        let control = try inventory.control(in: transaction)
        let finding = SampleInventory.finding(control)
        let first = try inventory.insert(finding, on: host, in: transaction)
        try transaction.insertEvent(
          first, run: inventory.run, at: SampleInventory.noon(1), turn: "fixed", cause: "passed", until: nil, by: nil)
        try transaction.deleteFinding(first)
        #expect(try transaction.finding(first) == nil)
        #expect(try transaction.findings(resource: host.resource).isEmpty)
        let second = try inventory.insert(finding, on: host, in: transaction)
        #expect(second != first)
      }
      #expect(try await store.findingRows().count == 1)
      #expect(try await store.read { try $0.finding(FindingID(1)) } == nil)
    },
    Case("Controls come back with all their variants") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let control = try inventory.control("key", SampleInventory.variant(1), in: transaction)
        let second = try transaction.insertVariant(control.id, SampleInventory.variant(2, severity: 2, qds: 39))
        let other = try SampleInventory(transaction, connector: "Other").control("key", in: transaction)
        let found = try transaction.controls(inventory.connector)
        #expect(found.map(\.id) == [control.id] && control.id != other.id)
        #expect(found.first?.key == "key" && found.first?.defaultVariant == control.defaultVariant)
        #expect(found.first?.findingSuffix == "/providers/Microsoft.Security/assessments/key")
        let variants = found.first?.variants.sorted { $0.id < $1.id }
        #expect(variants?.map(\.id) == [control.defaultVariant, second.id])
        #expect(
          variants?.map(\.digest) == [1, 2] && variants?.map(\.qds) == [80, 39] && variants?.map(\.severity) == [4, 2])
        #expect(variants?.map(\.category) == ["HostMisconfigurations", "HostMisconfigurations"])
      }
      // At the latest when the transaction ends.
      await #expect(throws: StoreError.self) {
        try await store.sample { inventory, transaction in
          let control = try inventory.control("twice", in: transaction)
          _ = try transaction.insertVariant(control.id, SampleInventory.variant(2))
          _ = try transaction.insertVariant(control.id, SampleInventory.variant(2))
        }
      }
    },
    Case("Details are found by their digest, of their own connector") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let id = try transaction.insertDetail(inventory.connector, digest: .min, attributes: "{}")
        #expect(try transaction.detail(inventory.connector, digest: .min) == id)
        #expect(try transaction.detail(inventory.connector, digest: 0) == nil)
        let other = try transaction.connector(named: "Other", kind: "kind", productName: "Other", vendorName: "Vendor")
        #expect(try transaction.detail(other, digest: .min) == nil)
      }
    },
    Case("Findings whose posture is known are present, with the category of their variant") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        var other = SampleInventory.variant(2)
        other.category = "SystemUpdate"
        var expected: [FindingID: String] = [:]
        for (index, posture) in [Posture.pass, .fail, .notApplicable, nil].enumerated() {
          let control = try inventory.control("key\(index)", in: transaction)
          let variant = index == 1 ? try transaction.insertVariant(control.id, other).id : nil
          let finding = SampleInventory.finding(control, FindingLife(posture: posture), variant: variant)
          let id = try inventory.insert(finding, on: host, in: transaction)
          if posture != nil { expected[id] = index == 1 ? "SystemUpdate" : "HostMisconfigurations" }
        }
        var found: [FindingID: String] = [:]
        try transaction.forEachPresentFinding(scope: inventory.findings) { found[$0.id] = $0.category }
        #expect(found == expected)
        #expect(try transaction.countPresent(inventory.connector).findings == 3)
        try transaction.forEachPresentFinding(scope: inventory.hosts) { finding in
          Issue.record("\(finding.id) is of another scope")
        }
      }
    },
  ]
}
