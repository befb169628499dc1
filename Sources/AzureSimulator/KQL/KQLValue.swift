/// A value of the query language, of a column or inside a dynamic value.
package enum KQLValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case long(Int64)
  case real(Double)
  case string(String)
  /// 100-nanosecond ticks since 1970-01-01T00:00:00Z; may be negative.
  case datetime(Int64)
  /// 100-nanosecond ticks.
  case timespan(Int64)
  /// A dynamic array.
  case array([KQLValue])
  /// A dynamic property bag.
  case object(KQLObject)
}

/// A property bag that keeps the order of its keys. Immutable, so that trees may share parts.
package final class KQLObject: Sendable, Hashable {
  package let keys: [String]
  package let values: [KQLValue]
  /// As JSON, of one that many rows share and that is written again and again.
  let written: [UInt8]?

  package init(_ members: [(String, KQLValue)]) {
    keys = members.map(\.0)
    values = members.map(\.1)
    written = nil
  }

  /// One of the same members that is written out now, once for all rows that share it.
  init(shared object: KQLObject) {
    (keys, values) = (object.keys, object.values)
    var written: [UInt8] = []
    KQLValue.object(object).appendJSON(to: &written)
    self.written = written
  }

  /// - Parameter values: One for each key; key lists that many bags share are stored once.
  package init(keys: [String], values: [KQLValue]) {
    self.keys = keys
    self.values = values
    written = nil
  }

  /// The member of exactly this name: keys are case-sensitive.
  package subscript(key: String) -> KQLValue? {
    guard let index = keys.firstIndex(of: key) else { return nil }
    return values[index]
  }

  package static func == (a: KQLObject, b: KQLObject) -> Bool { a.keys == b.keys && a.values == b.values }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(keys)
    hasher.combine(values)
  }
}
