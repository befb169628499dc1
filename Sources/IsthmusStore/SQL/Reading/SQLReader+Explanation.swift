import IsthmusCore

extension SQLReader {
  func explanation(of id: AssetID, at: Timestamp) throws -> JSONValue? {
    let found = try rows(
      """
      SELECT name, score, factors, criticality, is_exposed, public_ip_addresses, merged_into FROM asset WHERE id = ?
      """, [.integer(id.number)]
    ) { row -> [JSONValue.Member] in
      let score = row.double(1)
      return [
        .init("assetName", .text(row.optionalText(0))),
        .init("mergedInto", row.optionalInteger(6).map { .string(AssetID($0).description) } ?? .null),
        .init("truRiskScore", .integer(Int64(score.rounded()))),
        .init("scoreBand", .string(ScoreBand(score: score, settings: settings).rawValue)),
        .init("criticality", .integer(row.integer(3))), .init("internetExposed", .bool(row.integer(4) != 0)),
        .init("publicIpAddresses", try row.optionalText(5).map(JSONValue.init(parsing:)) ?? .array([])),
        .init("factors", try row.optionalText(2).map(JSONValue.init(parsing:)) ?? .null),
      ]
    }
    guard let members = found.first else { return nil }
    return .object(
      [JSONValue.Member("id", .string(id.description))] + members + [
        .init("tags", .array(try labels(of: id))), .init("openFindings", .array(try openFindings(of: id, at: at))),
        .init("identificationLog", .array(try identifications(of: id))),
      ])
  }

  /// The asset's tags with what they decide.
  private func labels(of id: AssetID) throws -> [JSONValue] {
    try rows(
      """
      SELECT t.name, t.criticality, t.is_exposed FROM asset_tag m JOIN tag t ON t.id = m.tag_id
      WHERE m.asset_id = ? ORDER BY t.name
      """, [.integer(id.number)]
    ) { row in
      .object([
        "name": .string(row.text(0)), "criticality": row.optionalInteger(1).map(JSONValue.integer) ?? .null,
        "internetExposed": .bool(row.integer(2) != 0),
      ])
    }
  }

  private static let selectOpen = """
    SELECT f.id, f.qds, f.severity, json_extract(v.attributes, '$.findingDescription'), d.kind, d.until, t.shown_id,
      d.finding_id IS NULL OR ifnull(d.until <= ?2, FALSE)
    FROM resource r JOIN finding f ON f.resource_id = r.id JOIN control c ON c.id = f.control_id
    JOIN control_variant v ON v.id = coalesce(f.variant_id, c.variant_id)
    LEFT JOIN finding_decision d ON d.finding_id = f.id LEFT JOIN finding_twin t ON t.finding_id = f.id
    WHERE r.asset_id = ?1 AND f.opened_listing IS NOT NULL ORDER BY f.qds DESC, f.id
    """

  /// Worst first. `counts`: neither does a person's decision keep it out, nor is it shown under another number.
  private func openFindings(of id: AssetID, at: Timestamp) throws -> [JSONValue] {
    try rows(Self.selectOpen, [.integer(id.number), .integer(at.microseconds)]) { row in
      let shown = row.optionalInteger(6)
      return .object([
        "id": .string(FindingID(row.integer(0)).description), "qds": .integer(row.integer(1)),
        "band": .text(QDSBand(qds: Int(row.integer(1)))?.rawValue), "severity": .integer(row.integer(2)),
        "title": .text(row.optionalText(3)), "counts": .bool(shown == nil && row.integer(7) != 0),
        "decision": .text(row.optionalText(4)), "until": .date(row.optionalInteger(5)),
        "sameAs": shown.map { .string(FindingID($0).description) } ?? .null,
      ])
    }
  }
}

// MARK: - Daily history

extension SQLReader {
  /// Days on which it was another one than before, earliest first.
  func scoreHistory(of id: AssetID) throws -> [JSONValue] {
    try rows(
      "SELECT day, score, open_findings FROM asset_day WHERE asset_id = ? ORDER BY day", [.integer(id.number)]
    ) { row in
      .object([
        "day": .day(row.integer(0)), "truRiskScore": .integer(Int64(row.double(1).rounded())),
        "openFindings": .integer(row.integer(2)),
      ])
    }
  }

  func inventoryHistory() throws -> [JSONValue] {
    try rows("SELECT day, numbers FROM inventory_day ORDER BY day") { row in
      guard case .object(let numbers) = try JSONValue(parsing: row.text(1)) else { return .null }
      return .object([JSONValue.Member("day", .day(row.integer(0)))] + numbers)
    }
  }
}

extension JSONValue {
  /// - Parameter number: Days since 1970-01-01, UTC.
  static func day(_ number: Int64) -> JSONValue {
    .string(String(Timestamp(microseconds: number * 86_400_000_000).description.prefix(10)))
  }
}
