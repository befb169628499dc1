extension Migration {
  /// What a source said to a run, kept to be played again; staged and replayed runs; a person's wish that a run stops.
  static let keptPages = Migration(
    version: 4,
    statements: [
      // full, delta, replay or staged.
      "ALTER TABLE run ADD COLUMN mode TEXT NOT NULL DEFAULT 'full'",
      // The run whose pages this one plays; no reference, since that one may be deleted first.
      "ALTER TABLE run ADD COLUMN replay_of INTEGER",
      // What a staged run would do.
      "ALTER TABLE run ADD COLUMN preview TEXT",
      "ALTER TABLE run ADD COLUMN cancel_requested INTEGER",
      // In the order of the conversation with the source. bytes: of the body as it is stored.
      """
      CREATE TABLE kept_part (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES run, kind TEXT NOT NULL,
        stream TEXT NOT NULL, listing INTEGER NOT NULL, cursor INTEGER, facts TEXT NOT NULL, bytes INTEGER NOT NULL,
        size INTEGER NOT NULL, body BLOB NOT NULL) STRICT
      """,
      "CREATE INDEX kept_part_by_run ON kept_part (run_id, id, bytes)",
      // Whether history refers to a run that could be deleted.
      "CREATE INDEX finding_event_by_run ON finding_event (run_id) WHERE run_id IS NOT NULL",
      "CREATE INDEX identification_by_run ON identification (run_id) WHERE run_id IS NOT NULL",
    ])
}
