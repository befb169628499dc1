import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let assetCases = [
    Case("A resource is found by its folded id, of its own connector") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let host = try inventory.host("Web", in: transaction)
        let other = try transaction.connector(named: "Other", kind: "kind", productName: "Other", vendorName: "Vendor")
        let id = "/subscriptions/sub/vms/web"
        let found = try transaction.resource(inventory.connector, foldedID: id)
        #expect(found?.id == host.resource && found?.asset == host.asset && found?.source == host.source)
        #expect(found?.isPresent == true && found?.findingScope == inventory.findings)
        #expect(found?.assessedID == "/Subscriptions/sub/VMs/Web")
        try transaction.setFindingScope(resource: host.resource, scope: inventory.findings, assessedID: id)
        #expect(try transaction.resource(inventory.connector, foldedID: id)?.assessedID == id)
        #expect(try transaction.resource(other, foldedID: id) == nil)
        #expect(try transaction.resource(inventory.connector, foldedID: id.uppercased()) == nil)
      }
    },
    Case("A resource that no source row is tied to has no asset") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let resource = try transaction.insertResource(inventory.connector, foldedID: "/x", writtenID: "/X")
        let found = try transaction.resource(inventory.connector, foldedID: "/x")
        #expect(found?.id == resource && found?.asset == nil && found?.source == nil && found?.isPresent == false)
      }
    },
    Case("Source rows are found by the source's own id, and change in place") { fixture in
      let store = try fixture.open()
      let asset = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        try transaction.updateSource(
          host.source, attributes: #"{"assetName":"new"}"#, digest: -5, at: SampleInventory.noon(2))
        let sources = try transaction.sources(inventory.connector, externalAssetID: "vm-web")
        #expect(sources.map(\.id) == [host.source] && sources.map(\.digest) == [-5])
        #expect(sources.first?.foldedResourceID == "/subscriptions/sub/vms/web" && sources.first?.asset == host.asset)
        #expect(try transaction.sources(inventory.connector, externalAssetID: "VM-WEB").isEmpty)
        return host.asset
      }
      let record = try await store.read { try $0.asset(asset) }?["sourceRecords"]?.array?.first
      #expect(record?["attributes"]?["assetName"]?.string == "new")
      #expect(record?["connector"]?.string == "Contoso" && record?["source"]?.string == "Product of Contoso")
    },
    Case("An asset is gone when its last source row is, and back with any of them") { fixture in
      let store = try fixture.open()
      let (first, last, back) = (SampleInventory.noon(3), SampleInventory.noon(4), SampleInventory.noon(5))
      let host = try await store.sample { inventory, transaction in
        let host = try inventory.host("web", in: transaction)
        let second = try transaction.insertSource(
          NewSource(
            connector: inventory.connector, externalAssetID: "vm-2", resource: host.resource, asset: host.asset,
            scope: inventory.hosts, attributes: "{}", digest: 1, at: SampleInventory.noon(1)))
        try transaction.setListed(scope: inventory.hosts, at: SampleInventory.noon(2))
        #expect(try transaction.presentSources(scope: inventory.hosts).map(\.id) == [host.source, second])
        #expect(try transaction.countPresent(inventory.connector).sources == 2)
        try transaction.setSourceGone(host.source, at: first, lastSeen: SampleInventory.noon(2))
        #expect(try transaction.settlePresence(of: host.asset, at: first))
        #expect(try transaction.presentSources(scope: inventory.hosts).map(\.id) == [second])
        try transaction.setSourceGone(second, at: last, lastSeen: nil)
        #expect(try !transaction.settlePresence(of: host.asset, at: last))
        #expect(try !transaction.settlePresence(of: host.asset, at: back))
        return host
      }
      #expect(try await store.assetRows().isEmpty)
      #expect(try await store.read { try $0.countAssets(Listing(limit: nil)) } == 0)
      let gone = try await store.assetRows(Listing(limit: nil, includesAbsent: true))
      #expect(gone.map { $0["goneOn"]?.string } == [last.description])
      let record = try await store.read { try $0.asset(host.asset) }?["sourceRecords"]?.array?.first
      #expect(record?["present"] == .bool(false) && record?["goneOn"]?.string == first.description)
      #expect(record?["lastSeenOn"]?.string == SampleInventory.noon(2).description)

      try await store.write { transaction in
        try transaction.setSourcePresent(host.source, at: back)
        let scope = try transaction.presentSources(scope: 1)
        #expect(scope.map(\.asset) == [host.asset] && scope.map(\.resource) == [host.resource])
        try transaction.setListed(scope: 1, at: back)
      }
      #expect(try await store.assetRows().count == 1)
      let again = try await store.read { try $0.asset(host.asset) }?["sourceRecords"]?.array?.first
      #expect(again?["present"] == .bool(true) && again?["goneOn"] == .null)
      #expect(again?["lastSeenOn"]?.string == back.description)
    },
    Case("The score's basis counts the open findings of all of an asset's resources by QDS") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let host = try inventory.host("web", isExposed: true, in: transaction)
        let second = try inventory.host("db", in: transaction)
        let fixed = FindingLife(posture: .pass, firstFound: SampleInventory.noon(1), lastFixed: SampleInventory.noon(2))
        for (index, (qds, life)) in [
          (80, SampleInventory.open), (80, SampleInventory.open), (20, SampleInventory.open), (95, fixed),
        ].enumerated() {
          let control = try inventory.control("key\(index)", in: transaction)
          _ = try inventory.insert(SampleInventory.finding(control, life, qds: qds), on: host, in: transaction)
        }
        let basis = try transaction.scoreBasis(of: host.asset, at: SampleInventory.noon(1))
        #expect(basis.counts == [80: 2, 20: 1] && basis.criticality == 2 && basis.isExposed)
        #expect(try transaction.scoreBasis(of: second.asset, at: SampleInventory.noon(1)).counts.isEmpty)
        try transaction.attach(resource: second.resource, source: second.source, asset: host.asset)
        _ = try inventory.insert(
          SampleInventory.finding(inventory.control("key4", in: transaction), qds: 95), on: second, in: transaction)
        #expect(
          try transaction.scoreBasis(of: host.asset, at: SampleInventory.noon(1)).counts == [80: 2, 20: 1, 95: 1])
      }
    },
  ]
}
