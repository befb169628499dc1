/// How a condition's truth follows from that of its terms, for conditions that are nested deeper or are wider than
/// SQL can say: SQLite's parser takes some dozen levels of parentheses, queries have 1,000.
///
/// The terms' truths come as a text of zeros and ones; see ``QuerySQL``.
final class TruthProgram: Sendable {
  /// In post-order.
  enum Step: Sendable {
    /// The number of the term in the text.
    case term(Int)
    /// The last so many hold.
    case all(Int)
    case any(Int)
  }

  let steps: [Step]

  init(_ steps: [Step]) { self.steps = steps }

  /// - Parameter truths: A byte for each term, "1" where it is true.
  func holds(_ truths: UnsafeRawBufferPointer) -> Bool {
    holds { $0 < truths.count && truths[$0] == UInt8(ascii: "1") }
  }

  /// - Parameter isTrue: Of a term, by its number.
  func holds(_ isTrue: (Int) -> Bool) -> Bool {
    var stack: [Bool] = []
    for step in steps {
      switch step {
      case .term(let index): stack.append(isTrue(index))
      case .all(let count):
        let result = stack.suffix(count).allSatisfy { $0 }
        stack.removeLast(count)
        stack.append(result)
      case .any(let count):
        let result = stack.suffix(count).contains(true)
        stack.removeLast(count)
        stack.append(result)
      }
    }
    return stack.last ?? true
  }
}
