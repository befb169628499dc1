extension Migration {
  /// What each recommendation's fix would do, kept with the day's scores.
  static let controlEffects = Migration(
    version: 6,
    statements: [
      // Of all controls, from the first run on that ends in this version.
      """
      CREATE TABLE control_effect (
        control_id INTEGER PRIMARY KEY REFERENCES control, hosts INTEGER NOT NULL, open_findings INTEGER NOT NULL,
        score_reduction REAL NOT NULL) STRICT
      """
    ])
}
