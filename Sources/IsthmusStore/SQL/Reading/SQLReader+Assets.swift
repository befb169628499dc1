import IsthmusCore

extension SQLReader {
  /// Columns of a list of assets: the target model's attributes, then ours.
  private static let attributeTypes = AssetColumns.all.map { pair in
    (pair.attribute, pair.column, DataModel.inventory.attribute(pair.attribute)?.type ?? .string)
  }

  /// Names of the products that know the asset, one a line; of one that is gone, those that knew it.
  static let sources = """
    (SELECT group_concat(name, char(10)) FROM (SELECT DISTINCT c.product_name AS name FROM source s
      JOIN connector c ON c.id = s.connector_id
      WHERE s.asset_id = a.id AND (s.is_present = 1 OR a.gone_at IS NOT NULL) ORDER BY 1) n)
    """

  static let tags = """
    (SELECT group_concat(name, char(10)) FROM (SELECT t.name AS name FROM asset_tag m JOIN tag t ON t.id = m.tag_id
      WHERE m.asset_id = a.id ORDER BY 1) n)
    """

  static let businessEntities = """
    (SELECT group_concat(name, char(10)) FROM (SELECT DISTINCT t.name AS name FROM asset_tag m
      JOIN entity_tag e ON e.tag_id = m.tag_id JOIN entity t ON t.id = e.entity_id WHERE m.asset_id = a.id ORDER BY 1) n)
    """

  private static let select: String = {
    let columns = AssetColumns.all.map { "a.\($0.column)" }.joined(separator: ", ")
    return """
      SELECT \(columns), a.id, a.score, a.criticality, a.is_exposed, a.open_findings, a.first_found, a.gone_at,
        \(sources), \(FieldSQL.assetLastSeen), \(tags), \(businessEntities), a.custom
      FROM asset a
      """
  }()

  private static let one = "\(select) WHERE a.id = ?"

  var assetFields: [String] {
    let own = [
      "truRiskScore", "scoreBand", "criticality", "internetExposed", "openFindings", "sources", "tags",
      "businessEntities", "firstFoundOn", "lastSeenOn",
    ]
    return ["id"] + AssetColumns.all.map(\.attribute) + own
  }

  private func row(_ row: any SQLStatement) -> JSONValue {
    let own = Int32(Self.attributeTypes.count)
    var members = [JSONValue.Member("id", .string(AssetID(row.integer(own)).description))]
    for (index, (attribute, _, type)) in Self.attributeTypes.enumerated() {
      members.append(.init(attribute, AssetColumns.json(row, Int32(index), type)))
    }
    let score = row.double(own + 1)
    func lines(_ column: Int32) -> JSONValue {
      .array((row.optionalText(column) ?? "").split(separator: "\n").map { .string(String($0)) })
    }
    members += [
      .init("truRiskScore", .integer(Int64(score.rounded()))),
      .init("scoreBand", .string(ScoreBand(score: score, settings: settings).rawValue)),
      .init("criticality", .integer(row.integer(own + 2))),
      .init("internetExposed", .bool(row.integer(own + 3) != 0)),
      .init("openFindings", .integer(row.integer(own + 4))),
      .init("sources", lines(own + 7)), .init("tags", lines(own + 9)), .init("businessEntities", lines(own + 10)),
      .init("firstFoundOn", .date(row.integer(own + 5))), .init("lastSeenOn", .date(row.optionalInteger(own + 8))),
    ]
    // Written by `setAttributes`, so it is JSON.
    if let custom = row.optionalText(own + 11), case .object(let values)? = try? JSONValue(parsing: custom) {
      members += values
    }
    if let gone = row.optionalInteger(own + 6) { members.append(.init("goneOn", .date(gone))) }
    return .object(members)
  }

  func forEachAsset(_ listing: Listing, _ body: (JSONValue) throws -> Void) throws {
    let filter = try assetFilter(listing)
    let order = try SortSQL.asset(listing.order)
    var after = SQLFragment.true
    if let place = try place(listing, of: .asset, in: order) {
      after = .combine([order.beginning(place), order.after(place)], "AND")
    }
    // Numbers first: a sort that carried the rows would look up sources and tags of all that the query finds.
    let ids = try rows(
      """
      \(filter.with)SELECT a.id FROM asset a WHERE (\(after.text)) AND \(filter.condition.text)
      ORDER BY \(order.sql) LIMIT \(listing.limit ?? -1)
      """, filter.prefix.values + after.values + filter.condition.values
    ) { $0.integer(0) }
    for id in ids {
      for row in try rows(Self.one, [.integer(id)], row) { try body(row) }
    }
  }

  func countAssets(_ listing: Listing) throws -> Int {
    try keptCount(.asset, listing) {
      let filter = try assetFilter(listing)
      return try rows(
        "\(filter.with)SELECT count(*) FROM asset a WHERE \(filter.condition.text)",
        filter.prefix.values + filter.condition.values
      ) { Int($0.integer(0)) }.first ?? 0
    }
  }

  func assets(named text: String) throws -> [AssetID] {
    let folded = text.lowercased()
    // SQLite's own lower() knows ASCII only; GRDB brings Swift's.
    return try rows(
      """
      SELECT a.id FROM asset a WHERE swiftLowercaseString(a.name) = ?1 OR swiftLowercaseString(a.host_name) = ?1
        OR swiftLowercaseString(a.external_asset_id) = ?1
      UNION SELECT asset_id FROM resource WHERE folded_id = ?1 AND asset_id IS NOT NULL ORDER BY 1
      """, [.text(folded)]
    ) { AssetID($0.integer(0)) }
  }

  func asset(_ id: AssetID) throws -> JSONValue? {
    let found = try rows(Self.one, [.integer(id.number)], row)
    guard case .object(var members)? = found.first else { return nil }
    let sources = try rows(
      """
      SELECT c.name, c.product_name, s.external_asset_id, r.written_id, s.is_present, s.first_found,
        \(FieldSQL.sourceLastSeen), s.gone_at, s.attributes
      FROM source s JOIN connector c ON c.id = s.connector_id JOIN resource r ON r.id = s.resource_id
      JOIN scope p ON p.id = s.scope_id WHERE s.asset_id = ? ORDER BY s.id
      """, [.integer(id.number)]
    ) { row in
      JSONValue.object([
        "connector": .string(row.text(0)), "source": .string(row.text(1)), "externalAssetId": .string(row.text(2)),
        "cloudResourceId": .string(row.text(3)), "present": .bool(row.integer(4) != 0),
        "firstFoundOn": .date(row.integer(5)), "lastSeenOn": .date(row.optionalInteger(6)),
        "goneOn": .date(row.optionalInteger(7)), "attributes": try JSONValue(parsing: row.text(8)),
      ])
    }
    members.append(.init("sourceRecords", .array(sources)))
    members.append(.init("identificationLog", .array(try identifications(of: id))))
    members.append(.init("scoreHistory", .array(try scoreHistory(of: id))))
    if let other = try queries.mergedInto(id) { members.append(.init("mergedInto", .string(other.description))) }
    return .object(members)
  }

  func identifications(of id: AssetID) throws -> [JSONValue] {
    try rows(
      "SELECT at, rule, outcome, run_id FROM identification WHERE asset_id = ? ORDER BY id", [.integer(id.number)]
    ) { row in
      .object([
        "at": .date(row.integer(0)), "rule": .string(row.text(1)), "outcome": .string(row.text(2)),
        "run": .run(row.optionalInteger(3)),
      ])
    }
  }
}
