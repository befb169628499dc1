import IsthmusCore

extension SQLTransaction {
  func presentSources(scope: Int64) throws -> [PresentSource] {
    try rows(
      """
      SELECT s.id, s.asset_id, s.resource_id, r.source_id = s.id FROM source s JOIN resource r ON r.id = s.resource_id
      WHERE s.scope_id = ? AND s.is_present = 1 ORDER BY s.id
      """, [.integer(scope)]
    ) {
      PresentSource(
        id: $0.integer(0), asset: AssetID($0.integer(1)), resource: $0.integer(2), holdsFindings: $0.integer(3) != 0)
    }
  }

  func externalID(of finding: FindingID) throws -> String {
    let ids = try rows(
      """
      SELECT f.external_id, r.folded_id, c.finding_suffix FROM finding f
      JOIN resource r ON r.id = f.resource_id JOIN control c ON c.id = f.control_id WHERE f.id = ?
      """, [.integer(finding.number)]
    ) { $0.optionalText(0) ?? "\($0.text(1))\($0.text(2).lowercased())" }
    return ids.first ?? ""
  }

  func externalID(ofResource resource: Int64) throws -> String {
    try rows("SELECT folded_id FROM resource WHERE id = ?", [.integer(resource)]) { $0.text(0) }.first ?? ""
  }

  func forEachPresentFinding(scope: Int64, _ body: (PresentFinding) throws -> Void) throws {
    let statement = try session.scan(
      """
      SELECT f.id, f.resource_id, v.category FROM resource r JOIN finding f ON f.resource_id = r.id
      JOIN control c ON c.id = f.control_id JOIN control_variant v ON v.id = coalesce(f.variant_id, c.variant_id)
      WHERE r.scope_id = ? AND f.posture IS NOT NULL
      """)
    statement.bind(1, scope)
    defer { statement.reset() }
    while try statement.step() {
      try body(
        PresentFinding(
          id: FindingID(statement.integer(0)), resource: statement.integer(1), category: statement.text(2)))
    }
  }

  func countPresent(_ connector: ConnectorNumber) throws -> (sources: Int, findings: Int) {
    let sources = try rows(
      "SELECT count(*) FROM source WHERE connector_id = ? AND is_present = 1", [.integer(connector.number)]
    ) { Int($0.integer(0)) }
    let findings = try rows(
      """
      SELECT count(*) FROM resource r JOIN finding f ON f.resource_id = r.id
      WHERE r.connector_id = ? AND f.posture IS NOT NULL
      """, [.integer(connector.number)]
    ) { Int($0.integer(0)) }
    return (sources.first ?? 0, findings.first ?? 0)
  }

  func setSourceGone(_ id: Int64, at: Timestamp, lastSeen: Timestamp?) throws {
    try run(
      "UPDATE source SET is_present = 0, gone_at = ?, last_seen = ? WHERE id = ?",
      [.integer(at.microseconds), SQLValue(lastSeen?.microseconds), .integer(id)])
  }

  func settlePresence(of asset: AssetID, at: Timestamp) throws -> Bool {
    let present = try rows(
      "SELECT 1 FROM source WHERE asset_id = ? AND is_present = 1 LIMIT 1", [.integer(asset.number)]
    ) { _ in true }
    if !present.isEmpty {
      try run(
        "UPDATE asset SET gone_at = NULL WHERE id = ? AND gone_at IS NOT NULL AND merged_into IS NULL",
        [.integer(asset.number)])
    } else {
      try run(
        "UPDATE asset SET gone_at = ? WHERE id = ? AND gone_at IS NULL",
        [.integer(at.microseconds), .integer(asset.number)])
    }
    return !present.isEmpty
  }

  func setListed(scope: Int64, at: Timestamp) throws {
    try run(
      "UPDATE scope SET listings = listings + 1, listed_at = ? WHERE id = ?",
      [.integer(at.microseconds), .integer(scope)])
  }
}
