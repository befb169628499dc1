import IsthmusCore

extension SQLTransaction {
  func recordDay(at: Timestamp) throws {
    let day = at.day
    try run(
      """
      INSERT INTO asset_day (asset_id, day, score, open_findings)
      SELECT a.id, ?1, a.score, a.open_findings FROM asset a
      LEFT JOIN asset_day d ON d.asset_id = a.id
        AND d.day = (SELECT max(day) FROM asset_day WHERE asset_id = a.id AND day <= ?1)
      WHERE (d.day IS NULL AND a.gone_at IS NULL) OR d.score <> a.score OR d.open_findings <> a.open_findings
      ON CONFLICT (asset_id, day) DO UPDATE SET score = excluded.score, open_findings = excluded.open_findings
      """, [.integer(day)])
    for entity in try entityNumbers() {
      let score = EntityScore(scores: try entityScores(entity))
      try run(
        """
        INSERT INTO entity_day (entity_id, day, mean, worst, assets) SELECT ?1, ?2, ?3, ?4, ?5
        WHERE NOT EXISTS (SELECT 1 FROM entity_day WHERE entity_id = ?1 AND mean = ?3 AND worst = ?4 AND assets = ?5
          AND day = (SELECT max(day) FROM entity_day WHERE entity_id = ?1 AND day <= ?2))
        ON CONFLICT (entity_id, day) DO UPDATE SET mean = excluded.mean, worst = excluded.worst, assets = excluded.assets
        """,
        [.integer(entity), .integer(day), .real(score.mean), .real(score.worst), .integer(Int64(score.assets))])
    }
    let new = try settleControlEffects(at: at)
    // The summary reads the kept numbers.
    try settleCounts()
    guard case .object(var numbers) = try SQLReader(session).summary() else { return }
    numbers.append(.init("changes", try changes(of: at, new: new)))
    try run(
      """
      INSERT INTO inventory_day (day, numbers) VALUES (?, ?)
      ON CONFLICT (day) DO UPDATE SET numbers = excluded.numbers
      """,
      [.integer(day), .text(JSONValue.object(numbers).text())])
  }

  private func entityNumbers() throws -> [Int64] { try rows("SELECT id FROM entity ORDER BY id", []) { $0.integer(0) } }

  /// Scores of the present assets that bear any of the entity's tags.
  func entityScores(_ entity: Int64) throws -> [Double] {
    try rows(
      """
      SELECT score FROM asset WHERE gone_at IS NULL AND id IN (
        SELECT m.asset_id FROM entity_tag e JOIN asset_tag m ON m.tag_id = e.tag_id WHERE e.entity_id = ?)
      """, [.integer(entity)]
    ) { $0.double(0) }
  }

  /// What became of findings on the day, by what they are at its end: one that was found and fixed is fixed.
  private func changes(of at: Timestamp, new: Int64) throws -> JSONValue {
    let day = at.wholeDay
    func count(_ date: String, life: Int64) throws -> JSONValue {
      let counts = try rows(
        """
        SELECT count(*) FROM finding WHERE \(date) >= ? AND \(date) < ? AND life = ?
          AND id NOT IN (SELECT finding_id FROM finding_twin)
        """, [.integer(day.lowerBound), .integer(day.upperBound), .integer(life)]
      ) { $0.integer(0) }
      return .integer(counts.first ?? 0)
    }
    return .object([
      "new": .integer(new), "reopened": try count("reopened", life: 2), "fixed": try count("last_fixed", life: 3),
    ])
  }

  // MARK: - Recommendations

  /// By host, from finding_by_resource alone.
  private static let openFindings = """
    SELECT a.id, a.criticality, a.is_exposed, f.id, f.control_id, f.qds, f.life, f.first_found
    FROM asset a CROSS JOIN resource r ON r.asset_id = a.id
    CROSS JOIN finding f INDEXED BY finding_by_resource ON f.resource_id = r.id
    WHERE a.gone_at IS NULL AND f.life IN (1, 2) ORDER BY a.id
    """

  /// What each recommendation's fix would do, by one pass over the open findings; returns how many of these are new on
  /// the day.
  private func settleControlEffects(at: Timestamp) throws -> Int64 {
    let twins = Set(try rows("SELECT finding_id FROM finding_twin", []) { $0.integer(0) })
    let decided = Set(
      try rows("SELECT finding_id FROM finding_decision WHERE ifnull(until > ?, TRUE)", [.integer(at.microseconds)]) {
        $0.integer(0)
      })
    let day = at.wholeDay
    var effects = ControlEffects(settings: try scoreSettings())
    var new: Int64 = 0
    var host: (id: Int64, criticality: Int, isExposed: Bool)?
    var findings: [ControlEffects.Finding] = []
    func endHost() {
      if let host { effects.addHost(findings, criticality: host.criticality, isExposed: host.isExposed) }
      findings.removeAll(keepingCapacity: true)
    }
    let statement = try session.scan(Self.openFindings)
    defer { statement.reset() }
    while try statement.step() {
      if statement.integer(0) != host?.id {
        endHost()
        host = (statement.integer(0), Int(statement.integer(1)), statement.integer(2) != 0)
      }
      let id = statement.integer(3)
      if twins.contains(id) { continue }
      findings.append(
        .init(
          control: ControlID(statement.integer(4)), qds: Int(statement.integer(5)), counts: !decided.contains(id)))
      if statement.integer(6) == 1, day.contains(statement.integer(7)) { new += 1 }
    }
    endHost()
    try replaceControlEffects(effects.byControl)
    return new
  }

  private func replaceControlEffects(_ effects: [ControlID: ControlEffect]) throws {
    try run("DELETE FROM control_effect", [])
    for control in try rows("SELECT id FROM control ORDER BY id", [], { ControlID($0.integer(0)) }) {
      let effect = effects[control] ?? ControlEffect()
      try run(
        "INSERT INTO control_effect (control_id, hosts, open_findings, score_reduction) VALUES (?, ?, ?, ?)",
        [
          .integer(control.number), .integer(Int64(effect.hosts)), .integer(Int64(effect.openFindings)),
          .real(effect.scoreReduction),
        ])
    }
  }
}

extension Timestamp {
  /// Days since 1970-01-01, UTC.
  fileprivate var day: Int64 { (microseconds - (microseconds < 0 ? Self.oneDay - 1 : 0)) / Self.oneDay }
  /// Its day's moments, in microseconds.
  fileprivate var wholeDay: Range<Int64> { day * Self.oneDay..<(day + 1) * Self.oneDay }
  private static let oneDay: Int64 = 86_400_000_000
}
