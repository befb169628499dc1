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

  /// True and false without nulls.
  var negated: SQLFragment { SQLFragment("(\(text)) IS NOT TRUE", values, depth: depth + 1) }

  static func combine(_ fragments: [SQLFragment], _ word: String) -> SQLFragment {
    if fragments.count == 1 { return fragments[0] }
    let text = fragments.map { "(\($0.text))" }.joined(separator: " \(word) ")
    let depth = fragments.map(\.depth).max() ?? 0
    return SQLFragment(text, fragments.flatMap(\.values), depth: depth + 1)
  }
}
