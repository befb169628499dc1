/// A transform map made ready for one stream of records: hosts or findings.
package struct RecordMapper: Sendable {
  struct Row: Sendable {
    var row: TransformRow
    var level: AttributeLevel
    /// Slots of the alternatives, in order.
    var slots: [Int]
    /// Put before the value where there is one.
    var prefix: String
  }

  struct Shape: Sendable {
    var rule: ShapeRule
    var slots: [Int]
  }

  let rows: [Row]
  /// By level: the slots of its rows, each with the row's place; after the rows of controls, the keys that decide
  /// what is stored of them and that no row reads.
  let slotsOfLevel: [AttributeLevel: [(row: UInt64, slot: Int)]]
  let keySlots: [RecordKey: [Int]]
  let shape: [Shape]
  let paths: PathSet
  /// Rows and seed as one number: a digest made with another map differs.
  private let seed: UInt64
  private let storeSeed: UInt64

  /// - Parameters:
  ///   - levels: `[.asset]` for hosts, `[.control, .finding]` for findings; other rows are left out.
  ///   - keys: What the run needs of a record whatever the map says.
  ///   - seed: The store's, see ``Digest``.
  package init(
    _ map: TransformMap, from source: DataModel, to target: DataModel, levels: Set<AttributeLevel>,
    keys: [RecordKey: SourceExpression], shape: [ShapeRule], seed: UInt64
  ) throws(MapError) {
    var slots: [SourceExpression.Path: Int] = [:]
    var ordered: [SourceExpression.Path] = []
    func slot(_ path: SourceExpression.Path) -> Int {
      if let known = slots[path] { return known }
      slots[path] = ordered.count
      ordered.append(path)
      return ordered.count - 1
    }
    var digest = Digest(seed: seed)
    var rows: [Row] = []
    for row in map.rows {
      let level = try Self.level(of: row, in: map, target: target)
      guard levels.contains(level) else { continue }
      let expression = try Self.expression(of: row, in: map, source: source)
      rows.append(Row(row: row, level: level, slots: expression.alternatives.map(slot), prefix: expression.prefix))
      digest.add(row.fingerprint(expression))
    }
    self.rows = rows
    var slotted = rows.enumerated().flatMap { index, row in row.slots.map { (row.level, UInt64(index), $0) } }
    if levels.contains(.control) {
      let known = Set(slotted.lazy.filter { $0.0 == .control }.map(\.2))
      for (index, key) in [RecordKey.category, .severity].enumerated() {
        for slot in (keys[key]?.alternatives ?? []).map(slot) where !known.contains(slot) {
          slotted.append((.control, UInt64(rows.count + index), slot))
        }
      }
    }
    slotsOfLevel = Dictionary(grouping: slotted, by: \.0).mapValues { $0.map { (row: $0.1, slot: $0.2) } }
    keySlots = keys.mapValues { $0.alternatives.map(slot) }
    self.shape = shape.map { Shape(rule: $0, slots: $0.expression.alternatives.map(slot)) }
    paths = PathSet(ordered)
    self.seed = digest.value
    storeSeed = seed
  }

  /// A reader for one thread; cheap, made for each page.
  package func makeReader() -> RecordReader { RecordReader(self) }

  var emptyDigest: Digest { Digest(seed: seed) }

  /// For what is made of records, with the store's own seed: the same values under another map are the same.
  package var detailDigest: Digest { Digest(seed: storeSeed) }

  private static func level(
    of row: TransformRow, in map: TransformMap, target: DataModel
  ) throws(MapError) -> AttributeLevel {
    if let attribute = target.attribute(row.target) { return attribute.level }
    throw MapError(map: map.name, row: row.target, problem: "the target model \"\(target.name)\" has no such attribute")
  }

  private static func expression(
    of row: TransformRow, in map: TransformMap, source: DataModel
  ) throws(MapError) -> SourceExpression {
    if let attribute = source.attribute(row.source), let expression = attribute.expression { return expression }
    do throws(ExpressionError) {
      return try SourceExpression(row.source)
    } catch {
      throw MapError(map: map.name, row: row.target, problem: "source \"\(row.source)\": \(error)")
    }
  }
}

/// What a run needs of every record, independent of the map.
package enum RecordKey: Sendable, Hashable {
  /// The record's own id in the source.
  case id
  /// The scope it belongs to, a subscription.
  case scope
  /// Findings: the id of the assessed resource. Hosts: the resource id.
  case resource
  /// Findings: the recommendation's key.
  case control
  /// Findings: what kind of recommendation it is, for the profile's selection.
  case category
  /// Findings: the source's own word for the posture, for the profile's selection.
  case status
  /// The source's own word for the severity, which the score map expects.
  case severity
  /// Hosts: the recommendation-independent mark of the network, for exposure.
  case publicAddress
}

/// What a record must look like before it is mapped: the source is not ours, and a value that stands in the
/// wrong place must not pass for an empty one.
package struct ShapeRule: Sendable {
  package var expression: SourceExpression
  package var kinds: Set<JSONSlice.Kind>
  /// Whether the value may be missing.
  package var isOptional: Bool

  package init(_ expression: SourceExpression, _ kinds: Set<JSONSlice.Kind>, optional: Bool = false) {
    self.expression = expression
    self.kinds = kinds
    isOptional = optional
  }
}

extension TransformRow {
  /// All that decides what a record becomes, as one text.
  fileprivate func fingerprint(_ expression: SourceExpression) -> String {
    let table = values.map { values in
      let entries = values.entries.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "\(entries.joined(separator: ";"))|\(values.anythingElse ?? "")"
    }
    return "\(expression.text)→\(type.name)→\(target)|\(table ?? "")|\(defaultValue ?? "")|\(isRequired)"
  }
}
