import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let mapCases = [
    Case("Each change of a map is a version of its own; earlier ones stay as they were") { fixture in
      let store = try fixture.open()
      let made = try await store.write { transaction in
        try ["one", "two \u{1F30D}\n", "three"].enumerated().map { day, document in
          try transaction.insertTransformMap("mine", document: document, at: SampleInventory.noon(Int64(day)))
        }
      }
      #expect(made.map(\.version) == [1, 2, 3])
      let versions = try await fixture.open().read { try $0.transformMapVersions("mine") }
      #expect(versions == made.reversed())
      #expect(try await store.write { try $0.transformMapVersions("mine") } == versions)
    },
    Case("The same document makes no new version, an earlier one's does") { fixture in
      let store = try fixture.open()
      let made = try await store.write { transaction in
        try ["a", "a", "b", "a"].map {
          try transaction.insertTransformMap("mine", document: $0, at: SampleInventory.noon(1))
        }
      }
      #expect(made.map(\.version) == [1, 1, 2, 3])
    },
    Case("Maps are listed by name with their latest version, and told apart by case") { fixture in
      let store = try fixture.open()
      #expect(try await store.read { try $0.transformMaps() }.isEmpty)
      try await store.write { transaction in
        for (name, document) in [("b", "1"), ("a", "2"), ("B", "3"), ("b", "4")] {
          _ = try transaction.insertTransformMap(name, document: document, at: SampleInventory.noon(1))
        }
        #expect(try transaction.transformMaps().count == 3)
      }
      let maps = try await store.read { try $0.transformMaps() }
      #expect(Set(maps.map { "\($0.name) \($0.version) \($0.document)" }) == ["a 1 2", "b 2 4", "B 1 3"])
      #expect(maps.map(\.name) == maps.map(\.name).sorted())
      #expect(try await store.read { try $0.transformMapVersions("missing") }.isEmpty)
    },
  ]
}
