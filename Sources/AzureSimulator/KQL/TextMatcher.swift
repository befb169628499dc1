/// One of the language's text conditions with its right side prepared.
///
/// Case-insensitive forms compare ASCII letters byte by byte and fall back to full folding where either text
/// has other letters.
struct TextMatcher: Sendable {
  enum Kind: String, Sendable {
    case contains, startswith, endswith, has, hasprefix, hassuffix
  }

  private let kind: Kind
  private let isCaseSensitive: Bool
  private let needle: [UInt8]
  private let isASCII: Bool

  init(_ kind: Kind, _ pattern: String, isCaseSensitive: Bool) {
    self.kind = kind
    self.isCaseSensitive = isCaseSensitive
    needle = Array((isCaseSensitive ? pattern : pattern.lowercased()).utf8)
    isASCII = needle.allSatisfy { $0 < 0x80 }
  }

  func matches(_ text: String) -> Bool {
    if !isCaseSensitive, !isASCII || text.utf8.contains(where: { $0 >= 0x80 }) {
      return Self.withBytes(of: text.lowercased()) { search($0, isFolded: false) }
    }
    return Self.withBytes(of: text) { search($0, isFolded: !isCaseSensitive) }
  }

  static func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = text.utf8.withContiguousStorageIfAvailable(body) { return result }
    return Array(text.utf8).withUnsafeBufferPointer(body)
  }

  private func search(_ text: UnsafeBufferPointer<UInt8>, isFolded: Bool) -> Bool {
    let last = text.count - needle.count
    guard last >= 0 else { return false }
    switch kind {
    case .startswith: return equals(text, at: 0, isFolded)
    case .endswith: return equals(text, at: last, isFolded)
    case .contains, .has, .hasprefix, .hassuffix:
      if needle.isEmpty { return true }
      for start in 0...last where equals(text, at: start, isFolded) && isTerm(text, at: start) { return true }
      return false
    }
  }

  @inline(__always)
  private func equals(_ text: UnsafeBufferPointer<UInt8>, at start: Int, _ isFolded: Bool) -> Bool {
    for index in needle.indices {
      let byte = text[start + index]
      guard needle[index] == (isFolded ? Self.folded(byte) : byte) else { return false }
    }
    return true
  }

  /// Whether the text found begins and ends where terms, the runs of letters and digits, do.
  private func isTerm(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    let end = start + needle.count
    let beginsTerm = start == 0 || !Self.isTermByte(text[start - 1]) || !Self.isTermByte(text[start])
    let endsTerm = end == text.count || !Self.isTermByte(text[end]) || !Self.isTermByte(text[end - 1])
    return switch kind {
    case .has: beginsTerm && endsTerm
    case .hasprefix: beginsTerm
    case .hassuffix: endsTerm
    default: true
    }
  }

  @inline(__always)
  static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  private static func isTermByte(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return (letter >= 0x61 && letter <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte >= 0x80
  }

  /// Equality without regard to case.
  static func equalsFolded(_ a: String, _ b: String) -> Bool {
    let quick: Bool? = withBytes(of: a) { first in
      withBytes(of: b) { second in
        var isASCII = true
        var isEqual = first.count == second.count
        for index in 0..<min(first.count, second.count) {
          isASCII = isASCII && first[index] < 0x80 && second[index] < 0x80
          isEqual = isEqual && folded(first[index]) == folded(second[index])
        }
        if isEqual { return true }
        isASCII = isASCII && first.allSatisfy { $0 < 0x80 } && second.allSatisfy { $0 < 0x80 }
        return isASCII ? false : nil
      }
    }
    return quick ?? (a.lowercased() == b.lowercased())
  }
}
