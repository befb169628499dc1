import IsthmusCore

extension SQLReader {
  private static let levels: Set<AttributeLevel> = [.control, .finding]
  private static let attributes = DataModel.inventory.attributes.filter { levels.contains($0.level) }.map(\.name)

  static let findingTables = """
    finding f JOIN resource r ON r.id = f.resource_id JOIN control c ON c.id = f.control_id
    JOIN connector k ON k.id = c.connector_id
    JOIN control_variant w ON w.id = coalesce(f.variant_id, c.variant_id)
    LEFT JOIN finding_detail d ON d.id = f.detail_id LEFT JOIN scope s ON s.id = r.scope_id
    LEFT JOIN asset a ON a.id = r.asset_id
    """

  private static let select = """
    SELECT f.id, r.asset_id, a.name, coalesce(r.assessed_id, r.written_id), c.finding_suffix, f.external_id, w.id,
      w.attributes, d.attributes, f.posture, f.severity, f.qds, f.opened_listing, f.source_first, f.source_updated,
      f.first_found, f.last_found, f.last_fixed, f.reopened, f.fix_cause, s.listings, s.listed_at,
      k.product_name, f.ingested, c.id, (SELECT n.kind FROM finding_decision n WHERE n.finding_id = f.id)
    FROM \(findingTables)
    """

  private static let some = "\(select) WHERE f.id IN (SELECT value FROM json_each(?))"
  /// So many are read at a time: one question to a server, and few rows in memory.
  private static let readTogether = 200

  var findingFields: [String] {
    let own = [
      "qds", "severity", "posture", "status", "fixCause", "firstFoundOn", "lastFoundOn", "lastFixedOn", "reopenedOn",
      "ingestedOn", "decisionKind", "vendorProductName",
    ]
    return ["id", "assetId", "assetName", "controlId"] + Self.attributes + own
  }

  func forEachFinding(_ listing: Listing, _ body: (JSONValue) throws -> Void) throws {
    // Numbers first: a sort that carried the texts would hold gigabytes for a million findings.
    let ids = try FindingPage(reader: self, listing: listing).ids()
    // A variant's texts are parsed once, not once a row.
    var variants: [Int64: JSONValue] = [:]
    for start in stride(from: 0, to: ids.count, by: Self.readTogether) {
      let asked = Array(ids[start..<min(start + Self.readTogether, ids.count)])
      var found: [Int64: JSONValue] = [:]
      try forEachRow(Self.some, [.integers(asked)]) { found[$0.integer(0)] = try Self.row($0, &variants) }
      for id in asked { if let row = found[id] { try body(row) } }
    }
  }

  func countFindings(_ listing: Listing) throws -> Int {
    try keptCount(.finding, listing) {
      var counts = FindingCounts(reader: self, filter: try findingFilter(listing))
      return try counts.count()
    }
  }

  func totals(ofFindings query: Query) throws -> FindingTotals {
    let filter = try findingFilter(Listing(query, limit: nil))
    let found = try rows(
      """
      \(filter.with)SELECT count(*), count(DISTINCT r.asset_id), count(CASE WHEN t.life IN (1, 2) THEN 1 END), count(n.kind)
      FROM (SELECT f.id, f.resource_id, f.life FROM finding f WHERE \(filter.condition.text)) t
      JOIN resource r ON r.id = t.resource_id LEFT JOIN finding_decision n ON n.finding_id = t.id
      """, filter.prefix.values + filter.condition.values
    ) { row in
      FindingTotals(
        findings: Int(row.integer(0)), hosts: Int(row.integer(1)), open: Int(row.integer(2)),
        decided: Int(row.integer(3)))
    }
    return found.first ?? FindingTotals(findings: 0, hosts: 0, open: 0, decided: 0)
  }

  private static func row(_ row: any SQLStatement, _ variants: inout [Int64: JSONValue]) throws -> JSONValue {
    let resourceID = row.text(3)
    if variants[row.integer(6)] == nil { variants[row.integer(6)] = try JSONValue(parsing: row.text(7)) }
    let control = variants[row.integer(6)] ?? .null
    let detail = try row.optionalText(8).map(JSONValue.init(parsing:)) ?? .null
    let expanded = DetailTemplate(resourceID: resourceID).expand(detail)
    let posture = row.optionalInteger(9).flatMap(Posture.init(code:))
    let life = FindingLife(
      posture: posture, openedInListing: row.optionalInteger(12), firstFound: Timestamp(row.optionalInteger(15)),
      lastFound: Timestamp(row.optionalInteger(16)), lastFixed: Timestamp(row.optionalInteger(17)),
      reopened: Timestamp(row.optionalInteger(18)), fixCause: row.optionalInteger(19).flatMap(FixCause.init(rawValue:)))
    var members: [JSONValue.Member] = [
      .init("id", .string(FindingID(row.integer(0)).description)),
      .init("assetId", row.optionalInteger(1).map { .string(AssetID($0).description) } ?? .null),
      .init("assetName", .text(row.optionalText(2))),
      .init("controlId", .string(ControlID(row.integer(24)).description)),
    ]
    for name in attributes {
      let value: JSONValue =
        switch name {
        case "externalFindingId": .string(row.optionalText(5) ?? "\(resourceID)\(row.text(4))")
        case "findingStatus": .text(posture?.rawValue)
        case "findingFirstFoundOn": .date(row.optionalInteger(13))
        case "updatedOn": .date(row.optionalInteger(14))
        default: control[name] ?? expanded[name] ?? .null
        }
      members.append(.init(name, value))
    }
    for source in [control, expanded] {
      guard case .object(let values) = source else { continue }
      members += values.filter { CustomAttribute.name(of: $0.name) != nil }
    }
    let listed = Timestamp(row.optionalInteger(21))
    members += [
      .init("qds", .integer(row.integer(11))), .init("severity", .integer(row.integer(10))),
      .init("posture", .text(posture?.rawValue)),
      .init("status", .text(life.status(listings: row.integer(20))?.rawValue)),
      .init("fixCause", .text(life.fixCause?.name)),
      .init("firstFoundOn", .date(life.firstFound?.microseconds)),
      .init("lastFoundOn", .date(life.lastFound(listedAt: listed)?.microseconds)),
      .init("lastFixedOn", .date(life.lastFixed?.microseconds)),
      .init("reopenedOn", .date(life.reopened?.microseconds)),
      .init("ingestedOn", .date(row.integer(23))), .init("decisionKind", .text(row.optionalText(25))),
      .init("vendorProductName", .string(row.text(22))),
    ]
    return .object(members)
  }

  func finding(_ id: FindingID) throws -> JSONValue? {
    var variants: [Int64: JSONValue] = [:]
    let found = try rows(Self.some, [.integers([id.number])]) { try Self.row($0, &variants) }
    guard case .object(var members)? = found.first else { return nil }
    let events = try rows(
      "SELECT at, turn, cause, run_id, until, decided_by FROM finding_event WHERE finding_id = ? ORDER BY id",
      [.integer(id.number)]
    ) { row in
      var event: [JSONValue.Member] = [
        .init("at", .date(row.integer(0))), .init("turn", .string(row.text(1))),
        .init("cause", .text(row.optionalText(2))), .init("run", .run(row.optionalInteger(3))),
      ]
      if let until = row.optionalInteger(4) { event.append(.init("until", .date(until))) }
      if let by = row.optionalText(5) { event.append(.init("by", .string(by))) }
      return JSONValue.object(event)
    }
    if let decision = try decision(on: id) { members.append(.init("decision", decision)) }
    members.append(.init("history", .array(events)))
    return .object(members)
  }

  /// A person's, if one holds.
  private func decision(on id: FindingID) throws -> JSONValue? {
    try rows(
      "SELECT kind, reason, decided_at, until, decided_by FROM finding_decision WHERE finding_id = ?",
      [.integer(id.number)]
    ) { row in
      JSONValue.object([
        "kind": .string(row.text(0)), "reason": .string(row.text(1)), "decidedOn": .date(row.integer(2)),
        "until": .date(row.optionalInteger(3)), "decidedBy": .text(row.optionalText(4)),
      ])
    }.first
  }
}
