/// The bytes of a query and what can be recognised in them without knowing tokens.
struct QueryScanner {
  enum Keyword: String { case and, or, not }

  let bytes: [UInt8]
  var end: Int { bytes.count }

  init(_ text: String) { bytes = Array(text.utf8) }

  func text(_ start: Int, _ length: Int) -> String {
    String(decoding: bytes[min(start, end)..<min(start + length, end)], as: UTF8.self)
  }

  /// How many characters stand before a byte.
  func characters(before index: Int) -> Int { String(decoding: bytes[..<min(index, end)], as: UTF8.self).count }

  func byte(at index: Int) -> UInt8? { index < end ? bytes[index] : nil }

  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  func skipBlanks(_ index: Int) -> Int {
    var index = index
    while index < end, isBlank(bytes[index]) { index += 1 }
    return index
  }

  /// `and`, `or`, `not` in any case, as a word of its own.
  func keyword(at index: Int) -> Keyword? {
    for word in [Keyword.and, .or, .not] where isWord(word.rawValue, at: index) { return word }
    return nil
  }

  /// Whether `word`, in lower case, stands at `index`, and a blank, parenthesis, quotation mark or nothing after it.
  func isWord(_ word: StaticString, at index: Int) -> Bool {
    isWord(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount), at: index)
  }

  private func isWord(_ word: String, at index: Int) -> Bool { isWord(Array(word.utf8), at: index) }

  private func isWord(_ word: some RandomAccessCollection<UInt8>, at index: Int) -> Bool {
    guard index + word.count <= end, zip(word, bytes[index...]).allSatisfy({ $0 == WordRules.lower($1) }) else {
      return false
    }
    guard let next = byte(at: index + word.count) else { return true }
    return isBlank(next) || Self.endsWords.contains(next)
  }

  private static let endsWords: Set<UInt8> = Set("()[]\"'`".utf8)

  /// Where a name that starts at `index` ends: a letter, then letters, digits and `_`, `.`, `-`. No token has letters
  /// beyond ASCII or a dash, but what is written like a token should be refused as one.
  func nameEnd(_ index: Int) -> Int {
    guard let first = byte(at: index), isLetter(first) else { return index }
    var end = index + 1
    while let next = byte(at: end), isLetter(next) || isDigit(next) || "_.-".utf8.contains(next) { end += 1 }
    return end
  }

  /// How many bytes stand before the next blank or parenthesis, at least one and at most what a message shows.
  func pieceLength(_ index: Int) -> Int {
    var length = 0
    while let next = byte(at: index + length), !isBlank(next), next != UInt8(ascii: ")"), length < 60 { length += 1 }
    // Not within a scalar.
    while let next = byte(at: index + length), next & 0xC0 == 0x80 { length += 1 }
    return max(length, min(1, end - index))
  }

  private func isLetter(_ byte: UInt8) -> Bool { WordRules.lower(byte) &- UInt8(ascii: "a") < 26 || byte >= 0x80 }
  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

// MARK: - Signs

extension QueryScanner {
  /// Two dots stand at `index`.
  func isRange(at index: Int) -> Bool {
    byte(at: index) == UInt8(ascii: ".") && byte(at: index + 1) == UInt8(ascii: ".")
  }

  /// An IPv6 address may begin so.
  func isDoubleColon(at index: Int) -> Bool {
    byte(at: index) == UInt8(ascii: ":") && byte(at: index + 1) == UInt8(ascii: ":")
  }

  /// One of ‘ ’ “ ”, which come with texts that are copied from documents.
  func isTypographicMark(at index: Int) -> Bool {
    byte(at: index) == 0xE2 && byte(at: index + 1) == 0x80 && [0x98, 0x99, 0x9C, 0x9D].contains(byte(at: index + 2))
  }

  /// `:`, `=`, `>` or `<`.
  func isOperator(at index: Int) -> Bool { byte(at: index).map(Self.operators.contains) ?? false }

  private static let operators: Set<UInt8> = Set(":=<>".utf8)

  /// `is null` or `is not null`.
  func isNullTest(at index: Int) -> Bool {
    guard isWord("is", at: index) else { return false }
    let behind = skipBlanks(index + 2)
    return isWord("null", at: isWord("not", at: behind) ? skipBlanks(behind + 3) : behind)
  }

  /// A name with an operator behind it.
  func startsTerm(_ index: Int) -> Bool {
    let end = nameEnd(index)
    guard end > index else { return false }
    let behind = skipBlanks(end)
    return isOperator(at: behind) || behind > end && isNullTest(at: behind)
  }
}
