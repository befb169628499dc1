import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private struct Interruption: Error, Equatable { var word = "stop" }

  static let storeCases = [
    Case("An inventory keeps the seed that it was made with") { fixture in
      let seeds = try [4711, 42].map { try fixture.open($0).seed }
      #expect(seeds == [4711, 4711])
    },
    Case("What was written is there when the inventory is opened again") { fixture in
      let asset = try await fixture.open().sample { try $0.host("web", in: $1).asset }
      let found = try await fixture.open().read { try $0.asset(asset) }
      #expect(found?["assetName"]?.string == "web")
    },
    Case("A new inventory is empty") { fixture in
      let store = try fixture.open()
      #expect(try await store.assetRows().isEmpty)
      #expect(try await store.findingRows().isEmpty)
      let (runs, assets, findings) = try await store.read {
        (
          try $0.runs(connector: nil, limit: nil).count, try $0.countAssets(Listing(limit: nil)),
          try $0.countFindings(Listing(limit: nil))
        )
      }
      #expect(runs == 0 && assets == 0 && findings == 0)
    },
    Case("A transaction that throws leaves nothing, and its error comes out as it was") { fixture in
      let store = try fixture.open()
      let before = try await store.sample { try $0.host("web", in: $1) }
      await #expect(throws: Interruption()) {
        try await store.write { transaction in
          let inventory = try SampleInventory(transaction, connector: "Other")
          let host = try inventory.host("db", in: transaction)
          _ = try inventory.insert(
            SampleInventory.finding(inventory.control(in: transaction)), on: host, in: transaction)
          try transaction.setSourceGone(before.source, at: SampleInventory.noon(2), lastSeen: nil)
          throw Interruption()
        }
      }
      #expect(try await store.assetRows().map { $0["assetName"]?.string } == ["web"])
      let (runs, findings, other) = try await store.read {
        (
          try $0.runs(connector: nil, limit: nil).count, try $0.countFindings(Listing(limit: nil)),
          try $0.runs(connector: "Other", limit: nil)
        )
      }
      #expect(runs == 1 && findings == 0 && other.isEmpty)
      #expect(
        try await store.read { try $0.asset(before.asset) }?["sourceRecords"]?.array?.first?["present"] == .bool(true))
      // The connection works on.
      #expect(try await store.write { try SampleInventory($0, connector: "Third").run.number } > 1)
    },
    Case("A rehearsal begins as the inventory is, and keeps what is done to it to itself") { fixture in
      let store = try fixture.open(4711)
      let host = try await store.sample { try $0.host("web", in: $1) }
      let copy = try await store.rehearsal()
      #expect(copy.seed == 4711)
      #expect(try await copy.assetRows() == store.assetRows())
      let lock = try copy.lock(ConnectorNumber(1))
      #expect(try lock != nil && store.lock(ConnectorNumber(1)) != nil, "their locks are two")
      try await copy.write { transaction in
        try transaction.setSourceGone(host.source, at: SampleInventory.noon(2), lastSeen: nil)
        _ = try transaction.settlePresence(of: host.asset, at: SampleInventory.noon(2))
      }
      #expect(try await copy.assetRows().isEmpty)
      #expect(try await store.assetRows().count == 1)
      try await store.write { _ = try SampleInventory($0, connector: "Other") }
      #expect(try await copy.read { try $0.runs(connector: "Other", limit: nil) }.isEmpty)
    },
    Case("A connector's lock excludes a second holder until it is released") { fixture in
      let (store, other) = (try fixture.open(), try fixture.open())
      let lock = try #require(try store.lock(ConnectorNumber(1)))
      #expect(try store.lock(ConnectorNumber(1)) == nil)
      #expect(try other.lock(ConnectorNumber(1)) == nil)
      let second = try #require(try other.lock(ConnectorNumber(2)))
      lock.release()
      let next = try #require(try other.lock(ConnectorNumber(1)))
      #expect(try store.lock(ConnectorNumber(1)) == nil)
      next.release()
      second.release()
      lock.release()
    },
    Case("A connector's lock ends with its value") { fixture in
      let store = try fixture.open()
      do {
        let lock = try store.lock(ConnectorNumber(1))
        #expect(lock != nil)
      }
      #expect(try store.lock(ConnectorNumber(1)) != nil)
    },
    Case("A connector has one number, and takes the kind it is named with last") { fixture in
      let store = try fixture.open()
      let numbers = try await store.write { transaction in
        try [("A", "one"), ("B", "one"), ("A", "two")].map {
          try transaction.connector(named: $0.0, kind: $0.1, productName: $0.1, vendorName: "Vendor").number
        }
      }
      #expect(numbers[0] == numbers[2] && numbers[0] != numbers[1])
    },
    Case("A scope is made once, and counts its whole listings") { fixture in
      let store = try fixture.open()
      let scopes = try await store.sample { inventory, transaction in
        let made = try transaction.scope(inventory.connector, stream: "hosts", name: "a", title: "A")
        #expect(made.listings == 0 && made.listedAt == nil)
        try transaction.setListed(scope: made.id, at: SampleInventory.noon(1))
        try transaction.setListed(scope: made.id, at: SampleInventory.noon(2))
        let again = try transaction.scope(inventory.connector, stream: "hosts", name: "a", title: "renamed")
        #expect(again.id == made.id)
        return try transaction.scopes(inventory.connector, stream: "hosts")
      }
      #expect(scopes.map(\.name) == ["a", "sub"])
      #expect(scopes.map(\.listings) == [2, 0])
      #expect(scopes.map(\.listedAt) == [SampleInventory.noon(2), nil])
    },
  ]
}
