import IsthmusCore

extension SQLTransaction {
  func configurationItems() throws -> [StoredItem] {
    try rows("SELECT kind, name, document, is_draft, changed_at FROM configuration ORDER BY kind, name", []) { row in
      let document: JSONValue
      do throws(JSONError) {
        document = try JSONValue(parsing: row.text(2))
      } catch {
        throw StoreError(
          .damaged, "The configuration of \(row.text(0)) \"\(row.text(1))\" can't be read: \(error).",
          remedy: "Restore the inventory from a backup.")
      }
      return StoredItem(
        kind: row.text(0), name: row.text(1), document: document, isDraft: row.integer(3) != 0,
        changedAt: Timestamp(microseconds: row.integer(4)))
    }
  }

  func setConfigurationItem(_ item: StoredItem) throws {
    try run(
      """
      INSERT INTO configuration (kind, name, document, is_draft, changed_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (kind, name) DO UPDATE SET document = excluded.document, is_draft = excluded.is_draft,
        changed_at = excluded.changed_at
      """,
      [
        .text(item.kind), .text(item.name), .text(item.document.text()), .integer(item.isDraft ? 1 : 0),
        .integer(item.changedAt.microseconds),
      ])
  }

  func deleteConfigurationItem(kind: String, name: String) throws {
    try run("DELETE FROM configuration WHERE kind = ? AND name = ?", [.text(kind), .text(name)])
  }

  func scheduleMarks() throws -> [StoredScheduleMark] {
    try rows("SELECT connector, profile, schedule, counted_from FROM schedule_mark ORDER BY 1, 2", []) { row in
      StoredScheduleMark(
        connector: row.text(0), profile: row.text(1), schedule: row.text(2),
        countedFrom: Timestamp(microseconds: row.integer(3)))
    }
  }

  func setScheduleMark(_ mark: StoredScheduleMark) throws {
    try run(
      """
      INSERT INTO schedule_mark (connector, profile, schedule, counted_from) VALUES (?, ?, ?, ?)
      ON CONFLICT (connector, profile) DO UPDATE SET schedule = excluded.schedule, counted_from = excluded.counted_from
      """,
      [
        .text(mark.connector), .text(mark.profile), .text(mark.schedule), .integer(mark.countedFrom.microseconds),
      ])
  }

  func deleteScheduleMark(connector: String, profile: String) throws {
    try run("DELETE FROM schedule_mark WHERE connector = ? AND profile = ?", [.text(connector), .text(profile)])
  }

  func retireTransformMap(_ name: String, at: Timestamp) throws {
    try run(
      """
      UPDATE transform_map SET retired_at = ?2
      WHERE name = ?1 AND version = (SELECT max(version) FROM transform_map WHERE name = ?1)
      """, [.text(name), .integer(at.microseconds)])
  }

  func renameConnector(_ name: String, to other: String) throws {
    try run("UPDATE connector SET name = ? WHERE name = ?", [.text(other), .text(name)])
  }
}

extension SQLReader {
  func configurationItems() throws -> [StoredItem] { try queries.configurationItems() }
  func scheduleMarks() throws -> [StoredScheduleMark] { try queries.scheduleMarks() }
}
