import IsthmusCore
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test(
    "Escapes give the characters they stand for",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u00E9""#, "Aéé"),
      (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\u{0}"),
      (#""\ud83d""#, "\u{FFFD}"), (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
      (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""12345678\n""#, "12345678\n"), (#""""#, ""),
    ])
  func decodesEscapes(text: String, expected: String) throws {
    #expect(try JSONValue(parsing: text).string?.utf8.elementsEqual(expected.utf8) == true)
  }

  @Test(
    "Whole numbers within 64 bits stay whole, others become doubles",
    arguments: [
      ("0", JSONValue.integer(0)), ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
      ("1.0", .number(1)), ("1e2", .number(100)), ("-2.5e-1", .number(-0.25)),
      ("5e-324", .number(.leastNonzeroMagnitude)),
    ])
  func readsNumbers(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
    #expect(try JSONValue(parsing: expected.text()) == expected)
  }

  @Test("A value that is no number is written as null", arguments: [Double.infinity, -.infinity, .nan])
  func writesNoNumber(_ number: Double) { #expect(JSONValue.number(number).text() == "null") }

  @Test("Control characters are escaped, all else stands as it is")
  func writesStrings() {
    let text = JSONValue.string("\u{0}\u{1F}\u{7F}\"\\/\n\r\té😀").text()
    #expect(text == "\"\\u0000\\u001f\u{7F}\\\"\\\\/\\n\\r\\té😀\"")
  }

  @Test("Text is one line, or indented")
  func writesIndentation() {
    let value = JSONValue.object([
      "a": .array([.integer(1), .null]), "b": .object([]), "c": .array([]), "d": .bool(true),
    ])
    #expect(value.text() == #"{"a":[1,null],"b":{},"c":[],"d":true}"#)
    let indented = """
      {
        "a": [
          1,
          null
        ],
        "b": {},
        "c": [],
        "d": true
      }
      """
    #expect(value.text(indentation: 2) == indented)
  }

  @Test("Values are asked for by kind and name")
  func reads() throws {
    let value = try JSONValue(parsing: #"{"a":[1,2.5],"b":"x","c":null,"n":7}"#)
    #expect(value["a"]?.array == [.integer(1), .number(2.5)])
    #expect(value["b"]?.string == "x")
    #expect(value["c"]?.isNull == true)
    #expect(value["n"]?.integer == 7)
    #expect(value["n"]?.double == 7)
    #expect(value["missing"] == nil)
    #expect(value["b"]?["x"] == nil)
    #expect(value["b"]?.integer == nil)
  }

  @Test("A slice reads a document in place")
  func slices() throws {
    let text = #"{"list":[1,"two",{"three":3},[]],"esc\u0061pe":"a\"b","t":true,"f":false,"n":null,"d":1.50}"#
    try JSONDocument(text).withRoot { root in
      #expect(root.kind == .object)
      #expect(root.jsonText == text)
      #expect(root["escape" as String]?.string == "a\"b")
      let escaped: StaticString = "escape"
      #expect(root[escaped]?.jsonText == #""a\"b""#)
      #expect(root["list" as String]?.elements.map(\.jsonText) == ["1", "\"two\"", #"{"three":3}"#, "[]"])
      #expect(root.elements.map(\.kind) == [.array, .string, .true, .false, .null, .number])
      #expect(root["missing" as String] == nil)
      #expect(root["list" as String]?["three" as String] == nil)
      #expect(root["t" as String]?.bool == true)
      #expect(root["f" as String]?.bool == false)
      #expect(root["n" as String]?.isNull == true)
      #expect(root["n" as String]?.scalarText == nil)
      #expect(root["list" as String]?.scalarText == nil)
      #expect(root["d" as String]?.scalarText == "1.50")
      #expect(root["d" as String]?.integer == nil)
      #expect(root["d" as String]?.double == 1.5)
      #expect(root["t" as String]?.scalarText == "true")
      var names: [String] = []
      root.forEachMember { name, _ in names.append(name) }
      #expect(names == ["list", "escape", "t", "f", "n", "d"])
      let list = try #require(root["list" as String])
      #expect(list.at(list.index).jsonText == list.jsonText)
    }
  }
}
