import IsthmusCore
import Testing

@Suite("What is wrong with a map")
struct MapProblemTests {
  static let source = DataModel(
    name: "source", description: "",
    attributes: [
      Attribute("hostName", .string, .asset, "", example: "", expression: try! SourceExpression("properties.name")),
      Attribute("title", .string, .control, "", example: "", expression: try! SourceExpression("properties.title")),
      Attribute("status", .string, .finding, "", example: "", expression: try! SourceExpression("properties.status")),
    ])

  static let target = DataModel(
    name: "inventory", description: "",
    attributes: [
      Attribute("assetName", .string, .asset, "", example: ""),
      Attribute("macAddress", .macAddress, .asset, "", example: ""),
      Attribute("ipAddresses", .list(.ipAddress), .asset, "", example: ""),
      Attribute("cores", .integer, .asset, "", example: ""),
      Attribute("load", .decimal, .asset, "", example: ""), Attribute("createdOn", .date, .asset, "", example: ""),
      Attribute("findingName", .string, .control, "", example: ""),
      Attribute("findingStatus", .string, .finding, "", example: ""),
    ])

  static func problems(_ rows: TransformRow...) -> [MapError] {
    let map = TransformMap(name: "own", sourceModel: "source", targetModel: "inventory", rows: rows)
    return map.problems(from: source, to: target)
  }

  @Test("A map without mistakes has no problems")
  func none() {
    let found = Self.problems(
      TransformRow("hostName", "assetName", identifier: true), TransformRow("title", "findingName", required: true),
      TransformRow("status", "findingStatus", values: ValueTable(["": "PASS"], anythingElse: "FAIL")),
      // One that the source has for the control, on the finding, and the reverse.
      TransformRow("title", "custom.title", level: .finding),
      TransformRow("status", "custom.Status-2_x", level: .control),
      TransformRow("hostName", "custom.host"), TransformRow("length(tags)", "custom.tags", .integer, level: .asset),
      // A string is what the target takes it for; addresses are strings.
      TransformRow("a", "macAddress"), TransformRow("b", "ipAddresses", .list(.string), default: "10.0.0.1"),
      TransformRow("c", "cores", default: "4.0"), TransformRow("d", "load", .decimal),
      TransformRow("e", "createdOn", .date))
    #expect(found == [])
  }

  @Test(
    "Each mistake names its row and the part of it",
    arguments: [
      (
        TransformRow("a", "assetname"), .target,
        "the target model \"inventory\" has no such attribute; the nearest is \"assetName\""
      ),
      (TransformRow("a", "qwertyuiop"), .target, "the target model \"inventory\" has no such attribute"),
      (
        TransformRow("a", "custom.", level: .asset), .target,
        "a custom target is custom.NAME: a letter, then up to 63 letters, digits, '_' or '-'"
      ),
      (
        TransformRow("a", "custom.1a", level: .asset), .target,
        "a custom target is custom.NAME: a letter, then up to 63 letters, digits, '_' or '-'"
      ),
      (
        TransformRow("a", "custom.é", level: .asset), .target,
        "a custom target is custom.NAME: a letter, then up to 63 letters, digits, '_' or '-'"
      ),
      (
        TransformRow("a", "custom.a.b", level: .asset), .target,
        "a custom target is custom.NAME: a letter, then up to 63 letters, digits, '_' or '-'"
      ),
      (
        TransformRow("a", "custom.x"), .level, "say level: asset, control or finding, since the source is an expression"
      ),
      (TransformRow("a", "assetName", level: .finding), .level, "the target is of level asset, not finding"),
      (
        TransformRow("hostName", "findingName"), .level,
        "\"hostName\" is read from hosts, and the target belongs to level control: hosts and findings are different records"
      ),
      (
        TransformRow("status", "assetName"), .level,
        "\"status\" is read from findings, and the target belongs to level asset: hosts and findings are different records"
      ),
      (
        TransformRow("hostName", "custom.x", level: .finding), .level,
        "\"hostName\" is read from hosts, and the target belongs to level finding: hosts and findings are different records"
      ),
      (
        TransformRow("a", "assetName", .integer), .type,
        "the target is of type string, which a row of type integer can't fill"
      ),
      (
        TransformRow("a", "cores", .decimal), .type,
        "the target is of type integer, which a row of type decimal can't fill"
      ),
      (
        TransformRow("a", "assetName", .list(.string)), .type,
        "the target is of type string, which a row of type list of string can't fill"
      ),
      (
        TransformRow("a", "ipAddresses", .list(.macAddress)), .type,
        "the target is of type list of IP address, which a row of type list of MAC address can't fill"
      ),
      (
        TransformRow("a", "ipAddresses", identifier: true), .identifier,
        "a list can't tell records apart: an identifier is one value"
      ),
      (
        TransformRow("a", "custom.x", .list(.string), identifier: true, level: .asset), .identifier,
        "a list can't tell records apart: an identifier is one value"
      ),
      (
        TransformRow("a", "cores", .integer, default: "many"), .defaultValue,
        "the default \"many\" is not of type integer"
      ),
      (TransformRow("a", "cores", default: "many"), .defaultValue, "the default \"many\" is not of type integer"),
      (
        TransformRow("a", "ipAddresses", .list(.ipAddress), default: "x"), .defaultValue,
        "the default \"x\" is not of type IP address"
      ),
      (
        TransformRow("a", "createdOn", .date, values: ValueTable(["": "", "Never": "never"])), .values,
        "the value table's entry for \"never\": \"never\" is not of type date"
      ),
      (
        TransformRow("a", "cores", .integer, values: ValueTable(["x": "1"], anythingElse: "?")), .values,
        "the value table's entry for anything else: \"?\" is not of type integer"
      ),
      (
        TransformRow("a[", "assetName"), .source,
        "source \"a[\": a number, ':', '*' or '?' was expected after '[' at position 2"
      ),
      (
        TransformRow("lenght(a)", "assetName"), .source,
        "source \"lenght(a)\": there is no function lenght(), the nearest is length(), at position 0"
      ),
    ] as [(TransformRow, MapError.Part, String)])
  func one(row: TransformRow, part: MapError.Part, problem: String) throws {
    let found = Self.problems(TransformRow("hostName", "custom.other"), row)
    #expect(found.map(\.problem) == [problem])
    #expect(found.first?.part == part && found.first?.row == row.target)
    #expect(found.first?.description == "transform map \"own\", row \"\(row.target)\": \(problem)")
  }

  @Test("A target has one row, whatever the case of its letters")
  func duplicates() {
    let found = Self.problems(
      TransformRow("a", "custom.Team", level: .asset), TransformRow("b", "assetName"),
      TransformRow("c", "custom.team", level: .asset), TransformRow("d", "assetName"))
    #expect(found.map(\.row) == ["custom.team", "assetName"])
    #expect(found.allSatisfy { $0.part == .target && $0.problem == "another row has this target already" })
  }

  @Test("All problems are found, of one row and of all; a mapper stops at the first")
  func all() {
    let rows = [
      TransformRow("a[", "nothing", default: "x", level: .asset),
      TransformRow("title", "cores", .integer, default: "x"),
    ]
    let map = TransformMap(name: "own", sourceModel: "source", targetModel: "inventory", rows: rows)
    let found = map.problems(from: Self.source, to: Self.target)
    #expect(found.map(\.part) == [.target, .source, .level, .defaultValue])
    #expect(found[1].position == 2)
    let error = #expect(throws: MapError.self) {
      try RecordMapper(map, from: Self.source, to: Self.target, levels: [.finding], keys: [:], shape: [], seed: 1)
    }
    #expect(error == found[0])
  }

  @Test("Custom targets land under their name, on the records of their level")
  func custom() throws {
    let rows = [
      TransformRow("length(tags)", "custom.tagCount", .integer, level: .asset),
      TransformRow("owner", "custom.owner", level: .finding),
    ]
    let record = #"{"tags":{"a":1},"owner":"web"}"#
    #expect(try Mapping(rows).values(record).values.json.text() == #"{"custom.tagCount":1}"#)
    let findings = try Mapping(rows, levels: [.control, .finding])
    #expect(try findings.values(record, of: .finding).values.json.text() == #"{"custom.owner":"web"}"#)
    #expect(try findings.values(record, of: .control).values.isEmpty)
  }

  @Test("The target's type decides what a string becomes, and normalises it")
  func targetTypes() throws {
    let rows = [TransformRow("mac", "macAddress"), TransformRow("ips", "ipAddresses"), TransformRow("n", "cores")]
    let map = TransformMap(name: "own", sourceModel: "source", targetModel: "inventory", rows: rows)
    let mapper = try RecordMapper(
      map, from: Self.source, to: Self.target, levels: [.asset], keys: [:], shape: [], seed: 1)
    let values = try JSONDocument(#"{"mac":"00-0D-3A-1B-C7-21","ips":"10.0.0.4","n":"4.0"}"#).withRoot { record in
      MapPreview(of: record, by: mapper).values
    }
    #expect(values.json.text() == #"{"macAddress":"00:0d:3a:1b:c7:21","ipAddresses":["10.0.0.4"],"cores":4}"#)
  }

  @Test("What a run itself needs of a record must be a path")
  func keys() throws {
    let error = #expect(throws: MapError.self) { try Mapping([], keys: [.id: "length(id)"]) }
    #expect(error?.problem == "the source's own \"length(id)\" must be a path")
  }
}
