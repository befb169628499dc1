import IsthmusCore

extension StoredAuditEntry {
  fileprivate init(_ row: any SQLStatement) throws {
    let actor = AuditActor(
      AuditActor.Kind(rawValue: row.text(2)) ?? .system, name: row.text(3),
      account: row.optionalInteger(4).map(AccountID.init), token: row.optionalInteger(5).map(TokenID.init),
      address: row.optionalText(6))
    self.init(
      number: row.integer(0),
      entry: AuditEntry(
        at: Timestamp(microseconds: row.integer(1)), actor: actor, action: row.text(7), subject: row.text(8),
        before: try row.optionalText(9).map { try JSONValue(parsing: $0) },
        after: try row.optionalText(10).map { try JSONValue(parsing: $0) }))
  }
}

extension SQLTransaction {
  func auditEntries(_ filter: AuditFilter) throws -> [StoredAuditEntry] {
    try rows(
      """
      SELECT id, at, actor_kind, actor, account_id, token_id, address, action, subject, before, after FROM audit
      WHERE (CAST(?1 AS TEXT) IS NULL OR actor = ?1) AND (CAST(?2 AS TEXT) IS NULL OR subject = ?2)
        AND (CAST(?3 AS TEXT) IS NULL OR action = ?3 OR substr(action, 1, length(?3) + 1) = ?3 || '.')
        AND (CAST(?4 AS BIGINT) IS NULL OR at >= ?4) AND (CAST(?5 AS BIGINT) IS NULL OR id < ?5)
      ORDER BY id DESC LIMIT ?6
      """,
      [
        SQLValue(filter.actor), SQLValue(filter.subject), SQLValue(filter.action),
        SQLValue(filter.since?.microseconds), SQLValue(filter.below), .integer(Int64(filter.limit)),
      ], StoredAuditEntry.init)
  }

  func insertAuditEntry(_ entry: AuditEntry) throws {
    try run(
      """
      INSERT INTO audit (at, actor_kind, actor, account_id, token_id, address, action, subject, before, after)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(entry.at.microseconds), .text(entry.actor.kind.rawValue), .text(entry.actor.name),
        SQLValue(entry.actor.account?.number), SQLValue(entry.actor.token?.number), SQLValue(entry.actor.address),
        .text(entry.action), .text(entry.subject), SQLValue(entry.before?.text()), SQLValue(entry.after?.text()),
      ])
  }
}
