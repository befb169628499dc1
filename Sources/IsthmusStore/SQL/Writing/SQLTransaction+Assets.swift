import IsthmusCore

extension SQLTransaction {
  func lock(_ assets: Set<AssetID>) throws { try session.lock(assets.map(\.number)) }

  func resource(_ connector: ConnectorNumber, foldedID: String) throws -> StoredResource? {
    try rows(
      """
      SELECT r.id, coalesce(r.assessed_id, r.written_id), r.asset_id, r.source_id, coalesce(s.is_present, 0), r.scope_id,
        (SELECT count(*) FROM resource o WHERE o.asset_id = r.asset_id AND o.connector_id <> r.connector_id)
      FROM resource r LEFT JOIN source s ON s.id = r.source_id WHERE r.connector_id = ? AND r.folded_id = ?
      """, [.integer(connector.number), .text(foldedID)]
    ) {
      StoredResource(
        id: $0.integer(0), assessedID: $0.text(1), asset: $0.optionalInteger(2).map { AssetID($0) },
        source: $0.optionalInteger(3), isPresent: $0.integer(4) != 0, findingScope: $0.optionalInteger(5),
        isShared: $0.integer(6) != 0)
    }.first
  }

  func insertResource(_ connector: ConnectorNumber, foldedID: String, writtenID: String) throws -> Int64 {
    try insert(
      "INSERT INTO resource (connector_id, folded_id, written_id) VALUES (?, ?, ?)",
      [.integer(connector.number), .text(foldedID), .text(writtenID)])
  }

  func attach(resource: Int64, source: Int64, asset: AssetID) throws {
    unpacked.insert(resource)
    try run(
      "UPDATE resource SET source_id = ?, asset_id = ? WHERE id = ?",
      [.integer(source), .integer(asset.number), .integer(resource)])
  }

  func setFindingScope(resource: Int64, scope: Int64, assessedID: String) throws {
    unpacked.insert(resource)
    try run(
      "UPDATE resource SET scope_id = ?1, assessed_id = nullif(?2, written_id) WHERE id = ?3",
      [.integer(scope), .text(assessedID), .integer(resource)])
    try run("UPDATE finding SET scope_id = ? WHERE resource_id = ?", [.integer(scope), .integer(resource)])
  }

  func sources(_ connector: ConnectorNumber, externalAssetID: String) throws -> [StoredSource] {
    try rows(
      """
      SELECT s.id, s.resource_id, r.folded_id, s.asset_id, s.is_present, s.digest, r.source_id IS NOT DISTINCT FROM s.id
      FROM source s JOIN resource r ON r.id = s.resource_id
      WHERE s.connector_id = ? AND s.external_asset_id = ? ORDER BY s.id
      """, [.integer(connector.number), .text(externalAssetID)]
    ) {
      StoredSource(
        id: $0.integer(0), resource: $0.integer(1), foldedResourceID: $0.text(2), asset: AssetID($0.integer(3)),
        isPresent: $0.integer(4) != 0, digest: $0.integer(5), isAttached: $0.integer(6) != 0)
    }
  }

  func insertSource(_ source: NewSource) throws -> Int64 {
    try insert(
      """
      INSERT INTO source (connector_id, external_asset_id, resource_id, asset_id, home_asset_id, scope_id, attributes,
        digest, first_found, listed_since, changed_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?8, ?8)
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

  func setSourcePresent(_ id: Int64, at: Timestamp) throws {
    try run(
      "UPDATE source SET is_present = 1, gone_at = NULL, last_seen = NULL, listed_since = ? WHERE id = ?",
      [.integer(at.microseconds), .integer(id)])
    try run(
      "UPDATE asset SET gone_at = NULL WHERE id = (SELECT asset_id FROM source WHERE id = ?) AND gone_at IS NOT NULL",
      [.integer(id)])
  }

  func insertAsset(at: Timestamp) throws -> AssetID {
    AssetID(try insert("INSERT INTO asset (first_found) VALUES (?)", [.integer(at.microseconds)]))
  }

  private static let setAttributesSQL: String = {
    let columns = AssetColumns.all.map { "\($0.column) = ?" }.joined(separator: ", ")
    return "UPDATE asset SET \(columns), custom = ?, has_public_address = ? WHERE id = ?"
  }()

  func setAttributes(_ asset: AssetID, _ values: AttributeValues, hasPublicAddress: Bool) throws {
    let stored = AssetColumns.all.map { AssetColumns.stored(values[$0.attribute]) }
    let custom = values.custom.isEmpty ? SQLValue.null : .text(values.custom.json.text())
    let own: [SQLValue] = [custom, .integer(hasPublicAddress ? 1 : 0), .integer(asset.number)]
    try run(Self.setAttributesSQL, stored + own)
  }
}
