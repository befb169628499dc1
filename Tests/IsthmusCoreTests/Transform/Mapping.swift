import IsthmusCore

/// A map of a few rows on a model of a few attributes, and what it makes of one record.
struct Mapping {
  static let source = DataModel(
    name: "source", description: "",
    attributes: [
      Attribute("named", .string, .asset, "", example: "", expression: try! SourceExpression("deep.name || name")),
      Attribute("bare", .string, .asset, "", example: ""),
    ])

  /// Each attribute is of the type that the rows give it.
  static func target(for rows: [TransformRow]) -> DataModel {
    let levels: [(name: String, level: AttributeLevel)] = [
      ("one", .asset), ("two", .asset), ("three", .asset), ("shared", .control), ("own", .finding),
    ]
    let attributes = levels.map { name, level in
      let type = rows.first { $0.target == name }?.type ?? .string
      return Attribute(name, type, level, "", example: "")
    }
    return DataModel(name: "target", description: "", attributes: attributes)
  }

  let mapper: RecordMapper

  init(
    _ rows: [TransformRow], levels: Set<AttributeLevel> = [.asset], keys: [RecordKey: String] = [:],
    shape: [ShapeRule] = [], seed: UInt64 = 1
  ) throws {
    let map = TransformMap(name: "own", sourceModel: "source", targetModel: "target", rows: rows)
    mapper = try RecordMapper(
      map, from: Self.source, to: Self.target(for: rows), levels: levels,
      keys: keys.mapValues { try! SourceExpression($0) },
      shape: shape, seed: seed)
  }

  func read<T>(_ record: String, _ body: (RecordReader) throws -> T) throws -> T {
    try JSONDocument(record).withRoot { root in
      let reader = mapper.makeReader()
      reader.read(root)
      return try body(reader)
    }
  }

  func values(_ record: String, of level: AttributeLevel = .asset) throws -> MappedValues {
    try read(record) { $0.values(of: level) }
  }

  func digest(_ record: String, of level: AttributeLevel = .asset) throws -> UInt64 {
    try read(record) { $0.digest(of: level).value }
  }

  /// What one row makes of the member `x` of a record.
  static func convert(_ text: String?, _ row: TransformRow) throws -> MappedValues {
    try Mapping([row]).values(text.map { "{\"x\":\($0)}" } ?? "{}")
  }
}
