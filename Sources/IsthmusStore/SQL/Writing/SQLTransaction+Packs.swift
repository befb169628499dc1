import IsthmusCore

/// Findings as ``FindingPack`` keeps them, by resource.
extension SQLTransaction {
  /// Packs the findings of the resources of which some changed; at the transaction's end.
  ///
  /// - Parameter version: The inventory's, from this transaction on.
  func settlePacks(at version: Int64) throws {
    let resources = unpacked.sorted()
    unpacked = []
    for start in stride(from: 0, to: resources.count, by: Self.packedTogether) {
      let some = Array(resources[start..<min(start + Self.packedTogether, resources.count)])
      let packs = try packs(of: some)
      for resource in some {
        guard let pack = packs[resource] else { continue }
        try run(
          """
          INSERT INTO finding_pack (resource_id, states, dates, changed) VALUES (?, ?, ?, ?) ON CONFLICT (resource_id)
          DO UPDATE SET states = excluded.states, dates = excluded.dates, changed = excluded.changed
          """, [.integer(resource), .blob(pack.states), .blob(pack.dates), .integer(version)])
      }
      // Whoever remembers findings of theirs is to see that they have none.
      let empty = some.filter { packs[$0] == nil }
      if empty.isEmpty { continue }
      try run(
        """
        UPDATE finding_pack SET states = ?1, dates = ?1, changed = ?2
        WHERE resource_id IN (SELECT value FROM json_each(?3))
        """, [.blob([]), .integer(version), .integers(empty)])
    }
  }

  /// All of the inventory, for one that has none yet.
  func packAllFindings() throws {
    unpacked = Set(try rows("SELECT id FROM resource", []) { $0.integer(0) })
    try settlePacks(at: 0)
  }

  /// How many resources' packs are not those of their findings.
  fileprivate func countWrongPacks() throws -> Int {
    let resources = try rows(
      "SELECT id FROM resource UNION SELECT resource_id FROM finding_pack ORDER BY 1", []
    ) { $0.integer(0) }
    var wrong = 0
    for start in stride(from: 0, to: resources.count, by: Self.packedTogether) {
      let some = Array(resources[start..<min(start + Self.packedTogether, resources.count)])
      let expected = try packs(of: some)
      let kept = try rows(
        "SELECT resource_id, states, dates FROM finding_pack WHERE resource_id IN (SELECT value FROM json_each(?))",
        [.integers(some)]
      ) { ($0.integer(0), ($0.blob(1), $0.blob(2))) }
      let byResource = Dictionary(kept, uniquingKeysWith: { first, _ in first })
      wrong += some.count { resource in
        let (kept, right) = (byResource[resource], expected[resource])
        return kept?.0 ?? [] != right?.states ?? [] || kept?.1 ?? [] != right?.dates ?? []
      }
    }
    return wrong
  }

  private static let packedTogether = 500

  private func packs(of resources: [Int64]) throws -> [Int64: FindingPack] {
    var entries: [Int64: [FindingPack.Entry]] = [:]
    // In one order, so that the same findings are the same bytes.
    let found = try rows(
      """
      SELECT f.resource_id, f.control_id, f.variant_id, f.posture, f.life, f.opened_listing, f.source_updated, f.first_found
      FROM finding f WHERE f.resource_id IN (SELECT value FROM json_each(?))
        AND f.id NOT IN (SELECT finding_id FROM finding_twin) ORDER BY f.resource_id, f.control_id, f.id
      """, [.integers(resources)]
    ) { row in
      let entry = FindingPack.Entry(
        control: row.integer(1), variant: row.optionalInteger(2), posture: row.optionalInteger(3),
        life: row.integer(4), openedListing: row.optionalInteger(5), sourceUpdated: row.optionalInteger(6),
        firstFound: row.optionalInteger(7))
      return (row.integer(0), entry)
    }
    for (resource, entry) in found { entries[resource, default: []].append(entry) }
    return entries.mapValues { FindingPack($0) }
  }
}

extension SQLReader {
  /// Kept numbers that are not those of the findings, in words.
  func wrongCounts() throws -> [String] {
    let keys = "control_id, ifnull(posture, -1), life"
    let kept = "SELECT control_id, posture, life, findings FROM control_count"
    let counted = """
      SELECT \(keys), count(*) FROM finding WHERE id NOT IN (SELECT finding_id FROM finding_twin) GROUP BY \(keys)
      """
    let wrong = try count(
      """
      SELECT (SELECT count(*) FROM (\(kept) EXCEPT \(counted)) a) + (SELECT count(*) FROM (\(counted) EXCEPT \(kept)) b)
      """)
    let packs = try queries.countWrongPacks()
    return [
      wrong == 0 ? nil : "\(wrong) kept numbers in control_count are not those of the findings",
      packs == 0 ? nil : "what finding_pack keeps of \(packs) resources is not what their findings are",
    ].compactMap { $0 }
  }
}
