extension Migration {
  /// When a pack was written last, by `data_version`: a process that has read all of them reads only newer ones again.
  static let packChanges = Migration(
    version: 12,
    statements: [
      "ALTER TABLE finding_pack ADD COLUMN changed INTEGER NOT NULL DEFAULT 0",
      "CREATE INDEX finding_pack_by_change ON finding_pack (changed)",
      // What findings are grouped by, and which rows of assets are too wide for.
      "CREATE INDEX asset_by_name ON asset (name)",
    ])
}
