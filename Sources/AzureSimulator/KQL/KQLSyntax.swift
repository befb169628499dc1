/// A scalar expression as written.
struct Expression: Sendable {
  indirect enum Node: Sendable {
    case literal(KQLValue, KQLType)
    case name(String)
    /// `a.b`, `a["b"]`.
    case member(Expression, String)
    /// `a[0]`, `a[expression]`.
    case element(Expression, Expression)
    case call(String, [Expression])
    case negated(Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// Flat lists, so that a thousand conditions are no deeper than two.
    case all([Expression])
    case any([Expression])
    case membership(Expression, [Expression], Membership)
    case tableMembership(Expression, TabularQuery, Membership)
    case between(Expression, lower: Expression, upper: Expression, isNegated: Bool)
    /// `typeof(long)`.
    case type(KQLType)
    /// `*` as an argument.
    case star
  }

  var node: Node
  /// Where it starts in the query, in bytes.
  var offset: Int
}

enum BinaryOperator: Sendable, Equatable {
  case add, subtract, multiply, divide, modulo
  case equal, notEqual, equalFolded, notEqualFolded
  case less, lessOrEqual, greater, greaterOrEqual
  case text(TextMatcher.Kind, isCaseSensitive: Bool, isNegated: Bool)
  case matchesRegex
}

/// Which form of `in` a condition has.
struct Membership: Sendable {
  enum Kind: Sendable { case equalsOne, hasAny, hasAll }
  var kind: Kind
  var isFolded: Bool
  var isNegated: Bool
}

struct NamedExpression: Sendable {
  var name: String?
  var expression: Expression
}

/// A table or another source, and what is done to its rows, in order.
struct TabularQuery: Sendable {
  indirect enum Source: Sendable {
    case table(String)
    case query(TabularQuery)
    /// `union a, b` at the start of a query.
    case union([TabularQuery])
  }

  var source: Source
  var operators: [TabularOperator]
  var offset: Int
}

struct TabularOperator: Sendable {
  indirect enum Kind: Sendable {
    case filter(Expression)
    case extend([NamedExpression])
    case project([NamedExpression])
    /// Patterns may end in `*`.
    case projectAway([String])
    case projectKeep([String])
    case projectRename([(new: String, old: String)])
    case join(JoinClause)
    case expand(ExpandClause)
    case summarize(aggregates: [NamedExpression], keys: [NamedExpression])
    case sort([SortKey])
    case top(Expression, SortKey)
    case take(Expression)
    case distinct([NamedExpression])
    case union([TabularQuery])
    case count
    case parse(ParseClause)
  }

  var kind: Kind
  var offset: Int
}

struct JoinClause: Sendable {
  enum Flavor: Sendable { case innerUnique, inner, leftOuter, fullOuter }
  var flavor: Flavor
  var right: TabularQuery
  var keys: [(left: String, right: String)]
}

struct ExpandClause: Sendable {
  struct Column: Sendable {
    var name: String?
    var expression: Expression
    var type: KQLType?
  }
  var columns: [Column]
  var indexColumn: String?
  /// Rows that one input row may give.
  var limit: Int
  var isArrayKind: Bool
}

struct SortKey: Sendable {
  var expression: Expression
  var isAscending: Bool
  var areNullsFirst: Bool
}

struct ParseClause: Sendable {
  enum Part: Sendable {
    case star
    case literal(String)
    case capture(String, KQLType)
  }
  var expression: Expression
  var parts: [Part]
  /// A capture that does not convert is null by itself instead of making the row no match.
  var isRelaxed: Bool
}
