import IsthmusCore
import TestSupport
import Testing

@Suite("Merging what sources say")
struct AttributeMergeTests {
  private func row(
    _ source: Int64, connector: Int64 = 1, isPresent: Bool = true, changed: Int = 0,
    _ entries: KeyValuePairs<String, AttributeValue>
  ) -> AttributeMerge.Row {
    var values = AttributeValues()
    for (name, value) in entries { values[name] = value }
    return AttributeMerge.Row(
      source: source, connector: connector, isPresent: isPresent, changedAt: Timestamp(microseconds: Int64(changed)),
      values: values)
  }

  private func names(_ merge: AttributeMerge) -> [String?] { merge.values.entries.map(\.value.string) }

  @Test("One source's values stay as they are, in their order")
  func single() {
    let only = row(1, ["b": .string("1"), "a": .list([.string("x")])])
    let merge = AttributeMerge([only], trust: SourceTrust())
    #expect(merge.values == only.values)
    #expect(merge.origins == ["a": 1, "b": 1])
    #expect(AttributeMerge([], trust: SourceTrust()).values.isEmpty)
  }

  @Test("The most trusted source has the word; what it lacks comes from the next one")
  func trust() {
    let rows = [
      row(1, connector: 1, changed: 9, ["hostName": .string("old"), "fqdn": .string("f")]),
      row(2, connector: 2, changed: 1, ["hostName": .string("trusted")]),
    ]
    let merge = AttributeMerge(rows, trust: SourceTrust(order: [2, 1]))
    #expect(names(merge) == ["trusted", "f"])
    #expect(merge.origins == ["hostName": 2, "fqdn": 1])
  }

  @Test("Connectors that no order names come last, and the newest of them has the word")
  func unnamed() {
    let rows = [
      row(1, connector: 1, changed: 1, ["a": .string("first")]),
      row(2, connector: 2, changed: 2, ["a": .string("second")]),
    ]
    #expect(names(AttributeMerge(rows, trust: SourceTrust(order: [5]))) == ["second"])
    #expect(names(AttributeMerge(rows, trust: SourceTrust(order: [5, 1]))) == ["first"])
    let equal = [row(4, changed: 2, ["a": .string("4")]), row(3, changed: 2, ["a": .string("3")])]
    #expect(names(AttributeMerge(equal, trust: SourceTrust())) == ["3"])
  }

  @Test("An attribute may have an order of its own; where that names none, the general one decides")
  func overrides() {
    let rows = [1, 2, 3].map { number in
      row(number, connector: number, ["a": .string("\(number)"), "b": .string("\(number)")])
    }
    let trust = SourceTrust(order: [1, 2], overrides: ["b": [3]])
    #expect(AttributeMerge(rows, trust: trust).origins == ["a": 1, "b": 3])
    #expect(AttributeMerge(Array(rows.prefix(2)), trust: trust).origins == ["a": 1, "b": 1])
  }

  @Test("Rows that are gone have no say beside present ones")
  func gone() {
    let rows = [
      row(1, isPresent: false, changed: 9, ["a": .string("gone"), "b": .string("gone")]),
      row(2, ["a": .string("here")]),
    ]
    #expect(names(AttributeMerge(rows, trust: SourceTrust())) == ["here"])
    #expect(names(AttributeMerge([rows[0]], trust: SourceTrust())) == ["gone", "gone"])
  }

  @Test("Empty texts and lists say nothing")
  func empty() {
    let rows = [
      row(1, changed: 9, ["a": .string(""), "b": .list([])]), row(2, ["a": .string("x"), "b": .list([.integer(1)])]),
    ]
    #expect(AttributeMerge(rows, trust: SourceTrust()).origins == ["a": 2, "b": 2])
  }

  @Test(
    "The order of the rows doesn't matter, and each value is one of its source's", arguments: SeededGenerator.seeds(200)
  )
  func order(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let names = ["a", "b", "c", "d"]
    var rows = (1...Int64(generator.number(1...6))).map { source in
      var values = AttributeValues()
      for name in names where !generator.chance(3) {
        values[name] = .string(generator.chance(6) ? "" : "\(name)\(source)")
      }
      return AttributeMerge.Row(
        source: source, connector: Int64(generator.number(1...3)), isPresent: !generator.chance(3),
        changedAt: Timestamp(microseconds: Int64(generator.number(0...2))), values: values)
    }
    let trust = SourceTrust(
      order: generator.chance(2) ? [2, 1] : [], overrides: generator.chance(2) ? ["b": [3, 1]] : [:])
    let expected = AttributeMerge(rows, trust: trust)
    for _ in 0..<3 {
      rows.shuffle(using: &generator)
      #expect(AttributeMerge(rows, trust: trust) == expected)
    }
    let present = rows.filter(\.isPresent)
    let asked = present.isEmpty ? rows : present
    #expect(Set(expected.origins.keys) == Set(expected.values.entries.map(\.name)))
    for (name, value) in expected.values.entries {
      let origin = asked.first { $0.source == expected.origins[name] }
      #expect(origin?.values[name] == value)
    }
    for name in names where asked.contains(where: { ($0.values[name]?.string ?? "") != "" }) {
      #expect(expected.values[name] != nil)
    }
  }
}
