import IsthmusCore

extension SQLTransaction {
  func connectorNumbers() throws -> [String: ConnectorNumber] {
    let pairs = try rows("SELECT name, id FROM connector", []) { ($0.text(0), ConnectorNumber($0.integer(1))) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  func disabledRules(of connector: ConnectorNumber) throws -> Set<String> {
    let texts = try rows("SELECT rules FROM connector WHERE id = ?", [.integer(connector.number)]) { $0.text(0) }
    return Set((texts.first ?? "").split(separator: " ").map(String.init))
  }

  func setDisabledRules(of connector: ConnectorNumber, _ rules: Set<String>) throws {
    try run(
      "UPDATE connector SET rules = ? WHERE id = ?",
      [.text(rules.sorted().joined(separator: " ")), .integer(connector.number)])
  }

  func sourceNumbers(of connector: ConnectorNumber) throws -> [Int64] {
    try rows("SELECT id FROM source WHERE connector_id = ? ORDER BY id", [.integer(connector.number)]) {
      $0.integer(0)
    }
  }

  private static let selectRow = """
    SELECT s.id, s.connector_id, s.external_asset_id, s.resource_id, r.folded_id, s.asset_id, s.home_asset_id,
      s.listed_since, CASE WHEN s.is_present = 1 THEN NULL ELSE ifnull(s.last_seen, s.first_found) END, s.changed_at,
      s.attributes FROM source s JOIN resource r ON r.id = s.resource_id
    """

  private static func sourceRow(_ row: any SQLStatement) throws -> SourceRow {
    SourceRow(
      id: row.integer(0), connector: ConnectorNumber(row.integer(1)), externalAssetID: row.text(2),
      resource: row.integer(3), foldedResourceID: row.text(4), asset: AssetID(row.integer(5)),
      home: row.optionalInteger(6).map { AssetID($0) }, listedSince: Timestamp(microseconds: row.integer(7)),
      lastSeen: Timestamp(row.optionalInteger(8)), changedAt: Timestamp(microseconds: row.integer(9)),
      attributes: AttributeValues(try JSONValue(parsing: row.text(10)), of: .inventory))
  }

  func sourceRow(_ id: Int64) throws -> SourceRow? {
    try rows("\(Self.selectRow) WHERE s.id = ?", [.integer(id)], Self.sourceRow).first
  }

  func sourceRows(of asset: AssetID) throws -> [SourceRow] {
    try rows("\(Self.selectRow) WHERE s.asset_id = ? ORDER BY s.id", [.integer(asset.number)], Self.sourceRow)
  }

  func setIdentityKeys(source: Int64, digests: [Int64]) throws {
    let known = Set(try identityKeys(source: source))
    let wanted = Set(digests)
    for digest in known.subtracting(wanted) {
      try run("DELETE FROM identity_key WHERE digest = ? AND source_id = ?", [.integer(digest), .integer(source)])
    }
    for digest in wanted.subtracting(known) {
      try run("INSERT INTO identity_key (digest, source_id) VALUES (?, ?)", [.integer(digest), .integer(source)])
    }
  }

  func identityKeys(source: Int64) throws -> [Int64] {
    try rows("SELECT digest FROM identity_key WHERE source_id = ? ORDER BY digest", [.integer(source)]) {
      $0.integer(0)
    }
  }

  func isAnyKnown(_ digests: [Int64]) throws -> Bool {
    try !rows(
      "SELECT 1 FROM identity_key WHERE digest IN (SELECT value FROM json_each(?)) LIMIT 1", [.integers(digests)]
    ) { _ in true }.isEmpty
  }

  func sources(withKey digest: Int64, present: Bool, limit: Int) throws -> [Int64] {
    try rows(
      """
      SELECT k.source_id FROM identity_key k JOIN source s ON s.id = k.source_id
      WHERE k.digest = ? AND s.is_present = ? ORDER BY s.gone_at DESC NULLS LAST, k.source_id LIMIT ?
      """, [.integer(digest), .integer(present ? 1 : 0), .integer(Int64(limit))]
    ) { $0.integer(0) }
  }

  func decisions(of source: Int64) throws -> [PersonDecision] {
    try rows(
      """
      SELECT source_id, other_source_id, kind, step FROM identity_decision WHERE source_id = ?1 AND undone_at IS NULL
      UNION ALL
      SELECT source_id, other_source_id, kind, step FROM identity_decision
      WHERE other_source_id = ?1 AND undone_at IS NULL
      """, [.integer(source)]
    ) { row in
      PersonDecision(
        row.text(2) == "apart" ? .apart : .together, row.integer(0), row.integer(1), number: row.integer(3))
    }
  }

  func insertDecisions(
    _ kind: PersonDecision.Kind, _ pairs: [(Int64, Int64)], reason: String, at: Timestamp
  ) throws -> Int64 {
    let step = try rows("SELECT ifnull(max(step), 0) + 1 FROM identity_decision", []) { $0.integer(0) }.first ?? 1
    for (source, other) in pairs {
      // What was decided of the pair before has no place beside it.
      try run(
        """
        UPDATE identity_decision SET undone_at = ?1, replaced_by = ?4 WHERE undone_at IS NULL
          AND (source_id = ?2 AND other_source_id = ?3 OR source_id = ?3 AND other_source_id = ?2)
        """, [.integer(at.microseconds), .integer(source), .integer(other), .integer(step)])
      try run(
        "INSERT INTO identity_decision (source_id, other_source_id, kind, step, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
        [
          .integer(source), .integer(other), .text(kind.rawValue), .integer(step), .text(reason),
          .integer(at.microseconds),
        ])
    }
    return step
  }

  func undoDecisions(step: Int64, at: Timestamp) throws -> Set<Int64> {
    let undone = try rows(
      """
      SELECT source_id, other_source_id, replaced_by FROM identity_decision
      WHERE step = ? AND (undone_at IS NULL OR replaced_by IS NOT NULL)
      """, [.integer(step)]
    ) { (source: $0.integer(0), other: $0.integer(1), replacedBy: $0.optionalInteger(2)) }
    try run(
      """
      UPDATE identity_decision SET undone_at = ifnull(undone_at, ?), replaced_by = NULL
      WHERE step = ? AND (undone_at IS NULL OR replaced_by IS NOT NULL)
      """, [.integer(at.microseconds), .integer(step)])
    for pair in undone {
      // What it had replaced holds again, or waits for the later one that has replaced it in turn.
      try run(
        """
        UPDATE identity_decision SET undone_at = CASE WHEN CAST(?1 AS BIGINT) IS NULL THEN NULL ELSE undone_at END, replaced_by = ?1
        WHERE replaced_by = ?2
          AND (source_id = ?3 AND other_source_id = ?4 OR source_id = ?4 AND other_source_id = ?3)
        """, [SQLValue(pair.replacedBy), .integer(step), .integer(pair.source), .integer(pair.other)])
    }
    return Set(undone.flatMap { [$0.source, $0.other] })
  }

  func identitySteps(of sources: [Int64]) throws -> [IdentityStep] {
    var steps: [Int64: IdentityStep] = [:]
    for source in sources {
      let found = try rows(
        """
        SELECT step, kind, reason, min(at), count(*) FILTER (WHERE undone_at IS NULL) FROM identity_decision
        WHERE step IN (SELECT step FROM identity_decision WHERE source_id = ?1 OR other_source_id = ?1)
        GROUP BY step, kind, reason
        """, [.integer(source)]
      ) { row in
        IdentityStep(
          step: row.integer(0), kind: row.text(1) == "apart" ? .apart : .together, reason: row.text(2),
          at: Timestamp(microseconds: row.integer(3)), isInForce: row.integer(4) != 0)
      }
      for step in found { steps[step.step] = step }
    }
    return steps.values.sorted { $0.step < $1.step }
  }

  func move(source: Int64, to asset: AssetID) throws {
    try run("UPDATE source SET asset_id = ? WHERE id = ?", [.integer(asset.number), .integer(source)])
    unpacked.formUnion(try rows("SELECT resource_id FROM source WHERE id = ?", [.integer(source)]) { $0.integer(0) })
    try run(
      "UPDATE resource SET asset_id = ?1 WHERE id = (SELECT resource_id FROM source WHERE id = ?2) AND source_id = ?2",
      [.integer(asset.number), .integer(source)])
  }

  func setHome(source: Int64, _ asset: AssetID?) throws {
    try run("UPDATE source SET home_asset_id = ? WHERE id = ?", [SQLValue(asset?.number), .integer(source)])
  }

  func deleteUnusedAsset(_ asset: AssetID) throws {
    try run("DELETE FROM identification WHERE asset_id = ?", [.integer(asset.number)])
    try run("DELETE FROM asset WHERE id = ?", [.integer(asset.number)])
  }

  func setMerged(_ asset: AssetID, into other: AssetID?, at: Timestamp) throws {
    if let other {
      try run(
        """
        UPDATE asset SET merged_into = ?, gone_at = ifnull(gone_at, ?), score = 0, factors = NULL, open_findings = 0
        WHERE id = ?
        """, [.integer(other.number), .integer(at.microseconds), .integer(asset.number)])
      try run("DELETE FROM asset_tag WHERE asset_id = ?", [.integer(asset.number)])
    } else {
      try run(
        "UPDATE asset SET merged_into = NULL, gone_at = NULL WHERE id = ? AND merged_into IS NOT NULL",
        [.integer(asset.number)])
    }
  }

  func setAmbiguities(of sources: [Int64], _ ambiguities: [StoredAmbiguity], at: Timestamp) throws {
    let wanted = Dictionary(grouping: ambiguities, by: \.source)
    for source in sources {
      let known = try self.ambiguities(of: source)
      let found = wanted[source] ?? []
      for old in known where !found.contains(old) {
        try run("DELETE FROM ambiguity WHERE source_id = ? AND rule = ?", [.integer(source), .text(old.rule)])
      }
      for new in found where !known.contains(new) {
        let candidates = JSONValue.array(new.candidates.map(JSONValue.integer)).text()
        try run(
          "INSERT INTO ambiguity (source_id, rule, matched, candidates, at) VALUES (?, ?, ?, ?, ?)",
          [.integer(source), .text(new.rule), .text(new.matched), .text(candidates), .integer(at.microseconds)])
      }
    }
  }

  private static let selectAmbiguity = "SELECT source_id, rule, matched, candidates, at FROM ambiguity"

  private static func ambiguity(_ row: any SQLStatement) throws -> StoredAmbiguity {
    StoredAmbiguity(
      source: row.integer(0), rule: row.text(1), matched: row.text(2),
      candidates: (try JSONValue(parsing: row.text(3)).array ?? []).compactMap(\.integer))
  }

  private func ambiguities(of source: Int64) throws -> [StoredAmbiguity] {
    try rows("\(Self.selectAmbiguity) WHERE source_id = ?", [.integer(source)], Self.ambiguity)
  }

  func ambiguities() throws -> [(ambiguity: StoredAmbiguity, since: Timestamp)] {
    try rows("\(Self.selectAmbiguity) ORDER BY source_id, rule", []) {
      (try Self.ambiguity($0), Timestamp(microseconds: $0.integer(4)))
    }
  }

  func mergedInto(_ asset: AssetID) throws -> AssetID? {
    try rows("SELECT merged_into FROM asset WHERE id = ?", [.integer(asset.number)]) {
      $0.optionalInteger(0).map { AssetID($0) }
    }.first ?? nil
  }

  func insertIdentification(
    _ asset: AssetID, source: Int64, run: RunID?, at: Timestamp, rule: String, outcome: String
  ) throws {
    try self.run(
      "INSERT INTO identification (asset_id, source_id, run_id, at, rule, outcome) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .integer(asset.number), .integer(source), SQLValue(run?.number), .integer(at.microseconds), .text(rule),
        .text(outcome),
      ])
  }

  func setting(_ name: String) throws -> JSONValue? {
    try rows("SELECT value FROM store WHERE key = ?", [.text(name)]) { try JSONValue(parsing: $0.text(0)) }.first
  }

  func setSetting(_ name: String, _ value: JSONValue) throws {
    try run(
      "INSERT INTO store (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [.text(name), .text(value.text())])
  }
}
