import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let facetCases =
    QueryEntity.allCases.flatMap { entity in
      SeededGenerator.seeds(3).map { seed in
        Case("Facets of \(entity.rawValue)s count what the rows that are shown say, seed \(seed)") { fixture in
          let store = try fixture.open()
          let inventory = try await store.write { try RandomInventory(seed: 20 + seed, $0) }
          try await store.read { reader in
            let shown = try ShownInventory(inventory.hidden, reader)
            var generator = QueryGenerator(seed: seed, now: RandomInventory.now)
            for number in 0..<12 {
              let query =
                try number == 0 ? nil : Query(generator.query(for: entity).text, for: entity, now: generator.now)
              try checkFacets(of: entity, query, includesAbsent: number.isMultiple(of: 3), shown, reader)
            }
          }
        }
      }
    }
    + QueryEntity.allCases.flatMap { entity in
      SeededGenerator.seeds(3).map { seed in
        Case("A facet's value, asked for as a query, finds the \(entity.rawValue)s that it counts, seed \(seed)") {
          fixture in
          let store = try fixture.open()
          let inventory = try await store.write { try RandomInventory(seed: 30 + seed, $0) }
          try await store.read { reader in
            let shown = try ShownInventory(inventory.hidden, reader)
            for includesAbsent in [true, false] {
              try checkTerms(of: entity, includesAbsent: includesAbsent, shown, reader)
            }
          }
        }
      }
    }

  private static func groupable(_ entity: QueryEntity) -> [QueryField] {
    QueryCatalogue.listFields(for: entity, use: .facet).map(\.field)
  }

  private static func checkFacets(
    of entity: QueryEntity, _ query: Query?, includesAbsent: Bool, _ shown: ShownInventory,
    _ reader: any InventoryReader
  ) throws {
    let all = try query ?? Query("", for: entity, now: RandomInventory.now)
    let places = shown.places(all, includesAbsent: includesAbsent)
    let listing = Listing(query, limit: 2, includesAbsent: includesAbsent)
    for facet in try reader.facets(groupable(entity), of: entity, listing) {
      var expected: [String?: (count: Int, open: Int)] = [:]
      for place in places {
        let open = entity == .asset ? shown.openFindings[place] : shown.isOpen[place] ? 1 : 0
        for value in shown.folded(place, facet.field, entity) {
          expected[value, default: (0, 0)].count += 1
          expected[value, default: (0, 0)].open += open
        }
      }
      let context = "\(facet.field): \(all.text)"
      #expect(facet.values.count == expected.count, "\(context)")
      for value in facet.values {
        let key = value.value.map { $0.lowercased() }
        #expect(expected[key]?.count == value.count && expected[key]?.open == value.open, "\(value), \(context)")
      }
      #expect(zip(facet.values, facet.values.dropFirst()).allSatisfy { $0.count >= $1.count }, "\(context)")
    }
  }

  private static func checkTerms(
    of entity: QueryEntity, includesAbsent: Bool, _ shown: ShownInventory, _ reader: any InventoryReader
  ) throws {
    var exact = 0
    var withValues = Set<QueryField>()
    let everything = try Query("", for: entity, now: RandomInventory.now)
    let listing = Listing(limit: nil, includesAbsent: includesAbsent)
    let facets = try reader.facets(groupable(entity), of: entity, listing)
    #expect(facets.map(\.field) == groupable(entity))
    for facet in facets {
      for value in facet.values {
        if value.value != nil { withValues.insert(facet.field) }
        let query = try Query(facet.field.term(for: value.value), for: entity, now: RandomInventory.now)
        // A term that names what lists leave out finds it there too, as it does with all records.
        let findsAbsent = includesAbsent || query.namesAbsent
        let found = Set(shown.places(query, includesAbsent: includesAbsent))
        let counted = Set(
          shown.places(everything, includesAbsent: findsAbsent).filter {
            shown.folded($0, facet.field, entity).contains(value.value.map { $0.lowercased() })
          })
        // The language has no mark for a text with its own mark in it: more may be found, never less.
        let isExact = !(value.value ?? "").contains("`")
        #expect(isExact ? found == counted : found.isSuperset(of: counted), "\(facet.field): \(query.text)")
        let count = try answer(entity, Listing(query, limit: nil, includesAbsent: includesAbsent), reader).count
        #expect(count == found.count, "\(facet.field): \(query.text)")
        let isSame = isExact && findsAbsent == includesAbsent
        #expect(isSame ? count == value.count : count >= value.count, "\(facet.field): \(query.text)")
        exact += isExact ? 1 : 0
      }
    }
    #expect(exact > 60)
    // A field that has no value anywhere would be compared with nothing.
    let without = groupable(entity).filter { !withValues.contains($0) }
    #expect(without.isEmpty)
  }
}

extension ShownInventory {
  /// The different values of the record, without case; nil alone where it has none.
  fileprivate func folded(_ place: Int, _ field: QueryField, _ entity: QueryEntity) -> Set<String?> {
    var record = entity == .asset ? naive.assets[place] : naive.findings[place]
    if entity == .finding, field.scope.owner == .asset {
      guard let asset = naive.assetOfFinding[place] else { return [nil] }
      record = naive.assets[asset]
    }
    let records = field.scope == .asset || field.scope == .finding ? [record] : record.elements[field.scope] ?? []
    let values = Set(records.compactMap { Self.text($0, field)?.lowercased() })
    return values.isEmpty ? [nil] : Set(values.map(Optional.some))
  }

  private static func text(_ record: NaiveRecord, _ field: QueryField) -> String? {
    if field == .findingCriticality {
      guard case .number(let qds)? = record.values[.qds] else { return nil }
      return QDSBand(qds: Int(qds))?.rawValue.uppercased()
    }
    switch (record.values[field], field.kind) {
    case (.text(let text)?, _): return text
    case (.truth(let truth)?, _): return "\(truth)"
    case (.number(let number)?, .identifier(let prefix)): return "\(prefix)\(number)"
    case (.number(let number)?, _): return "\(number)"
    case (nil, _): return nil
    }
  }
}
