/// A part of a parsed expression.
struct JMESPathNode: Sendable {
  enum Comparison: Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

  struct Slice: Sendable {
    var start: Int?
    var stop: Int?
    /// Never 0.
    var step: Int
  }

  enum Argument: Sendable {
    case value(JMESPathNode)
    /// `&…`, which the function applies itself.
    case expression(JMESPathNode)

    var node: JMESPathNode {
      switch self {
      case .value(let node), .expression(let node): node
      }
    }

    var expression: JMESPathNode? { if case .expression(let node) = self { node } else { nil } }
  }

  struct Member: Sendable {
    var name: String
    var value: JMESPathNode
    /// Where it stands in the result; a name that comes again takes the place of the first one.
    var place: Int
  }

  indirect enum Kind: Sendable {
    case current
    case literal(JSONValue)
    case field(String)
    case index(Int)
    case slice(Slice)
    case flatten
    /// Each step applies to the result of the one before: what `.`, `|` and brackets join.
    case chain([JMESPathNode])
    /// `right` (nil: the element itself) of each element of the list that `left` gives, nulls left away.
    case listProjection(left: JMESPathNode, right: JMESPathNode?)
    /// The same of the members' values of an object.
    case objectProjection(left: JMESPathNode, right: JMESPathNode?)
    /// The same of the elements for which `condition` is true.
    case filter(left: JMESPathNode, condition: JMESPathNode, right: JMESPathNode?)
    case or([JMESPathNode])
    case and([JMESPathNode])
    case not(JMESPathNode)
    case comparison(Comparison, JMESPathNode, JMESPathNode)
    case list([JMESPathNode])
    case object([Member])
    case call(JMESPathFunction, [Argument])
  }

  let kind: Kind
  /// Bytes from the start of the expression, for errors of evaluation.
  let start: Int
  /// How many parts stand in one another, this one included.
  let height: Int

  init(_ kind: Kind, at start: Int) {
    self.kind = kind
    self.start = start
    height = 1 + (kind.children.lazy.map(\.height).max() ?? 0)
  }
}

extension JMESPathNode.Kind {
  var children: [JMESPathNode] {
    switch self {
    case .current, .literal, .field, .index, .slice, .flatten: []
    case .chain(let nodes), .or(let nodes), .and(let nodes), .list(let nodes): nodes
    case .listProjection(let left, let right), .objectProjection(let left, let right):
      [left] + (right.map { [$0] } ?? [])
    case .filter(let left, let condition, let right): [left, condition] + (right.map { [$0] } ?? [])
    case .not(let node): [node]
    case .comparison(_, let left, let right): [left, right]
    case .object(let members): members.map(\.value)
    case .call(_, let arguments): arguments.map(\.node)
    }
  }
}
