/// Why a query was refused, in the fields of Resource Graph's error details.
package struct KQLError: Error, Sendable, Equatable {
  /// `ParserFailure`, `InvalidQueryLanguage`, `UnsupportedJoinFlavor`, `DisallowedMaxNumberOfRemoteTables`,
  /// `InvalidQuery` for a name or a type that does not fit.
  package var code: String
  /// Resource Graph repeats the code for faults of syntax; for the others a sentence.
  package var message: String
  /// From 1; -1 where the service gives no place.
  package var line: Int
  /// From 0; -1 where the service gives no place.
  package var characterPositionInLine: Int
  /// The text at which reading stopped, `<EOF>` at the end.
  package var token: String?
  package var expectedToken: String?

  package init(
    code: String, message: String, line: Int = -1, characterPositionInLine: Int = -1, token: String? = nil,
    expectedToken: String? = nil
  ) {
    self.code = code
    self.message = message
    self.line = line
    self.characterPositionInLine = characterPositionInLine
    self.token = token
    self.expectedToken = expectedToken
  }
}

/// The text of a query, to turn byte offsets into lines and columns.
struct QueryText: Sendable {
  let bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// What the service reports for a place in the text: lines from 1, characters in the line from 0.
  func position(of offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 0
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 0
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  func parserFailure(at offset: Int, token: String?, expected: String? = nil) -> KQLError {
    let place = position(of: offset)
    return KQLError(
      code: "ParserFailure", message: "ParserFailure", line: place.line, characterPositionInLine: place.column,
      token: token, expectedToken: expected)
  }

  /// A query that reads well but asks for what does not exist or does not fit.
  func invalid(_ message: String, at offset: Int, token: String? = nil) -> KQLError {
    let place = position(of: offset)
    return KQLError(
      code: "InvalidQuery", message: message, line: place.line, characterPositionInLine: place.column, token: token)
  }

  /// An operator of the language that the service does not take; reported without a place.
  static func unsupported(_ name: String) -> KQLError {
    KQLError(code: "InvalidQueryLanguage", message: "InvalidQueryLanguage", token: name)
  }
}
