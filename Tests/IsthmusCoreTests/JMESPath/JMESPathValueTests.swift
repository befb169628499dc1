import IsthmusCore
import Testing

@Suite("JMESPath's values")
struct JMESPathValueTests {
  private func result(_ text: String, _ value: String = "null") throws -> String {
    try JMESPath(text).evaluate(.parsed(value)).text()
  }

  @Test(
    "Whole numbers stay whole and exact, others are of double precision",
    arguments: [
      ("to_number('1')", "1"), ("to_number('1.0')", "1.0"), ("to_number('-0')", "0"), ("to_number('1e2')", "100.0"),
      ("to_number('9007199254740993')", "9007199254740993"), ("sum(`[9007199254740993, 1]`)", "9007199254740994"),
      ("sum(`[9223372036854775807, 1]`)", "9.223372036854776e+18"), ("sum(`[]`)", "0"), ("sum(`[1, 0.5]`)", "1.5"),
      ("avg(`[1, 3]`)", "2"), ("avg(`[1, 2]`)", "1.5"), ("avg(`[1.5, 2.5]`)", "2.0"),
      ("abs(`-9223372036854775808`)", "9.223372036854776e+18"), ("ceil(`1e300`)", "1e+300"), ("floor(`-0.5`)", "-1"),
      ("ceil(`-0.5`)", "0"), ("abs(`-1.5`)", "1.5"), ("length('abc')", "3"), ("max(`[1, 1.5]`)", "1.5"),
      ("`1` == `1.0`", "true"), ("`9007199254740993` == `9007199254740992.0`", "false"),
      ("`9007199254740993` > `9007199254740992.0`", "true"), ("`9223372036854775807` < `9223372036854775808`", "true"),
      ("`-9223372036854775808` > `-1e300`", "true"), ("`1` < `1.5`", "true"), ("`2` <= `1.5`", "false"),
    ])
  func numbers(text: String, expected: String) throws {
    #expect(try result(text) == expected)
  }

  @Test(
    "Only what JSON takes for a number is one",
    arguments: [
      " 1", "1 ", "+1", "01", "1.", ".5", "0x1", "1_0", "nan", "inf", "Infinity", "", "-", "1e", "1e999", "true", "[1]",
    ])
  func refusesNumbers(text: String) throws {
    #expect(try result("to_number(@)", "\"\(text)\"") == "null")
  }

  @Test(
    "Ordering is for numbers: of anything else it gives null",
    arguments: [
      ("'a' < 'b'", "null"), ("'a' < `1`", "null"), ("`null` <= `null`", "null"), ("`true` > `false`", "null"),
      ("`[1]` < `[2]`", "null"), ("`1` >= '1'", "null"), ("a < b", "null"),
    ])
  func ordering(text: String, expected: String) throws {
    #expect(try result(text, #"{"a":1}"#) == expected)
  }

  @Test(
    "Values are equal by what they hold: code points, numbers, members in any order",
    arguments: [
      (#"{"a":"é","b":"e\u0301"}"#, false), (#"{"a":{"x":1,"y":[2]},"b":{"y":[2.0],"x":1}}"#, true),
      (#"{"a":[1],"b":[true]}"#, false), (#"{"a":{"n":0},"b":{"n":false}}"#, false), (#"{"a":null}"#, true),
      (#"{"a":{"é":1},"b":{"e\u0301":1}}"#, false), (#"{"a":[1,2],"b":[2,1]}"#, false), (#"{"a":1,"b":"1"}"#, false),
      (#"{"a":{"x":1},"b":{"x":1,"y":null}}"#, false),
    ])
  func equality(value: String, expected: Bool) throws {
    #expect(try result("a == b", value) == "\(expected)")
    #expect(try result("a != b", value) == "\(!expected)")
    #expect(try result("contains([b], a)", value) == "\(expected)")
  }

  @Test(
    "Texts are code points, never what looks alike",
    arguments: [
      (#""é""#, #"{"e\u0301":1}"#, "null"), (#""e\u0301""#, #"{"e\u0301":1}"#, "1"),
      ("length(@)", #""e\u0301👩‍👩‍👧""#, "7"), ("reverse(@)", #""ae\u0301""#, "\"\u{301}ea\""),
      ("contains(@, 'e')", #""e\u0301""#, "true"), ("contains(@, 'é')", #""e\u0301""#, "false"),
      ("starts_with(@, 'e')", #""e\u0301""#, "true"), ("ends_with(@, '\u{301}')", #""e\u0301""#, "true"),
      ("sort(@)", #"["é","z","e\u0301","𝄞","\uFFFD"]"#, "[\"e\u{301}\",\"z\",\"é\",\"\u{FFFD}\",\"𝄞\"]"),
      ("contains(@, '')", #""""#, "true"), ("contains(@, 'aab')", #""aaab""#, "true"),
      ("contains(@, `1`)", #""1""#, "false"),
      ("join('', @)", #"["e","\u0301"]"#, "\"e\u{301}\""),
      ("{\"é\": `1`, \"e\u{301}\": `2`}", "1", "{\"é\":1,\"e\u{301}\":2}"),
      ("'\u{301}'", "1", "\"\u{301}\""), ("to_string(@)", #"{"é":"\n\u0001"}"#, #""{\"é\":\"\\n\\u0001\"}""#),
    ])
  func texts(text: String, value: String, expected: String) throws {
    // Compared by bytes: that is the point.
    let found = try result(text, value)
    #expect(Array(found.utf8) == Array(expected.utf8), "\(found)")
  }

  @Test(
    "A projection goes through all that follows, up to a pipe, a flattening or a multi-select",
    arguments: [
      ("o.*.p.q", "[1,2]"), ("o.*.p.q | [0]", "1"), ("*.x.p.q", "[1]"), ("l[*].p.q", "[3,4]"), ("l[0:].p.q", "[3,4]"),
      ("[l][0][1:].p.q", "[4]"), ("l[?p].p.q", "[3,4]"), ("l[*].[p][]", #"[{"q":3},{"q":4}]"#),
      ("l[*].[p][0]", #"[{"q":3}]"#), ("l[*].{r: p}[1].r.q", "4"), ("(l[*].p).q", "null"), ("l[*].p[].q", "[3,4]"),
      ("l[].p.q", "[3,4]"), ("!o.nothing", "true"), ("!l[0].p", "false"), ("!o == o", "false"), ("!!o.x", "true"),
      ("l[-1].p.q", "4"), ("l[99999999999999999999]", "null"), ("l[-99999999999999999999:].p.q", "[3,4]"),
      ("l[::99999999999999999999].p.q", "[3]"), ("l[::-99999999999999999999].p.q", "[4]"), ("merge()", "{}"),
      ("{a: `1`, b: `2`, a: `3`}", #"{"a":3,"b":2}"#), ("keys(o)", #"["x","y"]"#), ("@.o.x.p.q", "1"),
    ])
  func projections(text: String, expected: String) throws {
    let value = #"{"o":{"x":{"p":{"q":1}},"y":{"p":{"q":2}}},"l":[{"p":{"q":3}},{"p":{"q":4}}]}"#
    #expect(try result(text, value) == expected)
  }

  @Test(
    "In single quotes only the quote is escaped, in backticks also the backtick, in double quotes what JSON escapes",
    arguments: [
      (#"'it\'s'"#, #""it's""#), (#"'a\\b\n'"#, #""a\\\\b\\n""#), (#"'\\'"#, #""\\\\""#), ("'a\nb'", #""a\nb""#),
      (#"`"a\`b\n"`"#, #""a`b\n""#), (#"`"\u00e9"`"#, #""é""#), ("`  [1, 2]  `", "[1,2]"),
      (#"{"q\"\u0041\\": `1`}"#, #"{"q\"A\\":1}"#),
    ])
  func quotes(text: String, expected: String) throws {
    #expect(try result(text, "true") == expected)
  }

  @Test("An expression can be used from many tasks at once, and equals another one with the same text")
  func shared() async throws {
    let path = try JMESPath("list[?n > `1`].n")
    let value = try JSONValue.parsed(#"{"list":[{"n":1},{"n":2}]}"#)
    let results = try await withThrowingTaskGroup(of: String.self, returning: Set<String>.self) { group in
      for _ in 0..<20 { group.addTask { try path.evaluate(value).text() } }
      return try await group.reduce(into: []) { $0.insert($1) }
    }
    #expect(results == ["[2]"])
    #expect(try path == JMESPath("list[?n > `1`].n") && path != JMESPath("list"))
  }
}
