import IsthmusCore
import TestSupport
import Testing

@Suite("Reading records")
struct RecordReaderTests {
  private func one(_ expression: String, _ record: String) throws -> AttributeValue? {
    try Mapping([TransformRow(expression, "one")]).values(record).values["one"]
  }

  @Test(
    "A path finds its value, or none",
    arguments: [
      ("a", #"{"a":"x"}"#, "x"), ("a.b.c", #"{"a":{"b":{"c":"x"}}}"#, "x"),
      ("a.b", #"{"a":{"c":1,"b":"x","d":2}}"#, "x"),
      ("a[0]", #"{"a":["x","y"]}"#, "x"), ("a[-1]", #"{"a":["x","y"]}"#, "y"), ("a[1].b", #"{"a":[0,{"b":"x"}]}"#, "x"),
      (#""a.b""#, #"{"a":{"b":"no"},"a.b":"x"}"#, "x"), ("ab", #"{"\u0061b":"x"}"#, "x"),
      (#""é""#, #"{"\u00e9":"x"}"#, "x"),
      (#""""#, #"{"":"x"}"#, "x"), ("a", #"{"A":"no"}"#, nil), ("a", "{}", nil), ("a.b", #"{"a":"b"}"#, nil),
      ("a.b", #"{"a":["b"]}"#, nil), ("a[0]", #"{"a":{"0":"no"}}"#, nil), ("a[2]", #"{"a":[1,2]}"#, nil),
      ("a[-3]", #"{"a":[1,2]}"#, nil), ("a[0]", #"{"a":[]}"#, nil), ("a", "[]", nil), ("a", "7", nil),
      ("a", #"{"a":12.50}"#, "12.50"), ("a", #"{"a":true}"#, "true"), ("a", #"{"a":null}"#, nil),
      ("a", #"{"a":""}"#, nil),
    ] as [(String, String, String?)])
  func findsPaths(expression: String, record: String, expected: String?) throws {
    #expect(try one(expression, record)?.string == expected)
  }

  @Test(
    "Of alternatives the first one that is true in JMESPath's sense counts, else the last",
    arguments: [
      (#"{"a":"x","b":"y"}"#, "x"), (#"{"b":"y"}"#, "y"), (#"{"a":null,"b":"y"}"#, "y"), (#"{"a":"","b":"y"}"#, "y"),
      (#"{"a":false,"b":"y"}"#, "y"), (#"{"a":[],"b":"y"}"#, "y"), (#"{"a":{},"b":"y"}"#, "y"),
      (#"{"a":0,"b":"y"}"#, "0"),
      (#"{"a":true,"b":"y"}"#, "true"), (#"{"a":"","b":""}"#, nil), (#"{"a":false,"b":false}"#, "false"),
      (#"{"a":false}"#, nil), ("{}", nil),
    ] as [(String, String?)])
  func triesAlternatives(record: String, expected: String?) throws {
    #expect(try one("a || b", record)?.string == expected)
  }

  @Test("A path may end where another goes on, and two rows may read one path")
  func sharesPaths() throws {
    let mapping = try Mapping([
      TransformRow("a", "one", .list(.string)), TransformRow("a[0]", "two"), TransformRow("a[0]", "three"),
    ])
    let values = try mapping.values(#"{"a":["x","y"]}"#).values
    #expect(values["one"] == .list([.string("x"), .string("y")]))
    #expect(values["two"] == .string("x"))
    #expect(values["three"] == .string("x"))
  }

  @Test("A text goes before a value, and before nothing else")
  func addsPrefix() throws {
    #expect(try one("join('', ['https://', a || b])", #"{"b":"host/x"}"#)?.string == "https://host/x")
    #expect(try one("join('', ['https://', a || b])", #"{"b":""}"#) == nil)
    #expect(try one("join('', ['https://', a])", "{}") == nil)
  }

  @Test("A source attribute's name stands for its expression; any other source is an expression")
  func resolvesSources() throws {
    #expect(try one("named", #"{"deep":{"name":"x"},"name":"y","named":"z"}"#)?.string == "x")
    #expect(try one("bare", #"{"bare":"x"}"#)?.string == "x")
  }

  @Test("A row that can't be used is named")
  func refusesRows() {
    let unknown = #expect(throws: MapError.self) { try Mapping([TransformRow("a", "four")]) }
    #expect(
      unknown?.description == "transform map \"own\", row \"four\": the target model \"target\" has no such attribute")
    let broken = #expect(throws: MapError.self) { try Mapping([TransformRow("a..b", "one")]) }
    let problem = "a name, '*', '[' or '{' was expected after '.', not '.', at position 2"
    #expect(broken?.description == "transform map \"own\", row \"one\": source \"a..b\": \(problem)")
  }

  @Test("Rows of other levels are left out")
  func separatesLevels() throws {
    let rows = [TransformRow("a", "one"), TransformRow("b", "shared"), TransformRow("c", "own")]
    let mapping = try Mapping(rows, levels: [.control, .finding])
    let record = #"{"a":"1","b":"2","c":"3"}"#
    #expect(try mapping.values(record, of: .asset).values.isEmpty)
    #expect(try mapping.values(record, of: .control).values["shared"] == .string("2"))
    #expect(try mapping.values(record, of: .finding).values["own"] == .string("3"))
    #expect(try mapping.values(record, of: .finding).values["shared"] == nil)
  }

  @Test(
    "Keys are texts that are not empty",
    arguments: [
      (#"{"id":"x"}"#, "x"), (#"{"id":""}"#, nil), (#"{"id":7}"#, nil), (#"{"id":null,"other":"y"}"#, "y"), ("{}", nil),
      (#"{"id":"","other":"y"}"#, "y"), (#"{"id":"a\u0062"}"#, "ab"),
    ] as [(String, String?)])
  func readsKeys(record: String, expected: String?) throws {
    let mapping = try Mapping([], keys: [.id: "id || other", .severity: "id"])
    #expect(try mapping.read(record) { $0.keyText(.id) } == expected)
    #expect(try mapping.read(record) { $0.keyText(.scope) } == nil)
  }

  @Test(
    "The severity is the source's own text, empty where there is none",
    arguments: [
      (#"{"s":"High"}"#, "High"), (#"{"s":3}"#, "3"), (#"{"s":null}"#, ""), (#"{"s":["High"]}"#, ""), ("{}", ""),
    ])
  func readsSeverity(record: String, expected: String) throws {
    #expect(try Mapping([], keys: [.severity: "s"]).read(record) { $0.severityText() } == expected)
  }

  @Test(
    "A record that is not of the promised shape is told, and why",
    arguments: [
      (#"{"a":"x","o":{}}"#, nil), (#"{"b":"x","o":{}}"#, nil), (#"{"a":"x","o":{},"n":null}"#, nil),
      (#"{"a":"x","o":{},"n":"y"}"#, nil), (#"{"a":"x","o":{},"n":""}"#, nil),
      (#"{"o":{}}"#, "a || b is missing"), (#"{"a":"","o":{}}"#, "a || b is empty"),
      (#"{"b":"","o":{}}"#, "a || b is empty"),
      (#"{"a":7,"o":{}}"#, "a || b has the wrong type"), (#"{"a":"x"}"#, "o is missing"),
      (#"{"a":"x","o":null}"#, "o has the wrong type"), (#"{"a":"x","o":[]}"#, "o has the wrong type"),
      (#"{"a":"x","o":{},"n":7}"#, "n has the wrong type"), ("[]", "a || b is missing"),
      // A key that is read from the second place makes the record usable.
      (#"{"a":null,"b":"x","o":{}}"#, nil), (#"{"a":"","b":"x","o":{}}"#, nil),
    ] as [(String, String?)])
  func checksShape(record: String, expected: String?) throws {
    let shape = [
      ShapeRule(try SourceExpression("a || b"), [.string]), ShapeRule(try SourceExpression("o"), [.object]),
      ShapeRule(try SourceExpression("n"), [.string, .null], optional: true),
    ]
    #expect(try Mapping([], shape: shape).read(record) { $0.malformation() } == expected)
  }

  @Test("A reader forgets the record before")
  func forgets() throws {
    let mapping = try Mapping([TransformRow("a", "one")])
    let reader = mapping.mapper.makeReader()
    try JSONDocument(#"[{"a":"x"},{"b":"y"}]"#).withRoot { root in
      var found: [String?] = []
      for record in root.elements {
        reader.read(record)
        found.append(reader.values(of: .asset).values["one"]?.string)
      }
      #expect(found == ["x", nil])
    }
  }
}
