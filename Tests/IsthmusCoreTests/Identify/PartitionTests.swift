import IsthmusCore
import Testing

@Suite("Which rows are one asset")
struct PartitionTests {
  private func groups(_ records: [IdentityRecord], _ decisions: [PersonDecision] = []) -> [[Int64]] {
    RuleBook.standard.partition(records, decisions: decisions).groups
  }

  @Test("Rows that share no value are assets of their own")
  func apart() {
    #expect(groups([]).isEmpty)
    #expect(
      groups([IdentityRecord(1, id: "a", resource: "/a"), IdentityRecord(2, id: "b", resource: "/b")]) == [[1], [2]])
  }

  @Test(
    "Any rule joins present rows of two connectors",
    arguments: [
      "cloud-resource-id=/a", "serial-number=s1", "hardware-uuid=u1", "hostname-mac=web+m1", "fqdn=web.example",
      "mac-address=m1", "hostname=web", "ip-address=20.0.0.1",
    ])
  func joins(key: String) {
    let records = [IdentityRecord(1, connector: 1, id: "x", [key]), IdentityRecord(2, connector: 2, id: "x", [key])]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1, 2]])
    #expect(partition.links.map(\.sources) == [[1, 2]])
    #expect(partition.links.first?.rule == String(key.prefix { $0 != "=" }))
  }

  @Test("The same id in two connectors is not the same host")
  func nativeKeys() {
    #expect(
      groups([IdentityRecord(1, connector: 1, id: "x"), IdentityRecord(2, connector: 2, id: "x")]) == [[1], [2]])
  }

  @Test("A rule that one of the two connectors has off joins nothing")
  func turnedOff() {
    let records = [
      IdentityRecord(1, connector: 1, ["fqdn=a"]), IdentityRecord(2, connector: 2, turnedOff: ["fqdn"]),
    ]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1], [2]])
    #expect(partition.trials[2]?.contains { $0.rule == "fqdn" && $0.outcome == .turnedOff } == true)
  }

  @Test("Two present resources of one connector are two assets, whatever names and addresses they share")
  func sameConnector() {
    let keys = ["hostname-mac=a+m", "fqdn=f", "mac-address=m", "hostname=a", "ip-address=20.0.0.1"]
    let records = [
      IdentityRecord(1, id: "x", resource: "/a", keys), IdentityRecord(2, id: "y", resource: "/b", keys),
    ]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1], [2]])
    #expect(partition.ambiguities.isEmpty)
    #expect(partition.trials[1]?.first { $0.rule == "fqdn" }?.outcome == .keptApart([2]))
  }

  @Test("Their hardware UUID or serial number makes them one", arguments: ["hardware-uuid=u", "serial-number=s"])
  func hardware(key: String) {
    let records = [
      IdentityRecord(1, id: "x", resource: "/vm", [key]), IdentityRecord(2, id: "y", resource: "/arc", [key]),
    ]
    #expect(groups(records) == [[1, 2]])
  }

  @Test("Copies that the connector gives one id stay two, even with one hardware UUID", arguments: [true, false])
  func clones(hasUUID: Bool) {
    let keys = hasUUID ? ["hardware-uuid=same"] : []
    let records = [
      IdentityRecord(1, id: "same", resource: "/a", keys), IdentityRecord(2, id: "same", resource: "/b", keys),
    ]
    #expect(groups(records) == [[1], [2]])
  }

  @Test("A machine that moved, or was made anew in its place, stays the asset")
  func moved() {
    let moved = [
      IdentityRecord(1, days: 1...4, id: "x", resource: "/a"), IdentityRecord(2, since: 5, id: "x", resource: "/b"),
    ]
    #expect(groups(moved) == [[1, 2]])
    let anew = [
      IdentityRecord(1, days: 1...4, id: "x", resource: "/a"), IdentityRecord(2, since: 5, id: "y", resource: "/a"),
    ]
    #expect(groups(anew) == [[1, 2]])
  }

  @Test("What was listed beside it stays another machine when it is gone")
  func listedTogether() {
    // x moved from /a to /b, then y was made at /a; later x was deleted.
    let moved = IdentityRecord(1, days: 1...4, id: "x", resource: "/a")
    let other = IdentityRecord(3, since: 6, id: "y", resource: "/a")
    #expect(groups([moved, IdentityRecord(2, since: 5, id: "x", resource: "/b"), other]) == [[1, 2], [3]])
    #expect(groups([moved, IdentityRecord(2, days: 5...9, id: "x", resource: "/b"), other]) == [[1, 2], [3]])
    // A copy that was deleted.
    let copies = [
      IdentityRecord(1, since: 1, id: "same", resource: "/a"),
      IdentityRecord(2, days: 3...5, id: "same", resource: "/b"),
    ]
    #expect(groups(copies) == [[1], [2]])
  }

  @Test("A new host with the name of one that is gone is a new asset")
  func reusedName() {
    let records = [
      IdentityRecord(1, connector: 1, days: 1...4, id: "x", resource: "/a", ["fqdn=web.example", "hostname=web"]),
      IdentityRecord(2, connector: 2, since: 6, id: "y", resource: "/b", ["fqdn=web.example", "hostname=web"]),
    ]
    #expect(groups(records) == [[1], [2]])
    #expect(RuleBook.standard.partition(records).trials[2]?.first { $0.rule == "fqdn" }?.outcome == .noMatch)
  }

  @Test("A source that loses a host stays with the asset that it was part of")
  func follows() {
    let present = IdentityRecord(1, connector: 1, since: 1, id: "x", resource: "/a", ["fqdn=web.example"])
    let lost = IdentityRecord(2, connector: 2, days: 2...4, id: "y", ["fqdn=web.example"])
    #expect(groups([present, lost]) == [[1, 2]])
    let alsoGone = IdentityRecord(1, connector: 1, days: 1...6, id: "x", resource: "/a", ["fqdn=web.example"])
    #expect(groups([alsoGone, lost]) == [[1, 2]])
  }

  @Test("What is gone follows what is present rather than what is gone too")
  func followsPresent() {
    let records = [
      IdentityRecord(1, connector: 1, since: 0, ["hostname=web"]),
      IdentityRecord(2, connector: 2, days: 1...4, ["hostname=web"]),
      IdentityRecord(3, connector: 3, days: 1...4, ["hostname=web"]),
    ]
    #expect(groups(records, [PersonDecision(.apart, 1, 3)]) == [[1, 2], [3]])
  }

  @Test("Machines that came after one another under a name follow the source that lists it all along")
  func successors() {
    let keys = ["hostname=web"]
    let steady = IdentityRecord(1, connector: 2, since: 0, id: "cmdb", keys)
    let first = IdentityRecord(2, days: 1...2, id: "x", resource: "/a", keys)
    let second = IdentityRecord(3, days: 3...4, id: "y", resource: "/b", keys)
    let third = IdentityRecord(4, since: 5, id: "z", resource: "/c", keys)
    #expect(groups([steady, first, second, third]) == [[1, 2, 3, 4]])
    #expect(groups([steady, first, second]) == [[1, 2, 3]])
  }

  @Test("Two gone machines that were listed side by side don't both follow")
  func rivals() {
    let steady = IdentityRecord(1, connector: 2, since: 0, id: "cmdb", ["hostname=web"])
    let records = [
      steady, IdentityRecord(2, days: 1...4, id: "x", resource: "/a", ["hostname=web"]),
      IdentityRecord(3, days: 2...5, id: "y", resource: "/b", ["hostname=web"]),
    ]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1], [2], [3]])
    #expect(partition.ambiguities.map(\.sources) == [[2], [3]])
    #expect(partition.ambiguities.allSatisfy { !$0.isPresent })
  }

  @Test("A row that only bridges two assets is an asset of its own, and waits for a person")
  func bridge() {
    let records = [
      IdentityRecord(1, connector: 1, resource: "/a", ["mac-address=m1"]),
      IdentityRecord(2, connector: 2, ["mac-address=m1", "mac-address=m2"]),
      IdentityRecord(3, connector: 1, resource: "/b", ["mac-address=m2"]),
    ]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1], [2], [3]])
    #expect(partition.links.isEmpty)
    let found = partition.ambiguities
    #expect(found.map(\.rule) == ["mac-address"] && found.map(\.sources) == [[2]] && found.allSatisfy(\.isPresent))
    #expect(found.map(\.values) == [["m1", "m2"]] && found.map(\.candidates) == [[[1], [3]]])
    #expect(
      partition.trials[2]?.filter { $0.rule == "mac-address" }.map(\.outcome) == [.ambiguous([1]), .ambiguous([3])])
    #expect(partition.trials[1]?.first { $0.rule == "mac-address" }?.outcome == .ambiguous([2]))
  }

  @Test("Only values that lead to a candidate are told of what is ambiguous")
  func ambiguousValues() {
    let partition = RuleBook.standard.partition([
      IdentityRecord(1, connector: 1, resource: "/a", ["mac-address=m1"]),
      IdentityRecord(2, connector: 2, resource: "/x", ["mac-address=m1", "mac-address=m2", "mac-address=m3"]),
      IdentityRecord(3, connector: 1, resource: "/b", ["mac-address=m2"]),
      IdentityRecord(4, connector: 2, resource: "/y", ["mac-address=m3"]),
    ])
    #expect(partition.ambiguities.map(\.values) == [["m1", "m2"]])
    let outcomes = partition.trials[2]?.filter { $0.rule == "mac-address" }.map(\.outcome)
    #expect(outcomes == [.ambiguous([1]), .ambiguous([3]), .keptApart([4])])
  }

  @Test("What one rule leaves open a later one may settle")
  func nextRule() {
    let records = [
      IdentityRecord(1, connector: 1, resource: "/a", ["mac-address=m1", "hostname=web"]),
      IdentityRecord(2, connector: 2, ["mac-address=m1", "mac-address=m2", "hostname=web"]),
      IdentityRecord(3, connector: 1, resource: "/b", ["mac-address=m2", "hostname=db"]),
    ]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1, 2], [3]])
    #expect(partition.ambiguities.isEmpty, "3 is another resource of connector 1")
    let outcomes = partition.trials[2]?.filter { $0.rule == "mac-address" || $0.rule == "hostname" }.map(\.outcome)
    #expect(outcomes == [.agrees([1]), .keptApart([3]), .matched([1])])
  }

  @Test("Two candidates that a later rule shows to be one are no longer ambiguous")
  func candidatesBecomeOne() {
    let records = [
      IdentityRecord(1, connector: 1, ["mac-address=m1", "hostname=web"]),
      IdentityRecord(2, connector: 2, ["mac-address=m1", "mac-address=m2"]),
      IdentityRecord(3, connector: 3, ["mac-address=m2", "hostname=web"]),
    ]
    let partition = RuleBook.standard.partition(records)
    #expect(partition.groups == [[1, 2, 3]])
    #expect(partition.links.map(\.rule) == ["hostname", "mac-address", "mac-address"])
  }

  @Test("A value of too many present rows identifies nothing; gone ones are not counted")
  func common() {
    func records(present: Int, gone: Int) -> [IdentityRecord] {
      (1...present + gone).map { number in
        IdentityRecord(
          Int64(number), connector: Int64(number), days: number <= present ? nil : 1...2, since: 1, ["serial-number=s"])
      }
    }
    let limit = RuleBook.commonLimit
    #expect(groups(records(present: limit, gone: 3)).count == 1)
    let partition = RuleBook.standard.partition(records(present: limit + 1, gone: 3))
    #expect(partition.groups.count == limit + 4)
    #expect(partition.trials[1]?.first { $0.rule == "serial-number" }?.outcome == .tooCommon)
    let known: Set = [IdentityKey(rule: "serial-number", values: ["s"])]
    #expect(RuleBook.standard.partition(records(present: 2, gone: 0), common: known).groups == [[1], [2]])
  }

  @Test("What a person put together or apart stands above the rules")
  func decisions() {
    let a = IdentityRecord(1, connector: 1, resource: "/a", ["fqdn=f"])
    let b = IdentityRecord(2, connector: 2, ["fqdn=f"])
    let c = IdentityRecord(3, connector: 1, resource: "/c")
    #expect(groups([a, b, c], [PersonDecision(.apart, 2, 1)]) == [[1], [2], [3]])
    #expect(groups([a, b, c], [PersonDecision(.together, 3, 1)]) == [[1, 2, 3]])
    #expect(groups([a, b, c], [PersonDecision(.together, 3, 1), PersonDecision(.apart, 2, 3)]) == [[1, 3], [2]])
    #expect(groups([a, b], [PersonDecision(.together, 1, 99), PersonDecision(.apart, 2, 99)]) == [[1, 2]])
  }

  @Test("A person settles what is ambiguous")
  func settles() {
    let records = [
      IdentityRecord(1, connector: 1, resource: "/a", ["mac-address=m1"]),
      IdentityRecord(2, connector: 2, ["mac-address=m1", "mac-address=m2"]),
      IdentityRecord(3, connector: 1, resource: "/b", ["mac-address=m2"]),
    ]
    let merged = RuleBook.standard.partition(records, decisions: [PersonDecision(.together, 2, 3)])
    #expect(merged.groups == [[1], [2, 3]] && merged.ambiguities.isEmpty)
    let split = RuleBook.standard.partition(
      records, decisions: [PersonDecision(.apart, 2, 3), PersonDecision(.apart, 2, 1)])
    #expect(split.groups == [[1], [2], [3]] && split.ambiguities.isEmpty)
  }

  @Test("Of decisions that contradict each other the later ones hold")
  func contradictions() {
    let rows = (1...3).map { IdentityRecord(Int64($0)) }
    func outcome(_ decisions: PersonDecision...) -> (groups: [[Int64]], overridden: [PersonDecision]) {
      let partition = RuleBook.standard.partition(rows, decisions: decisions)
      return (partition.groups, partition.overridden)
    }
    let early = outcome(
      PersonDecision(.apart, 1, 3, number: 1), PersonDecision(.together, 1, 2, number: 2),
      PersonDecision(.together, 2, 3, number: 3))
    #expect(early.groups == [[1, 2, 3]] && early.overridden == [PersonDecision(.apart, 1, 3, number: 1)])
    let late = outcome(
      PersonDecision(.together, 1, 2, number: 1), PersonDecision(.together, 2, 3, number: 2),
      PersonDecision(.apart, 1, 3, number: 3))
    #expect(late.groups == [[1], [2, 3]] && late.overridden == [PersonDecision(.together, 1, 2, number: 1)])
    let equal = outcome(PersonDecision(.together, 1, 2), PersonDecision(.apart, 2, 1))
    #expect(equal.groups == [[1], [2], [3]] && equal.overridden == [PersonDecision(.together, 1, 2)])
  }

  @Test("The log tells each rule's values and outcomes, in the order of the rules")
  func log() {
    var record = IdentityRecord(1, id: "x", resource: "/a", ["fqdn=f"], turnedOff: ["ip-address"])
    record.evidence.weak = [WeakValue(rule: "mac-address", value: "02:42:00:00:00:01", reason: .containerAddress)]
    let partition = RuleBook.standard.partition([
      record, IdentityRecord(2, days: 1...2, id: "x", resource: "/b", ["fqdn=f"]),
    ])
    #expect(partition.groups == [[1], [2]], "they were listed side by side")
    let other = RuleBook.standard.partition([record, IdentityRecord(2, connector: 2, ["fqdn=f"])])
    let lines = other.trials[1]?.map { "\($0.rule) \($0.value ?? "-") \($0.outcome)" }
    #expect(
      lines == [
        "native-key x no match", "cloud-resource-id /a no match", "serial-number - not compared: no value",
        "hardware-uuid - not compared: no value", "hostname-mac - not compared: no value",
        "fqdn f matched: source row 2",
        "mac-address 02:42:00:00:00:01 not compared: Docker makes it, the same on many hosts",
        "hostname - not compared: no value", "ip-address - not compared: turned off for this connector",
      ])
  }

  @Test("Only the rows that are asked for are logged, and long lists are cut")
  func logged() {
    let records = (1...12).map { IdentityRecord(Int64($0), connector: Int64($0), ["fqdn=f"]) }
    let whole = RuleBook.standard.partition(records)
    let part = RuleBook.standard.partition(records, logged: [2])
    #expect(part.groups == whole.groups && part.links == whole.links)
    #expect(part.trials == [2: whole.trials[2] ?? []])
    let outcome = part.trials[2]?.first { $0.rule == "fqdn" }?.outcome
    #expect(outcome == .matched([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
    #expect(outcome?.description == "matched: source rows 1, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1 more")
  }
}
