extension Migration {
  /// What people configured through the interface or `isthmus apply`.
  static let configuration = Migration(
    version: 2,
    statements: [
      // Connectors and score maps, as JSON in the form of the configuration file. Tags, entities, transform maps,
      // scoring and identification have tables of their own.
      """
      CREATE TABLE configuration (
        kind TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, is_draft INTEGER NOT NULL,
        changed_at INTEGER NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID
      """,
      // From when on a profile's schedule counts; another schedule counts from when it is first seen.
      """
      CREATE TABLE schedule_mark (
        connector TEXT NOT NULL, profile TEXT NOT NULL, schedule TEXT NOT NULL, counted_from INTEGER NOT NULL,
        PRIMARY KEY (connector, profile)) STRICT, WITHOUT ROWID
      """,
      // A map that was deleted: its versions stay for the runs that name them.
      "ALTER TABLE transform_map ADD COLUMN retired_at INTEGER",
    ])
}
