/// Functions that make, order or choose among elements.
extension JMESPathEvaluator {
  mutating func mapped(
    _ list: JSONValue, _ expression: JMESPathNode, _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    var results: [JSONValue] = []
    for element in list.array ?? [] {
      let result = try evaluate(expression, element)
      try admit(result, node)
      results.append(result)
    }
    return .array(results)
  }

  /// One object of the members of all; a name keeps the place where it stood first.
  mutating func merged(_ objects: [JSONValue], _ node: JMESPathNode) throws(JMESPathError) -> JSONValue {
    var members: [JSONValue.Member] = []
    var places: [JSONText: Int] = [:]
    for case .object(let added) in objects {
      try charge(added.count, node)
      for member in added {
        if let known = places[JSONText(member.name)] {
          members[known].value = member.value
        } else {
          places[JSONText(member.name)] = members.count
          members.append(member)
        }
      }
    }
    return .object(members)
  }

  mutating func membersList(
    of value: JSONValue, _ node: JMESPathNode, _ part: (JSONValue.Member) -> JSONValue
  ) throws(JMESPathError) -> JSONValue {
    guard case .object(let members) = value else { return .null }
    try charge(members.count, node)
    return .array(members.map(part))
  }

  mutating func list(of value: JSONValue, _ node: JMESPathNode) throws(JMESPathError) -> JSONValue {
    if case .array = value { return value }
    try admit(value, node)
    return .array([value])
  }

  // MARK: - Order

  /// Elements with equal keys keep their order.
  mutating func sorted(
    _ elements: [JSONValue], by keys: [JSONValue], _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    try charge(elements.count, node)
    let places = elements.indices.sorted { a, b in
      switch JSONValue.order(keys[a], keys[b]) {
      case .before: true
      case .after: false
      case .same, nil: a < b
      }
    }
    return .array(places.map { elements[$0] })
  }

  /// The first element whose key no other one surpasses in that direction; null for an empty list.
  static func extreme(of elements: [JSONValue], by keys: [JSONValue], _ order: JSONValue.Order) -> JSONValue {
    guard var best = keys.indices.first else { return .null }
    for place in keys.indices where JSONValue.order(keys[place], keys[best]) == order { best = place }
    return elements[best]
  }

  /// The expression's result for each element: all numbers or all texts.
  mutating func keys(
    of elements: [JSONValue], _ expression: JMESPathNode, _ function: JMESPathFunction, _ node: JMESPathNode
  ) throws(JMESPathError) -> [JSONValue] {
    var keys: [JSONValue] = []
    for element in elements {
      let key = try evaluate(expression, element)
      guard key.double != nil || key.string != nil else {
        let problem = "\(function.rawValue)() orders by numbers or strings, not by \(key.typeName),"
        throw failure(.invalidType, node, problem)
      }
      if let first = keys.first, first.typeName != key.typeName {
        throw failure(.invalidType, node, "\(function.rawValue)() can't order numbers and strings")
      }
      try charge(1, node)
      keys.append(key)
    }
    return keys
  }
}
