import IsthmusCore
import Testing

@Suite("Conversions")
struct ConversionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var json: String?
    var type: AttributeType
    var value: AttributeValue?

    init(_ json: String?, _ type: AttributeType, _ value: AttributeValue?) {
      self.json = json
      self.type = type
      self.value = value
    }

    var testDescription: String { "\(json ?? "nothing") as \(type.name)" }
  }

  private static let noon = Timestamp(iso8601: "2026-01-31T12:00:00Z")!

  static let usable = [
    Case(#""x""#, .string, .string("x")), Case("12", .string, .string("12")), Case("1.50", .string, .string("1.50")),
    Case("true", .string, .string("true")), Case(#"" x ""#, .string, .string(" x ")),
    Case("12", .integer, .integer(12)), Case(#""-12""#, .integer, .integer(-12)),
    Case("9223372036854775807", .integer, .integer(.max)), Case("4.0", .integer, .integer(4)),
    Case(#""-12.00""#, .integer, .integer(-12)), Case("1e3", .integer, .integer(1000)),
    Case("1.5E+1", .integer, .integer(15)), Case("1200e-2", .integer, .integer(12)),
    Case("0e9999", .integer, .integer(0)),
    Case("9007199254740993.0", .integer, .integer(9_007_199_254_740_993)), Case("-0.0", .integer, .integer(0)),
    Case("1.5", .decimal, .decimal(1.5)), Case(#""-1e3""#, .decimal, .decimal(-1000)), Case("7", .decimal, .decimal(7)),
    Case("true", .boolean, .boolean(true)), Case(#""Yes""#, .boolean, .boolean(true)),
    Case("0", .boolean, .boolean(false)),
    Case(#""FALSE""#, .boolean, .boolean(false)),
    Case(#""2026-01-31T12:00:00.0000000Z""#, .date, .date(noon)),
    Case(#""2026-01-31T13:00:00+01:00""#, .date, .date(noon)),
    Case(#""10.0.0.4""#, .ipAddress, .string("10.0.0.4")),
    Case(#""2001:DB8::0001""#, .ipAddress, .string("2001:db8::1")),
    Case(#""00-0D-3A-1B-C7-21""#, .macAddress, .string("00:0d:3a:1b:c7:21")),
    Case(#"["a","b"]"#, .list(.string), .list([.string("a"), .string("b")])),
    Case(#"["a",null,"",1,true]"#, .list(.string), .list([.string("a"), .string("1"), .string("true")])),
    Case(#""a""#, .list(.string), .list([.string("a")])), Case("7", .list(.integer), .list([.integer(7)])),
    Case(
      #"{"env":"prod","n":1,"empty":null}"#, .list(.string),
      .list([.string("env=prod"), .string("n=1"), .string("empty=")])),
    Case(#"["00-0D-3A-1B-C7-21"]"#, .list(.macAddress), .list([.string("00:0d:3a:1b:c7:21")])),
  ]

  @Test("A source value becomes a value of the row's type", arguments: usable)
  func converts(_ sample: Case) throws {
    let mapped = try Mapping.convert(sample.json, TransformRow("x", "one", sample.type))
    #expect(mapped.values["one"] == sample.value)
    #expect(mapped.dropped.isEmpty && mapped.fatal == nil)
  }

  static let empty: [Case] =
    [nil, "null", #""""#].flatMap { json in
      [.string, .integer, .date, .ipAddress, .list(.string)].map { Case(json, $0, nil) }
    } + [Case("[]", .list(.string), nil), Case(#"[null,""]"#, .list(.string), nil), Case("{}", .list(.string), nil)]

  @Test("Missing, null and empty give no value; a default takes their place", arguments: empty)
  func treatsEmpties(_ sample: Case) throws {
    let mapped = try Mapping.convert(sample.json, TransformRow("x", "one", sample.type))
    #expect(mapped.values.isEmpty && mapped.dropped.isEmpty && mapped.fatal == nil)
    let isDate = sample.type == .date
    let text = sample.type == .ipAddress ? "10.0.0.4" : isDate ? "2026-01-31T12:00:00Z" : "7"
    let defaulted = try Mapping.convert(sample.json, TransformRow("x", "one", sample.type, default: text))
    let expected = try Mapping.convert("\"\(text)\"", TransformRow("x", "one", sample.type)).values["one"]
    #expect(expected != nil)
    #expect(defaulted.values["one"] == expected)
    let required = try Mapping.convert(sample.json, TransformRow("x", "one", sample.type, required: true))
    #expect(required.fatal == "one: the record has no value (x)")
  }

  static let unusable: [(String, AttributeType, String)] = [
    (#""x""#, .integer, "\"x\" is not of type integer"), ("1.5", .integer, "\"1.5\" is not of type integer"),
    ("9223372036854775808", .integer, "\"9223372036854775808\" is not of type integer"),
    ("9223372036854775808.0", .integer, "\"9223372036854775808.0\" is not of type integer"),
    ("1e-1", .integer, "\"1e-1\" is not of type integer"), ("1e99", .integer, "\"1e99\" is not of type integer"),
    ("1e999999999999999999999", .integer, "\"1e999999999999999999999\" is not of type integer"),
    (#""4.""#, .integer, "\"4.\" is not of type integer"), (#"".0""#, .integer, "\".0\" is not of type integer"),
    (#"" 4""#, .integer, "\" 4\" is not of type integer"),
    (#""0x10""#, .decimal, "\"0x10\" is not of type decimal"), (#""nan""#, .decimal, "\"nan\" is not of type decimal"),
    ("1e999", .decimal, "\"1e999\" is not of type decimal"), (#""on""#, .boolean, "\"on\" is not of type boolean"),
    (#""yesterday""#, .date, "\"yesterday\" is not of type date"), ("7", .date, "\"7\" is not of type date"),
    (#""10.0.0""#, .ipAddress, "\"10.0.0\" is not of type IP address"),
    (#""00""#, .macAddress, "\"00\" is not of type MAC address"),
    ("{}", .string, "an object stands where one value of type string was expected"),
    (#"["x"]"#, .string, "a list stands where one value of type string was expected"),
    (#"["1","x"]"#, .list(.integer), "\"x\" is not of type integer"),
    (#"[["x"]]"#, .list(.string), "the list holds a list"),
    (#"[{}]"#, .list(.string), "the list holds an object"),
    (
      "\"\(String(repeating: "x", count: 61))\"", .integer,
      "\"\(String(repeating: "x", count: 60))…\" is not of type integer"
    ),
  ]

  @Test("A value that does not fit is dropped from its record; a required one rejects it", arguments: unusable)
  func drops(json: String, type: AttributeType, reason: String) throws {
    let mapped = try Mapping.convert(json, TransformRow("x", "one", type))
    #expect(mapped.values.isEmpty && mapped.fatal == nil)
    #expect(mapped.dropped.map(\.target) == ["one"])
    #expect(mapped.dropped.map(\.reason) == [reason])
    var strictRows = [TransformRow("x", "one", type, required: true)]
    if case .list = type {} else { strictRows.append(TransformRow("x", "one", type, identifier: true)) }
    for row in strictRows {
      let required = try Mapping.convert(json, row)
      #expect(required.fatal == "one: \(reason)")
      #expect(required.dropped.isEmpty)
    }
  }

  @Test("One bad value leaves the record's others, and the first reason counts")
  func keepsOthers() throws {
    let mapping = try Mapping([
      TransformRow("a", "one", .integer), TransformRow("b", "two"), TransformRow("c", "three", .date),
    ])
    let mapped = try mapping.values(#"{"a":"x","b":"y","c":"z"}"#)
    #expect(mapped.values["two"] == .string("y"))
    #expect(mapped.dropped.map(\.target) == ["one", "three"])
    let strict = try Mapping([TransformRow("a", "one", required: true), TransformRow("b", "two", required: true)])
    #expect(try strict.values("{}").fatal == "one: the record has no value (a)")
  }

  @Test(
    "A value table is looked up without case, with entries for empty and for anything else",
    arguments: [
      (#""High""#, "4"), (#""HIGH""#, "4"), ("null", "0"), (#""""#, "0"), (nil, "0"), (#""other""#, "9"), ("7", "9"),
    ])
  func usesValueTables(json: String?, expected: String) throws {
    let table = ValueTable(["": "0", "high": "4"], anythingElse: "9")
    #expect(try Mapping.convert(json, TransformRow("x", "one", values: table)).values["one"]?.string == expected)
    let open = ValueTable(["": "0", "high": "4"])
    let kept = try Mapping.convert(#""other""#, TransformRow("x", "one", values: open)).values["one"]
    #expect(kept == .string("other"))
  }

  @Test("A value table may make a value empty, and so the default or nothing")
  func emptiesByTable() throws {
    let table = ValueTable(["none": ""])
    #expect(try Mapping.convert(#""None""#, TransformRow("x", "one", values: table)).values.isEmpty)
    let row = TransformRow("x", "one", values: table, default: "d")
    #expect(try Mapping.convert(#""None""#, row).values["one"]?.string == "d")
  }

  @Test("A list's elements go through the value table one by one")
  func mapsElements() throws {
    let row = TransformRow("x", "one", .list(.integer), values: ValueTable(["low": "2", "high": "4"]))
    #expect(
      try Mapping.convert(#"["High","low",7]"#, row).values["one"] == .list([.integer(4), .integer(2), .integer(7)]))
  }

  @Test(
    "A list that is missing or empty goes through the value table's entry for empty, before the default",
    arguments: [nil, "null", "[]", "{}", #""""#])
  func mapsEmptyLists(json: String?) throws {
    let table = ValueTable(["": "none"])
    func list(_ values: ValueTable?, default text: String? = nil) throws -> AttributeValue? {
      let row = TransformRow("x", "one", .list(.string), values: values, default: text)
      return try Mapping.convert(json, row).values["one"]
    }
    #expect(try list(table) == .list([.string("none")]))
    #expect(try list(table, default: "d") == .list([.string("none")]))
    #expect(try list(ValueTable([:], anythingElse: "other")) == .list([.string("other")]))
    #expect(try list(ValueTable(["x": "y"])) == nil)
    #expect(try list(ValueTable(["x": "y"]), default: "d") == .list([.string("d")]))
  }

  @Test("Values are written as JSON, dates as ISO 8601")
  func writes() {
    var values = AttributeValues()
    values["text"] = .string("x")
    values["date"] = .date(Self.noon)
    values["list"] = .list([.integer(1), .decimal(1.5), .boolean(true)])
    values["gone"] = .string("y")
    values["gone"] = nil
    #expect(values.json.text() == #"{"text":"x","date":"2026-01-31T12:00:00Z","list":[1,1.5,true]}"#)
    #expect(values["gone"] == nil)
    values["text"] = .string("z")
    #expect(values.entries.map(\.name) == ["text", "date", "list"])
    #expect(values["text"]?.string == "z")
  }
}
