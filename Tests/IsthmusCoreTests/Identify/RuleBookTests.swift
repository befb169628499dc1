import IsthmusCore
import TestSupport
import Testing

@Suite("Rule books")
struct RuleBookTests {
  static let origin = RuleBook.Origin(connector: 7, externalAssetID: "VM-1", foldedResourceID: "/subs/a/vm-1")

  static func values(_ entries: KeyValuePairs<String, AttributeValue>) -> AttributeValues {
    var values = AttributeValues()
    for (name, value) in entries { values[name] = value }
    return values
  }

  static func list(_ texts: String...) -> AttributeValue { .list(texts.map { .string($0) }) }

  @Test("The standard rules stand in their order, and four of them are strong")
  func standard() {
    let rules = RuleBook.standard.rules
    #expect(
      rules.map(\.name) == [
        "native-key", "cloud-resource-id", "serial-number", "hardware-uuid", "hostname-mac", "fqdn", "mac-address",
        "hostname", "ip-address",
      ])
    #expect(rules.filter(\.isStrong).map(\.name) == rules.prefix(4).map(\.name))
    #expect(rules.filter { !$0.canBeTurnedOff }.map(\.name) == ["native-key"])
    #expect(rules.filter(\.identifiesHardware).map(\.name) == ["serial-number", "hardware-uuid"])
  }

  @Test("Own rules come last, or where the order puts them")
  func order() throws {
    let own = IdentificationRule(name: "asset-tag", attributes: ["custom.assetTag"])
    let names = try RuleBook(own: [own]).rules.map(\.name)
    #expect(names.last == "asset-tag")
    var order = RuleBook.standard.rules.map(\.name)
    order.insert("asset-tag", at: 1)
    #expect(try RuleBook(own: [own], order: order).rules.map(\.name) == order)
  }

  @Test("A rule with a lasting attribute is strong, another one if it says so")
  func strength() {
    #expect(IdentificationRule(name: "a", attributes: ["serialNumber", "hostName"]).isStrong)
    #expect(!IdentificationRule(name: "a", attributes: ["custom.tag"]).isStrong)
    #expect(IdentificationRule(name: "a", attributes: ["custom.tag"], isStrong: true).isStrong)
  }

  @Test(
    "Rules that can't work are refused",
    arguments: [
      (IdentificationRule(name: "fqdn", attributes: ["custom.a"]), "another rule has this name"),
      (IdentificationRule(name: "Tag", attributes: ["custom.a"]), "lower-case letters"),
      (IdentificationRule(name: "", attributes: ["custom.a"]), "lower-case letters"),
      (IdentificationRule(name: "tag", attributes: []), "one to five"),
      (IdentificationRule(name: "tag", attributes: ["hostName", "hostName"]), "twice"),
      (IdentificationRule(name: "tag", attributes: ["findingName"]), "no attribute findingName"),
      (IdentificationRule(name: "tag", attributes: ["colour"]), "no attribute colour"),
      (IdentificationRule(name: "tag", attributes: ["custom.1"]), "no name of a custom attribute"),
      (IdentificationRule(name: "tag", attributes: ["macAddresses"]), "write macAddress"),
    ])
  func refuses(rule: IdentificationRule, problem: String) {
    let error = #expect(throws: RuleError.self) { try RuleBook(own: [rule]) }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }

  @Test("An order names each rule once, native-key first")
  func refusesOrders() {
    let names = RuleBook.standard.rules.map(\.name)
    #expect(throws: RuleError.self) { try RuleBook(own: [], order: names.reversed()) }
    #expect(throws: RuleError.self) { try RuleBook(own: [], order: Array(names.dropLast())) }
    #expect(throws: RuleError.self) { try RuleBook(own: [], order: names + ["fqdn"]) }
    #expect(throws: RuleError.self) { try RuleBook(own: [], order: names + ["colour"]) }
  }

  @Test("A connector may turn off all rules but one, and never native-key")
  func toggles() throws {
    let book = RuleBook.standard
    let toggles = Set(book.rules.filter(\.canBeTurnedOff).map(\.name))
    #expect(try book.enabled(except: toggles.subtracting(["fqdn"])).map(\.name) == ["native-key", "fqdn"])
    #expect(throws: RuleError.self) { try book.enabled(except: toggles) }
    #expect(throws: RuleError.self) { try book.enabled(except: ["native-key"]) }
    #expect(throws: RuleError.self) { try book.enabled(except: ["colour"]) }
  }

  @Test("A row has one key for each rule's value, the native key with its connector")
  func keys() {
    let evidence = RuleBook.standard.evidence(
      of: Self.values([
        "cloudResourceId": .string("/Subs/A/VM-1/"), "hostName": .string("WEB01"),
        "macAddresses": Self.list("00:0d:3a:00:00:02", "00:0d:3a:00:00:01"), "macAddress": .string("00:0d:3a:00:00:02"),
        "ipAddress": .string("10.0.0.4"), "publicIpAddresses": Self.list("20.50.2.17"),
      ]), from: Self.origin)
    #expect(
      evidence.keys == [
        IdentityKey(rule: "native-key", values: ["VM-1"], connector: 7),
        IdentityKey(rule: "cloud-resource-id", values: ["/subs/a/vm-1"]),
        IdentityKey(rule: "hostname-mac", values: ["web01", "00:0d:3a:00:00:01"]),
        IdentityKey(rule: "hostname-mac", values: ["web01", "00:0d:3a:00:00:02"]),
        IdentityKey(rule: "mac-address", values: ["00:0d:3a:00:00:01"]),
        IdentityKey(rule: "mac-address", values: ["00:0d:3a:00:00:02"]),
        IdentityKey(rule: "hostname", values: ["web01"]), IdentityKey(rule: "ip-address", values: ["20.50.2.17"]),
      ])
    #expect(evidence.weak == [WeakValue(rule: "ip-address", value: "10.0.0.4", reason: .privateRange)])
    #expect(evidence.turnedOff.isEmpty)
  }

  @Test("A rule with a weak or missing attribute gives no key")
  func allAttributes() {
    let mac = AttributeValue.string("00:0d:3a:00:00:01")
    let evidence = RuleBook.standard.evidence(
      of: Self.values(["hostName": .string("localhost"), "macAddress": mac]), from: Self.origin)
    #expect(!evidence.keys.contains { $0.rule == "hostname-mac" || $0.rule == "hostname" })
    #expect(evidence.weak.map(\.rule) == ["hostname-mac", "hostname"])
    let nameless = RuleBook.standard.evidence(of: Self.values(["macAddress": mac]), from: Self.origin)
    #expect(nameless.keys.map(\.rule) == ["native-key", "cloud-resource-id", "mac-address"])
  }

  @Test("Rules that are off give nothing and are named")
  func turnedOff() {
    let values = Self.values(["fqdn": .string("web01.corp.example"), "hostName": .string("localhost")])
    let evidence = RuleBook.standard.evidence(of: values, from: Self.origin, disabled: ["fqdn", "hostname"])
    #expect(evidence.keys.map(\.rule) == ["native-key", "cloud-resource-id"])
    #expect(evidence.weak.map(\.rule) == ["hostname-mac"])
    #expect(evidence.turnedOff == ["fqdn", "hostname"])
  }

  @Test("Of too many values the smallest are compared, the same whatever their order")
  func bounds() {
    let addresses = (0..<200).map { AttributeValue.string("20.1.\($0 / 100).\($0 % 100)") }
    func evidence(_ list: [AttributeValue]) -> IdentityEvidence {
      RuleBook.standard.evidence(of: Self.values(["ipAddresses": .list(list)]), from: Self.origin)
    }
    let found = evidence(addresses)
    #expect(found.keys.count { $0.rule == "ip-address" } == RuleBook.keyLimit)
    #expect(found.weak.map(\.reason) == [.tooMany])
    #expect(evidence(addresses.reversed()) == found)
    let exact = evidence(Array(addresses.prefix(RuleBook.keyLimit)))
    #expect(exact.keys.count { $0.rule == "ip-address" } == RuleBook.keyLimit)
    #expect(exact.weak.isEmpty)
  }

  @Test("Own rules compare custom attributes of any type without case, placeholders left aside")
  func ownRules() throws {
    let book = try RuleBook(own: [
      IdentificationRule(name: "tag", attributes: ["custom.tag", "custom.site"]),
      IdentificationRule(name: "name", attributes: ["assetName"]),
    ])
    let values = Self.values([
      "custom.tag": .integer(4711), "custom.site": Self.list("Berlin", "none", ""), "assetName": .string(" n/a "),
    ])
    let evidence = book.evidence(of: values, from: Self.origin)
    #expect(evidence.keys.last == IdentityKey(rule: "tag", values: ["4711", "berlin"]))
    #expect(evidence.weak.map(\.value) == ["none", "n/a"])
  }

  @Test("Keys are told apart byte by byte, and so are their digests", arguments: SeededGenerator.seeds(5))
  func digests(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let keys = [
      IdentityKey(rule: "a", values: ["x", "y"]), IdentityKey(rule: "a", values: ["xy"]),
      IdentityKey(rule: "b", values: ["x", "y"]), IdentityKey(rule: "a", values: ["x", "y"], connector: 0),
      IdentityKey(rule: "a", values: ["x", "y"], connector: 1), IdentityKey(rule: "a", values: ["\u{e9}"]),
      IdentityKey(rule: "a", values: ["e\u{301}"]),
    ]
    #expect(Set(keys).count == keys.count)
    #expect(Set(keys.map { $0.digest(seed: 5) }).count == keys.count)
    #expect(keys.shuffled(using: &generator).sorted() == keys.sorted())
    #expect(keys[0].digest(seed: 5) == IdentityKey(rule: "a", values: ["x", "y"]).digest(seed: 5))
    #expect(keys[0].digest(seed: 5) != keys[0].digest(seed: 6))
  }
}
