import Testing

@testable import AzureSimulator

@Suite("The tenant")
struct TenantTests {
  private static func day(hosts: Int = 60, findings: Int = 30, seed: UInt64 = 7, day: Int = 0) -> TenantDay {
    var configuration = TenantConfiguration()
    configuration.hosts = hosts
    configuration.findingsPerHost = findings
    configuration.seed = seed
    return Tenant(configuration).on(day: day)
  }

  private static func allRows(_ table: any TableSource, _ day: TenantDay) -> [RowID] {
    table.rows(in: day.fleet.subscriptions.map(\.id), hint: RowHint())
  }

  private static func text(_ table: any TableSource, _ row: RowID) -> String {
    var bytes: [UInt8] = []
    table.appendJSON(row: row, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func text(_ value: KQLValue) -> String {
    guard case .string(let text) = value else { return "" }
    return text
  }

  @Test("The same configuration gives the same bytes, another seed others")
  func determinism() {
    let days = [Self.day(day: 3), Self.day(day: 3), Self.day(seed: 8, day: 3)]
    let texts = days.map { day in
      day.tables.map { table in Self.allRows(table, day).map { Self.text(table, $0) }.joined(separator: "\n") }
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] != texts[2])
  }

  @Test("A row's text is the serialisation of its values, in every table")
  func textEqualsValues() {
    let day = Self.day(day: 5)
    for table in day.tables {
      for row in Self.allRows(table, day) {
        let values = table.columns.indices.map { (table.columns[$0], table.value(column: $0, row: row)) }
        var bytes: [UInt8] = []
        KQLValue.object(KQLObject(values)).appendJSON(to: &bytes)
        #expect(Self.text(table, row) == String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  @Test("Rows ascend by the bytes of their id, each id once")
  func order() {
    let day = Self.day(hosts: 400, findings: 3)
    for table in day.tables {
      let ids = Self.allRows(table, day).map { Self.text(table.value(column: AzureColumns.id, row: $0)) }
      for (first, second) in zip(ids, ids.dropFirst()) {
        #expect(first.utf8.lexicographicallyPrecedes(second.utf8))
      }
    }
  }

  @Test("Each living host has the wanted number of assessments on each day", arguments: [1, 7, 40, 60, 120, 200])
  func findingsPerHost(count: Int) {
    for number in [0, 6] {
      let day = Self.day(hosts: 12, findings: count, day: number)
      for host in day.fleet.hosts where host.lives(on: number) {
        let id = ResourceNaming(fleet: day.fleet).id(of: host).lowercased()
        let rows = day.security.rows(
          in: day.fleet.subscriptions.map(\.id), hint: RowHint(assessedResources: [id]))
        #expect(rows.count == count)
      }
    }
  }

  @Test("Look-ups by type, id and assessed resource find what a scan finds")
  func hints() {
    let day = Self.day()
    let subscriptions = day.fleet.subscriptions.map(\.id)
    for table in day.tables {
      let rows = Self.allRows(table, day)
      let types = Set(rows.map { Self.text(table.value(column: AzureColumns.type, row: $0)) })
      for type in types {
        let scanned = rows.filter { Self.text(table.value(column: AzureColumns.type, row: $0)) == type }
        #expect(table.rows(in: subscriptions, hint: RowHint(types: [type])) == scanned)
      }
      for row in rows.prefix(50) {
        let id = Self.text(table.value(column: AzureColumns.id, row: row)).lowercased()
        #expect(table.rows(in: subscriptions, hint: RowHint(ids: [id])) == [row])
      }
      #expect(table.rows(in: subscriptions, hint: RowHint(ids: ["/subscriptions/none"])).isEmpty)
    }
    let owner = day.security.resource(of: 40)
    let scanned = Self.allRows(day.security, day).filter {
      day.security.resource(of: $0).id == owner.id && day.security.isAssessment($0)
    }
    #expect(day.security.rows(in: subscriptions, hint: RowHint(assessedResources: [owner.id.lowercased()])) == scanned)
  }

  @Test("Only rows of the given subscriptions come back")
  func subscriptions() {
    let day = Self.day()
    for subscription in day.fleet.subscriptions {
      for table in [day.security, day.resources, day.compute] as [any TableSource] {
        for row in table.rows(in: [subscription.id], hint: RowHint()) {
          #expect(Self.text(table.value(column: AzureColumns.subscriptionID, row: row)) == subscription.id)
        }
      }
    }
  }

  @Test("Assessment rows are 3.5 to 4.5 KB on average, with realistic shares of statuses")
  func shares() {
    let day = Self.day(hosts: 300, findings: 40)
    let rows = Self.allRows(day.security, day).filter(day.security.isAssessment)
    var counts: [FindingState.Code: Int] = [:]
    var bytes: [UInt8] = []
    for row in rows {
      counts[day.security.state(of: row).code, default: 0] += 1
      day.security.appendJSON(row: row, to: &bytes)
    }
    #expect((3500...4500).contains(bytes.count / rows.count))
    let percent = counts.mapValues { $0 * 100 / rows.count }
    #expect((48...64).contains(percent[.healthy] ?? 0))
    #expect((14...24).contains(percent[.unhealthy] ?? 0))
    #expect((18...32).contains(percent[.notApplicable] ?? 0))
  }

  @Test("A recommendation for one system never applies to a host of the other")
  func systems() {
    let day = Self.day(hosts: 100)
    for row in Self.allRows(day.security, day) where day.security.isAssessment(row) {
      guard let wanted = day.security.template(of: row).recommendation.system,
        let system = day.security.resource(of: row).system, system != wanted
      else { continue }
      #expect(day.security.state(of: row).code == .notApplicable)
    }
  }

  @Test("Hosts of all kinds and images exist, with distinct hardware addresses and machine ids")
  func variety() {
    let day = Self.day(hosts: 400, findings: 2)
    let hosts = day.fleet.hosts.filter { $0.lives(on: 0) }
    #expect(hosts.count == 400)
    #expect(hosts.contains { $0.isArc })
    #expect(hosts.contains { $0.isInstance })
    for source in [HostImage.Source.marketplace, .gallery, .specialised] {
      #expect(hosts.contains { $0.image.source == source })
    }
    let interfaces = hosts.map { HostInterface.list(of: $0, incarnation: 0, seed: 7) }
    #expect(zip(hosts, interfaces).contains { !$0.isArc && $1.isEmpty })
    #expect(interfaces.contains { $0.count > 1 })
    #expect(interfaces.contains { $0.contains { $0.addresses.contains { $0.isIPv6 } } })
    #expect(interfaces.contains { $0.contains { $0.addresses.contains { $0.publicAddress != nil } } })
    let addresses = interfaces.flatMap { $0.map(\.hardwareAddress) }
    #expect(Set(addresses).count == addresses.count)
    let machines = Self.allRows(day.resources, day).filter(day.resources.isHost).map { row -> String in
      guard case .object(let properties) = day.resources.value(column: AzureColumns.properties, row: row) else {
        return ""
      }
      return Self.text(properties["vmId"] ?? .null)
    }
    #expect(Set(machines).count == machines.count)
    #expect(machines.allSatisfy { $0.utf8.count == 36 && $0 == $0.lowercased() })
  }

  @Test("Ids of some hosts are written in another case in securityresources")
  func cases() {
    let day = Self.day(hosts: 200, findings: 1)
    let naming = ResourceNaming(fleet: day.fleet)
    var differing = 0
    for resource in day.security.resources {
      guard case .host(let slot) = resource.kind else { continue }
      let id = naming.id(of: day.fleet.hosts[slot])
      #expect(id.lowercased() == resource.id.lowercased())
      if id != resource.id { differing += 1 }
    }
    #expect((30...120).contains(differing))
  }
}
