import IsthmusCore

extension SQLTransaction {
  func scoreSettings() throws -> ScoreSettings {
    try setting("scoreSettings").map { ScoreSettings($0) } ?? ScoreSettings()
  }

  func setScoreSettings(_ settings: ScoreSettings) throws { try setSetting("scoreSettings", settings.json) }

  func scoreMap(of connector: ConnectorNumber) throws -> ScoreMap? {
    let texts = try rows("SELECT score_map FROM connector WHERE id = ?", [.integer(connector.number)]) { $0.text(0) }
    guard let text = texts.first, !text.isEmpty else { return nil }
    return try ScoreMap(JSONValue(parsing: text))
  }

  func connectorNumber(named name: String) throws -> ConnectorNumber? {
    try rows("SELECT id FROM connector WHERE name = ?", [.text(name)]) { ConnectorNumber($0.integer(0)) }.first
  }

  func remapScores(of connector: ConnectorNumber, _ map: ScoreMap) throws {
    try run(
      "UPDATE connector SET score_map = ? WHERE id = ?", [.text(map.json.text()), .integer(connector.number)])
    for control in try controls(connector) {
      for variant in control.variants {
        let (severity, qds, _) = map.lookUp(variant.severityText)
        if severity == variant.severity, qds == variant.qds { continue }
        let values: [SQLValue] = [.integer(Int64(severity)), .integer(Int64(qds))]
        try run("UPDATE control_variant SET severity = ?, qds = ? WHERE id = ?", values + [.integer(variant.id)])
        let owner: [SQLValue] = [.integer(control.id.number)]
        if variant.id == control.defaultVariant {
          try run(
            "UPDATE finding SET severity = ?, qds = ? WHERE control_id = ? AND variant_id IS NULL", values + owner)
        } else {
          try run(
            "UPDATE finding SET severity = ?, qds = ? WHERE control_id = ? AND variant_id = ?",
            values + owner + [.integer(variant.id)])
        }
      }
    }
  }

  func presentAssets() throws -> [AssetID] {
    try rows("SELECT id FROM asset WHERE gone_at IS NULL ORDER BY id", []) { AssetID($0.integer(0)) }
  }

  private static let openFindings = """
    FROM resource r JOIN finding f ON f.resource_id = r.id
    WHERE r.asset_id = ? AND f.life IN (1, 2)
      AND NOT EXISTS (SELECT 1 FROM finding_twin t WHERE t.finding_id = f.id)
      AND NOT EXISTS (SELECT 1 FROM finding_decision d WHERE d.finding_id = f.id AND ifnull(d.until > ?, TRUE))
    """
  private static let openCounts = "SELECT f.qds, count(*) \(openFindings) GROUP BY f.qds"
  /// A plus: the host has few findings, the control may have one on each host.
  private static let openCountsOfControl =
    "SELECT f.qds, count(*) \(openFindings) AND +f.control_id = ? GROUP BY f.qds"

  private func counts(_ sql: String, _ values: [SQLValue]) throws -> [Int: Int] {
    let counts = try rows(sql, values) { (Int($0.integer(0)), Int($0.integer(1))) }
    return Dictionary(counts, uniquingKeysWith: { $1 })
  }

  func countedFindings(of control: ControlID, on asset: AssetID, at: Timestamp) throws -> [Int: Int] {
    try counts(
      Self.openCountsOfControl, [.integer(asset.number), .integer(at.microseconds), .integer(control.number)])
  }

  func scoreBasis(of asset: AssetID, at: Timestamp) throws -> ScoreBasis {
    let counts = try counts(Self.openCounts, [.integer(asset.number), .integer(at.microseconds)])
    let factors = try rows(
      "SELECT criticality, is_exposed FROM asset WHERE id = ?", [.integer(asset.number)]
    ) { (Int($0.integer(0)), $0.integer(1) != 0) }
    guard let (criticality, isExposed) = factors.first else { throw StoreError.missing("asset") }
    return ScoreBasis(counts: counts, criticality: criticality, isExposed: isExposed)
  }

  func score(of asset: AssetID) throws -> Double {
    try rows("SELECT score FROM asset WHERE id = ?", [.integer(asset.number)]) { $0.double(0) }.first ?? 0
  }

  func setScore(_ asset: AssetID, _ score: AssetScore, openFindings: Int) throws {
    try run(
      "UPDATE asset SET score = ?, factors = ?, open_findings = ? WHERE id = ?",
      [
        .real(score.value), .text(score.json.text()), .integer(Int64(openFindings)), .integer(asset.number),
      ])
  }

  func settleFactors(of asset: AssetID, defaultCriticality: Int) throws {
    try run(
      """
      UPDATE asset SET
        criticality = ifnull((SELECT max(t.criticality) FROM asset_tag m JOIN tag t ON t.id = m.tag_id
          WHERE m.asset_id = asset.id), ?1),
        is_exposed = CASE WHEN has_public_address = 1 OR EXISTS (SELECT 1 FROM asset_tag m
          JOIN tag t ON t.id = m.tag_id WHERE m.asset_id = asset.id AND t.is_exposed = 1) THEN 1 ELSE 0 END
      WHERE id = ?2
      """, [.integer(Int64(defaultCriticality)), .integer(asset.number)])
  }

  func findings(_ query: Query) throws -> [FindingID] {
    let filter = try SQLReader(session).findingFilter(Listing(query, limit: nil))
    return try rows(
      "\(filter.with)SELECT f.id FROM finding f WHERE \(filter.condition.text) ORDER BY f.id",
      filter.prefix.values + filter.condition.values
    ) { FindingID($0.integer(0)) }
  }

  func setDecision(_ finding: FindingID, _ decision: FindingDecision?, at: Timestamp) throws {
    try run("DELETE FROM finding_decision WHERE finding_id = ?", [.integer(finding.number)])
    guard let decision else { return }
    try run(
      "INSERT INTO finding_decision (finding_id, kind, reason, decided_at, until, decided_by) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .integer(finding.number), .text(decision.kind.rawValue), .text(decision.reason), .integer(at.microseconds),
        SQLValue(decision.until?.microseconds), SQLValue(decision.by),
      ])
  }

  func decision(on finding: FindingID) throws -> FindingDecision? {
    try rows(
      "SELECT kind, reason, until, decided_by FROM finding_decision WHERE finding_id = ?", [.integer(finding.number)]
    ) { row in
      FindingDecision.Kind(rawValue: row.text(0)).map {
        FindingDecision(
          kind: $0, reason: row.text(1), until: Timestamp(row.optionalInteger(2)), by: row.optionalText(3))
      }
    }.first ?? nil
  }

  func endedDecisions(at: Timestamp) throws -> [FindingID] {
    try rows("SELECT finding_id FROM finding_decision WHERE until <= ?", [.integer(at.microseconds)]) {
      FindingID($0.integer(0))
    }
  }
}

// MARK: - As it is stored

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
