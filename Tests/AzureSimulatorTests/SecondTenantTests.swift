import Foundation
import Testing

@testable import AzureSimulator

@Suite("The second tenant")
struct SecondTenantTests {
  private static func client(
    hosts: Int = 200, findings: Int = 12, share: Double? = 0.4, seed: UInt64 = 1, day: Int = 0
  ) throws -> SimulatorClient {
    try SimulatorClient {
      $0.tenant.hosts = hosts
      $0.tenant.findingsPerHost = findings
      $0.tenant.secondTenantShare = share
      $0.tenant.seed = seed
      $0.tenant.day = day
    }
  }

  /// All rows of all tables as they are sent.
  private static func bytes(_ client: SimulatorClient) throws -> [[UInt8]] {
    try ["resources", "computeresources", "securityresources", "resourcecontainers"].map { table in
      var bytes: [UInt8] = []
      var options: [String: Any] = [:]
      while true {
        let page = try client.query("\(table) | order by id asc", options: options)
        bytes += page.answer.body
        guard let next = page.skipToken else { return bytes }
        options["$skipToken"] = next
      }
    }
  }

  @Test("Without it there is one tenant, and with it the first one's rows are the same to the byte", arguments: [0, 6])
  func firstTenantIsUntouched(day: Int) throws {
    let alone = try Self.client(hosts: 60, share: nil, day: day)
    let beside = try Self.client(hosts: 60, day: day)
    #expect(try Self.bytes(alone) == Self.bytes(beside))
    #expect(alone.state.truth.first == beside.state.truth.first)
    #expect(alone.state.second == nil && alone.state.truth.second == nil && alone.state.truth.assetsTogether == nil)
    let refused = try alone.requestToken(tenant: try #require(beside.state.second).tenant.id)
    #expect(refused.json["error_codes"] as? [Int] == [90_002])
    let truth = try Reply(alone.send("GET", "/simulator/truth").answer).json
    #expect(Set(truth.keys) == ["day", "assets", "networkInterfaces", "findings", "leftOut"])
  }

  @Test("The same seed gives the same bytes, another seed others; a later day only adds slots")
  func determinism() throws {
    let first = try Self.client(hosts: 60, day: 4).inSecondTenant()
    let again = try Self.client(hosts: 60, day: 4).inSecondTenant()
    let other = try Self.client(hosts: 60, seed: 2, day: 4).inSecondTenant()
    #expect(try Self.bytes(first) == Self.bytes(again))
    #expect(try Self.bytes(first) != Self.bytes(other))
    first.state.setDay(30)
    #expect(try Self.bytes(first) != Self.bytes(again))
    let early = try #require(again.state.secondDay).fleet.hosts
    let late = try #require(first.state.secondDay).fleet.hosts
    #expect(late.count > early.count)
    for (before, after) in zip(early, late) {
      #expect(before.name == after.name && before.group == after.group && before.likeness == after.likeness)
    }
    first.state.setDay(4)
    #expect(try Self.bytes(first).map(\.count) == Self.bytes(again).map(\.count))
  }

  @Test("Each application gets its token from its own tenant only")
  func tokens() throws {
    let client = try Self.client(hosts: 10)
    let second = try #require(client.state.second)
    let own: [String: String?] = [
      "client_id": second.registration.clientID, "client_secret": second.registration.clientSecret,
    ]
    #expect(try client.requestToken(tenant: second.tenant.id, changing: own).status == 200)
    #expect(try client.requestToken(tenant: "fabrikam.onmicrosoft.com", changing: own).status == 200)
    #expect(try client.requestToken().status == 200)
    let stranger = try client.requestToken(tenant: second.tenant.id)
    #expect(stranger.json["error_codes"] as? [Int] == [700_016])
    #expect(try client.requestToken(changing: own).json["error_codes"] as? [Int] == [700_016])
    let wrong = own.merging(["client_secret": client.state.registration.clientSecret]) { $1 }
    let refused = try client.requestToken(tenant: second.tenant.id, changing: wrong)
    #expect(refused.json["error_codes"] as? [Int] == [7_000_215])
    let target = "/\(second.tenant.id)/v2.0/.well-known/openid-configuration"
    #expect(try Reply(client.send("GET", target).answer).status == 200)
  }

  @Test("A token shows its own tenant's rows, whatever the other one was asked before")
  func isolation() throws {
    let first = try Self.client(hosts: 30)
    let second = try first.inSecondTenant()
    let tenants = [(first, first.state.tenant), (second, try #require(first.state.second).tenant)]
    #expect(Set(tenants[0].1.subscriptions).isDisjoint(with: tenants[1].1.subscriptions))
    for table in ["resources", "computeresources", "securityresources", "resourcecontainers"] {
      for (client, tenant) in tenants {
        let rows = try client.rows("\(table) | order by id asc")
        #expect(rows.allSatisfy { $0.text("tenantId") == tenant.id })
        let seen = Set(rows.compactMap { $0.text("subscriptionId") }).subtracting([""])
        #expect(seen.isSubset(of: tenant.subscriptions))
        if table == "securityresources" { #expect(seen == Set(tenant.subscriptions)) }
      }
    }
    let listed = try Reply(
      second.send("GET", "/subscriptions?api-version=2022-12-01", headers: ["authorization": "Bearer \(second.token)"])
        .answer)
    let value = listed.json["value"] as? [[String: Any]] ?? []
    #expect(value.compactMap { $0.text("subscriptionId") } == tenants[1].1.subscriptions)
    #expect(value.allSatisfy { $0.text("tenantId") == tenants[1].1.id })
    #expect(try second.query("resources", subscriptions: first.subscriptions).status == 400)
    let mixed = try second.rows("resources", subscriptions: first.subscriptions + tenants[1].1.subscriptions)
    #expect(!mixed.isEmpty && mixed.allSatisfy { $0.text("tenantId") == tenants[1].1.id })
    #expect(try second.query("resources", more: ["managementGroups": ["contoso"]]).status == 400)
    #expect(try second.query("resources", more: ["managementGroups": ["fabrikam"]]).status == 200)
  }

  @Test("Rows of no subscription, and the ways to further pages, are each tenant's own too")
  func isolationWithoutSubscriptions() throws {
    let first = try Self.client(hosts: 30)
    let second = try first.inSecondTenant()
    var faults = FaultSettings()
    faults.hide = ["1", "2", "3", "4", "5"]
    try first.state.setFaults(faults)
    let query = "resourcecontainers | order by id asc"
    for (client, name) in [(first, "contoso"), (second, "fabrikam")] {
      let ids = try client.rows(query).compactMap { $0.text("id") }
      #expect(ids.count == 2 && ids.contains { $0.hasSuffix("/\(name)") })
    }
    let page = try first.query(query, options: ["$top": 1])
    let token = try #require(page.skipToken)
    #expect(try first.query(query, options: ["$skipToken": token]).status == 200)
    #expect(try second.query(query, options: ["$skipToken": token]).status == 400)
  }

  @Test("Faults count its subscriptions after the first tenant's")
  func faults() throws {
    let first = try Self.client(hosts: 30)
    let second = try first.inSecondTenant()
    let lost = try #require(first.state.second).tenant.subscriptions[0]
    var faults = FaultSettings()
    faults.forbid = ["4"]
    try first.state.setFaults(faults)
    #expect(try second.query("resources", subscriptions: [lost]).status == 403)
    #expect(try first.query("resources").totalRecords ?? 0 > 0)
    #expect(throws: FaultSyntaxError.self) { try Self.client(hosts: 30, share: nil).state.setFaults(faults) }
  }

  @Test("A share that is none is refused", arguments: [-0.1, 1.01, .nan, .infinity])
  func share(_ share: Double) async throws {
    var configuration = SimulatorConfiguration()
    configuration.tenant.secondTenantShare = share
    await #expect(throws: SimulatorError.self) { try await Simulator.start(configuration) }
  }

  @Test("The first line of output says how to sign in to it")
  func announcement() async throws {
    var configuration = SimulatorConfiguration()
    configuration.tenant.hosts = 5
    let alone = try await Simulator.start(configuration)
    configuration.tenant.secondTenantShare = 0.5
    let both = try await Simulator.start(configuration)
    func json(_ simulator: Simulator) throws -> [String: Any] {
      let line = simulator.announcement(caFile: nil)
      return try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }
    #expect(try json(alone)["secondTenant"] == nil && alone.secondTenant == nil)
    let access = try #require(both.secondTenant)
    let shown = try json(both)
    #expect(shown.text("secondTenant", "tenantId") == access.tenantID)
    #expect(shown.text("secondTenant", "clientId") == access.clientID)
    #expect(shown.text("secondTenant", "clientSecret") == access.clientSecret)
    #expect(shown.at("secondTenant", "subscriptions") as? [String] == access.subscriptions)
    #expect(both.combinedTruth.second != nil && both.combinedTruth.first == both.truth)
    await alone.stop()
    await both.stop()
  }
}
