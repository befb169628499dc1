import IsthmusCore

extension AgingTable {
  fileprivate var name: String {
    switch self {
    case .findingEvents: "finding_event"
    case .identifications: "identification"
    case .auditEntries: "audit"
    }
  }
}

extension ScoreDayTable {
  fileprivate var name: String {
    switch self {
    case .assets: "asset_day"
    case .entities: "entity_day"
    case .inventory: "inventory_day"
    }
  }

  /// Whose days they are; nil for those of the whole inventory.
  fileprivate var owner: String? {
    switch self {
    case .assets: "asset_id"
    case .entities: "entity_id"
    case .inventory: nil
    }
  }
}

extension SQLTransaction {
  func retainedRuns() throws -> [RetainedRun] {
    try rows(
      """
      SELECT id, connector_id, profile, mode, result, EXISTS (SELECT 1 FROM run_log WHERE run_id = run.id),
        EXISTS (SELECT 1 FROM run_scope WHERE run_id = run.id), EXISTS (SELECT 1 FROM reject WHERE run_id = run.id),
        EXISTS (SELECT 1 FROM kept_part WHERE run_id = run.id),
        EXISTS (SELECT 1 FROM finding_event WHERE run_id = run.id)
          OR EXISTS (SELECT 1 FROM identification WHERE run_id = run.id)
      FROM run ORDER BY id DESC
      """, []
    ) { row in
      RetainedRun(
        id: RunID(row.integer(0)), connector: ConnectorNumber(row.integer(1)), profile: row.text(2),
        mode: RunMode(rawValue: row.text(3)) ?? .full, result: row.optionalText(4), hasLog: row.integer(5) != 0,
        hasCoverage: row.integer(6) != 0, hasRejects: row.integer(7) != 0, hasKeptParts: row.integer(8) != 0,
        isReferredTo: row.integer(9) != 0)
    }
  }

  func deleteLog(of run: RunID, limit: Int) throws -> Int {
    try runCounting(
      "DELETE FROM run_log WHERE id IN (SELECT id FROM run_log WHERE run_id = ? ORDER BY id LIMIT ?)",
      [.integer(run.number), .integer(Int64(limit))])
  }

  func deleteCoverage(of run: RunID) throws {
    try self.run("DELETE FROM run_scope WHERE run_id = ?", [.integer(run.number)])
  }

  func deleteRejects(of run: RunID, limit: Int) throws -> Int {
    try runCounting(
      "DELETE FROM reject WHERE id IN (SELECT id FROM reject WHERE run_id = ? LIMIT ?)",
      [.integer(run.number), .integer(Int64(limit))])
  }

  func deleteRun(_ run: RunID) throws -> Bool {
    try self.run("DELETE FROM run_seen WHERE run_id = ?", [.integer(run.number)])
    return try runCounting(
      """
      DELETE FROM run WHERE id = ? AND result IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM finding_event WHERE run_id = run.id)
        AND NOT EXISTS (SELECT 1 FROM identification WHERE run_id = run.id)
        AND NOT EXISTS (SELECT 1 FROM run_scope WHERE run_id = run.id)
        AND NOT EXISTS (SELECT 1 FROM run_log WHERE run_id = run.id)
        AND NOT EXISTS (SELECT 1 FROM reject WHERE run_id = run.id)
        AND NOT EXISTS (SELECT 1 FROM kept_part WHERE run_id = run.id)
      """, [.integer(run.number)]) > 0
  }

  func deleteAged(
    _ table: AgingTable, before moment: Timestamp, after number: Int64, limit: Int
  ) throws -> (last: Int64?, deleted: Int) {
    let last =
      try rows(
        "SELECT max(id) FROM (SELECT id FROM \(table.name) WHERE id > ? ORDER BY id LIMIT ?) n",
        [.integer(number), .integer(Int64(limit))]
      ) { $0.optionalInteger(0) }.first ?? nil
    guard let last else { return (nil, 0) }
    let deleted = try runCounting(
      "DELETE FROM \(table.name) WHERE id > ? AND id <= ? AND at < ?",
      [.integer(number), .integer(last), .integer(moment.microseconds)])
    return (last, deleted)
  }

  func deleteScoreDays(
    _ table: ScoreDayTable, before day: Int64, after number: Int64, owners: Int
  ) throws -> (last: Int64?, deleted: Int) {
    guard let owner = table.owner else {
      if number > 0 { return (nil, 0) }
      let deleted = try runCounting(
        """
        DELETE FROM inventory_day WHERE day < ?1
          AND day < (SELECT max(day) FROM inventory_day WHERE day <= ?1)
        """, [.integer(day)])
      return (1, deleted)
    }
    let last =
      try rows(
        "SELECT max(\(owner)) FROM (SELECT DISTINCT \(owner) FROM \(table.name) WHERE \(owner) > ? ORDER BY 1 LIMIT ?) n",
        [.integer(number), .integer(Int64(owners))]
      ) { $0.optionalInteger(0) }.first ?? nil
    guard let last else { return (nil, 0) }
    let deleted = try runCounting(
      """
      DELETE FROM \(table.name) WHERE \(owner) > ?2 AND \(owner) <= ?3 AND day < ?1 AND day < (
        SELECT max(later.day) FROM \(table.name) later
        WHERE later.\(owner) = \(table.name).\(owner) AND later.day <= ?1)
      """, [.integer(day), .integer(number), .integer(last)])
    return (last, deleted)
  }
}
