extension Migration {
  /// Findings by resource, packed, so that a query over a million of them is counted without a row for each.
  static let findingPacks = Migration(
    version: 10,
    statements: [
      // Of findings that are not in finding_twin; see FindingPack.
      """
      CREATE TABLE finding_pack (
        resource_id INTEGER PRIMARY KEY REFERENCES resource, states BLOB NOT NULL, dates BLOB NOT NULL) STRICT
      """,
      "DROP TABLE resource_count",
    ],
    fill: { try SQLTransaction($0).packAllFindings() })
}
