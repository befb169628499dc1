import IsthmusCore

extension SQLReader {
  func tagRows() throws -> [JSONValue] {
    try rows(
      """
      SELECT name, query, criticality, colour, is_exposed, (SELECT count(*) FROM asset_tag m
        JOIN asset a ON a.id = m.asset_id WHERE m.tag_id = tag.id AND a.gone_at IS NULL) FROM tag ORDER BY name
      """
    ) { row in
      .object([
        "name": .string(row.text(0)), "query": .string(row.text(1)),
        "criticality": row.optionalInteger(2).map(JSONValue.integer) ?? .null, "colour": .text(row.optionalText(3)),
        "internetExposed": .bool(row.integer(4) != 0), "assets": .integer(row.integer(5)),
      ])
    }
  }

  func entityRows() throws -> [JSONValue] {
    let numbers = try entityNumbers()
    return try queries.entities().map { .object(try row($0, numbers)) }
  }

  private func entityNumbers() throws -> [String: Int64] {
    let pairs = try rows("SELECT name, id FROM entity") { ($0.text(0), $0.integer(1)) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private func row(_ entity: StoredEntity, _ numbers: [String: Int64]) throws -> [JSONValue.Member] {
    let score = EntityScore(scores: try queries.entityScores(numbers[entity.name] ?? 0))
    return [
      .init("name", .string(entity.name)), .init("description", .string(entity.description)),
      .init("tags", .array(entity.tags.map(JSONValue.string))), .init("assets", .integer(Int64(score.assets))),
      .init("meanScore", .integer(Int64(score.mean.rounded()))),
      .init("worstScore", .integer(Int64(score.worst.rounded()))),
      .init("scoreBand", .string(ScoreBand(score: score.worst, settings: settings).rawValue)),
    ]
  }

  private static let worstShown: Int64 = 10

  func entity(named name: String) throws -> JSONValue? {
    let numbers = try entityNumbers()
    guard let entity = try queries.entities().first(where: { $0.name == name }), let number = numbers[name] else {
      return nil
    }
    let worst = try rows(
      """
      SELECT id, name, score FROM asset WHERE gone_at IS NULL AND id IN (
        SELECT m.asset_id FROM entity_tag e JOIN asset_tag m ON m.tag_id = e.tag_id WHERE e.entity_id = ?)
      ORDER BY score DESC, id LIMIT ?
      """, [.integer(number), .integer(Self.worstShown)]
    ) { row in
      JSONValue.object([
        "id": .string(AssetID(row.integer(0)).description), "assetName": .text(row.optionalText(1)),
        "truRiskScore": .integer(Int64(row.double(2).rounded())),
      ])
    }
    let history = try rows(
      "SELECT day, mean, worst, assets FROM entity_day WHERE entity_id = ? ORDER BY day", [.integer(number)]
    ) { row in
      JSONValue.object([
        "day": .day(row.integer(0)), "meanScore": .integer(Int64(row.double(1).rounded())),
        "worstScore": .integer(Int64(row.double(2).rounded())), "assets": .integer(row.integer(3)),
      ])
    }
    return .object(
      try row(entity, numbers) + [.init("worstAssets", .array(worst)), .init("scoreHistory", .array(history))])
  }
}
