/// Where a source attribute's value stands in a record: field paths, tried in order.
///
/// The grammar is the part of JMESPath that needs no evaluation: `a.b`, `a."odd.key"`, `a[0]`, `a[-1]`,
/// `x || y`, which takes the first value that is not null, false, or empty, and `join('', ['text', x])`,
/// which puts a text before the value.
/// <https://jmespath.org/specification.html>
package struct SourceExpression: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    case member(String)
    /// Negative numbers count from the end.
    case index(Int)
  }
  package typealias Path = [Step]

  package let text: String
  package let alternatives: [Path]
  /// Put before the value where there is one.
  package let prefix: String

  package init(_ text: String) throws(ExpressionError) {
    self.text = text
    var parser = ExpressionParser(text)
    (prefix, alternatives) = try parser.parse()
  }
}

/// Why an expression can't be used.
package struct ExpressionError: Error, CustomStringConvertible {
  /// Characters from the start of the expression.
  package var position: Int
  package var problem: String
  package var description: String { "\(problem) at position \(position)" }
}

private struct ExpressionParser {
  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  private var current: Character? { position < characters.count ? characters[position] : nil }

  mutating func parse() throws(ExpressionError) -> (prefix: String, alternatives: [SourceExpression.Path]) {
    let opening = Array("join('', ['")
    let isJoin = characters.starts(with: opening)
    let prefix = isJoin ? try parsePrefix(from: opening.count) : ""
    var alternatives: [SourceExpression.Path] = []
    repeat {
      skipSpace()
      alternatives.append(try parsePath())
      skipSpace()
    } while try skipOr()
    if isJoin {
      guard characters[position...].elementsEqual("])") else { throw failure("'])' was expected") }
    } else if current != nil {
      throw failure("unexpected '\(characters[position])'")
    }
    return (prefix, alternatives)
  }

  private mutating func parsePrefix(from start: Int) throws(ExpressionError) -> String {
    position = start
    while let character = current, character != "'" { position += character == "\\" ? 2 : 1 }
    let prefix = unescaped(characters[start..<min(position, characters.count)])
    position += 1
    skipSpace()
    guard current == "," else { throw failure("',' was expected after the text") }
    position += 1
    return prefix
  }

  /// A raw string's escapes are `\'` and `\\`; other backslashes stand for themselves.
  private func unescaped(_ raw: ArraySlice<Character>) -> String {
    var text = ""
    var rest = raw
    while let character = rest.popFirst() {
      if character == "\\", let next = rest.first, next == "'" || next == "\\" {
        text.append(rest.removeFirst())
      } else {
        text.append(character)
      }
    }
    return text
  }

  private mutating func parsePath() throws(ExpressionError) -> SourceExpression.Path {
    var path: SourceExpression.Path = [.member(try parseName())]
    while let character = current {
      if character == "." {
        position += 1
        path.append(.member(try parseName()))
      } else if character == "[" {
        path.append(.index(try parseIndex()))
      } else {
        break
      }
    }
    return path
  }

  private mutating func parseName() throws(ExpressionError) -> String {
    if current == "\"" { return try parseQuotedName() }
    let start = position
    while let character = current, character.isASCII,
      character.isLetter || character == "_" || (character.isNumber && position > start)
    {
      position += 1
    }
    if position == start {
      throw failure(current.map { "a field's name was expected, not '\($0)'," } ?? "a field's name was expected")
    }
    return String(characters[start..<position])
  }

  /// A quoted name is a JSON string.
  private mutating func parseQuotedName() throws(ExpressionError) -> String {
    let start = position
    position += 1
    while let character = current, character != "\"" { position += character == "\\" ? 2 : 1 }
    guard current != nil else {
      position = start
      throw failure("the quoted name is not closed")
    }
    position += 1
    do throws(JSONError) {
      return try JSONValue(parsing: String(characters[start..<position])).string ?? ""
    } catch {
      position = start
      throw failure("the quoted name is not a JSON string (\(error.problem))")
    }
  }

  private mutating func parseIndex() throws(ExpressionError) -> Int {
    let start = position
    position += 1
    let digits = position
    while let character = current, character != "]" { position += 1 }
    guard current == "]", characters[digits] != "+", let index = Int(String(characters[digits..<position])) else {
      position = start
      throw failure("a number and ']' were expected after '['")
    }
    position += 1
    return index
  }

  private mutating func skipOr() throws(ExpressionError) -> Bool {
    guard current == "|" else { return false }
    guard position + 1 < characters.count, characters[position + 1] == "|" else { throw failure("'||' was expected") }
    position += 2
    return true
  }

  private mutating func skipSpace() {
    while let character = current, character.isWhitespace { position += 1 }
  }

  private func failure(_ problem: String) -> ExpressionError { ExpressionError(position: position, problem: problem) }
}
