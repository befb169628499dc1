import IsthmusCore

extension SQLReader {
  private static let filteredRuns = """
    FROM run JOIN connector c ON c.id = run.connector_id
    WHERE (CAST(?1 AS TEXT) IS NULL OR c.name = ?1) AND (CAST(?2 AS TEXT) IS NULL OR coalesce(run.result, '\(RunFilter.unfinished)') = ?2)
      AND (CAST(?3 AS BIGINT) IS NULL OR run.started_at >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR run.started_at < ?4)
    """

  private static func values(_ filter: RunFilter) -> [SQLValue] {
    [
      SQLValue(filter.connector), SQLValue(filter.result), SQLValue(filter.from?.microseconds),
      SQLValue(filter.until?.microseconds),
    ]
  }

  func runs(_ filter: RunFilter, limit: Int?) throws -> [StoredRun] {
    let (follows, way) = filter.isOldestFirst ? (">", "ASC") : ("<", "DESC")
    let ids = try rows(
      """
      SELECT run.id \(Self.filteredRuns) AND (CAST(?5 AS BIGINT) IS NULL OR run.id \(follows) ?5) ORDER BY run.id \(way) LIMIT ?6
      """,
      Self.values(filter) + [SQLValue(filter.after?.number), .integer(limit.map(Int64.init) ?? .max)]
    ) { RunID($0.integer(0)) }
    return try ids.compactMap(run)
  }

  func runCounts(_ filter: RunFilter) throws -> [RunCount] {
    try rows(
      """
      SELECT c.name, coalesce(run.result, '\(RunFilter.unfinished)'), count(*) \(Self.filteredRuns)
      GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
      """, Self.values(filter)
    ) { RunCount(connector: $0.text(0), result: $0.text(1), count: Int($0.integer(2))) }
  }
}
