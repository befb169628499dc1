/// Counts the values of a column over all rows of a result.
struct FacetCounter {
  let result: KQLResult

  func json(_ facet: ResourceGraphRequest.Facet) -> KQLValue {
    guard let column = result.columns.firstIndex(where: { $0.name == facet.expression }) else {
      let detail: KQLValue = .bag([
        ("code", .string("InvalidColumnNames")),
        ("message", .string("Invalid column names: [\(facet.expression)].")),
      ])
      let none: KQLValue = .bag([("code", .string("NoValidColumns")), ("message", .string("No valid columns."))])
      return .bag([
        ("expression", .string(facet.expression)), ("resultType", .string("FacetError")),
        ("errors", .array([none, detail])),
      ])
    }
    let counts = result.valueCounts(column: column)
    let rows = counts.sorted { precedes($0, $1, facet) }
    let data = rows.prefix(facet.top).map { value, count in
      KQLValue.bag([(facet.expression, value), ("count", .long(count))])
    }
    return .bag([
      ("expression", .string(facet.expression)), ("resultType", .string("FacetResult")),
      ("totalRecords", .long(Int64(counts.count))), ("count", .long(Int64(data.count))), ("data", .array(data)),
    ])
  }

  private func precedes(
    _ a: (key: KQLValue, value: Int64), _ b: (key: KQLValue, value: Int64), _ facet: ResourceGraphRequest.Facet
  ) -> Bool {
    let texts = (Self.text(a.key), Self.text(b.key))
    if facet.sortBy != facet.expression, a.value != b.value {
      return facet.isAscending ? a.value < b.value : a.value > b.value
    }
    if facet.sortBy == facet.expression { return facet.isAscending ? texts.0 < texts.1 : texts.0 > texts.1 }
    return texts.0 < texts.1
  }

  private static func text(_ value: KQLValue) -> String {
    var bytes: [UInt8] = []
    value.appendJSON(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
