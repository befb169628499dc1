import IsthmusCore

extension SQLTransaction {
  func settleControls(_ connector: ConnectorNumber, listed scopes: Set<Int64>) throws {
    // Where all findings say the same nothing is to be chosen.
    let mixed = try rows(
      """
      SELECT c.id, c.variant_id, c.finding_suffix FROM control c WHERE c.connector_id = ?
        AND EXISTS (SELECT 1 FROM finding f WHERE f.control_id = c.id AND f.variant_id IS NOT NULL)
      """, [.integer(connector.number)]
    ) { MixedControl(id: $0.integer(0), variant: $0.integer(1), suffix: Array($0.text(2).lowercased().utf8)) }
    let scopes = SQLValue.integers(scopes.sorted())
    for control in mixed {
      guard let smallest = try smallestFinding(of: control, connector, listed: scopes) else { continue }
      guard let chosen = smallest.variant, chosen != control.variant else { continue }
      try run("UPDATE control SET variant_id = ? WHERE id = ?", [.integer(chosen), .integer(control.id)])
      // One statement, so that no finding meets both changes.
      try run(
        """
        UPDATE finding SET variant_id = CASE WHEN variant_id IS NULL THEN CAST(?1 AS BIGINT) END
        WHERE control_id = ?2 AND (variant_id IS NULL OR variant_id = ?3)
        """, [.integer(control.variant), .integer(control.id), .integer(chosen)])
      let changed = "SELECT DISTINCT resource_id FROM finding WHERE control_id = ?"
      unpacked.formUnion(try rows(changed, [.integer(control.id)]) { $0.integer(0) })
    }
  }

  func deleteUnusedVariants(_ connector: ConnectorNumber) throws {
    try run(
      """
      DELETE FROM control_variant AS v WHERE v.control_id IN (SELECT id FROM control WHERE connector_id = ?)
        AND NOT EXISTS (SELECT 1 FROM control c WHERE c.id = v.control_id AND c.variant_id = v.id)
        AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.variant_id = v.id)
      """, [.integer(connector.number)])
  }

  func deleteUnusedDetails(_ connector: ConnectorNumber) throws {
    try run(
      """
      DELETE FROM finding_detail WHERE connector_id = ?
        AND id NOT IN (SELECT f.detail_id FROM finding f WHERE f.detail_id IS NOT NULL)
      """, [.integer(connector.number)])
  }

  private struct MixedControl {
    var id: Int64
    /// Its own, which findings without one show.
    var variant: Int64
    /// Of its findings' ids, in lower case.
    var suffix: [UInt8]
  }

  private struct Candidate {
    /// The finding's whole id, in lower case.
    var externalID: [UInt8]
    var variant: Int64?

    init(_ row: any SQLStatement, _ control: MixedControl) {
      externalID = row.optionalText(0).map { Array($0.utf8) } ?? Array(row.text(1).utf8) + control.suffix
      variant = row.optionalInteger(2)
    }

    func precedes(_ other: Candidate) -> Bool { externalID.lexicographicallyPrecedes(other.externalID) }
  }

  /// So many are all looked at; among more of them one comes soon in the order of the hosts' ids.
  private static let few: Int64 = 1000

  /// Among the findings that the source still lists, those of the scopes `listed` before all others.
  private func smallestFinding(
    of control: MixedControl, _ connector: ConnectorNumber, listed: SQLValue
  ) throws -> Candidate? {
    for (isOfScope, scopes) in [("scope_id IN (SELECT value FROM json_each(?2))", listed), ("id > ?2", .integer(0))] {
      let isPresent = "f.control_id = ?1 AND f.posture IS NOT NULL AND f.\(isOfScope)"
      let values: [SQLValue] = [.integer(control.id), scopes]
      let count =
        try rows("SELECT count(*) FROM (SELECT 1 FROM finding f WHERE \(isPresent) LIMIT \(Self.few + 1)) n", values) {
          $0.integer(0)
        }.first ?? 0
      if count == 0 { continue }
      if count > Self.few {
        // A host has the scope of its findings: those of others are passed over without a look at theirs.
        let hosts = "r.connector_id = ?3 AND r.\(isOfScope)"
        return try smallestOfMany(control, of: hosts, connector, isPresent, values)
      }
      return try rows(
        """
        SELECT f.external_id, r.folded_id, f.variant_id FROM finding f JOIN resource r ON r.id = f.resource_id
        WHERE \(isPresent) ORDER BY r.folded_id
        """, values
      ) { Candidate($0, control) }.min { $0.precedes($1) }
    }
    return nil
  }

  private func smallestOfMany(
    _ control: MixedControl, of hosts: String, _ connector: ConnectorNumber, _ isPresent: String, _ values: [SQLValue]
  ) throws -> Candidate? {
    let columns = "f.external_id, r.folded_id, f.variant_id"
    let ofOwnID = try rows(
      """
      SELECT \(columns) FROM finding f INDEXED BY finding_by_external_id JOIN resource r ON r.id = f.resource_id
      WHERE f.external_id IS NOT NULL AND \(isPresent) ORDER BY f.external_id, r.folded_id LIMIT 1
      """, values
    ) { Candidate($0, control) }.first
    let statement = try session.scan(
      """
      SELECT \(columns) FROM resource r CROSS JOIN finding f INDEXED BY finding_identity ON f.resource_id = r.id
      WHERE \(hosts) AND f.external_id IS NULL AND \(isPresent) ORDER BY r.folded_id
      """)
    statement.bindAll(values + [.integer(connector.number)])
    defer { statement.reset() }
    guard try statement.step() else { return ofOwnID }
    var smallest = Candidate(statement, control)
    while try statement.step() {
      let next = Candidate(statement, control)
      if next.precedes(smallest) {
        smallest = next
        continue
      }
      // Hosts come in the order of their own ids. Only one whose id begins with the smallest's may still precede it,
      // as "vm-1/…" does "vm/…", and none once what it adds is beyond the suffix.
      let host = next.externalID.dropLast(control.suffix.count)
      let known = smallest.externalID.dropLast(control.suffix.count)
      guard host.starts(with: known), control.suffix.starts(with: host.dropFirst(known.count)) else { break }
    }
    guard let ofOwnID, ofOwnID.precedes(smallest) else { return smallest }
    return ofOwnID
  }
}
