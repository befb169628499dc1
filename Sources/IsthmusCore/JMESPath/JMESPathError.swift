/// Why an expression can't be used, or why it has no result for a value.
package struct JMESPathError: Error, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    case syntax
    case unknownFunction = "unknown-function"
    case invalidArity = "invalid-arity"
    /// An argument of a type that the function does not take.
    case invalidType = "invalid-type"
    /// A number or a size that no result can have: a slice's step of 0, a sum beyond all numbers, too many values.
    case invalidValue = "invalid-value"
  }

  package var kind: Kind
  /// Characters from the start of the expression, from 0; the expression's length if it ends too early.
  package var position: Int
  /// Says what is wrong; holds no value of a record.
  package var problem: String

  package init(_ kind: Kind, at position: Int, _ problem: String) {
    self.kind = kind
    self.position = position
    self.problem = problem
  }

  /// - Parameter offset: Bytes from the start of `text`.
  init(_ kind: Kind, atByte offset: Int, of text: String, _ problem: String) {
    let bytes = text.utf8
    let place = bytes.index(bytes.startIndex, offsetBy: offset, limitedBy: bytes.endIndex) ?? bytes.endIndex
    self.init(kind, at: text[..<place].count, problem)
  }

  package var description: String { "\(problem) at position \(position)" }
}
