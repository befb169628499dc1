import IsthmusCore
import Testing

@Suite("Map previews and examples")
struct MapPreviewTests {
  static let rows = [
    TransformRow("named", "one", identifier: true), TransformRow("length(disks)", "two", .integer),
    TransformRow("join('', ['https://', url])", "three", default: "none"),
    TransformRow("when", "custom.when", .date, level: .asset),
    TransformRow("tags", "custom.tags", .list(.string), level: .asset),
    TransformRow("status", "own", level: .finding),
  ]

  static func preview(_ record: String, levels: Set<AttributeLevel> = [.asset]) throws -> MapPreview {
    let shape = [ShapeRule(try SourceExpression("name"), [.string])]
    let mapping = try Mapping(rows, levels: levels, shape: shape)
    return try JSONDocument(record).withRoot { MapPreview(of: $0, by: mapping.mapper) }
  }

  @Test("Each row shows what the record has, what becomes of it, or why nothing does")
  func shows() throws {
    let preview = try Self.preview(
      #"{"name":"web","disks":[1,2],"url":"x/y","when":"yesterday","tags":{},"status":"FAIL"}"#)
    #expect(preview.rows.map(\.target) == ["one", "two", "three", "custom.when", "custom.tags"])
    #expect(preview.rows.map(\.source) == Self.rows.prefix(5).map(\.source))
    #expect(preview.rows.map(\.type) == [.string, .integer, .string, .date, .list(.string)])
    #expect(
      preview.rows.map(\.sourceValue) == [
        .string("web"), .integer(2), .string("x/y"), .string("yesterday"), .object([JSONValue.Member]()),
      ])
    #expect(
      preview.rows.map(\.outcome) == [
        .value(.string("web")), .value(.integer(2)), .value(.string("https://x/y")),
        .dropped("\"yesterday\" is not of type date"), .empty,
      ])
    #expect(!preview.isRejected && preview.rejection == nil)
    #expect(preview.values.json.text() == #"{"one":"web","two":2,"three":"https://x/y"}"#)
  }

  @Test("A default is a value, an expression's error drops it")
  func defaults() throws {
    let preview = try Self.preview(#"{"name":"web","disks":5}"#)
    #expect(preview.rows.map(\.sourceValue) == [.string("web"), nil, nil, nil, nil])
    let reason =
      "the expression has no value here: argument 1 of length() is number, not string|array|object, at position 0"
    #expect(preview.rows[1].outcome == .dropped(reason))
    #expect(preview.rows[2].outcome == .value(.string("none")))
  }

  @Test(
    "A record that would be rejected says so with the run's own reason",
    arguments: [
      (#"{"name":"","named":"x"}"#, "name is empty"), (#"{"name":7}"#, "name has the wrong type"),
      ("{}", "name is missing"),
      (#"{"deep":{"name":["x"]},"name":"web"}"#, "one: a list stands where one value of type string was expected"),
    ])
  func rejects(record: String, reason: String) throws {
    let preview = try Self.preview(record)
    #expect(preview.rejection == reason && preview.isRejected)
    #expect(preview.rows.count == 5)
  }

  @Test("Rows of findings are shown for findings")
  func levels() throws {
    let preview = try Self.preview(#"{"name":"web","status":"FAIL"}"#, levels: [.control, .finding])
    #expect(preview.rows.map(\.target) == ["own"])
    #expect(preview.rows.map(\.level) == [.finding])
  }

  @Test("A preview is what the run makes of the record")
  func agrees() throws {
    for record in [#"{"name":"web","disks":[]}"#, #"{"name":"x","when":"2026-01-31"}"#, "{}", "[]"] {
      let mapping = try Mapping(Self.rows)
      let mapped = try mapping.values(record)
      let preview = try JSONDocument(record).withRoot { MapPreview(of: $0, by: mapping.mapper) }
      #expect(preview.values == mapped.values && preview.rejection == mapped.fatal)
      let dropped = preview.rows.compactMap { if case .dropped = $0.outcome { $0.target } else { nil } }
      #expect(dropped == mapped.dropped.map(\.target))
    }
  }

  static let differences: [(expected: String, found: [String])] = [
    (#"{"one":"web","two":2.0,"custom.when":"2026-01-31T13:00:00+01:00"}"#, []), (#"{"custom.tags":["env=prod"]}"#, []),
    (#"{"three":"none"}"#, []), ("{}", []),
    (#"{"one":"db","two":3}"#, [#"one: "db" was expected, not "web""#, "two: 3 was expected, not 2"]),
    (#"{"three":null}"#, [#"three: null was expected, not "none""#]),
    (#"{"four":"x"}"#, [#"four: "x" was expected, not null (no row has this target)"#]),
    (#"{"own":"x"}"#, [#"own: "x" was expected, not null (no row has this target)"#]),
    (
      #"{"two":"many"}"#, [#"two: "many" was expected, not 2 (the example's own value: "many" is not of type integer)"#]
    ),
    (#"{"custom.tags":["env=test"]}"#, [#"custom.tags: ["env=test"] was expected, not ["env=prod"]"#]),
  ]

  @Test("An example lists what the map makes differently", arguments: differences)
  func examples(expected: String, found: [String]) throws {
    let record = #"{"name":"web","disks":[1,2],"when":"2026-01-31T12:00:00Z","tags":{"env":"prod"}}"#
    guard case .object(let members) = try JSONValue.parsed(expected) else { return }
    let example = MapExample(name: "web", record: try .parsed(record), expected: members)
    #expect(try example.differences(by: Mapping(Self.rows).mapper).map(\.description) == found)
  }

  @Test("An example whose value is dropped or whose record is rejected says why")
  func failures() throws {
    let mapper = try Mapping(Self.rows).mapper
    let when = MapExample(
      name: "", record: try .parsed(#"{"name":"web","when":"soon"}"#),
      expected: [.init("custom.when", .string("2026-01-31T12:00:00Z"))])
    #expect(
      try when.differences(by: mapper).map(\.reason) == ["dropped: \"soon\" is not of type date"])
    let none = MapExample(
      name: "", record: try .parsed(#"{"name":"web","when":"soon"}"#), expected: [.init("custom.when", .null)])
    #expect(try none.differences(by: mapper).isEmpty)
    let rejected = MapExample(name: "", record: try .parsed("{}"), expected: [.init("two", .null)])
    #expect(
      try rejected.differences(by: mapper).map(\.description) == ["rejected: one: the record has no value (named)"])
  }
}
