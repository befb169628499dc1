extension ScalarFunction {
  static let dynamics: [String: ScalarFunction] = [
    "array_length": .one(.long) { value in
      guard case .array(let elements) = value else { return .null }
      return .long(Int64(elements.count))
    },
    "array_concat": .many(1...64, .dynamic) { values in .array(values.flatMap(elements)) },
    "array_slice": .many(3...3, .dynamic) { values in
      guard case .array(let all) = values[0] else { return .null }
      let count = Int64(all.count)
      func position(_ value: KQLValue) -> Int64 {
        let index = value.asLong ?? 0
        return index < 0 ? count + index : index
      }
      let first = max(position(values[1]), 0)
      let last = min(position(values[2]), count - 1)
      return first <= last ? .array(Array(all[Int(first)...Int(last)])) : .array([])
    },
    "array_index_of": .two(.long) { array, value in
      let index = elements(array).firstIndex { KQLValue.equals($0, value) == true }
      return .long(Int64(index ?? -1))
    },
    "array_reverse": .one(.dynamic) { .array(elements($0).reversed()) },
    "array_sort_asc": .one(.dynamic) { sorted($0) { $0 < 0 } },
    "array_sort_desc": .one(.dynamic) { sorted($0) { $0 > 0 } },
    "array_sum": .one(.real) { array in
      .real(elements(array).reduce(0) { $0 + ($1.asReal ?? 0) })
    },
    "pack_array": .many(0...manyArguments, .dynamic) { .array($0) },
    "pack": .many(0...manyArguments, .dynamic) { packed($0) },
    "bag_pack": .many(0...manyArguments, .dynamic) { packed($0) },
    "pack_dictionary": .many(0...manyArguments, .dynamic) { packed($0) },
    "bag_keys": .one(.dynamic) { value in
      guard case .object(let object) = value else { return .null }
      return .array(object.keys.map { .string($0) })
    },
    "bag_has_key": .two(.bool) { value, key in
      guard case .object(let object) = value else { return .bool(false) }
      return .bool(object[key.text] != nil)
    },
    "bag_merge": .many(2...64, .dynamic) { merged($0) },
    "bag_remove_keys": .two(.dynamic) { value, keys in
      guard case .object(let object) = value else { return .null }
      let removed = Set(elements(keys).map(\.text))
      return .object(KQLObject(zip(object.keys, object.values).filter { !removed.contains($0.0) }))
    },
    "set_has_element": .two(.bool) { array, value in
      .bool(elements(array).contains { KQLValue.equals($0, value) == true })
    },
    "set_union": .many(1...64, .dynamic) { .array(unique($0.flatMap(elements))) },
    "set_intersect": .many(2...64, .dynamic) { values in
      let others = values.dropFirst().map { Set(elements($0)) }
      return .array(unique(elements(values[0]).filter { element in others.allSatisfy { $0.contains(element) } }))
    },
    "set_difference": .many(2...64, .dynamic) { values in
      let removed = Set(values.dropFirst().flatMap(elements))
      return .array(unique(elements(values[0]).filter { !removed.contains($0) }))
    },
  ]

  private static func elements(_ value: KQLValue) -> [KQLValue] {
    switch value {
    case .array(let elements): elements
    case .null: []
    default: [value]
    }
  }

  private static func unique(_ values: [KQLValue]) -> [KQLValue] {
    var seen: Set<KQLValue> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// Values that cannot be ordered, and nulls, go last.
  private static func sorted(_ array: KQLValue, _ isBefore: (Int) -> Bool) -> KQLValue {
    guard case .array(let all) = array else { return .null }
    let present = all.filter { !$0.isNull }
    let nulls = all.filter(\.isNull)
    return .array(present.sorted { KQLValue.order($0, $1).map(isBefore) ?? false } + nulls)
  }

  /// Keys and values in turn.
  private static func packed(_ values: [KQLValue]) -> KQLValue {
    var members: [(String, KQLValue)] = []
    for index in stride(from: 0, to: values.count - 1, by: 2) {
      members.append((values[index].text, values[index + 1]))
    }
    return .object(KQLObject(members))
  }

  /// Of keys that occur twice the first counts.
  static func merged(_ values: [KQLValue]) -> KQLValue {
    var seen: Set<String> = []
    var members: [(String, KQLValue)] = []
    for case .object(let object) in values {
      for (key, value) in zip(object.keys, object.values) where seen.insert(key).inserted {
        members.append((key, value))
      }
    }
    return .object(KQLObject(members))
  }
}
