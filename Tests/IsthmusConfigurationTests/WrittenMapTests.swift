import DefenderForCloud
import IsthmusConnect
import IsthmusCore
import TestSupport
import Testing
import Yams

@testable import IsthmusConfiguration

@Suite("Transform maps as YAML")
struct WrittenMapTests {
  static let kinds = KindCatalog([DefenderForCloud.self])
  static let head = "name: mine\nsourceModel: defender-for-cloud\ntargetModel: inventory\nrows:\n"
  static let needed = """
      - {source: vmId, target: externalAssetId, identifier: true}
      - {source: assessments_status_code, target: findingStatus}

    """

  @Test("The built-in map reads back as it is, can be used, and is written as it was")
  func builtIn() throws {
    for entry in MapCatalog(Self.kinds).builtIn {
      let written = try WrittenMap(entry.document, path: "map.yaml")
      #expect(written.map == entry.map)
      try written.check(Self.kinds)
      #expect(MapWriter.write(written.map, Self.kinds) == entry.document)
      #expect(entry.document.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }
  }

  @Test("Any map and example reads back as it was written", arguments: SeededGenerator.seeds(25))
  func roundTrips(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let (map, examples) = random.map()
      let text = MapWriter.write(map, examples: examples, Self.kinds)
      let read = try WrittenMap(text, path: "map.yaml")
      #expect(read.map == map, "seed \(seed)\n\(text)")
      #expect(read.examples == examples, "seed \(seed)\n\(text)")
      #expect(MapWriter.write(read.map, examples: read.examples, Self.kinds) == text)
    }
  }

  @Test("Rows say what they say in any style of YAML, and need no type")
  func reads() throws {
    let text = """
      \(Self.head)
        - source: >-
            tags.owner
            || 'nobody'
          "target": 'custom.owner'
          level: asset
          default: nobody
        - {source: ResourceType, type: list of IPaddress, target: x, required: true,
           values: {High: 4, '': 0, "*": 9, \\*: star, \\\\x: back}}
      """
    let rows = try WrittenMap(text, path: "map.yaml").map.rows
    #expect(rows[0] == TransformRow("tags.owner || 'nobody'", "custom.owner", default: "nobody", level: .asset))
    let table = ValueTable(["high": "4", "": "0", "*": "star", "\\x": "back"], anythingElse: "9")
    #expect(rows[1] == TransformRow("ResourceType", "x", .list(.ipAddress), values: table, required: true))
  }

  @Test("An example's record is a mapping or a text of JSON; bare words are texts, numbers and null what they are")
  func examples() throws {
    let text = """
      \(Self.head)\(Self.needed)examples:
        - name: mapping
          record: {id: x, count: 3, ratio: 1.50, none: null, yes: yes, quoted: "3", list: [true, 1e3, 007, -], when: 2026-01-31}
          expected: {custom.a: [1, b]}
        - name: text
          record: '{"id": "x", "count": 3}'
          expected: {custom.a: null}
      """
    let examples = try WrittenMap(text, path: "map.yaml").examples
    let record = examples[0].record
    #expect(record["count"] == .integer(3) && record["ratio"] == .number(1.5) && record["none"] == .null)
    #expect(record["yes"] == .string("yes") && record["quoted"] == .string("3"))
    #expect(record["list"] == .array([.bool(true), .number(1000), .string("007"), .string("-")]))
    #expect(record["when"] == .string("2026-01-31"))
    #expect(examples[0].expected == [.init("custom.a", .array([.integer(1), .string("b")]))])
    #expect(examples[1].record == .object(["id": .string("x"), "count": .integer(3)]))
    #expect(examples[1].expected == [.init("custom.a", .null)])
  }

  /// What is added to the head and the needed rows, and how the message begins after `map.yaml:`.
  static let wrong: [(added: String, says: String)] = [
    ("  - {source: a}", "7:5: rows[2]: the key \"target\" is missing"),
    ("  - {target: a}", "7:5: rows[2]: the key \"source\" is missing"),
    ("  - source", "7:5: rows[2]: a single value stands where a mapping was expected"),
    ("  - {sorce: a, target: b}", "7:6: rows[2]: unknown key \"sorce\"; did you mean source?"),
    ("  - {source: a, target: b, type: intger}", "7:34: rows[2].type: \"intger\" is no data type; did you mean"),
    ("  - {source: a, target: b, type: list of list of date}", "7:34: rows[2].type: \"list of list of date\" is no"),
    ("  - {source: a, target: custom.b, level: host}", "7:42: rows[2].level: \"host\" is none of asset, control"),
    ("  - {source: a, target: b, required: perhaps}", "7:38: rows[2].required: \"perhaps\" is none of true, false"),
    ("  - {source: a, target: b, default: }", "7:37: rows[2].default: nothing stands where a text"),
    ("  - {source: a, target: b, values: {}}", "7:36: rows[2].values: the value table is empty"),
    ("  - {source: a, target: b, values: [1]}", "7:36: rows[2].values: a list stands where a mapping was expected"),
    ("  - {source: a, target: b, values: {High: 1, hIGH: 2}}", "7:46: rows[2].values.hIGH: \"hIGH\" stands above"),
    (
      "  - {source: a, target: custom.a, level: asset, type: integer, default: x}", "7:73: rows[2].default: the default"
    ),
    (
      "  - {source: a, target: assetNames}",
      "7:25: rows[2].target: the target model \"inventory\" has no such attribute"
    ),
    ("  - {source: a, target: EXTERNALassetId}", "7:25: rows[2].target: another row has this target already"),
    ("  - {source: a, target: custom.x y, level: asset}", "7:25: rows[2].target: a custom target is custom.NAME"),
    ("  - {source: a, target: custom.a}", "7:5: rows[2]: say level: asset, control or finding"),
    ("  - {source: vmId, target: custom.a, level: finding}", "7:45: rows[2].level: \"vmId\" is read from hosts"),
    ("examples: [{name: a, record: 7, expected: {a: 1}}]", "7:30: examples[0].record: a record is a mapping"),
    ("examples: [{name: a, record: '{', expected: {a: 1}}]", "7:30: examples[0].record: not valid JSON at byte 1"),
    ("examples: [{name: a, record: {}, expected: {}}]", "7:44: examples[0].expected: write what is expected"),
    ("examples: [{name: a, record: {}}]", "7:12: examples[0]: the key \"expected\" is missing"),
    ("examples: [&a {name: a, record: {}, expected: {a: 1}}, *a]", "7:"),
    ("more: 1", "7:1: unknown key \"more\""),
    ("rows: []", "4:1: a key stands twice: rows"),
    ("  - {source: 'a", "8:1: not valid YAML: found unexpected end of stream"),
  ]

  @Test("What is wrong is told with line, column and key", arguments: wrong)
  func tellsPlace(added: String, says: String) {
    let text = "\(Self.head)\(Self.needed)\(added)\n"
    let error = #expect(throws: ConfigurationError.self) { try WrittenMap(text, path: "map.yaml").check(Self.kinds) }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.hasPrefix("map.yaml:\(says)"), "\(message)")
  }

  @Test("A map's head is checked: its name, its models, that there are rows")
  func head() {
    let good = "\(Self.head)\(Self.needed)"
    let cases = [
      ("name: mine", "name: a\\b", "1:7: name: a map's name is of letters"),
      ("name: mine", "name: ' a'", "1:7: name: a map's name is of letters"),
      ("name: mine", "name: ''", "1:7: name: it is empty"), ("name: mine\n", "", "1:1: the key \"name\" is missing"),
      (
        "defender-for-cloud", "defender-for-clouds", "2:14: sourceModel: there is no such model \"defender-for-clouds\""
      ),
      ("inventory", "inventar", "3:14: targetModel: there is no such model \"inventar\"; did you mean inventory?"),
      (Self.needed, "  []", "5:3: rows: the list is empty"),
      ("externalAssetId", "fqdn", "5:3: rows: no row has the target externalAssetId: without it every host"),
      ("findingStatus", "statusCause", "5:3: rows: no row has the target findingStatus: without it every finding"),
    ]
    for (old, new, says) in cases {
      let text = good.replacing(old, with: new)
      let error = #expect(throws: ConfigurationError.self) { try WrittenMap(text, path: "m").check(Self.kinds) }
      #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("m:\(says)"), "\(error.map { "\($0)" } ?? "")")
    }
    let control = #expect(throws: ConfigurationError.self) { try WrittenMap("name: é\nrows: \u{1}", path: "m") }
    #expect(control.map { "\($0)" } == "m:2:7: not valid YAML: control characters are not allowed")
    #expect(throws: ConfigurationError.self) { try WrittenMap("", path: "m") }
    #expect(throws: ConfigurationError.self) { try WrittenMap("- a", path: "m") }
  }

  @Test("All problems of a map are listed, in the order of its rows")
  func all() {
    let text = "\(Self.head)  - {source: 'a[', target: fqdnn}\n  - {source: b, type: date, target: fqdn}\n"
    let error = #expect(throws: ConfigurationError.self) { try WrittenMap(text, path: "m").check(Self.kinds) }
    let lines = "\(error.map { "\($0)" } ?? "")".split(separator: "\n")
    #expect(lines.map { $0.split(separator: " ")[0] } == ["m:5:28:", "m:5:17:", "m:6:23:", "m:5:3:", "m:5:3:"])
  }

  /// An expression that is wrong at `$`, in a style of YAML, and where that stands.
  static let expressions: [(written: String, line: Int, column: Int)] = [
    ("a.b.$", 5, 17), ("'a.b.$'", 5, 18), ("\"a.b.$\"", 5, 18), ("'it''s.$'", 5, 20), ("\"\\x61\\u0062.$\"", 5, 25),
    ("&x a.$", 5, 18), ("!!str a.$", 5, 21), ("a ||\n      b.$", 6, 9), (">-\n      a ||\n      b.$\n", 7, 9),
    ("|\n      a ||\n      b.$\n", 7, 9), ("\"a \\\n      || b.$\"", 6, 12), ("\"a ||\\nb.$\"", 5, 22),
    ("'\"é😀\".$'", 5, 19),
  ]

  @Test("An expression's error points at the character, however the text is written", arguments: expressions)
  func pointsIntoLine(written: String, line: Int, column: Int) {
    let text = "\(Self.head)  - source: \(written)\n    target: fqdn\n".replacing("it''s", with: "\"it''s\"")
    let isQuoted = written.contains("it''s")
    let error = #expect(throws: ConfigurationError.self) { try WrittenMap(text, path: "m").check(Self.kinds) }
    #expect(error?.line == line && error?.column == column + (isQuoted ? 2 : 0), "\(error.map { "\($0)" } ?? "")")
  }

  @Test("A map is renamed with its comments and all", arguments: ["mine", "'mine'", "\"mine\"", "m\\u0069ne"])
  func renames(written: String) throws {
    let isEscaped = written.contains("\\")
    let text =
      "# Mine.\nname: \(isEscaped ? "\"\(written)\"" : written)  # the name\n" + Self.head.dropFirst(11) + Self.needed
    let renamed = try #require(WrittenMap(text, path: "m").text(renamed: "team/other one"))
    #expect(renamed.hasPrefix("# Mine.\nname: team/other one  # the name\nsourceModel:"))
    #expect(try WrittenMap(renamed, path: "m").map.name == "team/other one")
  }

  @Test("Deep and large records are refused, not run out of memory or stack for")
  func limits() {
    let deep =
      "\(Self.head)\(Self.needed)examples: [{name: a, expected: {a: 1}, record: {a: \(String(repeating: "[", count: 600))\(String(repeating: "]", count: 600))}}]\n"
    #expect(throws: ConfigurationError.self) { try WrittenMap(deep, path: "m") }
    let deeper = "\(Self.head)\(String(repeating: "[", count: 50_000))"
    #expect(throws: ConfigurationError.self) { try WrittenMap(deeper, path: "m") }
    var bomb =
      "\(Self.head)\(Self.needed)examples:\n  - name: a\n    expected: {a: 1}\n    record:\n      a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      let list = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "      a\(level): &a\(level) [\(list)]\n"
    }
    let error = #expect(throws: ConfigurationError.self) { try WrittenMap(bomb, path: "m") }
    #expect(error?.problem.contains("100000 values") == true, "\(error.map { "\($0)" } ?? "")")
  }
}

extension SeededGenerator {
  /// A map that is well formed, of texts of any kind; whether it can be used is another question.
  fileprivate mutating func map() -> (TransformMap, [MapExample]) {
    let rows = (0..<number(1...8)).map { _ in row() }
    let map = TransformMap(
      name: pick(["a", "B 2", "x/y.z-1"]), sourceModel: awkward(), targetModel: awkward(), rows: rows)
    let examples = (0..<number(0...3)).map { index in
      MapExample(
        name: "\(index) \(awkward())", record: .object(members(depth: 3)), expected: [.init("t", json(depth: 2))])
    }
    return (map, examples)
  }

  private mutating func row() -> TransformRow {
    let types: [AttributeType] = [.string, .integer, .decimal, .boolean, .date, .ipAddress, .macAddress]
    let type = chance(3) ? AttributeType.list(pick(types)) : pick(types)
    var values: ValueTable?
    if chance(3) {
      let entries = (0..<number(1...4)).map { _ in
        (text: chance(4) ? pick(["", "*", "\\*", "\\"]) : awkward(), value: chance(4) ? "" : awkward())
      }
      values = ValueTable(entries: entries, anythingElse: chance(2) ? awkward() : nil)
    }
    return TransformRow(
      chance(2) ? "vmId" : awkward(), chance(2) ? "fqdn" : awkward(), type, values: values,
      default: chance(3) ? pick(["", awkward()]) : nil, required: chance(3), identifier: chance(5),
      level: chance(3) ? pick(AttributeLevel.allCases) : nil)
  }

  /// A text that is not empty, with all that YAML takes for something else.
  private mutating func awkward() -> String {
    let words = [
      "null", "~", "yes", "True", "0", "-1.5e3", "0x1F", "2026-01-31", "a: b", "a #b", "- a", "? a", "{a}", "[a]", "&a",
      "*a", "!a", "|", ">", "%a", "@a", "`a`", "'a'", "\"a\"", "a,b", "a:", ":a", " a", "a ", "a\nb", "a\tb", "\\n",
      "join('', ['https://', x.y])", "[?a==`1`].b", "\"Foo\".bar || 'x'", "é😀", "\u{85}", "\u{2028}", "a\u{FEFF}",
      "\u{7F}", "\u{1}", "---", "...", "a\r\nb", "properties.osProfile.computerName || name", "<<", "=",
    ]
    return chance(3) ? pick(words) + pick(words) : pick(words)
  }

  private mutating func members(depth: Int) -> [JSONValue.Member] {
    (0..<number(0...4)).map { index in JSONValue.Member("\(awkward())\(index)", json(depth: depth - 1)) }
  }

  private mutating func json(depth: Int) -> JSONValue {
    switch number(0...(depth > 0 ? 7 : 5)) {
    case 0: .null
    case 1: .bool(chance(2))
    case 2: .integer(Int64(number(-9...9)))
    case 3: .number(Double(number(1...99)) + 0.5)
    case 4, 5: .string(chance(5) ? "" : awkward())
    case 6: .array((0..<number(0...3)).map { _ in json(depth: depth - 1) })
    default: .object(members(depth: depth))
    }
  }
}
