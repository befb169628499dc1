import IsthmusCore
import TestSupport
import Testing

@Suite("Rows with expressions")
struct EvaluatedRowTests {
  static let record = #"""
    {"name":"web-01","size":4.0,"zones":["3","1"],"tags":{"env":"prod","team":"web"},
     "disks":[{"name":"os","gb":30},{"name":"data","gb":1024,"shared":true}],"empty":[],"text":"12"}
    """#

  @Test(
    "An expression's result is typed like a value of the record",
    arguments: [
      ("length(disks)", .integer, .integer(2)), ("sum(disks[].gb)", .integer, .integer(1054)),
      ("disks[?shared].name | [0]", .string, .string("data")), ("join('/', sort(zones))", .string, .string("1/3")),
      ("disks[*].name", .list(.string), .list([.string("os"), .string("data")])),
      ("tags", .list(.string), .list([.string("env=prod"), .string("team=web")])),
      (
        "merge(tags, {size: to_string(size)})", .list(.string),
        .list([.string("env=prod"), .string("team=web"), .string("size=4.0")])
      ),
      ("keys(tags)", .list(.string), .list([.string("env"), .string("team")])),
      ("avg(disks[].gb)", .decimal, .decimal(527)), ("size", .integer, .integer(4)),
      ("abs(size)", .integer, .integer(4)),
      ("contains(zones, '1')", .boolean, .boolean(true)), ("'Azure'", .string, .string("Azure")),
      ("`[1, 2]`", .list(.integer), .list([.integer(1), .integer(2)])),
      ("not_null(missing, name)", .string, .string("web-01")), ("missing || 'none'", .string, .string("none")),
      ("to_number(text)", .integer, .integer(12)), ("@ | name", .string, .string("web-01")),
      ("length(@)", .integer, .integer(7)), ("missing[].x", .string, nil), ("empty[]", .list(.string), nil),
      ("empty[0]", .string, nil),
    ] as [(String, AttributeType, AttributeValue?)])
  func types(source: String, type: AttributeType, expected: AttributeValue?) throws {
    let mapped = try Mapping([TransformRow(source, "one", type)]).values(Self.record)
    #expect(mapped.values["one"] == expected)
    #expect(mapped.dropped.isEmpty && mapped.fatal == nil)
  }

  @Test("An expression without a value for a record drops it, and rejects the record only where it is required")
  func errors() throws {
    let row = TransformRow("length(size)", "one", .integer)
    let dropped = try Mapping([row, TransformRow("name", "two")]).values(Self.record)
    let reason =
      "the expression has no value here: argument 1 of length() is number, not string|array|object, at position 0"
    #expect(dropped.dropped.map(\.target) == ["one"] && dropped.dropped.map(\.reason) == [reason])
    #expect(dropped.values["two"] == .string("web-01") && dropped.fatal == nil)
    let required = try Mapping([TransformRow("length(size)", "one", .integer, required: true)]).values(Self.record)
    #expect(required.fatal == "one: \(reason)" && required.dropped.isEmpty)
    let missing = try Mapping([TransformRow("empty[0]", "one", required: true)]).values(Self.record)
    #expect(missing.fatal == "one: the record has no value (empty[0])")
    let unfit = try Mapping([TransformRow("disks[0]", "one")]).values(Self.record)
    #expect(unfit.dropped.map(\.reason) == ["an object stands where one value of type string was expected"])
  }

  @Test("Value table, default and alternatives work on an expression's result too")
  func tables() throws {
    let table = ValueTable(["true": "shared", "": "unknown"], anythingElse: "local")
    let row = TransformRow("disks[-1].shared && `true`", "one", values: table)
    #expect(try Mapping([row]).values(Self.record).values["one"] == .string("shared"))
    #expect(try Mapping([row]).values(#"{"disks":[{"shared":0}]}"#).values["one"] == .string("shared"))
    #expect(try Mapping([row]).values("{}").values["one"] == .string("unknown"))
    let withDefault = TransformRow("max_by(disks, &gb).name", "one", default: "none")
    #expect(try Mapping([withDefault]).values(Self.record).values["one"] == .string("data"))
    #expect(try Mapping([withDefault]).values(#"{"disks":[]}"#).values["one"] == .string("none"))
  }

  @Test(
    "What an expression reads decides the digest, and nothing else does",
    arguments: [
      ("sum(disks[].gb)", #"{"disks":[{"gb":1}],"x":1}"#, #"{"disks":[{"gb":1}],"x":2}"#, true),
      ("sum(disks[].gb)", #"{"disks":[{"gb":1}]}"#, #"{"disks":[{"gb":2}]}"#, false),
      ("a.b == c", #"{"a":{"b":1,"z":1},"c":1}"#, #"{"a":{"z":2,"b":1},"c":1}"#, true),
      ("a.b == c", #"{"a":{"b":1},"c":1}"#, #"{"a":{"b":2},"c":1}"#, false),
      ("a.b == c", #"{"a":{"b":1},"c":1}"#, #"{"a":{"b":1},"c":2}"#, false),
      // The same value in another of the places.
      ("[a, b]", #"{"a":"x"}"#, #"{"b":"x"}"#, false), ("a || length(b)", #"{"a":"x"}"#, #"{"b":"x"}"#, false),
      ("length(@)", #"{"a":1}"#, #"{"b":1}"#, false), ("keys(@)", #"{"a":1}"#, #"{"a":1}"#, true),
      ("'x'", "{}", #"{"a":1}"#, true),
      ("@", #"{"a":1}"#, #"{"a":2}"#, false),
    ])
  func digests(source: String, one: String, other: String, isSame: Bool) throws {
    let mapping = try Mapping([TransformRow(source, "one", .list(.string))])
    #expect(try (mapping.digest(one) == mapping.digest(other)) == isSame)
    // Inside a page the record does not stand first.
    var digests: [UInt64] = []
    let reader = mapping.mapper.makeReader()
    try JSONDocument("[\(one),\(other)]").withRoot { root in
      for record in root.elements {
        reader.read(record)
        digests.append(reader.digest(of: .asset).value)
      }
    }
    #expect(try digests == [mapping.digest(one), mapping.digest(other)])
  }

  @Test("Another expression, or another level of a custom target, gives another digest")
  func fingerprints() throws {
    let digests = try ["length(a)", "length( a )", "abs(a)"].map { source in
      try Mapping([TransformRow(source, "one")]).digest(#"{"a":"x"}"#)
    }
    #expect(Set(digests).count == 3)
  }

  @Test("A reader forgets what the record before it gave to expressions")
  func forgets() throws {
    let rows = [
      TransformRow("length(a)", "one", .integer), TransformRow("length(@)", "two", .integer),
      TransformRow("a[-1]", "three"),
    ]
    let reader = try Mapping(rows).mapper.makeReader()
    var found: [[AttributeValue?]] = []
    try JSONDocument(#"[{"a":["x","y"]},{"b":1,"c":2},[1]]"#).withRoot { root in
      for record in root.elements {
        reader.read(record)
        let values = reader.values(of: .asset).values
        found.append(["one", "two", "three"].map { values[$0] })
      }
    }
    #expect(found == [[.integer(2), .integer(1), .string("y")], [nil, .integer(2), nil], [nil, .integer(1), nil]])
  }

  @Test("Rows of each level read on, beside what the run itself needs", arguments: SeededGenerator.seeds(10))
  func agrees(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let sources = [
      "a", "a.b", "length(a.b)", "a.c || d", "[a.b, d]", "d[*].e", "keys(@)", "a.b | @", "{x: d, y: a}", "e",
    ]
    for _ in 0..<50 {
      let chosen = sources.shuffled(using: &random).prefix(3).map { $0 }
      let rows = zip(chosen, ["one", "two", "three"]).map { TransformRow($0, $1, .list(.string)) }
      let record = Self.record(&random)
      let together = try Mapping(rows, keys: [.id: "a.b", .severity: "d"]).values(record)
      for row in rows {
        let alone = try Mapping([row]).values(record)
        #expect(together.values[row.target] == alone.values[row.target], "seed \(seed): \(row.source) on \(record)")
        let isDropped = together.dropped.contains { $0.target == row.target }
        #expect(isDropped == !alone.dropped.isEmpty, "seed \(seed): \(row.source) on \(record)")
      }
    }
  }

  private static func record(_ random: inout SeededGenerator) -> String {
    let scalars = ["1", "\"x\"", "null", "true", "[\"p\",\"q\"]", "{\"e\":1}", "[{\"e\":\"r\"},{}]"]
    let inner = ["b", "c"].compactMap { name in random.maybe { "\"\(name)\":\($0.pick(scalars))" } }
    let outer = ["d", "e"].compactMap { name in random.maybe { "\"\(name)\":\($0.pick(scalars))" } }
    let first = random.chance(5) ? "\"a\":\(random.pick(scalars))" : "\"a\":{\(inner.joined(separator: ","))}"
    return "{\(([first] + outer).joined(separator: ","))}"
  }
}
