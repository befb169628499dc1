import IsthmusCore

extension SQLTransaction {
  func connector(
    named name: String, kind: String, productName: String, vendorName: String
  ) throws -> ConnectorNumber {
    let values: [SQLValue] = [.text(kind), .text(productName), .text(vendorName), .text(name)]
    if let known = try connectorNumber(named: name) {
      try run("UPDATE connector SET kind = ?, product_name = ?, vendor_name = ? WHERE name = ?", values)
      return known
    }
    return ConnectorNumber(
      try insert("INSERT INTO connector (kind, product_name, vendor_name, name) VALUES (?, ?, ?, ?)", values))
  }

  func scope(_ connector: ConnectorNumber, stream: String, name: String, title: String) throws -> StoredScope {
    if let known = try scopes(connector, stream: stream).first(where: { $0.name == name }) {
      try run("UPDATE scope SET title = ?1 WHERE id = ?2 AND title <> ?1", [.text(title), .integer(known.id)])
      return known
    }
    let number = try insert(
      "INSERT INTO scope (connector_id, stream, name, title) VALUES (?, ?, ?, ?)",
      [.integer(connector.number), .text(stream), .text(name), .text(title)])
    return StoredScope(id: number, name: name, listings: 0, listedAt: nil)
  }

  func scopes(_ connector: ConnectorNumber, stream: String) throws -> [StoredScope] {
    try rows(
      "SELECT id, name, listings, listed_at FROM scope WHERE connector_id = ? AND stream = ? ORDER BY name",
      [.integer(connector.number), .text(stream)]
    ) {
      StoredScope(
        id: $0.integer(0), name: $0.text(1), listings: $0.integer(2), listedAt: Timestamp($0.optionalInteger(3)))
    }
  }

  func insertRun(_ run: NewRun) throws -> RunID {
    // What earlier runs had seen serves nobody once there is a later one.
    if run.mode != .staged {
      try self.run(
        "DELETE FROM run_seen WHERE run_id IN (SELECT id FROM run WHERE connector_id = ?)",
        [.integer(run.connector.number)])
    }
    let number = try insert(
      """
      INSERT INTO run (connector_id, profile, stage, started_at, updated_at, map, map_version, score_map, counters,
        checkpoint, mode, replay_of) VALUES (?1, ?2, 'connect', ?3, ?3, ?4, ?5, ?6, '{}', '{}', ?7, ?8)
      """,
      [
        .integer(run.connector.number), .text(run.profile), .integer(run.startedAt.microseconds), .text(run.map),
        .integer(Int64(run.mapVersion)), .text(run.scoreMap), .text(run.mode.rawValue), SQLValue(run.replayOf?.number),
      ])
    return RunID(number)
  }

  private static let selectRun = """
    SELECT run.id, connector_id, connector.name, profile, stage, result, started_at, finished_at, resumptions,
      counters, checkpoint, error, active_seconds, map, map_version, mode, replay_of FROM run JOIN connector ON connector.id = connector_id
    """

  private static func storedRun(_ row: any SQLStatement) throws -> StoredRun {
    StoredRun(
      id: RunID(row.integer(0)), connector: ConnectorNumber(row.integer(1)), connectorName: row.text(2),
      profile: row.text(3), map: row.text(13), mapVersion: Int(row.integer(14)), stage: row.text(4),
      result: row.optionalText(5),
      startedAt: Timestamp(microseconds: row.integer(6)), finishedAt: Timestamp(row.optionalInteger(7)),
      resumptions: Int(row.integer(8)), counters: try JSONValue(parsing: row.text(9)),
      checkpoint: try JSONValue(parsing: row.text(10)), error: try row.optionalText(11).map(JSONValue.init(parsing:)),
      activeSeconds: row.double(12), mode: RunMode(rawValue: row.text(15)) ?? .full,
      replayOf: row.optionalInteger(16).map { RunID($0) })
  }

  func openRun(_ connector: ConnectorNumber) throws -> StoredRun? {
    try rows(
      "\(Self.selectRun) WHERE connector_id = ? AND result IS NULL AND mode <> 'staged' ORDER BY run.id DESC LIMIT 1",
      [.integer(connector.number)], Self.storedRun
    ).first
  }

  func run(_ id: RunID) throws -> StoredRun? {
    try rows("\(Self.selectRun) WHERE run.id = ?", [.integer(id.number)], Self.storedRun).first
  }

  func lastRun(_ connector: ConnectorNumber) throws -> RunID? {
    try lastRuns(connector, limit: 1).first?.id
  }

  func lastRuns(_ connector: ConnectorNumber, limit: Int) throws -> [StoredRun] {
    try rows(
      "\(Self.selectRun) WHERE connector_id = ? AND mode <> 'staged' ORDER BY run.id DESC LIMIT ?",
      [.integer(connector.number), .integer(Int64(limit))], Self.storedRun)
  }

  func openStagedRuns(_ connector: ConnectorNumber) throws -> [RunID] {
    try rows(
      "SELECT id FROM run WHERE connector_id = ? AND result IS NULL AND mode = 'staged' ORDER BY id",
      [.integer(connector.number)]
    ) { RunID($0.integer(0)) }
  }

  func setMode(_ run: RunID, _ mode: RunMode) throws {
    try self.run("UPDATE run SET mode = ? WHERE id = ?", [.text(mode.rawValue), .integer(run.number)])
  }

  func setPreview(_ run: RunID, _ preview: JSONValue) throws {
    try self.run("UPDATE run SET preview = ? WHERE id = ?", [.text(preview.text()), .integer(run.number)])
  }

  func updateRun(_ id: RunID, _ progress: RunProgress) throws {
    try run(
      """
      UPDATE run SET stage = ?2, counters = ?3, checkpoint = ?4, updated_at = ?5, resumptions = ?6,
        active_seconds = ?7 WHERE id = ?1
      """,
      [
        .integer(id.number), .text(progress.stage), .text(progress.counters.text()),
        .text(progress.checkpoint.text()), .integer(progress.at.microseconds), .integer(Int64(progress.resumptions)),
        .real(progress.activeSeconds),
      ])
  }

  func requestCancel(_ run: RunID, at: Timestamp) throws {
    try self.run(
      "UPDATE run SET cancel_requested = ? WHERE id = ? AND result IS NULL",
      [.integer(at.microseconds), .integer(run.number)])
  }

  func isCancelRequested(_ run: RunID) throws -> Bool {
    let found = try rows(
      "SELECT 1 FROM run WHERE id = ? AND cancel_requested IS NOT NULL", [.integer(run.number)]
    ) { _ in true }
    return !found.isEmpty
  }

  func finishRun(_ id: RunID, result: String, error: JSONValue?, at: Timestamp) throws {
    try run(
      "UPDATE run SET result = ?2, error = ?3, finished_at = ?4, updated_at = ?4 WHERE id = ?1",
      [.integer(id.number), .text(result), SQLValue(error?.text()), .integer(at.microseconds)])
  }

  func setCoverage(_ run: RunID, scope: Int64, received: Int, total: Int?, coverage: String) throws {
    try self.run(
      """
      INSERT INTO run_scope (run_id, scope_id, received, total, coverage) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (run_id, scope_id) DO UPDATE SET received = excluded.received, total = excluded.total,
        coverage = excluded.coverage
      """,
      [
        .integer(run.number), .integer(scope), .integer(Int64(received)), SQLValue(total.map(Int64.init)),
        .text(coverage),
      ])
  }

  func appendLog(_ run: RunID, at: Timestamp, level: String, message: String) throws {
    try self.run(
      "INSERT INTO run_log (run_id, at, level, message) VALUES (?, ?, ?, ?)",
      [.integer(run.number), .integer(at.microseconds), .text(level), .text(message)])
  }

  func seen(_ run: RunID, stream: Int64) throws -> [(chunk: Int64, bits: [UInt8])] {
    try rows(
      "SELECT chunk, bits FROM run_seen WHERE run_id = ? AND stream = ?", [.integer(run.number), .integer(stream)]
    ) { ($0.integer(0), $0.blob(1)) }
  }

  func setSeen(_ run: RunID, stream: Int64, chunk: Int64, bits: UnsafeRawBufferPointer) throws {
    let statement = try statement(
      """
      INSERT INTO run_seen (run_id, stream, chunk, bits) VALUES (?, ?, ?, ?)
      ON CONFLICT (run_id, stream, chunk) DO UPDATE SET bits = excluded.bits
      """)
    statement.bindAll([.integer(run.number), .integer(stream), .integer(chunk)])
    statement.bind(4, blob: bits)
    try statement.run()
  }

  func clearSeen(_ run: RunID) throws { try self.run("DELETE FROM run_seen WHERE run_id = ?", [.integer(run.number)]) }

  func insertReject(_ run: RunID, _ reject: Reject) throws {
    try self.run(
      """
      INSERT INTO reject (run_id, stream, scope, record_id, target, reason, kind, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run.number), .text(reject.stream), SQLValue(reject.scope), SQLValue(reject.recordID),
        SQLValue(reject.target), .text(reject.reason), .text(reject.kind.rawValue), .text(reject.raw),
      ])
  }

  func deleteRejects(_ run: RunID, stream: String, scope: String?) throws {
    try self.run(
      "DELETE FROM reject WHERE run_id = ? AND stream = ? AND scope IS NOT DISTINCT FROM ? AND kind <> 'value'",
      [.integer(run.number), .text(stream), SQLValue(scope)])
  }

  func isRejected(_ run: RunID, stream: String, recordID: String) throws -> Bool {
    let found = try rows(
      "SELECT 1 FROM reject WHERE run_id = ? AND stream = ? AND record_id = ? AND kind = 'record' LIMIT 1",
      [.integer(run.number), .text(stream), .text(recordID)]
    ) { _ in true }
    return !found.isEmpty
  }
}

extension StoreError {
  package static func missing(_ what: String) -> StoreError {
    StoreError(.defect, "A \(what) that was just written can't be read.", remedy: "Report this.")
  }
}
