/// A word or mark of an expression.
struct JMESPathToken {
  enum Kind: Equatable {
    case name(String)
    case quotedName(String)
    /// Saturates: what is beyond 64 bits lies outside every list.
    case number(Int)
    case literal(JSONValue)
    case dot, star, comma, colon, current, expression
    /// `[]`
    case flatten
    /// `[?`
    case filter
    case leftBracket, rightBracket, leftBrace, rightBrace, leftParenthesis, rightParenthesis
    case or, and, not, pipe
    case comparison(JMESPathNode.Comparison)
    case end
  }

  var kind: Kind
  /// Bytes from the start of the expression.
  var start: Int
  var end: Int
}

extension JMESPathToken.Kind {
  /// How strongly the token binds what stands on its left; nil if it goes on with nothing.
  /// Those up to `flatten` end a projection.
  var power: Int? {
    switch self {
    case .pipe: 1
    case .or: 2
    case .and: 3
    case .comparison: 5
    case .flatten: 9
    case .filter: 21
    case .dot: 40
    case .leftBracket: 55
    default: nil
    }
  }

  /// What `*`, `[*]` and slices project binds stronger than this, and so do all their steps.
  static let projectionPower = 20
  /// `!` covers a whole path, and no comparison.
  static let notPower = 8
}
