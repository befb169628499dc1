import IsthmusCore

extension SQLTransaction {
  private static let findingsByExternalID = """
    SELECT f.id, coalesce(f.external_id, r.folded_id || swiftLowercaseString(c.finding_suffix)) AS external
    FROM resource r JOIN finding f ON f.resource_id = r.id JOIN control c ON c.id = f.control_id
    WHERE r.asset_id = ? AND f.posture IS NOT NULL 
    ORDER BY external, f.posture = 1 DESC, f.posture = 0 DESC, f.qds DESC, f.id
    """

  func settleTwins(of asset: AssetID) throws {
    let connectors = try rows(
      "SELECT count(DISTINCT connector_id) FROM resource WHERE asset_id = ?", [.integer(asset.number)]
    ) { $0.integer(0) }
    let isAlone = (connectors.first ?? 0) < 2
    if isAlone, try rows("SELECT 1 FROM finding_twin LIMIT 1", [], { _ in true }).isEmpty { return }
    let known = try rows(
      """
      SELECT t.finding_id, t.shown_id FROM resource r JOIN finding f ON f.resource_id = r.id
      JOIN finding_twin t ON t.finding_id = f.id WHERE r.asset_id = ?
      """, [.integer(asset.number)]
    ) { ($0.integer(0), $0.integer(1)) }
    var twins: [Int64: Int64] = [:]
    if !isAlone {
      var shown = (external: "", id: Int64(0))
      let findings = try rows(Self.findingsByExternalID, [.integer(asset.number)]) { ($0.integer(0), $0.text(1)) }
      for (id, external) in findings {
        if external == shown.external { twins[id] = shown.id } else { shown = (external, id) }
      }
    }
    for (id, shown) in known where twins[id] != shown {
      try run("DELETE FROM finding_twin WHERE finding_id = ?", [.integer(id)])
      try count(1, id)
    }
    let unchanged = Dictionary(known, uniquingKeysWith: { $1 })
    let new = twins.filter { unchanged[$0.key] != $0.value }.sorted { $0.key < $1.key }
    for (id, shown) in new {
      try count(-1, id)
      try run("INSERT INTO finding_twin (finding_id, shown_id) VALUES (?, ?)", [.integer(id), .integer(shown)])
    }
    // What a person decided of one holds for all: first the one that is shown learns of it, from it the others.
    for (id, shown) in new { try copyDecision(from: id, to: shown) }
    for (id, shown) in new { try copyDecision(from: shown, to: id) }
  }

  private func copyDecision(from finding: Int64, to other: Int64) throws {
    try run(
      """
      INSERT INTO finding_event (finding_id, run_id, at, turn, cause, until, decided_by)
      SELECT ?2, NULL, decided_at, kind, reason, until, decided_by FROM finding_decision WHERE finding_id = ?1
        AND NOT EXISTS (SELECT 1 FROM finding_decision WHERE finding_id = ?2)
      """, [.integer(finding), .integer(other)])
    try run(
      """
      INSERT INTO finding_decision (finding_id, kind, reason, decided_at, until, decided_by)
      SELECT ?2, kind, reason, decided_at, until, decided_by FROM finding_decision WHERE finding_id = ?1
      ON CONFLICT DO NOTHING
      """, [.integer(finding), .integer(other)])
  }
}
