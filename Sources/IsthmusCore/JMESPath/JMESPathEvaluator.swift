/// Evaluates one expression on one value.
struct JMESPathEvaluator {
  /// Values that one evaluation may make, 64 bytes of text counting as one more: an expression of a few words can
  /// double its result with each of them.
  package static let maximumValues = 4_000_000

  /// The expression, for the place of an error.
  private let text: String
  private var valuesLeft = Self.maximumValues

  init(_ text: String) { self.text = text }

  mutating func evaluate(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    switch node.kind {
    case .current: return value
    case .literal(let literal): return literal
    case .field(let name): return value.member(name) ?? .null
    case .index(let index): return Self.element(index, of: value)
    case .slice(let slice): return try sliced(value, slice, node)
    case .flatten: return try flattened(value, node)
    case .chain(let steps): return try follow(steps, from: value)
    case .listProjection(let left, let right): return try projectList(node, left, right, value)
    case .objectProjection(let left, let right): return try projectObject(node, left, right, value)
    case .filter(let left, let condition, let right): return try filter(node, left, condition, right, value)
    case .or(let terms): return try firstTerm(of: terms, thatIs: true, value)
    case .and(let terms): return try firstTerm(of: terms, thatIs: false, value)
    case .not(let negated): return .bool(!(try evaluate(negated, value).isTrue))
    case .comparison(let comparison, let left, let right): return try compare(comparison, left, right, value)
    case .list(let elements): return try makeList(elements, node, value)
    case .object(let members): return try makeObject(members, node, value)
    case .call(let function, let arguments): return try call(function, arguments, node, value)
    }
  }

  private mutating func follow(_ steps: [JMESPathNode], from value: JSONValue) throws(JMESPathError) -> JSONValue {
    var result = value
    for step in steps { result = try evaluate(step, result) }
    return result
  }

  // MARK: - Lists

  private static func element(_ index: Int, of value: JSONValue) -> JSONValue {
    guard case .array(let elements) = value else { return .null }
    let place = index < 0 ? elements.count + index : index
    return elements.indices.contains(place) ? elements[place] : .null
  }

  private mutating func sliced(
    _ value: JSONValue, _ slice: JMESPathNode.Slice, _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    guard case .array(let elements) = value else { return .null }
    let places = slice.places(in: elements.count)
    try charge(places.count, node)
    return .array(places.map { elements[$0] })
  }

  private mutating func flattened(_ value: JSONValue, _ node: JMESPathNode) throws(JMESPathError) -> JSONValue {
    guard case .array(let elements) = value else { return .null }
    var flat: [JSONValue] = []
    for element in elements {
      if case .array(let inner) = element { flat.append(contentsOf: inner) } else { flat.append(element) }
    }
    try charge(flat.count, node)
    return .array(flat)
  }

  private mutating func projectList(
    _ node: JMESPathNode, _ left: JMESPathNode, _ right: JMESPathNode?, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    guard case .array(let elements) = try evaluate(left, value) else { return .null }
    return try project(elements, right, node)
  }

  private mutating func projectObject(
    _ node: JMESPathNode, _ left: JMESPathNode, _ right: JMESPathNode?, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    guard case .object(let members) = try evaluate(left, value) else { return .null }
    return try project(members.map(\.value), right, node)
  }

  private mutating func filter(
    _ node: JMESPathNode, _ left: JMESPathNode, _ condition: JMESPathNode, _ right: JMESPathNode?, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    guard case .array(let elements) = try evaluate(left, value) else { return .null }
    var kept: [JSONValue] = []
    for element in elements where try evaluate(condition, element).isTrue { kept.append(element) }
    return try project(kept, right, node)
  }

  private mutating func project(
    _ elements: [JSONValue], _ right: JMESPathNode?, _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    try charge(elements.count, node)
    guard let right else { return .array(elements.filter { !$0.isNull }) }
    var results: [JSONValue] = []
    for element in elements {
      let result = try evaluate(right, element)
      if case .null = result { continue }
      try admit(result, node)
      results.append(result)
    }
    return .array(results)
  }

  // MARK: - Choices and comparisons

  /// The first term whose truth is `truth`, else the last one.
  private mutating func firstTerm(
    of terms: [JMESPathNode], thatIs truth: Bool, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    var result = JSONValue.null
    for term in terms {
      result = try evaluate(term, value)
      if result.isTrue == truth { break }
    }
    return result
  }

  private mutating func compare(
    _ comparison: JMESPathNode.Comparison, _ left: JMESPathNode, _ right: JMESPathNode, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    let left = try evaluate(left, value)
    let right = try evaluate(right, value)
    switch comparison {
    case .equal: return .bool(left.isSame(as: right))
    case .notEqual: return .bool(!left.isSame(as: right))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard left.double != nil, let order = JSONValue.order(left, right) else { return .null }
      return .bool(comparison.accepts(order))
    }
  }

  // MARK: - Multi-selects

  private mutating func makeList(
    _ elements: [JMESPathNode], _ node: JMESPathNode, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    if case .null = value { return .null }
    var results: [JSONValue] = []
    for element in elements {
      let result = try evaluate(element, value)
      try admit(result, node)
      results.append(result)
    }
    return .array(results)
  }

  private mutating func makeObject(
    _ members: [(name: String, value: JMESPathNode)], _ node: JMESPathNode, _ value: JSONValue
  ) throws(JMESPathError) -> JSONValue {
    if case .null = value { return .null }
    var results: [JSONValue.Member] = []
    for member in members {
      let result = try evaluate(member.value, value)
      try admit(result, node)
      results.append(JSONValue.Member(member.name, result))
    }
    return .object(results)
  }

  // MARK: - Limits

  mutating func charge(_ values: Int, _ node: JMESPathNode) throws(JMESPathError) {
    valuesLeft -= values
    guard valuesLeft >= 0 else {
      throw failure(.invalidValue, node, "the expression makes more than \(Self.maximumValues) values")
    }
  }

  /// Charges a text that was made.
  mutating func charge(_ text: String, _ node: JMESPathNode) throws(JMESPathError) {
    try charge(1 + text.utf8.count / 64, node)
  }

  /// Charges all that `value` holds, which goes into a new list or object.
  mutating func admit(_ value: JSONValue, _ node: JMESPathNode, depth: Int = 2) throws(JMESPathError) {
    switch value {
    case .null, .bool, .integer, .number: try charge(1, node)
    case .string(let text): try charge(text, node)
    case .array(let elements):
      try checkDepth(depth, node)
      try charge(1, node)
      for element in elements { try admit(element, node, depth: depth + 1) }
    case .object(let members):
      try checkDepth(depth, node)
      try charge(1, node)
      for member in members {
        try charge(member.name, node)
        try admit(member.value, node, depth: depth + 1)
      }
    }
  }

  private func checkDepth(_ depth: Int, _ node: JMESPathNode) throws(JMESPathError) {
    guard depth <= JSONDocument.maximumDepth else {
      throw failure(.invalidValue, node, "the expression nests values more than \(JSONDocument.maximumDepth) deep")
    }
  }

  func failure(_ kind: JMESPathError.Kind, _ node: JMESPathNode, _ problem: String) -> JMESPathError {
    JMESPathError(kind, atByte: node.start, of: text, problem)
  }
}

extension JMESPathNode.Comparison {
  fileprivate func accepts(_ order: JSONValue.Order) -> Bool {
    switch self {
    case .equal: order == .same
    case .notEqual: order != .same
    case .less: order == .before
    case .lessOrEqual: order != .after
    case .greater: order == .after
    case .greaterOrEqual: order != .before
    }
  }
}

extension JMESPathNode.Slice {
  /// The places that it takes of a list of `count` elements, in its order.
  fileprivate func places(in count: Int) -> [Int] {
    let first = step > 0 ? 0 : -1
    let last = step > 0 ? count : count - 1
    func place(_ written: Int) -> Int {
      min(max(written < 0 ? written + count : written, first), last)
    }
    let from = start.map(place) ?? (step > 0 ? first : last)
    let to = stop.map(place) ?? (step > 0 ? last : first)
    // A longer step leads out of the list just the same.
    let step = min(max(step, -count - 1), count + 1)
    return Array(stride(from: from, to: to, by: step))
  }
}
