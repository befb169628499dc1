package import IsthmusCore

/// The word rules of the query language, said once more with lists of characters.
package enum NaiveText {
  package static func matches(_ text: String, _ source: String, _ form: TextPattern.Form) -> Bool {
    switch form {
    case .exact: folded(text) == folded(source)
    case .wildcard: glob(folded(source), folded(text))
    case .phrase: contains(words(text), words(source)) { $1.starts(with: $0) }
    case .words:
      source.split(whereSeparator: \.isWhitespace).contains { piece in
        let wanted = words(String(piece))
        return !wanted.isEmpty
          && contains(words(text), wanted) { $1 == $0 || $1.starts(with: $0) && isCompound($1) }
      }
    }
  }

  package static func folded(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
  }

  /// Some place of `text` has all of `wanted` side by side; `last` compares the last of them.
  private static func contains(
    _ text: [[Unicode.Scalar]], _ wanted: [[Unicode.Scalar]],
    last: ([Unicode.Scalar], [Unicode.Scalar]) -> Bool
  ) -> Bool {
    guard let final = wanted.last, text.count >= wanted.count else { return false }
    return (0...text.count - wanted.count).contains { start in
      Array(text[start..<start + wanted.count - 1]) == Array(wanted.dropLast())
        && last(final, text[start + wanted.count - 1])
    }
  }

  private static func isCompound(_ word: [Unicode.Scalar]) -> Bool { word.contains(".") || word.contains(",") }

  package static func words(_ text: String) -> [[Unicode.Scalar]] {
    let scalars = folded(text)
    var words: [[Unicode.Scalar]] = [[]]
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : " "
      let after = index + 1 < scalars.count ? scalars[index + 1] : " "
      let joins =
        switch scalar {
        case ".": isDigit(before) && isDigit(after) || isLetter(before) && isLetter(after)
        case ",": isDigit(before) && isDigit(after)
        default: false
        }
      if isDigit(scalar) || isLetter(scalar) || joins {
        words[words.count - 1].append(scalar)
      } else {
        words.append([])
      }
    }
    return words.filter { !$0.isEmpty }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return ("a"..."z").contains(scalar) || scalar == "_" }
    switch scalar.value {
    case 0xAA, 0xB5, 0xBA: return true
    case 0x80..<0xC0, 0xD7, 0xF7, 0x2000...0x206F, 0x3000...0x3003, 0x3008...0x3020, 0xFEFF, 0xFF01...0xFF0F,
      0xFF1A...0xFF20:
      return false
    default: return true
    }
  }

  /// Whether `text` is `pattern`, in which a star stands for anything: by a table over both.
  private static func glob(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
    var reachable = [true] + [Bool](repeating: false, count: text.count)
    for scalar in pattern {
      var next = [Bool](repeating: false, count: text.count + 1)
      if scalar == "*" {
        var isReached = false
        for index in reachable.indices {
          isReached = isReached || reachable[index]
          next[index] = isReached
        }
      } else {
        for index in text.indices where reachable[index] && text[index] == scalar { next[index + 1] = true }
      }
      reachable = next
    }
    return reachable[text.count]
  }
}
