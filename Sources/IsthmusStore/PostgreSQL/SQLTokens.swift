/// A statement's text cut into what PostgreSQL has other words for. Joined again it is the text.
struct SQLTokens {
  enum Kind { case word, parameter, quoted, symbol }

  struct Token {
    var kind: Kind
    /// As it is written, without the blanks before it.
    var text: String
    var blanks: String

    /// Words without case.
    func says(_ word: String) -> Bool {
      kind == .word ? text.uppercased() == word : kind == .symbol && text == word
    }
  }

  private(set) var tokens: [Token] = []

  init(_ sql: String) {
    let bytes = Array(sql.utf8)
    var position = 0
    var blanks = 0
    func isWord(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || byte >= 0x80 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }
    while position < bytes.count {
      let start = position
      let byte = bytes[position]
      position += 1
      let kind: Kind
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\n"): continue
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        // A doubled mark is two texts behind one another, which is the same here.
        while position < bytes.count, bytes[position] != byte { position += 1 }
        position += 1
        kind = .quoted
      case UInt8(ascii: "?"):
        while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
        kind = .parameter
      case _ where isWord(byte):
        while position < bytes.count, isWord(bytes[position]) { position += 1 }
        kind = .word
      default: kind = .symbol
      }
      tokens.append(
        Token(
          kind: kind, text: String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self),
          blanks: String(decoding: bytes[blanks..<start], as: UTF8.self)))
      blanks = position
    }
  }
}
