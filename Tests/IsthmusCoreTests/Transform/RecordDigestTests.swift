import IsthmusCore
import TestSupport
import Testing

@Suite("Records' digests")
struct RecordDigestTests {
  private static let rows = [
    TransformRow("a || b", "one"), TransformRow("c.d", "two"), TransformRow("list", "three", .list(.string)),
  ]

  @Test(
    "What no row reads, spacing and order do not matter",
    arguments: [
      #"{"a":"x","c":{"d":"y"},"list":["1"],"other":1}"#, #"{"list":["1"],"c":{"e":2,"d":"y"},"a":"x"}"#,
      #"{ "a" : "x" , "c" : { "d" : "y" } , "list" : ["1"] }"#,
    ])
  func ignores(record: String) throws {
    let mapping = try Mapping(Self.rows)
    #expect(try mapping.digest(record) == mapping.digest(#"{"a":"x","c":{"d":"y"},"list":["1"]}"#))
  }

  @Test(
    "A value that is read matters: its text, its kind, its place",
    arguments: [
      (#"{"a":"x"}"#, #"{"a":"y"}"#), (#"{"a":"x"}"#, "{}"), (#"{"a":"x"}"#, #"{"c":{"d":"x"}}"#),
      (#"{"a":"x","c":{"d":"y"}}"#, #"{"a":"y","c":{"d":"x"}}"#), (#"{"a":null}"#, #"{"a":"null"}"#),
      (#"{"a":false,"b":"x"}"#, #"{"a":"false","b":"x"}"#), (#"{"list":["1"]}"#, #"{"list":"[\"1\"]"}"#),
      (#"{"list":[]}"#, #"{"list":"[]"}"#), (#"{"list":["1"]}"#, #"{"list":["1","2"]}"#),
      (#"{"a":"x"}"#, #"{"a":"X"}"#),
    ])
  func tells(one: String, other: String) throws {
    let mapping = try Mapping(Self.rows)
    #expect(try mapping.digest(one) != mapping.digest(other))
  }

  @Test("Another seed, map or value table gives another digest")
  func dependsOnMap() throws {
    let record = #"{"a":"x"}"#
    let digests = try [
      Mapping([TransformRow("a", "one")]), Mapping([TransformRow("a", "one")], seed: 2),
      Mapping([TransformRow("a", "two")]),
      Mapping([TransformRow("a", "one", .integer)]),
      Mapping([TransformRow("a", "one", values: ValueTable(["x": "y"]))]),
      Mapping([TransformRow("a", "one", values: ValueTable(["x": "z"]))]),
      Mapping([TransformRow("a", "one", values: ValueTable(["x": "y"], anythingElse: "z"))]),
      Mapping([TransformRow("a", "one", default: "d")]), Mapping([TransformRow("a", "one", required: true)]),
      Mapping([TransformRow("a || b", "one")]), Mapping([TransformRow("join('', ['p', a])", "one")]),
    ].map { try $0.digest(record) }
    #expect(Set(digests).count == digests.count)
  }

  @Test("Levels have digests of their own")
  func separatesLevels() throws {
    let mapping = try Mapping([TransformRow("b", "shared"), TransformRow("c", "own")], levels: [.control, .finding])
    let (one, other) = (#"{"b":"1","c":"2"}"#, #"{"b":"1","c":"3"}"#)
    #expect(try mapping.digest(one, of: .control) == mapping.digest(other, of: .control))
    #expect(try mapping.digest(one, of: .finding) != mapping.digest(other, of: .finding))
  }

  @Test("The severity and the category that a run takes from a record count, though no row reads them")
  func includesControlKeys() throws {
    let mapping = try Mapping(
      [TransformRow("b", "shared")], levels: [.control, .finding], keys: [.severity: "s", .category: "k", .id: "id"])
    let record = #"{"b":"1","s":"High","k":"x","id":"1"}"#
    for other in [#"{"b":"1","s":"Low","k":"x","id":"1"}"#, #"{"b":"1","s":"High","k":"y","id":"1"}"#] {
      #expect(try mapping.digest(record, of: .control) != mapping.digest(other, of: .control))
    }
    let another = #"{"b":"1","s":"High","k":"x","id":"2"}"#
    #expect(try mapping.digest(record, of: .control) == mapping.digest(another, of: .control))
  }

  @Test("The digest is the same exactly when all values that rows read are", arguments: SeededGenerator.seeds(20))
  func followsValues(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let mapping = try Mapping(Self.rows)
    let scalars = ["null", "\"\"", "\"x\"", "\"null\"", "\"1\"", "1", "true", "\"true\"", "[]", "{}", "[\"1\"]"]
    func record() -> (read: [String?], text: String) {
      let read = (0..<4).map { _ in random.chance(3) ? nil : random.pick(scalars) }
      let members = [
        read[0].map { "\"a\":\($0)" }, read[1].map { "\"b\":\($0)" }, read[2].map { "\"c\":{\"d\":\($0)}" },
        read[3].map { "\"list\":\($0)" }, "\"other\":\(random.number(0...9))",
      ]
      return (read, "{\(members.compactMap { $0 }.shuffled(using: &random).joined(separator: ","))}")
    }
    for _ in 0..<100 {
      let (one, other) = (record(), record())
      let isSame = try mapping.digest(one.text) == mapping.digest(other.text)
      // What differs only in which alternative holds the same value may share a digest; its value is the same.
      if one.read == other.read { #expect(isSame, "\(one.text) \(other.text)") }
      if isSame {
        #expect(try mapping.values(one.text).values == mapping.values(other.text).values, "\(one.text) \(other.text)")
      }
    }
  }
}
