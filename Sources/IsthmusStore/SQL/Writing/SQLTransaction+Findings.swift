import IsthmusCore

extension SQLTransaction {
  func controls(_ connector: ConnectorNumber) throws -> [StoredControl] {
    let variants = try rows(
      """
      SELECT v.control_id, v.id, v.digest, v.category, v.severity, v.qds, v.severity_text
      FROM control_variant v JOIN control c ON c.id = v.control_id WHERE c.connector_id = ?
      """, [.integer(connector.number)]
    ) { row in
      let variant = StoredVariant(
        id: row.integer(1), digest: row.integer(2), category: row.text(3), severityText: row.text(6),
        severity: Int(row.integer(4)), qds: Int(row.integer(5)))
      return (control: row.integer(0), variant: variant)
    }
    let byControl = Dictionary(grouping: variants, by: \.control)
    return try rows(
      "SELECT id, key, finding_suffix, variant_id FROM control WHERE connector_id = ?", [.integer(connector.number)]
    ) { row in
      StoredControl(
        id: ControlID(row.integer(0)), key: row.text(1), findingSuffix: row.text(2), defaultVariant: row.integer(3),
        variants: (byControl[row.integer(0)] ?? []).map(\.variant))
    }
  }

  func insertControl(
    _ connector: ConnectorNumber, key: String, findingSuffix: String, variant: NewVariant
  ) throws -> StoredControl {
    let number = try insert(
      "INSERT INTO control (connector_id, key, finding_suffix, variant_id) VALUES (?, ?, ?, 0)",
      [.integer(connector.number), .text(key), .text(findingSuffix)])
    let stored = try insertVariant(ControlID(number), variant)
    try run("UPDATE control SET variant_id = ? WHERE id = ?", [.integer(stored.id), .integer(number)])
    return StoredControl(
      id: ControlID(number), key: key, findingSuffix: findingSuffix, defaultVariant: stored.id, variants: [stored])
  }

  func insertVariant(_ control: ControlID, _ variant: NewVariant) throws -> StoredVariant {
    let number = try insert(
      """
      INSERT INTO control_variant (control_id, digest, attributes, category, severity_text, severity, qds)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(control.number), .integer(variant.digest), .text(variant.attributes), .text(variant.category),
        .text(variant.severityText), .integer(Int64(variant.severity)), .integer(Int64(variant.qds)),
      ])
    return StoredVariant(
      id: number, digest: variant.digest, category: variant.category, severityText: variant.severityText,
      severity: variant.severity, qds: variant.qds)
  }

  func detail(_ connector: ConnectorNumber, digest: Int64) throws -> Int64? {
    try rows(
      "SELECT id FROM finding_detail WHERE connector_id = ? AND digest = ?",
      [.integer(connector.number), .integer(digest)]
    ) { $0.integer(0) }.first
  }

  func insertDetail(_ connector: ConnectorNumber, digest: Int64, attributes: String) throws -> Int64 {
    try insert(
      "INSERT INTO finding_detail (connector_id, digest, attributes) VALUES (?, ?, ?)",
      [.integer(connector.number), .integer(digest), .text(attributes)])
  }

  private static let findingColumns = """
    id, control_id, external_id, variant_id, detail_id, posture, severity, qds, opened_listing, source_first,
    source_updated, first_found, last_found, last_fixed, reopened, fix_cause, digest
    """

  static let selectFindings = "SELECT \(findingColumns) FROM finding WHERE resource_id = ? ORDER BY control_id"

  static let insertFindingSQL = """
    INSERT INTO finding (control_id, external_id, variant_id, detail_id, posture, severity, qds, opened_listing,
      source_first, source_updated, first_found, last_found, last_fixed, reopened, fix_cause, digest, life,
      resource_id, scope_id, ingested) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  static let updateFindingSQL = """
    UPDATE finding SET control_id = ?, external_id = ?, variant_id = ?, detail_id = ?, posture = ?, severity = ?,
      qds = ?, opened_listing = ?, source_first = ?, source_updated = ?, first_found = ?, last_found = ?,
      last_fixed = ?, reopened = ?, fix_cause = ?, digest = ?, life = ? WHERE id = ?
    """

  private static func storedFinding(_ row: any SQLStatement) -> StoredFinding {
    let life = FindingLife(
      posture: row.optionalInteger(5).flatMap(Posture.init(code:)), openedInListing: row.optionalInteger(8),
      firstFound: Timestamp(row.optionalInteger(11)), lastFound: Timestamp(row.optionalInteger(12)),
      lastFixed: Timestamp(row.optionalInteger(13)), reopened: Timestamp(row.optionalInteger(14)),
      fixCause: row.optionalInteger(15).flatMap(FixCause.init(rawValue:)))
    return StoredFinding(
      id: FindingID(row.integer(0)), control: ControlID(row.integer(1)), externalID: row.optionalText(2),
      variant: row.optionalInteger(3), detail: row.optionalInteger(4), severity: Int(row.integer(6)),
      qds: Int(row.integer(7)), sourceFirst: Timestamp(row.optionalInteger(9)),
      sourceUpdated: Timestamp(row.optionalInteger(10)), life: life, digest: row.integer(16))
  }

  func findings(resource: Int64) throws -> [StoredFinding] {
    let statement = try findingsOfResource.get()
    statement.bind(1, resource)
    defer { statement.reset() }
    var findings: [StoredFinding] = []
    while try statement.step() { findings.append(Self.storedFinding(statement)) }
    return findings
  }

  /// Binds the seventeen columns that both statements share.
  private static func bind(_ finding: StoredFinding, to statement: any SQLStatement) {
    statement.bind(1, finding.control.number)
    statement.bind(2, finding.externalID)
    statement.bind(3, finding.variant)
    statement.bind(4, finding.detail)
    statement.bind(5, finding.life.posture?.code)
    statement.bind(6, Int64(finding.severity))
    statement.bind(7, Int64(finding.qds))
    statement.bind(8, finding.life.openedInListing)
    statement.bind(9, finding.sourceFirst?.microseconds)
    statement.bind(10, finding.sourceUpdated?.microseconds)
    statement.bind(11, finding.life.firstFound?.microseconds)
    statement.bind(12, finding.life.lastFound?.microseconds)
    statement.bind(13, finding.life.lastFixed?.microseconds)
    statement.bind(14, finding.life.reopened?.microseconds)
    statement.bind(15, finding.life.fixCause?.rawValue)
    statement.bind(16, finding.digest)
    statement.bind(17, finding.life.phase.rawValue)
  }

  func insertFinding(
    _ finding: StoredFinding, resource: Int64, scope: Int64?, ingested: Timestamp
  ) throws -> FindingID {
    let statement = try insertFindingStatement.get()
    Self.bind(finding, to: statement)
    statement.bind(18, resource)
    statement.bind(19, scope)
    statement.bind(20, ingested.microseconds)
    countChanges.add(1, at: .init(finding))
    unpacked.insert(resource)
    return FindingID(try statement.insert())
  }

  func updateFinding(_ finding: StoredFinding) throws {
    if let (old, resource) = try countedPlace(of: finding.id.number) {
      countChanges.add(-1, at: old)
      countChanges.add(1, at: .init(finding))
      unpacked.insert(resource)
    }
    let statement = try updateFindingStatement.get()
    Self.bind(finding, to: statement)
    statement.bind(18, finding.id.number)
    try statement.run()
  }

  func deleteFinding(_ id: FindingID) throws {
    let twins = try rows("SELECT finding_id FROM finding_twin WHERE shown_id = ?", [.integer(id.number)]) {
      $0.integer(0)
    }
    try count(-1, id.number)
    for table in ["finding_event", "finding_twin", "finding_decision"] {
      try run("DELETE FROM \(table) WHERE finding_id = ?", [.integer(id.number)])
    }
    try run("DELETE FROM finding_twin WHERE shown_id = ?", [.integer(id.number)])
    try run("DELETE FROM finding WHERE id = ?", [.integer(id.number)])
    for twin in twins { try count(1, twin) }
  }

  func insertEvent(
    _ finding: FindingID, run: RunID?, at: Timestamp, turn: String, cause: String?, until: Timestamp?, by: String?
  ) throws {
    try self.run(
      "INSERT INTO finding_event (finding_id, run_id, at, turn, cause, until, decided_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(finding.number), SQLValue(run?.number), .integer(at.microseconds), .text(turn), SQLValue(cause),
        SQLValue(until?.microseconds), SQLValue(by),
      ])
  }

  func finding(_ id: FindingID) throws -> (finding: StoredFinding, asset: AssetID?)? {
    let columns = Self.findingColumns.split(separator: ",").map { "f.\($0.trimmed)" }.joined(separator: ", ")
    return try rows(
      "SELECT \(columns), r.asset_id FROM finding f JOIN resource r ON r.id = f.resource_id WHERE f.id = ?",
      [.integer(id.number)]
    ) { (Self.storedFinding($0), $0.optionalInteger(17).map { AssetID($0) }) }.first
  }
}

extension SQLTransaction {
  func twins(of finding: FindingID) throws -> [FindingID] {
    let externalID = "coalesce(f.external_id, r.folded_id || swiftLowercaseString(c.finding_suffix))"
    let tables = "resource r JOIN finding f ON f.resource_id = r.id JOIN control c ON c.id = f.control_id"
    return try rows(
      """
      WITH own (asset_id, external_id) AS (SELECT r.asset_id, \(externalID) FROM \(tables) WHERE f.id = ?1)
      SELECT f.id FROM own CROSS JOIN \(tables) WHERE r.asset_id = own.asset_id AND \(externalID) = own.external_id
      UNION SELECT ?1 ORDER BY 1
      """, [.integer(finding.number)]
    ) { FindingID($0.integer(0)) }
  }
}

extension Substring {
  fileprivate var trimmed: Substring { drop { $0.isWhitespace } }
}
