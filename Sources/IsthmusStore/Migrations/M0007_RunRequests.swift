extension Migration {
  /// What people asked to run, for whichever process works on runs.
  static let runRequests = Migration(
    version: 7,
    statements: [
      // task: run, stage, apply, apply-anyway or replay. run_id: what is applied or replayed, else 0.
      """
      CREATE TABLE run_request (
        id INTEGER PRIMARY KEY AUTOINCREMENT, connector TEXT NOT NULL, profile TEXT NOT NULL, task TEXT NOT NULL,
        run_id INTEGER NOT NULL, asked_at INTEGER NOT NULL, UNIQUE (connector, profile, task, run_id)) STRICT
      """
    ])
}
