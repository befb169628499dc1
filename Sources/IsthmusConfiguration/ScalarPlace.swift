import Yams

/// Where a character of a scalar stands in its file, so that a message about an expression points into the line.
struct ScalarPlace {
  /// From 1.
  private(set) var line: Int
  /// From 1, in code points.
  private(set) var column: Int
  private let style: Node.Scalar.Style
  private var rest: Substring.UnicodeScalarView

  /// - Parameters:
  ///   - offset: Characters from the scalar's start; its length stands for the place after its end. Within spaces and
  ///     line breaks the place is not exact: YAML folds them.
  ///   - text: All of the file.
  /// - Returns: nil if the scalar does not stand in `text`.
  init?(of scalar: Node.Scalar, offset: Int, in text: String) {
    guard let mark = scalar.mark else { return nil }
    (line, column, style) = (1, 1, scalar.style)
    rest = text[...].unicodeScalars
    while line < mark.line || column < mark.column {
      guard line <= mark.line, step() else { return nil }
    }
    skipProperties()
    skipOpening()
    let content = Array(scalar.string.unicodeScalars)
    let target = scalar.string.prefix(offset).unicodeScalars.count
    var index = 0
    while index < target {
      if Self.isSpace(content[index]) {
        skipSpace()
        skipEscapedSpace()
      } else {
        skipSpace()
        stepCharacter()
      }
      index += 1
    }
    if target < content.count, !Self.isSpace(content[target]) { skipSpace() }
  }

  /// The part of the file that holds the scalar, quotes and all; nil if it goes over several lines.
  static func range(of scalar: Node.Scalar, in text: String) -> Range<String.Index>? {
    guard let start = ScalarPlace(of: scalar, offset: 0, in: text),
      var end = ScalarPlace(of: scalar, offset: scalar.string.count, in: text), start.line == end.line
    else { return nil }
    var first = start.rest.startIndex
    if scalar.style == .singleQuoted || scalar.style == .doubleQuoted {
      first = text.unicodeScalars.index(before: first)
      guard end.step() else { return nil }
    }
    return first..<end.rest.startIndex
  }

  /// Anchors and tags, which no plain scalar begins with.
  private mutating func skipProperties() {
    while style == .plain || style == .any, let first = rest.first, first == "&" || first == "!" {
      while let next = rest.first, !Self.isSpace(next) { step() }
      skipSpace()
    }
  }

  private mutating func skipOpening() {
    switch style {
    case .singleQuoted, .doubleQuoted: step()
    case .literal, .folded:
      let header = line
      while line == header, step() {}
    default: break
    }
  }

  /// One character of the content, however it is written.
  private mutating func stepCharacter() {
    guard let first = rest.first else { return }
    step()
    switch (style, first) {
    case (.singleQuoted, "'"): step()
    case (.doubleQuoted, "\\"):
      guard let kind = rest.first else { return }
      step()
      let digits = kind == "x" ? 2 : kind == "u" ? 4 : kind == "U" ? 8 : 0
      for _ in 0..<digits { step() }
      // A line that goes on in the next one.
      if Self.isBreak(kind) {
        skipSpace()
        stepCharacter()
      }
    default: break
    }
  }

  private mutating func skipSpace() {
    while let next = rest.first, Self.isSpace(next) { step() }
  }

  /// `\n` and `\t` in double quotes.
  private mutating func skipEscapedSpace() {
    guard style == .doubleQuoted, rest.first == "\\" else { return }
    let kind = rest.dropFirst().first
    if kind == "n" || kind == "t" || kind == "r" || kind == " " { stepCharacter() }
  }

  @discardableResult
  private mutating func step() -> Bool {
    guard let first = rest.popFirst() else { return false }
    if Self.isBreak(first), !(first == "\r" && rest.first == "\n") {
      line += 1
      column = 1
    } else {
      column += 1
    }
    return true
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || isBreak(scalar)
  }
}
