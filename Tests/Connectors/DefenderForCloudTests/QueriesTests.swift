import AzureSimulator
import IsthmusConnect
import IsthmusCore
import Testing

@testable import DefenderForCloud

@Suite("Queries, model and settings")
struct QueriesTests {
  @Test(
    "Texts that are put into a query can't leave their literal",
    arguments: [
      ("plain", "'plain'"), ("it's", #"'it\'s'"#), (#"back\slash"#, #"'back\\slash'"#),
      ("line\nbreak", #"'line\nbreak'"#),
      (#"') | union resources | where ('1' == '1"#, #"'\') | union resources | where (\'1\' == \'1'"#),
    ])
  func literals(text: String, literal: String) {
    #expect(Queries.literal(text) == literal)
  }

  @Test("An id that tries to break out of the query finds nothing and breaks nothing")
  func injection() throws {
    let tenant = Tenant(TenantConfiguration())
    let engine = KQLEngine(tables: tenant.on(day: 0).tables, now: { 0 })
    let scopes = tenant.subscriptions
    let result = try engine.run(Queries.networkInterfaces([#"x') or true or id in~ ('y"#]), subscriptions: scopes)
    #expect(result.count == 0)
  }

  @Test("Every paged query keeps and orders by id, and limits nothing")
  func pageable() throws {
    let tenant = Tenant(TenantConfiguration())
    let engine = KQLEngine(tables: tenant.on(day: 0).tables, now: { 0 })
    let queries = [
      Queries.subscriptions, Queries.hosts, Queries.scaleSetInstances, Queries.assessments,
      Queries.assessments(changedSince: Timestamp(microseconds: 1_780_000_000_123_456)),
      Queries.networkInterfaces(["/a"]), Queries.scaleSetInterfaces(["/a"]), Queries.publicAddresses(["/a"]),
    ]
    for query in queries {
      let result = try engine.run(query, subscriptions: tenant.subscriptions)
      #expect(result.keepsID && !result.isLimited, "\(query)")
      #expect(query.hasSuffix("| order by id asc"), "\(query)")
      let counts = try engine.run(Queries.counts(of: query), subscriptions: tenant.subscriptions)
      #expect(counts.columns.map(\.name) == ["subscriptionId", "rows"], "\(query)")
    }
  }

  @Test("Changes are the assessments with a later date, and those without one")
  func changes() throws {
    let tenant = Tenant(TenantConfiguration())
    let engine = KQLEngine(tables: tenant.on(day: 9).tables, now: { 0 })
    let since = try #require(Timestamp(iso8601: "2026-06-07T00:00:00Z"))
    func ids(_ query: String, _ condition: String = "") throws -> [String] {
      let query = query.replacing(" | order by", with: "\(condition) | project id | order by")
      let result = try engine.run(query, subscriptions: tenant.subscriptions)
      return (0..<result.count).map { "\(result.value(row: $0, column: 0))" }
    }
    let changed = try ids(Queries.assessments(changedSince: since))
    // The dates are texts of one form, so that their order is that of the texts.
    let date = "tostring(properties.status.statusChangeDate)"
    let late = try ids(Queries.assessments, " | where \(date) >= '2026-06-07'")
    let undated = try ids(Queries.assessments, " | where \(date) == ''")
    #expect(!late.isEmpty && !undated.isEmpty)
    #expect(Set(changed) == Set(late + undated) && changed.count == late.count + undated.count)
    #expect(try changed.count * 4 < ids(Queries.assessments).count)
  }

  @Test(
    "Hosts are told from other resources by their ids",
    arguments: [
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm-1", true),
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.hybridcompute/machines/m", true),
      (
        "/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachinescalesets/v/virtualmachines/0",
        true
      ),
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachinescalesets/v", false),
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm/extensions/e", false),
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/", false),
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines", false),
      ("/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/a", false),
      ("/subscriptions/s", false), ("", false), ("providers", false), ("/providers/x", false),
    ])
  func hostIDs(id: String, isHost: Bool) {
    #expect(HostType.isHost(id) == isHost)
  }

  @Test("Every row of the default map has a source attribute and a target attribute")
  func defaultMap() throws {
    let kind = DefenderForCloud.descriptor
    for row in kind.defaultMap.rows {
      #expect(kind.sourceModel.attribute(row.source) != nil, "\(row.source)")
      #expect(DataModel.inventory.attribute(row.target) != nil, "\(row.target)")
    }
    let mapped = Set(kind.defaultMap.rows.map(\.target))
    for attribute in DataModel.inventory.attributes { #expect(mapped.contains(attribute.name), "\(attribute.name)") }
    for attribute in kind.sourceModel.attributes {
      #expect(attribute.expression != nil && !attribute.description.isEmpty, "\(attribute.name)")
    }
  }

  @Test(
    "Settings that can't work are refused before anything is sent",
    arguments: [
      (["tenantId": "contoso.example"], "tenantId"), (["clientId": ""], "clientId"),
      (["cloud": "private"], "cloud"), (["authority": "ftp://x"], "authority"),
      (["authority": "https://x/tenant"], "authority"), (["cloud": "public"], "authority"),
      (["proxy": "socks5://x:1"], "proxy"),
    ])
  func refusedSettings(changes: [String: String], names: String) {
    var settings = ConnectionSettings()
    settings.texts = [
      "cloud": "custom", "authority": "https://a.test/", "resourceManager": "https://m.test",
      "tenantId": "00000000-0000-0000-0000-000000000001", "clientId": "00000000-0000-0000-0000-000000000002",
    ]
    settings.secrets["clientSecret"] = Secret("s")
    settings.texts.merge(changes) { $1 }
    let environment = ConnectionEnvironment(
      makeTransport: { settings throws(ConnectorError) in try AsyncHTTPTransport(settings) }, time: .system,
      pacer: { _, standard in QuotaPacer(standard: standard, time: .system) }, meter: TrafficMeter())
    do {
      _ = try DefenderForCloud.connect(settings, in: environment)
      Issue.record("accepted")
    } catch {
      #expect(error.kind == .configuration)
      #expect(error.description.contains(names), "\(error)")
    }
  }
}
