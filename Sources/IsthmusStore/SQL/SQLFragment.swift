/// A condition in SQL with the values that it binds, in the order of its question marks.
struct SQLFragment {
  var text: String
  var values: [SQLValue]
  /// Levels of parentheses that combine conditions; see ``QuerySQL``.
  var depth: Int

  init(_ text: String, _ values: [SQLValue] = [], depth: Int = 0) {
    self.text = text
    self.values = values
    self.depth = depth
  }

  static let `true` = SQLFragment("TRUE")
  static let `false` = SQLFragment("FALSE")

  /// True and false without nulls.
  var negated: SQLFragment {
    switch text {
    case Self.true.text: .false
    case Self.false.text: .true
    default: SQLFragment("(\(text)) IS NOT TRUE", values, depth: depth + 1)
    }
  }

  /// 1 where it is true, else 0.
  var truth: SQLFragment { SQLFragment("((\(text)) IS TRUE)", values, depth: depth + 2) }

  /// The texts of all, one behind the other, in parentheses of which few stand within one another.
  static func concatenation(_ fragments: [SQLFragment]) -> SQLFragment {
    let width = 32
    var pieces = fragments
    while pieces.count > 1 {
      pieces = stride(from: 0, to: pieces.count, by: width).map { start in
        let part = pieces[start..<min(start + width, pieces.count)]
        return SQLFragment(
          "(\(part.map(\.text).joined(separator: " || ")))", part.flatMap(\.values),
          depth: (part.map(\.depth).max() ?? 0) + 1)
      }
    }
    return pieces.first ?? SQLFragment("''")
  }

  /// - Parameter word: AND or OR.
  static func combine(_ fragments: [SQLFragment], _ word: String) -> SQLFragment {
    // What decides and what does not matter.
    let (decisive, idle) = word == "AND" ? (Self.false.text, Self.true.text) : (Self.true.text, Self.false.text)
    if let decisive = fragments.first(where: { $0.text == decisive }) { return decisive }
    let fragments = fragments.filter { $0.text != idle }
    if fragments.count < 2 { return fragments.first ?? SQLFragment(idle) }
    let text = fragments.map { "(\($0.text))" }.joined(separator: " \(word) ")
    let depth = fragments.map(\.depth).max() ?? 0
    return SQLFragment(text, fragments.flatMap(\.values), depth: depth + 1)
  }
}
