import IsthmusCore

extension StoredSecret {
  fileprivate static let columns = "owner, field, key_id, box, set_at, set_by, expires_at"

  fileprivate init(_ row: any SQLStatement) {
    self.init(
      place: SecretPlace(owner: row.text(0), field: row.text(1)),
      box: SecretBox(keyID: row.text(2), bytes: row.blob(3)), setAt: Timestamp(microseconds: row.integer(4)),
      setBy: row.text(5), expiresAt: Timestamp(row.optionalInteger(6)))
  }
}

extension SQLTransaction {
  func storedSecrets() throws -> [StoredSecret] {
    try rows("SELECT \(StoredSecret.columns) FROM secret ORDER BY owner, field", [], StoredSecret.init)
  }

  func storedSecret(at place: SecretPlace) throws -> StoredSecret? {
    try rows(
      "SELECT \(StoredSecret.columns) FROM secret WHERE owner = ? AND field = ?",
      [.text(place.owner), .text(place.field)], StoredSecret.init
    ).first
  }

  func setStoredSecret(_ secret: StoredSecret) throws {
    try run(
      """
      INSERT INTO secret (\(StoredSecret.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (owner, field) DO UPDATE SET key_id = excluded.key_id, box = excluded.box, set_at = excluded.set_at,
        set_by = excluded.set_by, expires_at = excluded.expires_at
      """,
      [
        .text(secret.place.owner), .text(secret.place.field), .text(secret.box.keyID), .blob(secret.box.bytes),
        .integer(secret.setAt.microseconds), .text(secret.setBy), SQLValue(secret.expiresAt?.microseconds),
      ])
  }

  func deleteStoredSecret(at place: SecretPlace) throws -> Bool {
    let known = try storedSecret(at: place) != nil
    try run("DELETE FROM secret WHERE owner = ? AND field = ?", [.text(place.owner), .text(place.field)])
    return known
  }
}
