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

  func openRuns() throws -> [OpenRun] {
    try rows(
      """
      SELECT run.id, c.name, run.profile, run.updated_at, run.mode FROM run
      JOIN connector c ON c.id = run.connector_id WHERE run.result IS NULL ORDER BY run.id
      """
    ) { row in
      OpenRun(
        run: RunID(row.integer(0)), connector: row.text(1), profile: row.text(2),
        updatedAt: Timestamp(microseconds: row.integer(3)), isStaged: row.text(4) == RunMode.staged.rawValue)
    }
  }

  func lastMoment() throws -> Timestamp? {
    let sql = "SELECT max(m.at) FROM (SELECT max(updated_at) AS at FROM run UNION ALL SELECT max(at) FROM audit) m"
    return try rows(sql) { $0.optionalInteger(0) }.first.flatMap { Timestamp($0) }
  }
}
