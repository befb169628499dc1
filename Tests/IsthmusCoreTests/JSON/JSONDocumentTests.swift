import IsthmusCore
import TestSupport
import Testing

@Suite("JSON texts")
struct JSONDocumentTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var offset: Int
    var problem: String

    init(_ text: String, _ offset: Int, _ problem: String) { self.init(Array(text.utf8), offset, problem) }

    init(_ bytes: [UInt8], _ offset: Int, _ problem: String) {
      self.bytes = bytes
      self.offset = offset
      self.problem = problem
    }

    var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }
  }

  static let grammar = [
    Refusal("", 0, "the text ends too early"), Refusal(" \n", 2, "the text ends too early"),
    Refusal("[1,]", 3, "a value was expected"), Refusal("[,1]", 1, "a value was expected"),
    Refusal("[1 2]", 3, "',' or ']' was expected"), Refusal("[1", 2, "',' or ']' was expected"),
    Refusal("[1,", 3, "the text ends too early"), Refusal("]", 0, "a value was expected"),
    Refusal(#"{"a":1,}"#, 7, "a member's name was expected"), Refusal("{a:1}", 1, "a member's name was expected"),
    Refusal(#"{"a" 1}"#, 5, "':' was expected"), Refusal(#"{"a":1 "b":2}"#, 7, "',' or '}' was expected"),
    Refusal(#"{"a":}"#, 5, "a value was expected"), Refusal("tru", 0, "a value was expected"),
    Refusal("nul\0", 0, "a value was expected"), Refusal("True", 0, "a value was expected"),
    Refusal("[1] x", 4, "unexpected text after the value"), Refusal("1\0", 1, "unexpected text after the value"),
    Refusal("NaN", 0, "a value was expected"), Refusal("'a'", 0, "a value was expected"),
    Refusal([0xEF, 0xBB, 0xBF, 0x31], 0, "a value was expected"),
  ]

  static let numbers = [
    Refusal("01", 1, "unexpected text after the value"), Refusal("-", 1, "a digit was expected"),
    Refusal("-a", 1, "a digit was expected"), Refusal("+1", 0, "a value was expected"),
    Refusal("1.", 2, "a digit was expected after the decimal point"), Refusal(".5", 0, "a value was expected"),
    Refusal("1.e3", 2, "a digit was expected after the decimal point"),
    Refusal("1e", 2, "a digit was expected in the exponent"), Refusal("1E+", 3, "a digit was expected in the exponent"),
    Refusal("0x10", 1, "unexpected text after the value"), Refusal("-01", 2, "unexpected text after the value"),
  ]

  static let strings = [
    Refusal("\"ab", 3, "a string is not closed"), Refusal("\"", 1, "a string is not closed"),
    Refusal("\"1234567", 8, "a string is not closed"), Refusal("\"12345678", 9, "a string is not closed"),
    Refusal("\"a\nb\"", 2, "a control character stands unescaped in a string"),
    Refusal("\"12345678\0\"", 9, "a control character stands unescaped in a string"),
    Refusal(#""\x""#, 1, "an unknown escape sequence"), Refusal(#""\u12g4""#, 1, "an unknown escape sequence"),
    Refusal(#""\"#, 1, "an unknown escape sequence"), Refusal(#""\u00e"#, 1, "an unknown escape sequence"),
    Refusal([0x22, 0xC3, 0x28, 0x22], 1, "invalid UTF-8 in a string"),
    Refusal([0x22, 0x61, 0x80, 0x22], 2, "invalid UTF-8 in a string"),
    Refusal([0x22, 0xC0, 0x80, 0x22], 1, "invalid UTF-8 in a string"),
    Refusal([0x22, 0xE0, 0x9F, 0xBF, 0x22], 1, "invalid UTF-8 in a string"),
    Refusal([0x22, 0xED, 0xA0, 0x80, 0x22], 1, "invalid UTF-8 in a string"),
    Refusal([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1, "invalid UTF-8 in a string"),
    Refusal([0x22, 0xF0, 0x9F, 0x98, 0x22], 1, "invalid UTF-8 in a string"),
    Refusal([0x22, 0xFF, 0x22], 1, "invalid UTF-8 in a string"),
  ]

  @Test("What RFC 8259 does not allow is refused, with the place", arguments: grammar + numbers + strings)
  func refuses(_ refusal: Refusal) {
    let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: ByteStore(refusal.bytes)) }
    #expect(error?.offset == refusal.offset)
    #expect(error?.problem == refusal.problem)
    #expect(error?.description == "not valid JSON at byte \(refusal.offset): \(refusal.problem)")
  }

  @Test("Every text that is cut off is refused, wherever the cut is")
  func refusesPrefixes() throws {
    let whole = Array(#"{"abcdefgh\"\\\u00e9\ud83d\ude00é":[-12.5e+3,true,false,null,{"k":[]},"12345678"]}"#.utf8)
    _ = try JSONDocument(parsing: ByteStore(whole))
    for length in 0..<whole.count {
      let error = #expect(throws: JSONError.self, "\(length) bytes") {
        try JSONDocument(parsing: ByteStore(whole.prefix(length)))
      }
      #expect((0...length).contains(error?.offset ?? -1), "\(length) bytes")
    }
  }

  @Test("A text that ends inside an escape is refused at any place in a word", arguments: 0..<17)
  func refusesCutEscapes(_ length: Int) {
    for ending in [#"\"#, #"\""#, #"\u"#, #"\u0"#, #"\u00"#, #"\u000"#, #"\u0000"#] {
      let text = "\"\(String(repeating: "x", count: length))\(ending)"
      #expect(throws: JSONError.self, "\(text)") { try JSONDocument(text) }
    }
  }

  @Test("Values nest 256 deep, not deeper", arguments: ["[]", "{}"])
  func limitsDepth(_ brackets: String) throws {
    let opening = brackets == "[]" ? "[" : #"{"a":"#
    func nested(_ depth: Int) -> String {
      let inner = String(repeating: opening, count: depth - 1)
      return "\(inner)\(brackets)\(String(repeating: String(brackets.suffix(1)), count: depth - 1))"
    }
    _ = try JSONDocument(nested(256))
    let error = #expect(throws: JSONError.self) { try JSONDocument(nested(257)) }
    #expect(error?.offset == 256 * opening.utf8.count)
    #expect(throws: JSONError.self) { try JSONDocument(String(repeating: opening, count: 1_000_000)) }
  }

  @Test("Documents are read as Foundation reads them, and written so", arguments: SeededGenerator.seeds(20))
  func agreesWithFoundation(seed: UInt64) throws {
    var generator = JSONTextGenerator(seed: seed)
    for _ in 0..<100 {
      let text = generator.document()
      let value = try JSONValue(parsing: text)
      #expect(JSONOracle.agrees(value, JSONOracle.parse(Array(text.utf8))), "\(text)")
      for written in [value.text(), value.text(indentation: 2)] {
        #expect(try JSONValue(parsing: written) == value, "\(text)")
        #expect(JSONOracle.agrees(value, JSONOracle.parse(Array(written.utf8))), "\(text)")
      }
    }
  }

  @Test(
    "Damaged documents are accepted and refused as Foundation does, but for its quirks",
    arguments: SeededGenerator.seeds(40))
  func agreesOnDamage(seed: UInt64) {
    var generator = JSONTextGenerator(seed: seed)
    for _ in 0..<100 {
      let bytes = generator.mutation(of: generator.document())
      let other = JSONOracle.parse(bytes)
      do throws(JSONError) {
        let value = try JSONDocument(parsing: ByteStore(bytes)).withRoot { JSONValue($0) }
        #expect(other != nil || JSONOracle.isNarrow(value), "accepted: \(bytes)")
      } catch {
        #expect((0...bytes.count).contains(error.offset))
        #expect(other == nil || JSONOracle.isLenient(bytes, refusedAt: error.offset), "refused (\(error)): \(bytes)")
      }
    }
  }

  @Test("Any bytes are read or refused, never more", arguments: SeededGenerator.seeds(20))
  func survivesRubbish(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]\",:\\u0e-.tfn ".utf8)
    for _ in 0..<500 {
      let isTextual = random.chance(2)
      let bytes = (0..<random.number(0...40)).map { _ in
        isTextual ? random.pick(alphabet) : UInt8(random.number(0...255))
      }
      do throws(JSONError) {
        _ = try JSONDocument(parsing: ByteStore(bytes)).withRoot { JSONValue($0).text() }
      } catch {
        #expect((0...bytes.count).contains(error.offset), "\(bytes)")
      }
    }
  }

  @Test("A text that arrives in pieces is the same text", arguments: SeededGenerator.seeds(10))
  func joinsPieces(seed: UInt64) throws {
    var generator = JSONTextGenerator(seed: seed)
    let whole = Array(generator.document().utf8)
    let store = ByteStore()
    var rest = whole[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(generator.random.number(0...7)))
      piece.withUnsafeBytes { store.append($0) }
      rest = rest.dropFirst(piece.count)
    }
    #expect(store.count == whole.count)
    #expect(store.text == String(decoding: whole, as: UTF8.self))
    let value = try JSONDocument(parsing: store).withRoot { JSONValue($0) }
    #expect(try value == JSONDocument(parsing: ByteStore(whole)).withRoot { JSONValue($0) })
  }
}
