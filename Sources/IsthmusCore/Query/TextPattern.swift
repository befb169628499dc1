/// What a text is searched for. Case never counts, letters with marks are other letters than those without.
package struct TextPattern: Sendable, Hashable {
  package enum Form: Sendable, Hashable {
    /// Plain words: any of them. A word with marks inside, `web-01`, is its parts next to one another.
    case words
    /// `"…"` or `'…'`: these words next to one another, in this order; the last may be the beginning of one.
    case phrase
    /// `` `…` ``: the whole value.
    case exact
    /// Plain words with `*`, which stands for any characters or none: the whole value.
    case wildcard
  }

  package let form: Form
  /// As written, without quotation marks.
  package let source: String
  let matcher: Matcher

  enum Matcher: Sendable, Hashable {
    /// Any of these; each is words in order. The bytes are folded.
    case phrases([[[UInt8]]], lastIsBeginning: Bool)
    /// Folded.
    case whole([UInt8])
    /// Folded pieces between the stars, at least two; the first and last may be empty.
    case pieces([[UInt8]])
  }

  /// - Returns: nil if there is nothing to search for: no letter or digit in words, no character in an exact value.
  package init?(_ source: String, form: Form) {
    self.source = source
    switch form {
    case .words:
      // Each piece between blanks is looked for as a whole.
      let phrases = source.split(whereSeparator: \.isWhitespace).map(Self.words).filter { !$0.isEmpty }
      var distinct: [[[UInt8]]] = []
      for phrase in phrases where !distinct.contains(phrase) { distinct.append(phrase) }
      guard !distinct.isEmpty else { return nil }
      matcher = .phrases(distinct, lastIsBeginning: false)
    case .phrase:
      let words = Self.words(source[...])
      guard !words.isEmpty else { return nil }
      matcher = .phrases([words], lastIsBeginning: true)
    case .exact:
      guard !source.isEmpty else { return nil }
      matcher = .whole(WordRules.fold(source, forWords: false))
    case .wildcard:
      let folded = WordRules.fold(source, forWords: false)
      let pieces = folded.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
      guard pieces.count > 1 else { return nil }
      // Two stars in a row are one.
      let inner = pieces.dropFirst().dropLast().filter { !$0.isEmpty }
      matcher = .pieces([pieces[0]] + inner + [pieces[pieces.count - 1]])
    }
    self.form = form
  }

  private static func words(_ source: Substring) -> [[UInt8]] {
    WordRules.fold(String(source), forWords: true).withUnsafeBytes { bytes in
      var scanner = WordScanner(bytes)
      var words: [[UInt8]] = []
      while let word = scanner.next() { words.append(Array(bytes[word.start..<word.end])) }
      return words
    }
  }

  /// The whole value in lower case, where the pattern is that: for an index.
  package var exactFolded: String? {
    guard case .whole(let bytes) = matcher else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Texts of which the value in lower case holds one, if it matches; nil where nothing can be said. For a look at many
  /// values by something that can only find texts.
  package var requiredFolded: [String]? {
    func longest(_ parts: [[UInt8]]) -> String? {
      parts.max { $0.count < $1.count }.flatMap { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
    }
    let required: [String?] =
      switch matcher {
      case .phrases(let phrases, _): phrases.map(longest)
      case .whole(let bytes): [longest([bytes])]
      case .pieces(let pieces): [longest(pieces)]
      }
    let known = required.compactMap { $0 }
    return known.count == required.count ? known : nil
  }

  /// What the value in lower case begins with, where the pattern says no more: `dev*`. For an index.
  package var prefixFolded: String? {
    guard case .pieces(let pieces) = matcher, pieces.count == 2, pieces[1].isEmpty, !pieces[0].isEmpty else {
      return nil
    }
    return String(decoding: pieces[0], as: UTF8.self)
  }
}
