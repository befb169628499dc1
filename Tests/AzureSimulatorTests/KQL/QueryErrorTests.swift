import Testing

@testable import AzureSimulator

@Suite("Refused queries")
struct QueryErrorTests {
  private let fixture = KQLFixture()

  @Test("The recorded malformed query is refused as the service refused it")
  func recorded() {
    let expected = KQLError(
      code: "ParserFailure", message: "ParserFailure", line: 1, characterPositionInLine: 34, token: "<EOF>",
      expectedToken: "Ź")
    #expect(fixture.error("project id, location | where where") == expected)
  }

  static let failures: [(query: String, line: Int, column: Int, token: String)] = [
    ("", 1, 0, "<EOF>"), ("resources |", 1, 11, "<EOF>"), ("resources | frobnicate x", 1, 12, "frobnicate"),
    ("resources\n| where name ==\n| take 1", 3, 0, "|"), ("resources | where (name == 'a'", 1, 30, "<EOF>"),
    ("resources | where name == 'a')", 1, 29, ")"), ("resources | take", 1, 16, "<EOF>"),
    ("resources | where name == 12x", 1, 26, "12x"), ("resources | where ä == 'é' x", 1, 27, "x"),
    ("resources | where t > datetime(yesterday)", 1, 22, "datetime(yesterday)"),
    ("where resourceGroup =~ DEV' and type contains 'Net", 1, 26, "' and type contains '"),
    ("resources | where name == 'a\\q'", 1, 28, "\\q"), ("resources | join (resources) name", 1, 29, "name"),
    ("resources ; resources", 1, 12, "resources"), ("resources | where name # 1", 1, 23, "#"),
  ]

  @Test("A fault of syntax has the place and the text of the token that does not fit", arguments: failures)
  func syntax(query: String, line: Int, column: Int, token: String) throws {
    let error = try #require(fixture.error(query))
    #expect(error.code == "ParserFailure")
    #expect(error.line == line)
    #expect(error.characterPositionInLine == column)
    #expect(error.token == token)
  }

  @Test("A text that is not closed is expected to be")
  func openText() {
    #expect(fixture.error("where name == 'abc")?.expectedToken == "'")
    #expect(fixture.error("where name == \"abc\n\"")?.expectedToken == "\"")
  }

  @Test(
    "An operator that the service does not take is named without a place",
    arguments: ["make-series", "evaluate", "render", "let", "print", "datatable", "search", "parse-where", "serialize"])
  func unsupported(name: String) {
    let expected = KQLError(code: "InvalidQueryLanguage", message: "InvalidQueryLanguage", token: name)
    #expect(fixture.error("resources | \(name) x") == expected)
    #expect(fixture.error("\(name) x = 1")?.token == name)
  }

  static let semantics: [(String, String?)] = [
    ("where nme == 'a'", "nme"), ("unknowntable | take 1", "unknowntable"), ("project frob(name)", "frob"),
    ("where name == 5", nil), ("where name + 1 == 2", nil), ("where name.x == 'a'", nil), ("where name", nil),
    ("project tolower(name, name)", "tolower"), ("summarize count() by properties.vmId", "properties_vmId"),
    ("distinct properties.vmId", "properties_vmId"), ("order by properties.vmId asc", nil),
    ("top 1 by tags", nil), ("project iff(true, 1, 'a')", "iff"), ("project-away nothing", "nothing"),
    ("project-rename a = nothing", "nothing"), ("join kind=inner (resources) on nothing", "nothing"),
    ("extend v = properties.vmId | join (resources | extend v = properties.vmId) on v", "v"),
    ("mv-expand name", nil), ("where name matches regex '('", nil), ("take 'a'", nil),
    ("summarize sum(name)", "sum"), ("where name in (1, 2)", nil), ("where id == typeof(long)", nil),
  ]

  @Test("Names and types that do not fit are refused, dynamic keys among them", arguments: semantics)
  func semantic(query: String, token: String?) throws {
    let error = try #require(fixture.error(query))
    #expect(error.code == "InvalidQuery")
    #expect(error.token == token)
    #expect(!error.message.isEmpty)
  }

  @Test(
    "Join flavours beyond the four are refused",
    arguments: ["leftsemi", "leftanti", "rightouter", "rightsemi", "anti"])
  func joinFlavor(kind: String) {
    #expect(fixture.error("resources | join kind=\(kind) (resources) on id")?.code == "UnsupportedJoinFlavor")
  }

  @Test("The limits of a query: joins, mv-expands, union legs, remote tables")
  func limits() {
    let join = " | join kind=inner (resources | project id) on id"
    #expect(fixture.error("resources | project id" + String(repeating: join, count: 3)) == nil)
    let four = fixture.error("resources | project id" + String(repeating: join, count: 4))
    #expect(four?.code == "DisallowedNumberOfJoins")
    let expand = " | mv-expand zones"
    #expect(fixture.error("resources" + String(repeating: expand, count: 3)) == nil)
    #expect(fixture.error("resources" + String(repeating: expand, count: 4))?.code == "DisallowedNumberOfMvExpands")
    let leg = "(resources | project id)"
    #expect(fixture.error("resources | union \(leg), \(leg)") == nil)
    #expect(fixture.error("resources | union \(leg), \(leg), \(leg)")?.code == "DisallowedNumberOfUnionLegs")
    let chained = fixture.error("resources | union \(leg) | union \(leg) | union \(leg)")
    #expect(chained?.code == "DisallowedNumberOfUnionLegs")
    let remote = " | join kind=leftouter (ResourceContainers | project subscriptionId) on subscriptionId"
    #expect(fixture.error("resources | project subscriptionId" + remote) == nil)
    let twice = fixture.error("resources | project subscriptionId" + remote + remote)
    #expect(twice?.code == "DisallowedMaxNumberOfRemoteTables")
  }

  @Test("Deep nesting is refused, not followed to the end of the stack")
  func deepNesting() {
    let deep = 100_000
    let brackets = String(repeating: "(", count: deep) + "1" + String(repeating: ")", count: deep)
    #expect(fixture.error("project x = \(brackets)")?.code == "ParserFailure")
    let calls = String(repeating: "tolower(", count: deep) + "name" + String(repeating: ")", count: deep)
    #expect(fixture.error("project x = \(calls)")?.code == "ParserFailure")
    #expect(fixture.error("project x = 1" + String(repeating: "+1", count: deep))?.code == "ParserFailure")
    #expect(fixture.error("project x = tags" + String(repeating: ".a", count: deep))?.code == "ParserFailure")
    #expect(fixture.error("project x = " + String(repeating: "dynamic([", count: deep))?.code == "ParserFailure")
    #expect(fixture.error("resources" + String(repeating: " | take 1", count: deep))?.code == "ParserFailure")
    #expect(fixture.error(String(repeating: "(", count: deep) + "resources")?.code == "ParserFailure")
    let groups = String(repeating: "(", count: deep) + String(repeating: ")", count: deep)
    #expect(fixture.error("where name matches regex '\(groups)'")?.code == "InvalidQuery")
    let chain = String(repeating: " | extend a = strcat(strcat(a, 'x'), 'y')", count: 400)
    #expect(fixture.error("extend a = name\(chain)")?.code == "InvalidQuery")
  }

  @Test("Nesting and lists below the limits are taken")
  func allowedNesting() throws {
    let brackets = String(repeating: "(", count: 150) + "1" + String(repeating: ")", count: 150)
    #expect(try fixture.evaluate(brackets) == "1")
    let conditions = (0..<3000).map { "name == 'n\($0)'" }.joined(separator: " or ")
    #expect(try fixture.run("where \(conditions) or name == 'vm-a'").count == 1)
    let chain = String(repeating: " | extend a = strcat(a, 'x')", count: 100)
    #expect(try fixture.run("where name == 'vm-a' | extend a = name\(chain) | where strlen(a) == 104").count == 1)
  }

  @Test("A query of more than a mebibyte is refused")
  func tooLong() {
    let list = String(repeating: "'0123456789',", count: 90_000)
    #expect(fixture.error("where name in (\(list)'x')")?.code == "InvalidQuery")
  }
}
