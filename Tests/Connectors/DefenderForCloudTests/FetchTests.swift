import AzureSimulator
import IsthmusConnect
import IsthmusCore
import Testing

@testable import DefenderForCloud

@Suite("Records that are asked for in part")
struct FetchTests {
  private static func needs(_ stream: SourceStream) throws -> RecordNeeds {
    let kind = DefenderForCloud.descriptor
    return try kind.mapper(kind.defaultMap, of: stream, seed: 1).needs
  }

  private static let keys: [PackedParts.Key] = [.resourceGroup, .ending(1), .ending(2), .ending(3)]

  @Test(
    "Every query of a dense form keeps and orders by id, and limits nothing; what has one page alone is asked for so")
  func pageable() throws {
    let tenant = Tenant(TenantConfiguration())
    let engine = KQLEngine(tables: tenant.on(day: 0).tables, now: { 0 })
    let findings = try #require(
      FindingProjection(try Self.needs(.findings)))
    let hosts = try #require(HostProjection(try Self.needs(.hosts)))
    let rows = Queries.unordered(Queries.assessments)
    let summarised =
      [findings.packed(rows), Recommendations.query(rows)]
      + Self.keys.map { PackedParts.query(rows, by: $0) } + [PackedParts.query(rows, by: .ending(2), where: "true")]
    for query in summarised {
      #expect(try engine.run(query, subscriptions: tenant.subscriptions).isSummarised, "\(query)")
    }
    let paged = [
      findings.projected(rows), hosts.hosts(Queries.hosts),
      hosts.scaleSetInstances(Queries.scaleSetInstances), hosts.interfaces(Queries.networkInterfaces(["/a"])),
      hosts.publicAddresses(Queries.publicAddresses(["/a"])),
    ]
    for query in paged {
      #expect(try !engine.run(query, subscriptions: tenant.subscriptions).isSummarised, "\(query)")
    }
    for query in summarised + paged {
      let result = try engine.run(query, subscriptions: tenant.subscriptions)
      #expect(result.keepsID && !result.isLimited && !result.hasOnlyDynamicColumns, "\(query)")
      #expect(query.contains("| order by id asc"), "\(query)")
    }
  }

  @Test("Each assessment is in one part of resources, whatever parts are made by", arguments: keys)
  func parts(key: PackedParts.Key) throws {
    let tenant = Tenant(TenantConfiguration())
    let engine = KQLEngine(tables: tenant.on(day: 0).tables, now: { 0 })
    let rows = Queries.unordered(Queries.assessments)
    func column(_ name: String, of query: String) throws -> [String] {
      let result = try engine.run(query, subscriptions: tenant.subscriptions)
      let place = try #require(result.columns.firstIndex { $0.name == name })
      return (0..<result.count).map { row in
        if case .string(let text) = result.value(row: row, column: place) { text } else { "" }
      }
    }
    let names = try column("part", of: PackedParts.query(rows, by: key))
    #expect(names.count > 1)
    let half = Array(names[..<(names.count / 2)])
    let (some, others) = (half, Array(names[half.count...]))
    let ids = try [some, others].map {
      try column("id", of: "\(rows) | where \(key.condition($0))")
    }
    #expect(ids[0].count + ids[1].count == Set(ids[0] + ids[1]).count)
    #expect(Set(ids[0] + ids[1]) == Set(try column("id", of: rows)))
  }

  @Test("A map's paths become one tree; what lies within another is not asked for twice")
  func tree() {
    let tree = MemberTree([["a", "b", "c"], ["a", "b"], ["a", "d"], ["e"], ["a", "odd name"], ["a", "it's"]])
    #expect(tree["a"]?["b"] == .whole)
    #expect(
      tree["a"]?.expression(of: "a")
        == #"bag_pack('b', a.b, 'd', a.d, 'odd name', a['odd name'], 'it\'s', a['it\'s'])"#)
    #expect(MemberTree([[]]) == .whole)
    #expect(
      RowColumns.paths([["nowhere", "x"], ["tags", "env"], ["properties", "x"]]) == [["tags"], ["properties", "x"]])
  }

  /// Packed rows of one resource, put together to records.
  private func records(_ rows: String) throws -> [JSONValue] {
    let layout = try #require(
      FindingProjection(try Self.needs(.findings))
    ).layout
    let text = #"{"totalRecords":1,"count":1,"data":[\#(rows)],"resultTruncated":"false"}"#
    var packed = PackedRows(try ResourceGraphPage(JSONDocument(text)), layout, given: 0)
    var records: [JSONValue] = []
    while !packed.isAtEnd { try packed.next().withRoot { root in records += root.elements.map { JSONValue($0) } } }
    return records
  }

  @Test("Ids and links are put together from what a resource's row says once, whatever is escaped in them")
  func putsTogether() throws {
    let layout = try #require(
      FindingProjection(try Self.needs(.findings))
    ).layout
    let values = layout.expressions.map {
      $0.contains("replace_string") ? #""portal/{resource}/x/{resource}""# : "null"
    }
    let list = values.joined(separator: ",")
    let found = try records(
      #"""
      {"id":"\/subscriptions/s/vm \"1\"","subscriptionId":"s","details":"{\"Id\":\"/subscriptions/s/VM\"}",
       "rows":[["","key",\#(list)],["","other",\#(list)]]},
      {"id":"","subscriptionId":"s","details":"","rows":[["/an/id","key",\#(list)],[null,"key",\#(list)]]}
      """#)
    #expect(found.count == 4)
    let id = #"/subscriptions/s/vm "1"/providers/Microsoft.Security/assessments/"#
    #expect(found.map { $0["id"] } == [.string("\(id)key"), .string("\(id)other"), .string("/an/id"), .null])
    #expect(found[1]["name"] == .string("other") && found[1]["subscriptionId"] == .string("s"))
    #expect(found[0]["properties"]?["resourceDetails"]?["Id"] == .string("/subscriptions/s/VM"))
    #expect(found[2]["properties"]?["resourceDetails"] == .null)
    let encoded = #"%2Fsubscriptions%2Fs%2Fvm "1""#
    #expect(found[0]["properties"]?["links"]?["azurePortal"] == .string("portal/\(encoded)/x/\(encoded)"))
  }

  @Test(
    "Packed rows that are none are an error, not fewer records",
    arguments: [
      #"{"id":"/a","subscriptionId":"s","details":"{}"}"#,
      #"{"id":"/a","subscriptionId":"s","details":"{}","rows":[1]}"#,
      #"{"id":"/a","subscriptionId":"s","details":"{}","rows":[["","k"]]}"#,
      #"{"id":"/a","subscriptionId":"s","details":"{","rows":[["","k",null,null,null,null,null,null]]}"#, "7",
    ])
  func damaged(row: String) {
    #expect(throws: JSONError.self) { try records(row) }
  }

  @Test("A cursor of another form is none")
  func cursor() {
    let cursor = FormCursor(form: .packed, rest: "7 {}")
    #expect(FormCursor(cursor.text)?.form == .packed && FormCursor(cursor.text)?.rest == "7 {}")
    #expect(FormCursor("{\"step\":0}") == nil && FormCursor("dense x") == nil)
  }
}
