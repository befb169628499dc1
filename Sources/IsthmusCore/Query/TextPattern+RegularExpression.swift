extension TextPattern {
  /// The pattern as an advanced regular expression of PostgreSQL, for `~` on the text in lower case.
  ///
  /// `lower()` must fold as ``WordRules`` does, which the locale C.UTF-8 does but for U+0130, the capital i with a dot.
  /// <https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS>
  package var regularExpression: String {
    switch matcher {
    case .whole(let bytes): "^\(Self.escaped(bytes))$"
    case .pieces(let pieces): "^\(pieces.map(Self.escaped).joined(separator: ".*"))$"
    case .phrases(let phrases, let lastIsBeginning):
      phrases.map { Self.expression($0, lastIsBeginning) }.joined(separator: "|")
    }
  }

  private static func expression(_ phrase: [[UInt8]], _ lastIsBeginning: Bool) -> String {
    var parts: [String] = []
    for (index, word) in phrase.enumerated() {
      let text = escaped(word)
      let begin = begin(of: word)
      if index < phrase.count - 1 {
        parts.append("\(begin)\(text)\(end(of: word))[^\(letters)0-9]+")
      } else if lastIsBeginning {
        parts.append("\(begin)\(text)")
      } else {
        parts.append(
          "\(begin)(?:\(text)\(end(of: word))|(?=[\(letters)0-9]*(?:[0-9][.,][0-9]|[\(letters)][.][\(letters)]))\(text))"
        )
      }
    }
    return parts.joined()
  }

  /// All but ASCII's digits and marks, and the marks beyond it.
  private static let letters: String = {
    var letters = "a-z_"
    var next: UInt32 = 0x80
    for marks in WordRules.markRanges {
      if marks.lowerBound > next { letters += "\(escape(next))-\(escape(marks.lowerBound - 1))" }
      next = marks.upperBound + 1
    }
    return "\(letters)\(escape(next))-\(escape(0x10FFFF))"
  }()

  private static func escape(_ scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16)
    return scalar > 0xFFFF
      ? "\\U\(String(repeating: "0", count: 8 - digits.count))\(digits)"
      : "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
  }

  /// No letter, digit or mark that joins stands before.
  private static func begin(of word: [UInt8]) -> String {
    let isDigit = word.first.map(WordRules.kind) == .digit
    return "(?<![\(letters)0-9])\(isDigit ? "(?<![0-9][.,])" : "(?<![\(letters)][.])")"
  }

  private static func end(of word: [UInt8]) -> String {
    let isDigit = word.last.map(WordRules.kind) == .digit
    return "(?![\(letters)0-9])\(isDigit ? "(?![.,][0-9])" : "(?![.][\(letters)])")"
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let isMark =
        scalar.isASCII && WordRules.kind(UInt8(scalar.value)) != .letter
        && WordRules.kind(UInt8(scalar.value)) != .digit
      if isMark, scalar.value > 0x20, scalar.value < 0x7F { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
