import IsthmusCore

extension SQLTransaction {
  func tags() throws -> [StoredTag] {
    try rows("SELECT name, query, criticality, colour, is_exposed FROM tag ORDER BY name", []) { row in
      StoredTag(
        name: row.text(0), query: row.text(1), criticality: row.optionalInteger(2).map { Int($0) },
        colour: row.optionalText(3), isExposed: row.integer(4) != 0)
    }
  }

  func setTag(_ tag: StoredTag) throws {
    try run(
      """
      INSERT INTO tag (name, query, criticality, colour, is_exposed) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET query = excluded.query, criticality = excluded.criticality,
        colour = excluded.colour, is_exposed = excluded.is_exposed
      """,
      [
        .text(tag.name), .text(tag.query), SQLValue(tag.criticality.map(Int64.init)), SQLValue(tag.colour),
        .integer(tag.isExposed ? 1 : 0),
      ])
  }

  private func tagNumber(_ name: String) throws -> Int64? {
    try rows("SELECT id FROM tag WHERE name = ?", [.text(name)]) { $0.integer(0) }.first
  }

  func deleteTag(_ name: String) throws -> [AssetID]? {
    guard let tag = try tagNumber(name) else { return nil }
    let assets = try assets(withTag: tag)
    for table in ["asset_tag", "entity_tag"] { try run("DELETE FROM \(table) WHERE tag_id = ?", [.integer(tag)]) }
    try run("DELETE FROM tag WHERE id = ?", [.integer(tag)])
    return assets
  }

  func assets(withTag name: String) throws -> [AssetID] { try tagNumber(name).map(assets(withTag:)) ?? [] }

  private func assets(withTag tag: Int64) throws -> [AssetID] {
    try rows("SELECT asset_id FROM asset_tag WHERE tag_id = ? ORDER BY asset_id", [.integer(tag)]) {
      AssetID($0.integer(0))
    }
  }

  func settleTag(_ name: String, _ query: Query) throws -> [AssetID] {
    guard let tag = try tagNumber(name) else { return [] }
    let filter = try SQLReader(session).assetFilter(Listing(query, limit: nil))
    let wanted = Set(
      try rows(
        "\(filter.with)SELECT a.id FROM asset a WHERE \(filter.condition.text)",
        filter.prefix.values + filter.condition.values
      ) { AssetID($0.integer(0)) })
    let known = Set(try assets(withTag: tag))
    for asset in known.subtracting(wanted) {
      try run("DELETE FROM asset_tag WHERE tag_id = ? AND asset_id = ?", [.integer(tag), .integer(asset.number)])
    }
    for asset in wanted.subtracting(known) {
      try run("INSERT INTO asset_tag (tag_id, asset_id) VALUES (?, ?)", [.integer(tag), .integer(asset.number)])
    }
    return known.symmetricDifference(wanted).sorted()
  }

  func entities() throws -> [StoredEntity] {
    let entities = try rows("SELECT id, name, description FROM entity ORDER BY name", []) { row in
      (id: row.integer(0), name: row.text(1), description: row.text(2))
    }
    return try entities.map { entity in
      let tags = try rows(
        "SELECT t.name FROM entity_tag e JOIN tag t ON t.id = e.tag_id WHERE e.entity_id = ? ORDER BY t.name",
        [.integer(entity.id)]
      ) { $0.text(0) }
      return StoredEntity(name: entity.name, description: entity.description, tags: tags)
    }
  }

  func setEntity(_ entity: StoredEntity) throws {
    try run(
      """
      INSERT INTO entity (name, description) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET description = excluded.description
      """, [.text(entity.name), .text(entity.description)])
    let numbers = try rows("SELECT id FROM entity WHERE name = ?", [.text(entity.name)]) { $0.integer(0) }
    guard let number = numbers.first else { throw StoreError.missing("entity") }
    try run("DELETE FROM entity_tag WHERE entity_id = ?", [.integer(number)])
    for name in entity.tags {
      guard let tag = try tagNumber(name) else { throw StoreError.missing("tag \"\(name)\"") }
      try run(
        "INSERT INTO entity_tag (entity_id, tag_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [.integer(number), .integer(tag)])
    }
  }

  func deleteEntity(_ name: String) throws -> Bool {
    let numbers = try rows("SELECT id FROM entity WHERE name = ?", [.text(name)]) { $0.integer(0) }
    guard let number = numbers.first else { return false }
    for table in ["entity_tag", "entity_day"] {
      try run("DELETE FROM \(table) WHERE entity_id = ?", [.integer(number)])
    }
    try run("DELETE FROM entity WHERE id = ?", [.integer(number)])
    return true
  }
}
