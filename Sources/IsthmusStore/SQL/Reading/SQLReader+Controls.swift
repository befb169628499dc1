import IsthmusCore

extension SQLReader {
  private static let selectControls = """
    SELECT c.id, c.key, json_extract(v.attributes, '$.findingDescription'),
      json_extract(v.attributes, '$.recommendation'), v.severity, v.qds, k.name, k.product_name,
      e.hosts, e.open_findings, e.score_reduction
    FROM control c JOIN control_variant v ON v.id = c.variant_id JOIN connector k ON k.id = c.connector_id
    LEFT JOIN control_effect e ON e.control_id = c.id
    ORDER BY e.score_reduction IS NULL, e.score_reduction DESC NULLS LAST, v.severity DESC, e.open_findings DESC NULLS LAST, c.id LIMIT ?
    """

  func controlRows(limit: Int?) throws -> [JSONValue] {
    try rows(Self.selectControls, [.integer(limit.map(Int64.init) ?? .max)]) { row in
      let own: [JSONValue.Member] = [
        .init("id", .string(ControlID(row.integer(0)).description)), .init("findingName", .string(row.text(1))),
        .init("findingDescription", .text(row.optionalText(2))), .init("recommendation", .text(row.optionalText(3))),
        .init("severity", .integer(row.integer(4))), .init("qds", .integer(row.integer(5))),
        .init("connector", .string(row.text(6))), .init("vendorProductName", .string(row.text(7))),
      ]
      return .object(own + Self.effect(row, from: 8))
    }
  }

  func control(key: String) throws -> ControlID? {
    try rows(
      "SELECT id FROM control WHERE swiftLowercaseString(key) = ? ORDER BY id LIMIT 1", [.text(key.lowercased())]
    ) { ControlID($0.integer(0)) }.first
  }

  func control(_ id: ControlID) throws -> JSONValue? {
    let found = try rows(
      """
      SELECT v.attributes, v.severity, v.qds, k.name, k.product_name, e.hosts, e.open_findings, e.score_reduction
      FROM control c JOIN control_variant v ON v.id = c.variant_id JOIN connector k ON k.id = c.connector_id
      LEFT JOIN control_effect e ON e.control_id = c.id WHERE c.id = ?
      """, [.integer(id.number)]
    ) { row in
      let own: [JSONValue.Member] = [
        .init("severity", .integer(row.integer(1))), .init("qds", .integer(row.integer(2))),
        .init("passed", .integer(try passed(id))),
        .init("connector", .string(row.text(3))), .init("vendorProductName", .string(row.text(4))),
      ]
      return (attributes: try JSONValue(parsing: row.text(0)), own: own + Self.effect(row, from: 5))
    }
    guard let control = found.first, case .object(let attributes) = control.attributes else { return nil }
    return .object([JSONValue.Member("id", .string(id.description))] + attributes + control.own)
  }

  private func passed(_ id: ControlID) throws -> Int64 {
    try rows("SELECT count(*) FROM finding WHERE control_id = ? AND posture = 0", [.integer(id.number)]) {
      $0.integer(0)
    }.first ?? 0
  }

  /// Null where no run or change has settled it yet.
  private static func effect(_ row: any SQLStatement, from column: Int32) -> [JSONValue.Member] {
    let reduction = row.isNull(column + 2) ? nil : row.double(column + 2)
    return [
      .init("failingHosts", row.optionalInteger(column).map(JSONValue.integer) ?? .null),
      .init("openFindings", row.optionalInteger(column + 1).map(JSONValue.integer) ?? .null),
      .init("scoreReduction", reduction.map { .integer(Int64($0.rounded())) } ?? .null),
    ]
  }
}
