/// Why a text is no query: where, what is wrong there, what could stand there instead.
package struct QueryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// In characters from 0; the text's length if something is missing at its end.
  package let position: Int
  /// In characters; 0 at the end of the text.
  package let length: Int
  /// A sentence.
  package let problem: String
  /// What can stand there, for "Expected …"; nil where the problem says it.
  package let expected: String?
  /// The nearest valid token or value.
  package let suggestion: String?

  package init(
    _ problem: String, position: Int, length: Int, expected: String? = nil, suggestion: String? = nil
  ) {
    self.problem = problem
    self.position = position
    self.length = length
    self.expected = expected
    self.suggestion = suggestion
  }

  /// One line: `Character 9: … Expected … Did you mean …?` Characters are counted from 1 where people read them.
  package var description: String { "Character \(position + 1): \(message)" }

  /// Problem, what was expected and the suggestion, without the position.
  package var message: String {
    var parts = [problem]
    if let expected { parts.append("Expected \(expected).") }
    if let suggestion { parts.append("Did you mean \"\(suggestion)\"?") }
    return parts.joined(separator: " ")
  }

  /// The message, the line of the query it is about and a mark below the place. A long line is shown in part.
  package func rendered(in query: String) -> String {
    let characters = Array(query)
    let place = min(max(position, 0), characters.count)
    let isBreak = { (character: Character) in character.isNewline }
    let start = characters[..<place].lastIndex(where: isBreak).map { $0 + 1 } ?? 0
    let end = characters[place...].firstIndex(where: isBreak) ?? characters.count
    let from = max(start, place - Self.shown / 2)
    let to = min(end, from + Self.shown)
    let line = String(characters[from..<to].map { $0.isPlain ? $0 : " " })
    let before = from > start ? "…" : ""
    let after = to < end ? "…" : ""
    let indent = String(repeating: " ", count: before.count + place - from)
    let marks = String(repeating: "^", count: max(1, min(length, to - place)))
    return "\(description)\n  \(before)\(line)\(after)\n  \(indent)\(marks)"
  }

  /// Characters of a line that are shown at most.
  private static let shown = 100
}

extension Character {
  /// Whether it takes one place on a terminal and does nothing else there.
  fileprivate var isPlain: Bool {
    guard let scalar = unicodeScalars.first else { return false }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: return false
    default: return true
    }
  }
}
