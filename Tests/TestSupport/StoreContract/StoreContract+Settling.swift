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
        try await store.write { try checkSettling(seed: seed, $0) }
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
          try transaction.settleControls(inventory.connector)
          #expect(try transaction.controls(inventory.connector).first?.defaultVariant == second, "\(name)")
        }
      }
    },
  ]

  private static func checkSettling(seed: UInt64, _ transaction: any InventoryTransaction) throws {
    var random = SeededGenerator(seed: seed)
    let inventory = try SampleInventory(transaction, connector: "Connector \(seed)")
    let names = ["b", "a", "A-1", "c", "aa", "é"].shuffled(using: &random)
    let hosts = try names.map { (name: $0, host: try inventory.host($0, in: transaction)) }
    var chosen: [ControlID: (folded: String, finding: FindingID)] = [:]
    for index in 0..<random.number(1...4) {
      let control = try inventory.control("key\(index)", SampleInventory.variant(1), in: transaction)
      let others = try (2...3).map { try transaction.insertVariant(control.id, SampleInventory.variant($0)).id }
      for (name, host) in hosts where !random.chance(4) {
        let posture = random.chance(4) ? nil : random.pick(Posture.allCases)
        let variant = random.pick([nil] + others.map(Optional.some))
        let id = try inventory.insert(
          SampleInventory.finding(control, FindingLife(posture: posture), variant: variant), on: host, in: transaction)
        let folded = name.lowercased()
        if posture != nil, chosen[control.id].map({ folded.utf8.lexicographicallyPrecedes($0.folded.utf8) }) ?? true {
          chosen[control.id] = (folded, id)
        }
      }
    }
    let resources = hosts.map(\.host.resource)
    let before = try Picture(inventory.connector, resources: resources, transaction)
    try transaction.settleControls(inventory.connector)
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
    try transaction.settleControls(inventory.connector)
    #expect(try Picture(inventory.connector, resources: resources, transaction) == after, "seed \(seed)")
  }
}
