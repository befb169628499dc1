/// Evaluates one expression on one value.
struct JMESPathEvaluator {
  /// Values that one evaluation may make, each ``textUnit`` bytes of text counting as one more: an expression of a
  /// few words can double its result with each of them.
  package static let maximumValues = 1_000_000
  static let textUnit = 32

  /// The expression, for the place of an error.
  private let text: String
  private var valuesLeft = Self.maximumValues

  init(_ text: String) { self.text = text }

  // An expression's depth is this function's: what is bound here would take its place on the stack at every level,
  // which is why the parts of a node are taken apart in the functions below.
  mutating func evaluate(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    switch node.kind {
    case .current: value
    case .literal, .field, .index: Self.look(node, value)
    case .slice: try sliced(node, value)
    case .flatten: try flattened(node, value)
    case .chain: try follow(node, value)
    case .listProjection: try projectList(node, value)
    case .objectProjection: try projectObject(node, value)
    case .filter: try filter(node, value)
    case .or, .and: try choose(node, value)
    case .not: try negate(node, value)
    case .comparison: try compare(node, value)
    case .list: try makeList(node, value)
    case .object: try makeObject(node, value)
    case .call: try call(node, value)
    }
  }

  private static func look(_ node: JMESPathNode, _ value: JSONValue) -> JSONValue {
    switch node.kind {
    case .literal(let literal): literal
    case .field(let name): value.member(name) ?? .null
    case .index(let index): element(index, of: value)
    default: .null
    }
  }

  private mutating func follow(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .chain(let steps) = node.kind else { return .null }
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

  private mutating func sliced(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .slice(let slice) = node.kind, case .array(let elements) = value else { return .null }
    let places = slice.places(in: elements.count)
    try charge(places.count, node)
    return .array(places.map { elements[$0] })
  }

  private mutating func flattened(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .array(let elements) = value else { return .null }
    var flat: [JSONValue] = []
    for element in elements {
      if case .array(let inner) = element { flat.append(contentsOf: inner) } else { flat.append(element) }
    }
    try charge(flat.count, node)
    return .array(flat)
  }

  private mutating func projectList(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .listProjection(let left, let right) = node.kind else { return .null }
    guard case .array(let elements) = try evaluate(left, value) else { return .null }
    return try project(elements, right, node)
  }

  private mutating func projectObject(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .objectProjection(let left, let right) = node.kind else { return .null }
    guard case .object(let members) = try evaluate(left, value) else { return .null }
    return try project(members.map(\.value), right, node)
  }

  private mutating func filter(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .filter(let left, let condition, let right) = node.kind else { return .null }
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

  private mutating func choose(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    switch node.kind {
    case .or(let terms): try firstTerm(of: terms, thatIs: true, value)
    case .and(let terms): try firstTerm(of: terms, thatIs: false, value)
    default: .null
    }
  }

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

  private mutating func negate(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .not(let negated) = node.kind else { return .null }
    return .bool(!(try evaluate(negated, value).isTrue))
  }

  private mutating func compare(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .comparison(let comparison, let leftNode, let rightNode) = node.kind else { return .null }
    let left = try evaluate(leftNode, value)
    let right = try evaluate(rightNode, value)
    switch comparison {
    case .equal: return .bool(left.isSame(as: right))
    case .notEqual: return .bool(!left.isSame(as: right))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard left.double != nil, let order = JSONValue.order(left, right) else { return .null }
      return .bool(comparison.accepts(order))
    }
  }

  // MARK: - Multi-selects

  private mutating func makeList(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .list(let elements) = node.kind, !value.isNull else { return .null }
    var results: [JSONValue] = []
    for element in elements {
      let result = try evaluate(element, value)
      try admit(result, node)
      results.append(result)
    }
    return .array(results)
  }

  private mutating func makeObject(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .object(let members) = node.kind, !value.isNull else { return .null }
    var results: [JSONValue.Member] = []
    for member in members {
      let result = try evaluate(member.value, value)
      try admit(result, node)
      if member.place < results.count {
        results[member.place].value = result
      } else {
        results.append(JSONValue.Member(member.name, result))
      }
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
    try charge(1 + text.utf8.count / Self.textUnit, node)
  }

  /// Charges all that `value` holds, which goes into a new list or object.
  mutating func admit(_ value: JSONValue, _ node: JMESPathNode) throws(JMESPathError) {
    var pending: [(value: JSONValue, depth: Int)] = []
    var next: (value: JSONValue, depth: Int)? = (value, 2)
    while let (value, depth) = next {
      switch value {
      case .null, .bool, .integer, .number: try charge(1, node)
      case .string(let text): try charge(text, node)
      case .array(let elements):
        try enter(depth, node)
        pending.append(contentsOf: elements.lazy.map { ($0, depth + 1) })
      case .object(let members):
        try enter(depth, node)
        for member in members {
          try charge(member.name, node)
          pending.append((member.value, depth + 1))
        }
      }
      next = pending.popLast()
    }
  }

  private mutating func enter(_ depth: Int, _ node: JMESPathNode) throws(JMESPathError) {
    guard depth <= JSONDocument.maximumDepth else {
      throw failure(.invalidValue, node, "the expression nests values more than \(JSONDocument.maximumDepth) deep")
    }
    try charge(1, node)
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
