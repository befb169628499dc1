extension Migration {
  /// What lists without a query show of findings, kept as findings change; and when numbers that were counted hold.
  static let listNumbers = Migration(
    version: 9,
    statements: [
      // What lists of hosts count and findings are counted by: rows of assets are wide.
      """
      CREATE INDEX asset_by_facet ON asset (
        gone_at, operating_system_name, cloud_region, score, open_findings, criticality, is_exposed)
      """,
      // One row, whose number grows with each transaction that changes something.
      "CREATE TABLE data_version (number INTEGER NOT NULL) STRICT",
      "INSERT INTO data_version (number) VALUES (0)",
      // Of findings that are not in finding_twin; -1 for no posture or listing, since keys have no NULL.
      """
      CREATE TABLE control_count (
        control_id INTEGER NOT NULL, posture INTEGER NOT NULL, life INTEGER NOT NULL, findings INTEGER NOT NULL,
        PRIMARY KEY (control_id, posture, life)) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE resource_count (
        resource_id INTEGER NOT NULL, posture INTEGER NOT NULL, life INTEGER NOT NULL, opened_listing INTEGER NOT NULL,
        findings INTEGER NOT NULL,
        PRIMARY KEY (resource_id, posture, life, opened_listing)) STRICT, WITHOUT ROWID
      """,
      """
      INSERT INTO control_count (control_id, posture, life, findings)
      SELECT control_id, ifnull(posture, -1), life, count(*) FROM finding
      WHERE id NOT IN (SELECT finding_id FROM finding_twin) GROUP BY 1, 2, 3
      """,
      """
      INSERT INTO resource_count (resource_id, posture, life, opened_listing, findings)
      SELECT resource_id, ifnull(posture, -1), life, ifnull(opened_listing, -1), count(*) FROM finding
      WHERE id NOT IN (SELECT finding_id FROM finding_twin) GROUP BY 1, 2, 3, 4
      """,
    ])
}
