extension Migration {
  /// Views of lists that people keep; who made a decision on a finding.
  static let savedSearches = Migration(
    version: 5,
    statements: [
      // view: the address' query, as a list's page takes it. folded_name: names are told apart without case.
      """
      CREATE TABLE saved_search (
        account_id INTEGER NOT NULL REFERENCES account, folded_name TEXT NOT NULL, name TEXT NOT NULL,
        entity TEXT NOT NULL CHECK (entity IN ('asset', 'finding')), view TEXT NOT NULL,
        is_shared INTEGER NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY (account_id, folded_name))
      STRICT, WITHOUT ROWID
      """,
      // As the audit log names them; unknown for those made before.
      "ALTER TABLE finding_decision ADD COLUMN decided_by TEXT",
    ])
}
