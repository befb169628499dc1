/// Reads one record after the other through a ``RecordMapper``.
///
/// ``read(_:common:of:)`` finds all values in one walk; typed values are made only when asked for, so that a record
/// that has not changed costs two digests.
package final class RecordReader {
  private let mapper: RecordMapper
  private let slots: UnsafeMutablePointer<Int32>
  private var record: JSONSlice?
  /// What the expressions read of the current record, once one of them was evaluated; and all of it.
  private var parts: JSONValue?
  private var whole: JSONValue?
  /// What the current record has in common with others; nil if it brings all itself.
  private var common: Common?
  private var commons: [Common?] = []
  /// Where `commons` stand.
  private var commonParts: CommonParts?

  init(_ mapper: RecordMapper) {
    self.mapper = mapper
    slots = .allocate(capacity: max(mapper.paths.slotCount, 1))
  }

  deinit { slots.deallocate() }

  /// Makes `record` the current one. It must stay valid until the next call.
  ///
  /// - Parameter common: Where in `all` that stands which the record does not bring itself, as its control's other
  ///   records don't; nil if it is whole.
  package func read(_ record: JSONSlice, common: Int? = nil, of all: CommonParts? = nil) {
    self.record = record
    parts = nil
    whole = nil
    mapper.paths.find(in: record, slots: slots)
    if let common, let all {
      self.common = part(common, of: all)
    } else {
      self.common = nil
    }
  }

  /// One of many records' common parts: what is found of it is found once.
  private final class Common {
    let record: JSONSlice
    let slots: [Int32]
    var controlDigest: Digest?

    init(_ record: JSONSlice, _ paths: PathSet) {
      self.record = record
      slots = [Int32](unsafeUninitializedCapacity: max(paths.slotCount, 1)) { buffer, count in
        if let base = buffer.baseAddress { paths.find(in: record, slots: base) }
        count = paths.slotCount
      }
    }
  }

  private func part(_ number: Int, of all: CommonParts) -> Common? {
    if commonParts !== all {
      // Held as long as slices of it are.
      commonParts = all
      commons = Array(repeating: nil, count: all.count)
    }
    guard commons.indices.contains(number) else { return nil }
    let known = commons[number] ?? Common(all.part(number), mapper.paths)
    commons[number] = known
    return known
  }

  /// Why the current record is not what the source promises; nil if it is.
  package func malformation() -> String? {
    for shape in mapper.shape {
      guard let value = value(present: shape.slots) else {
        if shape.rule.isOptional { continue }
        return "\(shape.rule.expression.text) is missing"
      }
      if !shape.allows(value.kind) { return "\(shape.rule.expression.text) has the wrong type" }
      if value.kind == .string, value.rawBytes.isEmpty, !shape.rule.isOptional {
        return "\(shape.rule.expression.text) is empty"
      }
    }
    return nil
  }

  /// The first alternative that says something, else the first one that is there.
  private func value(present slots: [Int]) -> JSONSlice? {
    var first: JSONSlice?
    for slot in slots {
      guard let value = value(slot: slot) else { continue }
      if value.isTruthy { return value }
      first = first ?? value
    }
    return first
  }

  /// The value of a key, if it is a text that is not empty.
  package func key(_ key: RecordKey) -> JSONSlice? {
    guard let value = value(alternatives: mapper.slots(of: key)), value.kind == .string else { return nil }
    return value.rawBytes.isEmpty ? nil : value
  }

  package func keyText(_ key: RecordKey) -> String? { self.key(key)?.string }

  /// The score map's look-up: the text as the source wrote it, empty if there is none.
  package func severityText() -> String {
    value(alternatives: mapper.slots(of: .severity))?.scalarText ?? ""
  }

  /// What the map's rows of `level` read, as one number; for controls also what the run takes of severity and category.
  package func digest(of level: AttributeLevel) -> Digest {
    if level == .control, let known = common?.controlDigest { return known }
    var digest = mapper.emptyDigest
    for (row, slot) in mapper.slots(of: level) {
      // A source that is asked for some members says null of those that there are not.
      guard let value = value(slot: slot), !value.isNull else { continue }
      // The kind tells a number from its text and a list from its own.
      digest.add(row << 8 | UInt64(value.kind.rawValue))
      digest.add(value.rawBytes)
    }
    if level == .control, mapper.isControlCommon { common?.controlDigest = digest }
    return digest
  }

  /// The typed values of the map's rows of `level`.
  package func values(of level: AttributeLevel) -> MappedValues {
    var mapped = MappedValues()
    for row in mapper.rows where row.level == level {
      switch outcome(of: row) {
      case .value(let value): mapped.values[row.row.target] = value
      case .empty: continue
      case .dropped(let reason): mapped.dropped.append(DroppedValue(target: row.row.target, reason: reason))
      case .rejecting(let reason): mapped.fatal = mapped.fatal ?? reason
      }
    }
    return mapped
  }

  func outcome(of row: RecordMapper.Row) -> MapPreview.Outcome {
    switch convert(row) {
    case .value(let value): .value(value)
    case .empty where row.row.isRequired:
      .rejecting("\(row.row.target): the record has no value (\(row.row.source))")
    case .empty: .empty
    case .unusable(let reason) where row.row.isRequired: .rejecting("\(row.row.target): \(reason)")
    case .unusable(let reason): .dropped(reason)
    }
  }

  /// What the row starts from, for people to see: the record's value or the expression's result; nil if there is none.
  func sourceValue(of row: RecordMapper.Row) -> JSONValue? {
    switch row.source {
    case .slots(let slots, _): return value(alternatives: slots).map { JSONValue($0) }
    case .evaluated(let path, let onWholeRecord):
      // An error has no value; the outcome tells it.
      let value = try? path.evaluate(input(onWholeRecord))
      return value.flatMap { $0.isNull ? nil : $0 }
    }
  }

  /// What became of a row's value in the current record.
  private func convert(_ row: RecordMapper.Row) -> Conversion {
    switch row.source {
    case .slots(let slots, let prefix): return row.row.convert(value(alternatives: slots), prefix: prefix)
    case .evaluated(let path, let onWholeRecord):
      do throws(JMESPathError) {
        return row.row.convert(try path.evaluate(input(onWholeRecord)))
      } catch {
        return .unusable("the expression has no value here: \(error)")
      }
    }
  }

  /// What an expression is evaluated on.
  private func input(_ isWhole: Bool) -> JSONValue {
    guard let record else { return .null }
    // What is read are members, of which a record that is no object has none.
    if isWhole || record.kind != .object {
      let made = whole ?? JSONValue(record)
      whole = made
      return made
    }
    let made = parts ?? mapper.parts?.object(value(slot:)) ?? .object([])
    parts = made
    return made
  }

  private func value(slot: Int) -> JSONSlice? {
    let place = slots[slot]
    if place != 0 { return record?.at(Int(place) - 1) }
    guard let common, common.slots[slot] != 0 else { return nil }
    return common.record.at(Int(common.slots[slot]) - 1)
  }

  /// The first alternative that is neither null, false nor empty, as JMESPath's `||` has it; else the last.
  private func value(alternatives: [Int]) -> JSONSlice? {
    guard alternatives.count > 1 else { return alternatives.first.flatMap(value(slot:)) }
    return alternatives.lazy.compactMap(value(slot:)).first(where: \.isTruthy)
      ?? alternatives.last.flatMap(value(slot:))
  }
}

extension JSONSlice {
  fileprivate var isTruthy: Bool {
    switch kind {
    case .null, .false: false
    case .string: !rawBytes.isEmpty
    case .array, .object: elements.makeIterator().hasNext
    default: true
    }
  }
}

extension JSONSlice.Elements {
  fileprivate var hasNext: Bool {
    var copy = self
    return copy.next() != nil
  }
}

/// What a record's rows of one level became.
package struct MappedValues: Sendable {
  package var values = AttributeValues()
  /// Values that did not fit their type; the record goes on without them.
  package var dropped: [DroppedValue] = []
  /// Why the whole record must be rejected.
  package var fatal: String?
}

package struct DroppedValue: Sendable, Hashable {
  package var target: String
  package var reason: String
}
