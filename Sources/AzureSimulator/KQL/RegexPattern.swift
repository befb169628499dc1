import _StringProcessing

/// A regular expression compiled once.
///
/// `Regex` carries no `Sendable` mark. A pattern is only read after it was made, and its compiled program is
/// set atomically by the library, so it may be used from several tasks.
struct RegexPattern: @unchecked Sendable {
  private static let maximumLength = 4096
  /// The library reads nested groups recursively.
  private static let maximumNesting = 50

  private let regex: Regex<AnyRegexOutput>

  /// Nil if the text is no regular expression, or too long or deep a one.
  init?(_ pattern: String) {
    guard pattern.utf8.count <= Self.maximumLength, Self.nesting(of: pattern) <= Self.maximumNesting else {
      return nil
    }
    guard let regex = try? Regex(pattern) else { return nil }
    self.regex = regex.matchingSemantics(.unicodeScalar)
  }

  /// How deep brackets nest, escaped ones counted too.
  private static func nesting(of pattern: String) -> Int {
    var depth = 0
    var deepest = 0
    for byte in pattern.utf8 {
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") { depth -= 1 }
      deepest = max(deepest, depth)
    }
    return deepest
  }

  func isMatch(in text: String) -> Bool { firstMatch(in: text) != nil }

  func firstMatch(in text: String) -> Regex<AnyRegexOutput>.Match? {
    // Matching fails only in custom consumers, of which a parsed pattern has none.
    try? regex.firstMatch(in: text)
  }

  func matches(in text: String) -> [Regex<AnyRegexOutput>.Match] { text.matches(of: regex) }

  /// The text of a group of the first match; group 0 is the whole match.
  func group(_ group: Int, in text: String) -> Substring? {
    guard let match = firstMatch(in: text), group >= 0, group < match.output.count else { return nil }
    return match.output[group].substring
  }

  /// Replaces every match; `\0` … `\9` in the rewrite stand for groups.
  func replacing(in text: String, with rewrite: String) -> String {
    var result = ""
    var position = text.startIndex
    for match in matches(in: text) {
      result += text[position..<match.range.lowerBound]
      Self.append(rewrite, groupsOf: match, to: &result)
      position = match.range.upperBound
    }
    result += text[position...]
    return result
  }

  private static func append(_ rewrite: String, groupsOf match: Regex<AnyRegexOutput>.Match, to result: inout String) {
    var isEscape = false
    for character in rewrite {
      if isEscape {
        isEscape = false
        if let digit = character.wholeNumberValue {
          if digit < match.output.count { result += match.output[digit].substring ?? "" }
        } else {
          result.append(character)
        }
      } else if character == "\\" {
        isEscape = true
      } else {
        result.append(character)
      }
    }
  }
}
