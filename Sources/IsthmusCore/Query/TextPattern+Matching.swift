extension TextPattern {
  package func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
  }

  /// Allocates nothing where `utf8` is ASCII.
  package func matches(_ utf8: UnsafeRawBufferPointer) -> Bool {
    if utf8.allSatisfy({ $0 < 0x80 }) { return matches(folded: utf8) }
    var forWords = false
    if case .phrases = matcher { forWords = true }
    return WordRules.fold(utf8, forWords: forWords).withUnsafeBytes { matches(folded: $0) }
  }

  /// - Parameter text: ASCII of either case, or folded text.
  private func matches(folded text: UnsafeRawBufferPointer) -> Bool {
    switch matcher {
    case .whole(let bytes): bytes.count == text.count && Self.equal(bytes, text, at: 0)
    case .pieces(let pieces): Self.matches(pieces, text)
    case .phrases(let phrases, let lastIsBeginning): Self.matches(phrases, lastIsBeginning, text)
    }
  }

  private static func matches(
    _ phrases: [[[UInt8]]], _ lastIsBeginning: Bool, _ text: UnsafeRawBufferPointer
  ) -> Bool {
    var scanner = WordScanner(text)
    while let word = scanner.next() {
      for phrase in phrases where follows(phrase, lastIsBeginning, word, scanner, text) { return true }
    }
    return false
  }

  /// Whether the words of `phrase` stand from `word` on; `scanner` is behind it.
  private static func follows(
    _ phrase: [[UInt8]], _ lastIsBeginning: Bool, _ word: WordScanner.Word, _ scanner: WordScanner,
    _ text: UnsafeRawBufferPointer
  ) -> Bool {
    var word = word
    var scanner = scanner
    for (index, wanted) in phrase.enumerated() {
      if index > 0 {
        guard let next = scanner.next() else { return false }
        word = next
      }
      let length = word.end - word.start
      guard wanted.count <= length, equal(wanted, text, at: word.start) else { return false }
      if wanted.count < length {
        // The beginning of a word is enough for the last one of a phrase, and for one that marks hold together.
        guard index == phrase.count - 1, lastIsBeginning || word.isCompound else { return false }
      }
    }
    return true
  }

  private static func matches(_ pieces: [[UInt8]], _ text: UnsafeRawBufferPointer) -> Bool {
    let first = pieces[0]
    let last = pieces[pieces.count - 1]
    guard first.count + last.count <= text.count, equal(first, text, at: 0),
      equal(last, text, at: text.count - last.count)
    else { return false }
    var position = first.count
    let end = text.count - last.count
    // The earliest place of each piece leaves the most room for the next ones.
    for piece in pieces[1..<pieces.count - 1] {
      while position + piece.count <= end, !equal(piece, text, at: position) { position += 1 }
      guard position + piece.count <= end else { return false }
      position += piece.count
    }
    return true
  }

  /// Whether `wanted`, which is folded, stands at `start`; it fits there.
  @inline(__always) private static func equal(_ wanted: [UInt8], _ text: UnsafeRawBufferPointer, at start: Int) -> Bool
  {
    for index in wanted.indices where wanted[index] != WordRules.lower(text[start + index]) { return false }
    return true
  }
}
