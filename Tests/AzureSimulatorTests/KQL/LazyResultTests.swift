import Synchronization
import Testing

@testable import AzureSimulator

/// A million rows that exist only as numbers.
private final class EndlessTable: TableSource {
  let name = "securityresources"
  let columns = ["id", "name", "type", "subscriptionId", "properties"]
  private let size: RowID = 1_000_000
  private let calls = Mutex<[String: Int]>([:])

  func counted(_ name: String) -> Int { calls.withLock { $0[name] ?? 0 } }
  private func count(_ name: String) { calls.withLock { $0[name, default: 0] += 1 } }

  func rows(in subscriptions: [String], hint: RowHint) -> [RowID] { Array(0..<size) }

  func value(column: Int, row: RowID) -> KQLValue {
    count(columns[column])
    switch column {
    case 0: return .string("/id/\(row + size)")
    case 2: return .string("microsoft.security/assessments")
    case 3: return .string("s\(row % 3)")
    case 4: return .object(KQLObject([("row", .long(Int64(row)))]))
    default: return .string("n\(row)")
    }
  }

  func appendJSON(row: RowID, to buffer: inout [UInt8]) {
    count("appendJSON")
    buffer.append(contentsOf: "{\"id\":\"/id/\(row + size)\"}".utf8)
  }
}

@Suite("Lazy results")
struct LazyResultTests {
  private let table: EndlessTable
  private let engine: KQLEngine

  init() {
    let table = EndlessTable()
    self.table = table
    engine = KQLEngine(tables: [table]) { 0 }
  }

  @Test("A million whole rows are written only for the page that is asked for")
  func wholeRows() throws {
    let query = "securityresources | where type == 'microsoft.security/assessments' | order by id asc"
    let result = try engine.run(query, subscriptions: ["s0"])
    #expect(result.count == 1_000_000)
    #expect(table.counted("id") == 0)
    #expect(table.counted("type") == 1_000_000)
    #expect(table.counted("properties") == 0)
    #expect(table.counted("appendJSON") == 0)
    var page: [UInt8] = []
    result.appendObjects(5000..<5003, to: &page)
    #expect(table.counted("appendJSON") == 3)
    let text = #"{"id":"/id/1005000"},{"id":"/id/1005001"},{"id":"/id/1005002"}"#
    #expect(String(decoding: page, as: UTF8.self) == text)
  }

  @Test("Projected columns are computed only for the page, each once a row")
  func projected() throws {
    let query = "securityresources | extend p = properties.row | project id, p, q = tolong(properties.row) + 1"
    let result = try engine.run(query + " | order by id asc", subscriptions: ["s0"])
    #expect(result.count == 1_000_000)
    #expect(table.counted("properties") == 0)
    var page: [UInt8] = []
    result.appendObjects(7..<9, to: &page)
    #expect(
      String(decoding: page, as: UTF8.self) == #"{"id":"/id/1000007","p":7,"q":8},{"id":"/id/1000008","p":8,"q":9}"#)
    #expect(table.counted("properties") == 2)
  }

  @Test("Counting by a column touches no other")
  func summarized() throws {
    let result = try engine.run("securityresources | summarize count() by subscriptionId", subscriptions: [])
    #expect(result.count == 3)
    #expect(result.value(row: 0, column: 1) == .long(333_334))
    #expect(table.counted("subscriptionId") == 1_000_000)
    #expect(table.counted("type") + table.counted("properties") + table.counted("id") == 0)
  }

  @Test("take stops reading when it has its rows")
  func taken() throws {
    let result = try engine.run("securityresources | where name endswith '7' | take 10", subscriptions: [])
    #expect(result.count == 10)
    #expect(table.counted("name") == 98)
    #expect(result.isLimited)
  }

  @Test("count asks for no value at all")
  func counted() throws {
    let result = try engine.run("securityresources | extend x = strcat(name, id) | count", subscriptions: [])
    #expect(result.value(row: 0, column: 0) == .long(1_000_000))
    #expect(table.counted("name") + table.counted("id") == 0)
  }
}

@Suite("What a result says of itself")
struct ResultTests {
  private let fixture = KQLFixture()

  @Test("Column types are Resource Graph's")
  func columnTypes() throws {
    let query =
      "project id, a = 1, b = 1.5, c = true, d = now(), e = tags, f = 1h | extend g = parse_json('{}')"
    let types = try fixture.run(query).columns.map(\.type)
    #expect(types == ["string", "integer", "number", "boolean", "datetime", "object", "string", "object"])
  }

  @Test("Rows of the table format are arrays")
  func tableRows() throws {
    let result = try fixture.run("where name startswith 'vm' | project name, n = 1")
    var buffer: [UInt8] = []
    result.appendRows(0..<2, to: &buffer)
    #expect(String(decoding: buffer, as: UTF8.self) == #"["vm-a",1],["vm-b",1]"#)
  }

  @Test("Values of a column are counted over all rows")
  func valueCounts() throws {
    let counts = try fixture.run("project location").valueCounts(column: 0)
    #expect(counts == [.string("westeurope"): 4, .string("northeurope"): 1])
  }

  static let flags: [(query: String, keepsID: Bool, isLimited: Bool, isDynamic: Bool)] = [
    ("resources", true, false, false), ("project name", false, false, false), ("limit 5", true, true, false),
    ("top 5 by id asc", true, true, false), ("project tags, properties.vmId", false, false, true),
    ("sample 2 | project id", true, true, false), ("(resources | take 3) | where true", true, true, false),
  ]

  @Test("Whether it can be paged: id kept, not limited, not only dynamic columns", arguments: flags)
  func paging(query: String, keepsID: Bool, isLimited: Bool, isDynamic: Bool) throws {
    let result = try fixture.run(query)
    #expect(result.keepsID == keepsID)
    #expect(result.isLimited == isLimited)
    #expect(result.hasOnlyDynamicColumns == isDynamic)
  }

  static let hints: [(String, RowHint)] = [
    ("where type == 'A' and name == 'x'", RowHint(types: ["a"])),
    ("where type in~ ('A', 'b') | where tolower(type) == 'b'", RowHint(types: ["b"])),
    ("where 'A' =~ type | where id in ('/X', '/y')", RowHint(types: ["a"], ids: ["/x", "/y"])),
    ("where type == 'a' or type =~ 'B'", RowHint(types: ["a", "b"])),
    ("where type == 'a' or name == 'b'", RowHint()), ("where type != 'a'", RowHint()),
    ("where not(type == 'a')", RowHint()), ("where type !in ('a')", RowHint()), ("where id == ''", RowHint()),
    ("take 9 | where type == 'a'", RowHint()), ("extend type = 'b' | where type == 'a'", RowHint()),
    ("project t = type | where t == 'a'", RowHint(types: ["a"])),
    ("where tolower(tostring(properties.resourceDetails.Id)) in ('/A')", RowHint(assessedResources: ["/a"])),
    ("extend r = tostring(properties['resourceDetails'].Id) | where r =~ '/A'", RowHint(assessedResources: ["/a"])),
  ]

  @Test("The table is told what leading conditions narrow it to", arguments: hints)
  func hint(query: String, expected: RowHint) throws {
    _ = try fixture.run("securityresources | \(query)")
    #expect(fixture.security.counts.hints == [expected])
  }

  @Test("JSON text: escapes, seven fraction digits, numbers that JSON lacks")
  func jsonText() {
    func text(_ value: KQLValue) -> String {
      var buffer: [UInt8] = []
      value.appendJSON(to: &buffer)
      return String(decoding: buffer, as: UTF8.self)
    }
    #expect(text(.string("a\"\\\n\t\u{1}é\u{1F600}")) == #""a\"\\\n\t\u0001é😀""#)
    #expect(text(.datetime(1)) == #""1970-01-01T00:00:00.0000001Z""#)
    #expect(text(.datetime(-1)) == #""1969-12-31T23:59:59.9999999Z""#)
    #expect(text(.real(.nan)) == #""NaN""#)
    #expect(text(.real(2)) == "2.0")
    let nested = #"{"a":[1,2.5,"x",true,null,{}],"b":{"c":[]}}"#
    #expect(JSONTextParser.parse(nested).map(text) == nested)
  }

  @Test(
    "Text that is not one JSON value is none",
    arguments: ["", "{", "[1,]", "{\"a\" 1}", "01x", "1 2", "\"\\q\"", "nul", String(repeating: "[", count: 10_000)])
  func notJSON(text: String) {
    #expect(JSONTextParser.parse(text) == nil)
  }

  @Test("JSON escapes are undone, surrogate pairs too")
  func jsonEscapes() {
    #expect(JSONTextParser.parse(#""\u00e9\ud83d\ude00\/\n""#) == .string("é😀/\n"))
    #expect(JSONTextParser.parse(#""\ud83d""#) == .string("\u{FFFD}"))
  }
}
