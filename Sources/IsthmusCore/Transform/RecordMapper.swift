/// A transform map made ready for one stream of records: hosts or findings.
package struct RecordMapper: Sendable {
  /// A class, since rows are gone through for every record and a copy would retain all that they hold.
  final class Row: Sendable {
    let row: TransformRow
    let level: AttributeLevel
    let source: Source

    init(_ resolved: ResolvedRow, _ source: Source) {
      row = resolved.row
      level = resolved.level
      self.source = source
    }
  }

  enum Source: Sendable {
    /// Slots of the alternatives, in order; the prefix goes before the value where there is one.
    case slots([Int], prefix: String)
    /// Evaluated on the parts of the record that the map's expressions read, or on all of it.
    case evaluated(JMESPath, onWholeRecord: Bool)
  }

  struct Shape: Sendable {
    let rule: ShapeRule
    let slots: [Int]
    /// Of the rule's kinds: a bit each.
    private let kinds: UInt16

    init(_ rule: ShapeRule, slots: [Int]) {
      self.rule = rule
      self.slots = slots
      kinds = rule.kinds.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
    }

    func allows(_ kind: JSONSlice.Kind) -> Bool { kinds & 1 << UInt16(kind.rawValue) != 0 }
  }

  let rows: [Row]
  /// By level: the slots of its rows, each with a number for row and place in it; after the rows of controls, the
  /// keys that decide what is stored of them and that no row reads.
  private let slotsOfLevel: [[(row: UInt64, slot: Int)]]
  private let slotsOfKey: [[Int]]
  let shape: [Shape]
  let paths: PathSet
  /// What the rows that are evaluated read; nil if there are none.
  let parts: RecordParts?
  /// What a source must bring of each record for it to be mapped.
  package let needs: RecordNeeds
  /// Whether a control's digest is made of nothing but what its records have in common.
  let isControlCommon: Bool
  /// Rows and seed as one number: a digest made with another map differs.
  private let seed: UInt64
  private let storeSeed: UInt64

  /// - Parameters:
  ///   - levels: `[.asset]` for hosts, `[.control, .finding]` for findings; other rows are left out.
  ///   - keys: What the run needs of a record whatever the map says.
  ///   - common: What all records of a control have in common.
  ///   - seed: The store's, see ``Digest``.
  package init(
    _ map: TransformMap, from source: DataModel, to target: DataModel, levels: Set<AttributeLevel>,
    keys: [RecordKey: SourceExpression], shape: [ShapeRule], common: [SourceExpression] = [], seed: UInt64
  ) throws(MapError) {
    var slots = SlotTable()
    var digest = Digest(seed: seed)
    var rows: [Row] = []
    var slotted: [(level: AttributeLevel, row: UInt64, slot: Int)] = []
    var reads: [[String]] = []
    for resolved in try map.resolvedRows(from: source, to: target) where levels.contains(resolved.level) {
      let number = UInt64(rows.count)
      switch resolved.expression.form {
      case .paths(let paths, let prefix):
        let used = paths.map { slots.slot($0) }
        rows.append(Row(resolved, .slots(used, prefix: prefix)))
        // Which of the alternatives holds a value makes no difference.
        slotted += used.map { (resolved.level, number, $0) }
      case .evaluated(let path):
        let used = path.reads
        let isWhole = used.contains([])
        rows.append(Row(resolved, .evaluated(path, onWholeRecord: isWhole)))
        slotted += used.enumerated().map { place, names in
          (resolved.level, UInt64(place + 1) << 32 | number, slots.slot(SourceExpression.Path(names)))
        }
        if !isWhole { reads += used }
      }
      resolved.addFingerprint(to: &digest)
    }
    var keySlots: [RecordKey: [Int]] = [:]
    for (key, expression) in keys { keySlots[key] = try Self.paths(expression, map).map { slots.slot($0) } }
    slotsOfKey = RecordKey.allCases.map { keySlots[$0] ?? [] }
    let read = slots.paths
    var shapes: [Shape] = []
    for rule in shape {
      shapes.append(Shape(rule, slots: try Self.paths(rule.expression, map).map { slots.slot($0) }))
    }
    self.shape = shapes
    needs = RecordNeeds(read: read, looked: slots.paths)
    if levels.contains(.control) {
      let known = Set(slotted.lazy.filter { $0.level == .control }.map(\.slot))
      for (index, key) in [RecordKey.category, .severity].enumerated() {
        for slot in keySlots[key] ?? [] where !known.contains(slot) {
          slotted.append((.control, UInt64(rows.count + index), slot))
        }
      }
    }
    var commonPaths: [SourceExpression.Path] = []
    for expression in common { commonPaths += try Self.paths(expression, map) }
    isControlCommon = slotted.allSatisfy { part in
      part.level != .control || commonPaths.contains(where: slots.paths[part.slot].starts(with:))
    }
    slotsOfLevel = AttributeLevel.allCases.map { level in
      slotted.filter { $0.level == level }.map { (row: $0.row, slot: $0.slot) }
    }
    parts = reads.isEmpty ? nil : RecordParts(reads) { slots.slot(SourceExpression.Path($0)) }
    self.rows = rows
    paths = PathSet(slots.paths)
    self.seed = digest.value
    storeSeed = seed
  }

  func slots(of level: AttributeLevel) -> [(row: UInt64, slot: Int)] { slotsOfLevel[level.place] }

  func slots(of key: RecordKey) -> [Int] { slotsOfKey[key.rawValue] }

  /// A reader for one thread, of one record after the other.
  package func makeReader() -> RecordReader { RecordReader(self) }

  var emptyDigest: Digest { Digest(seed: seed) }

  /// For what is made of records, with the store's own seed: the same values under another map are the same.
  package var detailDigest: Digest { Digest(seed: storeSeed) }

  /// Keys and shapes are looked at in every record, and so never evaluated.
  private static func paths(
    _ expression: SourceExpression, _ map: TransformMap
  ) throws(MapError) -> [SourceExpression.Path] {
    if let paths = expression.alternatives { return paths }
    throw MapError(map: map.name, problem: "the source's own \"\(expression.text)\" must be a path")
  }
}

/// The different paths that a map reads; their places are the slots.
private struct SlotTable {
  private(set) var paths: [SourceExpression.Path] = []
  private var slots: [SourceExpression.Path: Int] = [:]

  mutating func slot(_ path: SourceExpression.Path) -> Int {
    if let known = slots[path] { return known }
    slots[path] = paths.count
    paths.append(path)
    return paths.count - 1
  }
}

extension AttributeLevel {
  /// In `allCases`.
  fileprivate var place: Int {
    switch self {
    case .asset: 0
    case .control: 1
    case .finding: 2
    }
  }
}

extension SourceExpression.Path {
  /// A path of members.
  fileprivate init(_ names: [String]) { self = names.map(SourceExpression.Step.member) }
}

/// What a run needs of every record, independent of the map.
package enum RecordKey: Int, Sendable, Hashable, CaseIterable {
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

extension ResolvedRow {
  /// Adds all that decides what a record becomes.
  fileprivate func addFingerprint(to digest: inout Digest) {
    for part in [expression.text, row.type.name, row.target, level.rawValue, row.defaultValue ?? ""] {
      digest.add(part)
    }
    digest.add(row.isRequired ? 1 : 0)
    guard let values = row.values else { return digest.add(0) }
    digest.add(UInt64(values.entries.count + 1))
    for (text, value) in values.entries.sorted(by: { $0.key < $1.key }) {
      digest.add(text)
      digest.add(value)
    }
    digest.add(values.anythingElse == nil ? 0 : 1)
    digest.add(values.anythingElse ?? "")
  }
}
