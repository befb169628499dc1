import IsthmusCore

extension SQLTransaction {
  func keptRuns() throws -> [KeptRun] {
    try rows(
      """
      SELECT k.run_id, run.connector_id, sum(k.bytes), run.result FROM kept_part k JOIN run ON run.id = k.run_id
      GROUP BY k.run_id, run.connector_id, run.result ORDER BY k.run_id DESC
      """, []
    ) {
      KeptRun(
        run: RunID($0.integer(0)), connector: ConnectorNumber($0.integer(1)), bytes: Int($0.integer(2)),
        result: $0.optionalText(3))
    }
  }

  func keptParts(of run: RunID) throws -> [KeptHeader] {
    try rows(
      "SELECT id, kind, stream, listing, cursor, facts FROM kept_part WHERE run_id = ? ORDER BY id",
      [.integer(run.number)]
    ) { row in
      guard let kind = KeptPart.Kind(rawValue: row.text(1)) else {
        throw StoreError(
          .damaged, "\(run) keeps a part of the unknown kind \"\(row.text(1))\".",
          remedy: "Delete what it kept: isthmus run discard \(run).")
      }
      return KeptHeader(
        number: row.integer(0), kind: kind, stream: row.text(2), listing: Int(row.integer(3)),
        cursor: row.optionalInteger(4), facts: try JSONValue(parsing: row.text(5)))
    }
  }

  func keptBody(_ number: Int64) throws -> (bytes: [UInt8], size: Int)? {
    try rows("SELECT body, size FROM kept_part WHERE id = ?", [.integer(number)]) {
      ($0.blob(0), Int($0.integer(1)))
    }.first
  }

  func keep(_ part: KeptPart, of run: RunID) throws {
    let statement = try statement(
      """
      INSERT INTO kept_part (run_id, kind, stream, listing, cursor, facts, bytes, size, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let facts = part.facts.text()
    statement.bindAll([
      .integer(run.number), .text(part.kind.rawValue), .text(part.stream), .integer(Int64(part.listing)),
      SQLValue(part.cursor), .text(facts), .integer(Int64(part.body.count)), .integer(Int64(part.size)),
    ])
    part.body.withUnsafeBytes { statement.bind(9, blob: $0) }
    try statement.run()
  }

  func forgetKept(_ run: RunID, stream: String?, after number: Int64, limit: Int) throws -> Int {
    try runCounting(
      """
      DELETE FROM kept_part WHERE id IN (
        SELECT id FROM kept_part WHERE run_id = ?1 AND id > ?3 AND (CAST(?2 AS TEXT) IS NULL OR stream = ?2) ORDER BY id DESC LIMIT ?4)
      """, [.integer(run.number), SQLValue(stream), .integer(number), .integer(Int64(limit))])
  }

  func handOverKept(from run: RunID, to other: RunID) throws {
    try self.run("UPDATE kept_part SET run_id = ? WHERE run_id = ?", [.integer(other.number), .integer(run.number)])
  }
}
