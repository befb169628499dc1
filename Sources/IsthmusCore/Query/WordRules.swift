/// How texts are folded and cut into words, for values and for what is searched alike.
///
/// Cut at blanks and marks; a comma or dot between digits and a dot between letters is not. `_` is a letter.
enum WordRules {
  enum Kind: UInt8 { case cut, letter, digit, dot, comma }

  /// Of a byte of folded text. Bytes of more than one byte's scalars are letters: ``fold(_:forWords:)`` replaces the
  /// others by blanks.
  @inline(__always) static func kind(_ byte: UInt8) -> Kind {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...0xFF:
      .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: ","): .comma
    default: .cut
    }
  }

  @inline(__always) static func lower(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }

  /// Lower case scalar by scalar; what is no UTF-8 is repaired.
  ///
  /// - Parameter forWords: Also makes blanks of marks that are not ASCII.
  static func fold(_ bytes: UnsafeRawBufferPointer, forWords: Bool) -> [UInt8] {
    var folded: [UInt8] = []
    folded.reserveCapacity(bytes.count)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar.isASCII {
        folded.append(lower(UInt8(scalar.value)))
      } else if forWords, isMark(scalar) {
        folded.append(0x20)
      } else {
        folded.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
    }
    return folded
  }

  static func fold(_ text: String, forWords: Bool) -> [UInt8] {
    var text = text
    return text.withUTF8 { fold(UnsafeRawBufferPointer($0), forWords: forWords) }
  }

  /// Scalars beyond ASCII that cut: Latin-1 signs, general punctuation, CJK punctuation. Ranges, not categories:
  /// a regular expression of another system can say the same.
  static let markRanges: [ClosedRange<UInt32>] = [
    0x80...0xA9, 0xAB...0xB4, 0xB6...0xB9, 0xBB...0xBF, 0xD7...0xD7, 0xF7...0xF7, 0x2000...0x206F, 0x3000...0x3003,
    0x3008...0x3020, 0xFEFF...0xFEFF, 0xFF01...0xFF0F, 0xFF1A...0xFF20,
  ]

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool { markRanges.contains { $0.contains(scalar.value) } }
}

/// The words of a text, one after another.
struct WordScanner {
  struct Word {
    var start: Int
    var end: Int
    /// Holds a comma or dot that does not cut: `corp.com`, `1,024`.
    var isCompound: Bool
  }

  private let bytes: UnsafeRawBufferPointer
  private var position: Int

  /// - Parameter bytes: ASCII of either case, or folded text.
  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  mutating func next() -> Word? {
    while position < bytes.count, !isInWord(WordRules.kind(bytes[position])) { position += 1 }
    guard position < bytes.count else { return nil }
    var word = Word(start: position, end: position, isCompound: false)
    while position < bytes.count {
      let kind = WordRules.kind(bytes[position])
      if !isInWord(kind) {
        guard joins(kind, at: position) else { break }
        word.isCompound = true
      }
      position += 1
    }
    word.end = position
    return word
  }

  @inline(__always) private func isInWord(_ kind: WordRules.Kind) -> Bool { kind == .letter || kind == .digit }

  /// Whether the mark inside a word does not cut it. The byte before `index` is a letter or digit.
  private func joins(_ kind: WordRules.Kind, at index: Int) -> Bool {
    guard kind != .cut, index + 1 < bytes.count else { return false }
    let before = WordRules.kind(bytes[index - 1])
    guard before == WordRules.kind(bytes[index + 1]) else { return false }
    return kind == .dot ? isInWord(before) : before == .digit
  }
}
