/// A row of a map with all that follows from the models.
struct ResolvedRow: Sendable {
  /// Its type is the one that values are given: the target's, where the row says no more than string.
  var row: TransformRow
  var level: AttributeLevel
  var expression: SourceExpression
}

/// Finds what is wrong with the rows of one map, one after the other.
struct RowResolver {
  private let map: TransformMap
  private let source: DataModel
  private let target: DataModel
  private var targets: Set<String> = []
  private(set) var problems: [MapError] = []

  init(_ map: TransformMap, from source: DataModel, to target: DataModel) {
    self.map = map
    self.source = source
    self.target = target
  }

  /// nil if the row can't be used; ``problems`` then has at least one more.
  mutating func resolve(_ row: TransformRow) -> ResolvedRow? {
    let before = problems.count
    if !targets.insert(row.target.lowercased()).inserted {
      report(row, .target, "another row has this target already")
    }
    let attribute = checkTarget(of: row)
    let expression = readExpression(of: row)
    let level = findLevel(of: row, attribute)
    var resolved = row
    if let attribute { resolved.type = checkType(of: row, attribute) }
    if row.isIdentifier, case .list = resolved.type {
      report(row, .identifier, "a list can't tell records apart: an identifier is one value")
    }
    checkTexts(of: resolved)
    guard problems.count == before, let expression, let level else { return nil }
    return ResolvedRow(row: resolved, level: level, expression: expression)
  }

  private mutating func report(
    _ row: TransformRow, _ part: MapError.Part, _ problem: String, position: Int? = nil
  ) {
    problems.append(MapError(map: map.name, row: row.target, part: part, position: position, problem: problem))
  }

  // MARK: - Target

  /// The target's attribute; nil for custom ones.
  private mutating func checkTarget(of row: TransformRow) -> Attribute? {
    if let attribute = target.attribute(row.target) { return attribute }
    if let name = CustomAttribute.name(of: row.target) {
      if !CustomAttribute.isValid(name) { report(row, .target, CustomAttribute.rule) }
      return nil
    }
    let near = NearestName.find(row.target, among: target.attributes.map(\.name))
    let hint = near.map { "; the nearest is \"\($0)\"" } ?? ""
    report(row, .target, "the target model \"\(target.name)\" has no such attribute\(hint)")
    return nil
  }

  // MARK: - Source

  private mutating func readExpression(of row: TransformRow) -> SourceExpression? {
    if let expression = source.attribute(row.source)?.expression { return expression }
    do throws(JMESPathError) {
      return try SourceExpression(row.source)
    } catch {
      report(row, .source, "source \"\(row.source)\": \(error)", position: error.position)
      return nil
    }
  }

  // MARK: - Level

  private mutating func findLevel(of row: TransformRow, _ attribute: Attribute?) -> AttributeLevel? {
    let sourceLevel = source.attribute(row.source)?.level
    if let attribute, let level = row.level, level != attribute.level {
      report(row, .level, "the target is of level \(attribute.level.rawValue), not \(level.rawValue)")
    }
    guard let level = attribute?.level ?? row.level ?? sourceLevel else {
      if CustomAttribute.name(of: row.target) != nil {
        report(row, .level, "say level: asset, control or finding, since the source is an expression")
      }
      return nil
    }
    if let sourceLevel, (sourceLevel == .asset) != (level == .asset) {
      let records = sourceLevel == .asset ? "hosts" : "findings"
      let problem = "\"\(row.source)\" is read from \(records), and the target belongs to level \(level.rawValue)"
      report(row, .level, "\(problem): hosts and findings are different records")
    }
    return level
  }

  // MARK: - Type

  /// The type that the row's values get.
  private mutating func checkType(of row: TransformRow, _ attribute: Attribute) -> AttributeType {
    if let type = row.type.filling(attribute.type) { return type }
    let problem = "the target is of type \(attribute.type.name), which a row of type \(row.type.name) can't fill"
    report(row, .type, problem)
    return row.type
  }

  /// The default and the value table's texts become values like those of the source.
  private mutating func checkTexts(of row: TransformRow) {
    let type = if case .list(let element) = row.type { element } else { row.type }
    if case .unusable(let reason)? = row.defaultValue.map({ TransformRow.convert($0, to: type) }) {
      report(row, .defaultValue, "the default \(reason)")
    }
    for (text, value) in (row.values?.entries ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard case .unusable(let reason) = TransformRow.convert(value, to: type) else { continue }
      report(row, .values, "the value table's entry for \"\(text)\": \(reason)")
    }
    if case .unusable(let reason)? = row.values?.anythingElse.map({ TransformRow.convert($0, to: type) }) {
      report(row, .values, "the value table's entry for anything else: \(reason)")
    }
  }
}

extension AttributeType {
  /// The type of what a row of this type puts into a target of another one; nil if it can't.
  /// A string is what the target takes it for, and addresses are strings of a certain form.
  fileprivate func filling(_ target: AttributeType) -> AttributeType? {
    switch (self, target) {
    case _ where self == target: self
    case (.string, _): target
    case (.ipAddress, .string), (.macAddress, .string): self
    case (.list(let element), .list(let targetElement)): element.filling(targetElement).map(AttributeType.list)
    default: nil
    }
  }
}

extension TransformMap {
  /// All that is wrong with the map for these models, in the order of its rows; empty if it can be used.
  package func problems(from source: DataModel, to target: DataModel) -> [MapError] {
    var resolver = RowResolver(self, from: source, to: target)
    for row in rows { _ = resolver.resolve(row) }
    return resolver.problems
  }

  /// All rows, for the models given; the first problem if there is one.
  func resolvedRows(from source: DataModel, to target: DataModel) throws(MapError) -> [ResolvedRow] {
    var resolver = RowResolver(self, from: source, to: target)
    let resolved = rows.compactMap { resolver.resolve($0) }
    if let problem = resolver.problems.first { throw problem }
    return resolved
  }
}
