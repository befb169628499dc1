import Testing

@testable import AzureSimulator

@Suite("Conditions")
struct ConditionTests {
  static let conditions: [(String, String)] = [
    (#""a" == "A""#, "false"), (#""a" =~ "A""#, "true"), (#""a" != "A""#, "true"), (#""a" !~ "A""#, "false"),
    (#""É" =~ "é""#, "true"), ("1 == 1.0", "true"), ("2 <> 3", "true"), (#""abc" < "abd""#, "true"),
    ("3 >= 3 and 2 <= 1", "false"), ("true or bool(null)", "true"), ("false and bool(null)", "false"),
    ("true and bool(null)", "null"), ("not(1 > 2)", "true"),
    (#""AbcDef" contains "cd""#, "true"), (#""AbcDef" contains_cs "cd""#, "false"),
    (#""abc" !contains "x""#, "true"), (#""abc" !contains_cs "B""#, "true"),
    (#""Abc" startswith "aB""#, "true"), (#""Abc" startswith_cs "aB""#, "false"), (#""abc" !startswith "b""#, "true"),
    (#""abC" endswith "Bc""#, "true"), (#""abc" endswith_cs "C""#, "false"), (#""abc" !endswith "c""#, "false"),
    (#""North America" has "america""#, "true"), (#""North America" has "amer""#, "false"),
    (#""a/b-c_d" has "b""#, "true"), (#""North" has_cs "north""#, "false"), (#""ab cd" !has "b""#, "true"),
    (#""ab cd" hasprefix "c""#, "true"), (#""ab cd" hasprefix "d""#, "false"), (#""ab cd" hassuffix "b""#, "true"),
    (#""a b c" has_any ("x", "B")"#, "true"), (#""a b c" has_any (dynamic(["x"]))"#, "false"),
    (#""a b c" has_all ("a", "c")"#, "true"), (#""abc" matches regex "^a.c$""#, "true"),
    (#""a" in ("a", "b")"#, "true"), (#""A" in ("a", "b")"#, "false"), (#""A" in~ ("a", "b")"#, "true"),
    (#""a" !in ("a")"#, "false"), (#""A" !in~ ("a")"#, "false"), ("2 in (1, 2)", "true"),
    (#""b" in (dynamic(["a", "b"]))"#, "true"), (#""x" in ()"#, "false"),
    ("5 between (1 .. 5)", "true"), ("6 !between (1 .. 5)", "true"),
    ("datetime(2024-01-03) between (datetime(2024-01-01) .. 2d)", "true"),
  ]

  static let nulls: [(String, String)] = [
    ("dynamic(null) == 'x'", "false"), ("dynamic(null) != 'x'", "true"), ("long(null) == long(null)", "null"),
    ("long(null) == 1", "false"), ("long(null) != 1", "true"), ("long(null) > 1", "null"),
    ("dynamic(null) in ('x')", "false"), ("dynamic(null) !in ('x')", "true"),
    ("dynamic(null) contains 'x'", "false"), ("isnull(long(null) + 1)", "true"),
    ("iff(bool(null), 1, 2)", "2"), ("isnull(dynamic({}).a.b.c)", "true"),
  ]

  static let dynamicCoercions: [(String, String)] = [
    (#"dynamic({"a": "2024-10-16T07:25:23.1360003Z"}).a >= datetime(2024-10-16T07:25:23.1360003Z)"#, "true"),
    (#"dynamic({"a": "2024-10-16T07:25:23.1360003Z"}).a > datetime(2024-10-16T07:25:23.1360003Z)"#, "false"),
    (#"dynamic({"a": true}).a == true"#, "true"), (#"dynamic({"a": true}).a == "true""#, "true"),
    (#"dynamic({"a": 5}).a == 5"#, "true"), (#"dynamic({"a": 5}).a > 4.5"#, "true"),
    (#"dynamic({"a": "x"}).a == "x""#, "true"), (#"dynamic({"a": "x"}).a =~ "X""#, "true"),
    (#"dynamic({"a": {"b": 1}}).a contains "b""#, "true"), (#"dynamic({"a": "not a date"}).a > now()"#, "null"),
  ]

  @Test("A condition is true, false or null", arguments: conditions + nulls + dynamicCoercions)
  func condition(expression: String, expected: String) throws {
    #expect(try KQLFixture().evaluate(expression) == expected)
  }

  @Test("Keys of dynamic values are case-sensitive; a missing one is null, no error")
  func keysAreCaseSensitive() throws {
    let fixture = KQLFixture()
    #expect(try fixture.run("where tags.Owner == 'ann'").count == 1)
    #expect(try fixture.run("where tags.owner == 'ann'").count == 0)
    #expect(try fixture.run("where isnull(tags.owner) and type has 'virtualmachines'").count == 2)
  }

  @Test("A key may be written with a dot, brackets of either quote, or both")
  func keySpellings() throws {
    let fixture = KQLFixture()
    for path in ["properties.vmId", "properties['vmId']", "properties[\"vmId\"]", "properties.['vmId']"] {
      #expect(try fixture.json("where \(path) == 'A1' | project name") == #"[{"name":"vm-a"}]"#)
    }
    #expect(try fixture.run("where properties.['odata.type'] == 'vm'").count == 1)
  }

  @Test("A list of thousands of values is looked up, whatever the letter case")
  func longLists() throws {
    let fixture = KQLFixture()
    let id = "\(KQLFixture.group("web"))/MICROSOFT.COMPUTE/virtualmachines/VM-A"
    let others = (0..<5000).map { "'/subscriptions/x/providers/y/\($0)'" }.joined(separator: ",")
    #expect(try fixture.run("where id in~ (\(others),'\(id)')").count == 1)
    #expect(try fixture.run("where id in (\(others),'\(id)')").count == 0)
    #expect(fixture.resources.counts.hints.last?.ids?.count == 5001)
  }

  @Test("A query inside a condition gives the list")
  func subQuery() throws {
    let query = "where subscriptionId in (resourcecontainers | where name == 'Two' | project subscriptionId)"
    #expect(try KQLFixture().json(query + " | project name") == #"[{"name":"vm-b"}]"#)
  }
}
