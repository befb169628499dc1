import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let orderCases =
    QueryEntity.allCases.map { entity in
      Case(
        "A list of \(entity.rawValue)s is sorted by each offered field, records without a value last, then by number"
      ) {
        fixture in
        let store = try fixture.open()
        let inventory = try await store.write { try RandomInventory(seed: 11, $0) }
        try await store.read { reader in
          let shown = try ShownInventory(inventory.hidden, reader)
          for member in QueryCatalogue.listFields(for: entity, use: .sort) {
            for isDescending in [false, true] {
              for name in [member.name, QueryCatalogue.name(of: member.field)] {
                let order = [Listing.Order(name, descending: isDescending)]
                let (ids, _) = try answer(entity, Listing(limit: nil, order: order, includesAbsent: true), reader)
                let places = ids.compactMap((entity == .asset ? shown.assetIDs : shown.findingIDs).firstIndex)
                #expect(places.count == (entity == .asset ? shown.assetIDs : shown.findingIDs).count, "\(name)")
                check(places, by: member.field, descending: isDescending, of: entity, shown)
                // A first page is found in another way.
                for limit in [1, 5] {
                  let page = try answer(entity, Listing(limit: limit, order: order, includesAbsent: true), reader).ids
                  #expect(page == Array(ids.prefix(limit)), "\(name) \(isDescending)")
                }
              }
            }
          }
        }
      }
    } + [
      Case("A second field orders what the first leaves equal") { fixture in
        let store = try fixture.open()
        let inventory = try await store.write { try RandomInventory(seed: 12, $0) }
        try await store.read { reader in
          let shown = try ShownInventory(inventory.hidden, reader)
          let order = [Listing.Order("severity", descending: true), Listing.Order("assetName", descending: false)]
          let (ids, _) = try answer(.finding, Listing(limit: nil, order: order, includesAbsent: true), reader)
          let places = ids.compactMap(shown.findingIDs.firstIndex)
          #expect(places.count == shown.findingIDs.count)
          let bySeverity = Dictionary(grouping: places) {
            shown.naive.findings[$0].values[.findingSeverity].orLeast
          }
          let severities = bySeverity.keys.sorted(by: >)
          #expect(places == severities.flatMap { bySeverity[$0] ?? [] })
          for equal in bySeverity.values { check(equal, by: .assetName, descending: false, of: .finding, shown) }
        }
      }
    ]

  /// Whether the records at `places` are in the order of the values that are shown.
  private static func check(
    _ places: [Int], by field: QueryField, descending: Bool, of entity: QueryEntity, _ shown: ShownInventory
  ) {
    let keys = places.map { shown.key($0, field, entity) }
    let values = keys.compactMap { $0 }
    #expect(keys.prefix(values.count).allSatisfy { $0 != nil }, "\(field): what has no value is last")
    for (first, second) in zip(values, values.dropFirst()) {
      #expect(descending ? second <= first : first <= second, "\(field) \(descending): \(first), \(second)")
    }
    // These are ordered by the numbers that they are made from.
    if [.truRiskScore, .scoreBand, .findingCriticality, .detectionAge].contains(field) { return }
    for index in places.indices.dropFirst() where keys[index] == keys[index - 1] {
      #expect(descending == (places[index] < places[index - 1]), "\(field) \(descending): ties by number")
    }
  }
}

/// A value to sort by.
private enum SortKey: Comparable {
  case number(Int64)
  case text([UInt8])
}

extension NaiveValue? {
  fileprivate var orLeast: Int64 { if case .number(let number)? = self { number } else { .min } }
}

extension ShownInventory {
  /// nil: there is no value.
  fileprivate func key(_ place: Int, _ field: QueryField, _ entity: QueryEntity) -> SortKey? {
    var record = entity == .asset ? naive.assets[place] : naive.findings[place]
    if entity == .finding, field.scope.owner == .asset {
      guard let asset = naive.assetOfFinding[place] else { return nil }
      record = naive.assets[asset]
    }
    switch field {
    case .sourceExternalAssetID: return externalAssetIDs[place].map { .text(Array($0.utf8)) }
    case .scoreBand:
      guard case .text(let band)? = record.values[field] else { return nil }
      return ScoreBand.allCases.firstIndex { $0.rawValue == band }.map { .number(Int64(-$0)) }
    case .qvss: return record.values[.qds].map { .number(Optional($0).orLeast) }
    case .findingCriticality:
      let band = QDSBand(qds: Int(record.values[.qds].orLeast))
      return band.flatMap(QDSBand.allCases.firstIndex).map { .number(Int64(-$0)) }
    case .detectionAge:
      return record.values[.isFound] == .truth(true) ? .number(-record.values[.firstFound].orLeast) : nil
    default: break
    }
    if field.scope.isList {
      var texts: [String] = (record.elements[field.scope] ?? []).compactMap { element in
        if case .text(let text)? = element.values[field] { text } else { nil }
      }
      if field == .sourceProductName { texts = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
      return texts.isEmpty ? nil : .text(Array(texts.joined(separator: "\n").utf8))
    }
    switch record.values[field] {
    case .number(let number)?: return .number(number)
    case .text(let text)?: return .text(Array(text.utf8))
    case .truth(let truth)?: return .number(truth ? 1 : 0)
    case nil: return nil
    }
  }
}

extension QueryScope {
  fileprivate var isList: Bool { self != .asset && self != .finding }
}

extension SortKey {
  static func < (a: SortKey, b: SortKey) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): a < b
    case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
    case (.number, .text): true
    case (.text, .number): false
    }
  }
}
