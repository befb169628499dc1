import IsthmusCore

extension SQLiteTransaction {
  func resource(_ connector: ConnectorNumber, foldedID: String) throws -> StoredResource? {
    try rows(
      """
      SELECT r.id, coalesce(r.assessed_id, r.written_id), r.asset_id, r.source_id, coalesce(s.is_present, 0), r.scope_id
      FROM resource r LEFT JOIN source s ON s.id = r.source_id WHERE r.connector_id = ? AND r.folded_id = ?
      """, [.integer(connector.number), .text(foldedID)]
    ) {
      StoredResource(
        id: $0.integer(0), assessedID: $0.text(1), asset: $0.optionalInteger(2).map { AssetID($0) },
        source: $0.optionalInteger(3), isPresent: $0.integer(4) != 0, findingScope: $0.optionalInteger(5))
    }.first
  }

  func insertResource(_ connector: ConnectorNumber, foldedID: String, writtenID: String) throws -> Int64 {
    try insert(
      "INSERT INTO resource (connector_id, folded_id, written_id) VALUES (?, ?, ?)",
      [.integer(connector.number), .text(foldedID), .text(writtenID)])
  }

  func attach(resource: Int64, source: Int64, asset: AssetID) throws {
    try run(
      "UPDATE resource SET source_id = ?, asset_id = ? WHERE id = ?",
      [.integer(source), .integer(asset.number), .integer(resource)])
  }

  func setFindingScope(resource: Int64, scope: Int64, assessedID: String) throws {
    try run(
      "UPDATE resource SET scope_id = ?1, assessed_id = nullif(?2, written_id) WHERE id = ?3",
      [.integer(scope), .text(assessedID), .integer(resource)])
  }

  func sources(_ connector: ConnectorNumber, externalAssetID: String) throws -> [StoredSource] {
    try rows(
      """
      SELECT s.id, s.resource_id, r.folded_id, s.asset_id, s.is_present, s.digest, r.source_id IS s.id
      FROM source s JOIN resource r ON r.id = s.resource_id
      WHERE s.connector_id = ? AND s.external_asset_id = ? ORDER BY s.id
      """, [.integer(connector.number), .text(externalAssetID)]
    ) {
      StoredSource(
        id: $0.integer(0), resource: $0.integer(1), foldedResourceID: $0.text(2), asset: AssetID($0.integer(3)),
        isPresent: $0.integer(4) != 0, digest: $0.integer(5), isAttached: $0.integer(6) != 0)
    }
  }

  func assets(cloudResource foldedID: String) throws -> [AssetID] {
    try rows(
      "SELECT DISTINCT asset_id FROM resource WHERE folded_id = ? AND asset_id IS NOT NULL ORDER BY asset_id",
      [.text(foldedID)]
    ) { AssetID($0.integer(0)) }
  }

  func insertSource(_ source: NewSource) throws -> Int64 {
    try insert(
      """
      INSERT INTO source (connector_id, external_asset_id, resource_id, asset_id, scope_id, attributes, digest,
        first_found, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
      """,
      [
        .integer(source.connector.number), .text(source.externalAssetID), .integer(source.resource),
        .integer(source.asset.number), .integer(source.scope), .text(source.attributes), .integer(source.digest),
        .integer(source.at.microseconds),
      ])
  }

  func updateSource(_ id: Int64, attributes: String, digest: Int64, at: Timestamp) throws {
    try run(
      "UPDATE source SET attributes = ?, digest = ?, changed_at = ? WHERE id = ?",
      [.text(attributes), .integer(digest), .integer(at.microseconds), .integer(id)])
  }

  func setSourcePresent(_ id: Int64) throws {
    try run("UPDATE source SET is_present = 1, gone_at = NULL, last_seen = NULL WHERE id = ?", [.integer(id)])
    try run(
      "UPDATE asset SET gone_at = NULL WHERE id = (SELECT asset_id FROM source WHERE id = ?) AND gone_at IS NOT NULL",
      [.integer(id)])
  }

  func insertAsset(at: Timestamp) throws -> AssetID {
    AssetID(try insert("INSERT INTO asset (first_found) VALUES (?)", [.integer(at.microseconds)]))
  }

  func move(source: Int64, to asset: AssetID) throws {
    try run("UPDATE source SET asset_id = ? WHERE id = ?", [.integer(asset.number), .integer(source)])
    try run(
      "UPDATE resource SET asset_id = ?1 WHERE id = (SELECT resource_id FROM source WHERE id = ?2) AND source_id = ?2",
      [.integer(asset.number), .integer(source)])
  }

  func presentSource(of asset: AssetID) throws -> Int64? {
    try rows(
      "SELECT id FROM source WHERE asset_id = ? AND is_present = 1 ORDER BY changed_at DESC, id DESC LIMIT 1",
      [.integer(asset.number)]
    ) { $0.integer(0) }.first
  }

  func attributes(ofSource source: Int64) throws -> JSONValue {
    let texts = try rows("SELECT attributes FROM source WHERE id = ?", [.integer(source)]) { $0.text(0) }
    guard let text = texts.first else { throw StoreError.missing("source row") }
    return try JSONValue(parsing: text)
  }

  private static let setAttributesSQL: String = {
    let columns = AssetColumns.all.map { "\($0.column) = ?" }.joined(separator: ", ")
    return "UPDATE asset SET \(columns), is_exposed = ? WHERE id = ?"
  }()

  func setAttributes(_ asset: AssetID, _ values: AttributeValues, isExposed: Bool) throws {
    let stored = AssetColumns.all.map { AssetColumns.stored(values[$0.attribute]) }
    try run(Self.setAttributesSQL, stored + [.integer(isExposed ? 1 : 0), .integer(asset.number)])
  }

  func insertIdentification(
    _ asset: AssetID, source: Int64, run: RunID, at: Timestamp, rule: String, outcome: String
  ) throws {
    try self.run(
      "INSERT INTO identification (asset_id, source_id, run_id, at, rule, outcome) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .integer(asset.number), .integer(source), .integer(run.number), .integer(at.microseconds), .text(rule),
        .text(outcome),
      ])
  }

  private static let plainCounts = """
    SELECT f.qds, count(*) FROM resource r JOIN finding f ON f.resource_id = r.id
    WHERE r.asset_id = ? AND f.opened_listing IS NOT NULL GROUP BY f.qds
    """

  /// The same finding from two connectors counts once.
  private static let distinctCounts = """
    SELECT qds, count(*) FROM (
      SELECT max(f.qds) AS qds FROM resource r JOIN finding f ON f.resource_id = r.id
      JOIN control c ON c.id = f.control_id WHERE r.asset_id = ? AND f.opened_listing IS NOT NULL
      GROUP BY coalesce(f.external_id, r.folded_id || lower(c.finding_suffix)))
    GROUP BY qds
    """

  private func hasSeveralConnectors(_ asset: AssetID) throws -> Bool {
    let counts = try rows(
      "SELECT count(DISTINCT connector_id) FROM resource WHERE asset_id = ?", [.integer(asset.number)]
    ) { $0.integer(0) }
    return (counts.first ?? 0) > 1
  }

  func scoreBasis(of asset: AssetID) throws -> ScoreBasis {
    let counts = try rows(
      try hasSeveralConnectors(asset) ? Self.distinctCounts : Self.plainCounts, [.integer(asset.number)]
    ) { (Int($0.integer(0)), Int($0.integer(1))) }
    let factors = try rows(
      "SELECT criticality, is_exposed FROM asset WHERE id = ?", [.integer(asset.number)]
    ) { (Int($0.integer(0)), $0.integer(1) != 0) }
    guard let (criticality, isExposed) = factors.first else { throw StoreError.missing("asset") }
    return ScoreBasis(
      counts: Dictionary(counts, uniquingKeysWith: { $1 }), criticality: criticality, isExposed: isExposed)
  }

  func setScore(_ asset: AssetID, _ score: AssetScore, openFindings: Int) throws {
    try run(
      "UPDATE asset SET score = ?, factors = ?, open_findings = ? WHERE id = ?",
      [
        .real(score.value), .text(score.json.text()), .integer(Int64(openFindings)), .integer(asset.number),
      ])
  }
}

extension AssetScore {
  /// The factors as they are stored and shown.
  var json: JSONValue {
    .object([
      "criticality": .integer(Int64(criticality)), "exposureFactor": .number(exposureFactor),
      "bands": .array(
        parts.map { part in
          .object([
            "band": .string(part.band.rawValue), "count": .integer(Int64(part.count)), "meanQds": .number(part.mean),
            "weight": .number(part.weight), "value": .number(part.value),
          ])
        }),
      "score": .number(value),
    ])
  }
}
