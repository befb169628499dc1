/// A JMESPath expression, ready to be evaluated on any number of JSON values.
/// <https://jmespath.org/specification.html>
///
/// Where the specification leaves a choice, this is what is done:
/// - An unknown function, a wrong number of arguments and a step of 0 are found when the expression is parsed.
/// - Objects keep the order of their members, so `keys`, `values` and `*` do.
/// - Whole numbers within 64 bits stay exact; all others are of double precision.
/// - Texts are compared by code points, and ordering them with `<` and the like gives null.
/// - In backticks stands JSON, never a bare word.
/// - A multi-select ends a projection, `!` covers the whole path after it.
package struct JMESPath: Sendable, Hashable, CustomStringConvertible {
  /// How deep brackets, calls and projections of an expression may stand in one another.
  /// A worker's stack of 512 KB holds that many, and a value of the greatest depth below them.
  package static let maximumNesting = 48
  /// Bytes of an expression.
  package static let maximumLength = 16_384

  package let text: String
  let root: JMESPathNode

  /// - Throws: ``JMESPathError`` of kind `syntax`, `unknown-function`, `invalid-arity`, `invalid-type` (a function
  ///   that takes an expression got a value, or the reverse) or `invalid-value`.
  package init(_ text: String) throws(JMESPathError) {
    self.text = text
    guard text.utf8.count <= Self.maximumLength else {
      throw JMESPathError(.syntax, at: 0, "the expression is longer than \(Self.maximumLength) bytes")
    }
    var lexer = JMESPathLexer(text)
    var parser = JMESPathParser(text, try lexer.readTokens())
    root = try parser.parse()
  }

  /// The result for `value`, null where there is none.
  ///
  /// - Throws: ``JMESPathError`` of kind `invalid-type`, or `invalid-value` when the result would be no JSON value
  ///   that can be used: a number that is not finite, values nested deeper than ``JSONDocument/maximumDepth``, or
  ///   more than ``JMESPathEvaluator/maximumValues``.
  package func evaluate(_ value: JSONValue) throws(JMESPathError) -> JSONValue {
    var evaluator = JMESPathEvaluator(text)
    return try evaluator.evaluate(root, value)
  }

  package var description: String { text }

  package static func == (a: JMESPath, b: JMESPath) -> Bool { a.text == b.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
