import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  /// What the inventory holds of its controls and findings.
  private struct Picture: Equatable {
    /// By control.
    var defaults: [ControlID: Int64] = [:]
    /// By finding: the variant whose texts it shows.
    var effective: [FindingID: Int64] = [:]
    var stored: [StoredFinding] = []

    init(_ connector: ConnectorNumber, resources: [Int64], _ transaction: any InventoryTransaction) throws {
      for control in try transaction.controls(connector) { defaults[control.id] = control.defaultVariant }
      stored = try resources.flatMap { try transaction.findings(resource: $0) }
      for finding in stored { effective[finding.id] = finding.variant ?? defaults[finding.control] }
    }
  }

  static let settlingCases = [
    Case("A control takes the variant of its finding with the smallest id; no finding's own texts change") { fixture in
      let store = try fixture.open()
      for seed in SeededGenerator.seeds(25) {
        let names = ["b", "a", "A-1", "c", "aa", "é"]
        try await store.write { try checkSettling(seed: seed, names: names, $0) }
      }
    },
    Case("A control of many hosts takes the variant of its finding with the smallest id, too") { fixture in
      let store = try fixture.open()
      // Ids that begin with one another, and with what follows a host's id in its findings'.
      let first = ["a", "a/providers", "a/providers-", "a/providers.", "a/providers/m", "a/providers/m-", "aa", "é"]
      let names = first + (0..<1800).map { "b\($0)" }
      for seed in SeededGenerator.seeds(12) {
        try await store.write { try checkSettling(seed: seed, names: names, $0) }
      }
    },
    Case("Settling does not depend on the order in which findings were written") { fixture in
      let store = try fixture.open()
      for (name, order) in [("forward", [0, 1, 2]), ("backward", [2, 1, 0])] {
        try await store.write { transaction in
          let inventory = try SampleInventory(transaction, connector: name)
          let host = try inventory.host("web", in: transaction)
          let control = try inventory.control(in: transaction)
          let second = try transaction.insertVariant(control.id, SampleInventory.variant(2)).id
          let third = try transaction.insertVariant(control.id, SampleInventory.variant(3)).id
          let findings = [("a", second), ("b", nil), ("c", third)] as [(String, Int64?)]
          for index in order {
            let finding = SampleInventory.finding(control, externalID: findings[index].0, variant: findings[index].1)
            _ = try inventory.insert(finding, on: host, in: transaction)
          }
          try transaction.settleControls(inventory.connector, listed: [inventory.findings])
          #expect(try transaction.controls(inventory.connector).first?.defaultVariant == second, "\(name)")
        }
      }
    },
    Case("Texts that no finding has any more go; a control's own, and those of another connector, stay") { fixture in
      let store = try fixture.open()
      try await store.write { transaction in
        let inventory = try SampleInventory(transaction)
        let other = try SampleInventory(transaction, connector: "Fabrikam")
        let host = try inventory.host("web", in: transaction)
        let control = try inventory.control(in: transaction)
        let without = try inventory.control("without", in: transaction)
        let used = try transaction.insertVariant(control.id, SampleInventory.variant(2)).id
        let unused = try transaction.insertVariant(control.id, SampleInventory.variant(3)).id
        let foreign = try other.control(in: transaction)
        _ = try transaction.insertVariant(foreign.id, SampleInventory.variant(2))
        for digest in 1...3 as ClosedRange<Int64> {
          _ = try transaction.insertDetail(inventory.connector, digest: digest, attributes: "{}")
        }
        _ = try transaction.insertDetail(other.connector, digest: 3, attributes: "{}")
        // One of a finding that the source does not list now, but may again.
        let absent = FindingLife(posture: nil, firstFound: SampleInventory.noon(1))
        var numbers: [FindingID] = []
        for (index, life) in [SampleInventory.open, absent].enumerated() {
          let detail = try transaction.detail(inventory.connector, digest: Int64(index + 1))
          let finding = SampleInventory.finding(
            control, life, externalID: "\(index)", variant: index == 0 ? used : nil, detail: detail)
          numbers.append(try inventory.insert(finding, on: host, in: transaction))
        }
        func check(variants: Set<Int64>, details: Set<Int64>) throws {
          try transaction.deleteUnusedVariants(inventory.connector)
          try transaction.deleteUnusedDetails(inventory.connector)
          let controls = try transaction.controls(inventory.connector)
          #expect(Set(controls.flatMap(\.variants).map(\.id)) == variants.union([without.defaultVariant]))
          for digest in 1...3 as ClosedRange<Int64> {
            #expect(try (transaction.detail(inventory.connector, digest: digest) != nil) == details.contains(digest))
          }
          #expect(try transaction.detail(other.connector, digest: 3) != nil)
          #expect(try transaction.controls(other.connector).first?.variants.count == 2)
        }
        #expect(try transaction.controls(inventory.connector).flatMap(\.variants).map(\.id).contains(unused))
        try check(variants: [control.defaultVariant, used], details: [1, 2])
        try transaction.deleteFinding(numbers[0])
        try check(variants: [control.defaultVariant], details: [2])
        try transaction.deleteFinding(numbers[1])
        try check(variants: [control.defaultVariant], details: [])
      }
    },
  ]

  private struct Smallest {
    /// Findings of the scopes that were listed whole go before the others.
    var isListed: Bool
    var id: String
    var finding: FindingID

    func precedes(_ other: Smallest) -> Bool {
      isListed != other.isListed ? isListed : id.utf8.lexicographicallyPrecedes(other.id.utf8)
    }
  }

  private static func checkSettling(
    seed: UInt64, names: [String], _ transaction: any InventoryTransaction
  ) throws {
    var random = SeededGenerator(seed: seed)
    let isLarge = names.count > 1000
    let inventory = try SampleInventory(transaction, connector: "Connector \(seed)")
    let other = try transaction.scope(inventory.connector, stream: "findings", name: "other", title: "").id
    let hosts = try names.shuffled(using: &random).map { name in
      let host = try inventory.host(name, in: transaction)
      let isListed = !random.chance(isLarge ? 10 : 4)
      if !isListed { try transaction.setFindingScope(resource: host.resource, scope: other, assessedID: name) }
      return (host: host, isListed: isListed)
    }
    var chosen: [ControlID: Smallest] = [:]
    for index in 0..<(isLarge ? 1 : random.number(1...4)) {
      let control = try inventory.control("key\(index)", SampleInventory.variant(1), in: transaction)
      let others = try (2...3).map { try transaction.insertVariant(control.id, SampleInventory.variant($0)).id }
      for (host, isListed) in hosts where !random.chance(isLarge ? 10 : 4) {
        let posture = random.chance(isLarge ? 10 : 4) ? nil : random.pick(Posture.allCases)
        let variant = random.pick([nil] + others.map(Optional.some))
        let own = random.chance(isLarge ? 8000 : 10) ? "/subscriptions/sub/vms/a-\(host.resource)" : nil
        let id = try transaction.insertFinding(
          SampleInventory.finding(control, FindingLife(posture: posture), externalID: own, variant: variant),
          resource: host.resource, scope: isListed ? inventory.findings : other, ingested: SampleInventory.noon(1))
        let next = Smallest(isListed: isListed, id: try transaction.externalID(of: id), finding: id)
        if posture != nil, chosen[control.id].map(next.precedes) ?? true { chosen[control.id] = next }
      }
    }
    let resources = hosts.map(\.host.resource)
    let before = try Picture(inventory.connector, resources: resources, transaction)
    try transaction.settleControls(inventory.connector, listed: [inventory.findings])
    let after = try Picture(inventory.connector, resources: resources, transaction)
    #expect(after.effective == before.effective, "seed \(seed)")
    for (control, variant) in after.defaults {
      let expected = chosen[control].flatMap { before.effective[$0.finding] } ?? before.defaults[control]
      #expect(variant == expected, "seed \(seed)")
    }
    for finding in after.stored {
      #expect(finding.variant != after.defaults[finding.control], "seed \(seed)")
      var unchanged = finding
      unchanged.variant = before.stored.first { $0.id == finding.id }?.variant
      #expect(before.stored.contains(unchanged), "seed \(seed)")
    }
    try transaction.settleControls(inventory.connector, listed: [inventory.findings])
    #expect(try Picture(inventory.connector, resources: resources, transaction) == after, "seed \(seed)")
  }
}
