import IsthmusCore

extension StoredMap {
  fileprivate static let selectLatest = """
    SELECT name, version, document, made_at FROM transform_map m
    WHERE version = (SELECT max(version) FROM transform_map WHERE name = m.name) AND retired_at IS NULL ORDER BY name
    """

  fileprivate static let selectVersions =
    "SELECT name, version, document, made_at FROM transform_map WHERE name = ? ORDER BY version DESC"

  fileprivate init(_ row: any SQLStatement) {
    self.init(
      name: row.text(0), version: Int(row.integer(1)), document: row.text(2),
      madeAt: Timestamp(microseconds: row.integer(3)))
  }
}

extension SQLTransaction {
  func transformMaps() throws -> [StoredMap] { try rows(StoredMap.selectLatest, [], StoredMap.init) }

  func transformMapVersions(_ name: String) throws -> [StoredMap] {
    try rows(StoredMap.selectVersions, [.text(name)], StoredMap.init)
  }

  func insertTransformMap(_ name: String, document: String, at: Timestamp) throws -> StoredMap {
    if let offered = try transformMaps().first(where: { $0.name == name }), offered.document == document {
      return offered
    }
    let latest = try transformMapVersions(name).first
    let map = StoredMap(name: name, version: (latest?.version ?? 0) + 1, document: document, madeAt: at)
    try run(
      "INSERT INTO transform_map (name, version, document, made_at) VALUES (?, ?, ?, ?)",
      [.text(name), .integer(Int64(map.version)), .text(document), .integer(at.microseconds)])
    return map
  }
}

extension SQLReader {
  func transformMaps() throws -> [StoredMap] { try rows(StoredMap.selectLatest, [], StoredMap.init) }

  func transformMapVersions(_ name: String) throws -> [StoredMap] {
    try rows(StoredMap.selectVersions, [.text(name)], StoredMap.init)
  }
}
