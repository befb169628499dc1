import Foundation
import Testing

@testable import AzureSimulator

/// How hosts of the two tenants resemble each other, read from the rows.
@Suite("Machines of two tenants")
struct SharedMachinesTests {
  private static func client(
    hosts: Int, share: Double, findings: Int = 8, seed: UInt64 = 1, day: Int = 0
  ) throws -> SimulatorClient {
    try SimulatorClient {
      $0.tenant.hosts = hosts
      $0.tenant.findingsPerHost = findings
      $0.tenant.secondTenantShare = share
      $0.tenant.seed = seed
      $0.tenant.day = day
    }
  }

  @Test(
    "The truth of each tenant and of both together is what a count over the rows arrives at",
    arguments: [
      (200, 0.4, 1, [0, 1, 9, 45]), (200, 1, 3, [0, 20]), (120, 0, 2, [0, 5]), (9, 0.7, 5, [0, 3, 60]),
      (700, 0.5, 8, [2]),
    ] as [(Int, Double, UInt64, [Int])])
  func truth(hosts: Int, share: Double, seed: UInt64, days: [Int]) throws {
    let first = try Self.client(hosts: hosts, share: share, seed: seed)
    let second = try first.inSecondTenant()
    for day in days {
      first.state.setDay(day)
      let truth = first.state.truth
      #expect(try TruthTests.recount(first, day: day) == truth.first, "day \(day)")
      #expect(try TruthTests.recount(second, day: day) == truth.second, "day \(day)")
      #expect(
        try HostIdentity.assets(HostIdentity.read(first), HostIdentity.read(second)) == truth.assetsTogether,
        "day \(day)")
      let json = try Reply(first.send("GET", "/simulator/truth").answer).json
      #expect(json.at("together", "assets") as? Int == truth.assetsTogether)
      #expect(json.at("secondTenant", "findings", "fail") as? Int == truth.second?.fail)
      #expect((json["secondTenant"] as? [String: Any])?["day"] as? Int == day)
    }
  }

  @Test("About the wanted share of the virtual machines appears again, with all that identifies a machine")
  func share() throws {
    for share in [0, 0.25, 1] {
      let first = try Self.client(hosts: 400, share: share)
      let machines = try HostIdentity.read(first).filter { !$0.isArc }
      let seen = Dictionary(
        grouping: try HostIdentity.read(try first.inSecondTenant()).filter { $0.hardwareUUID != nil },
        by: { $0.hardwareUUID ?? "" })
      let virtual = machines.filter { !$0.id.contains("virtualmachinescalesets") }
      let shared = virtual.filter { seen[$0.hardwareUUID ?? ""] != nil }
      // Two at most are reported by agents that know no hardware UUID, and two are kept for their namesake.
      let expected = Double(virtual.count) * share
      #expect(abs(Double(shared.count) - expected) <= (share == 0.25 ? 25 : 4))
      for machine in shared {
        let again = try #require(seen[machine.hardwareUUID ?? ""]?.first)
        #expect(again.isArc && again.id != machine.id && again.machineID != machine.machineID)
        #expect(again.subscription != machine.subscription)
        if let name = machine.hostName { #expect(again.hostName == name) }
        #expect(again.fullName == machine.fullName)
        #expect(Set(again.privateAddresses) == Set(machine.privateAddresses))
        #expect(again.publicAddresses.isEmpty && again.hardwareAddresses.isEmpty)
      }
    }
  }

  @Test("Its own hosts share no name, hardware address or public address with the first tenant's")
  func strangers() throws {
    let first = try Self.client(hosts: 600, share: 0)
    let known = try HostIdentity.read(first)
    let own = try HostIdentity.read(try first.inSecondTenant())
    #expect(own.contains { !$0.isArc } && own.contains { $0.isArc })
    func values(_ hosts: [HostIdentity], _ path: KeyPath<HostIdentity, [String]>) -> Set<String> {
      Set(hosts.flatMap { $0[keyPath: path] })
    }
    #expect(values(known, \.hardwareAddresses).isDisjoint(with: values(own, \.hardwareAddresses)))
    #expect(values(known, \.publicAddresses).isDisjoint(with: values(own, \.publicAddresses)))
    #expect(!values(own, \.hardwareAddresses).isEmpty && !values(own, \.publicAddresses).isEmpty)
    #expect(!values(known, \.privateAddresses).isDisjoint(with: values(own, \.privateAddresses)))
    let names = Set(known.compactMap(\.hostName))
    #expect(own.filter { names.contains($0.hostName ?? "") }.count == 1, "only the namesake")
    #expect(Set(known.compactMap(\.fullName)).isDisjoint(with: own.compactMap(\.fullName)))
  }

  @Test("Each way to look alike is there and is what it says, on early and late days", arguments: [0, 50])
  func likenesses(day: Int) throws {
    let first = try Self.client(hosts: 400, share: 0.4, day: day)
    let client = try first.inSecondTenant()
    let known = try HostIdentity.read(first)
    let rows = Dictionary(uniqueKeysWithValues: try HostIdentity.read(client).map { ($0.id, $0) })
    let secondDay = try #require(first.state.secondDay)
    let naming = ResourceNaming(fleet: secondDay.fleet)
    func one(_ matches: (Likeness) -> Bool) throws -> (row: HostIdentity, original: AzureSimulator.Host) {
      let hosts = secondDay.fleet.hosts.filter { $0.likeness.map(matches) ?? false }
      #expect(hosts.count == 1)
      let host = try #require(hosts.first)
      let row = try #require(rows[naming.id(of: host).lowercased()])
      return (row, first.state.day.fleet.hosts[try #require(host.likeness?.slot)])
    }

    let byFullName = try one { if case .machineByFullName = $0 { true } else { false } }.row
    #expect(byFullName.hardwareUUID == nil && byFullName.serialNumber == nil)
    #expect(known.filter { $0.fullName == byFullName.fullName }.count == 1)

    let byHostName = try one { if case .machineByHostName = $0 { true } else { false } }.row
    #expect(byHostName.hardwareUUID == nil && byHostName.fullName == nil)
    #expect(known.filter { $0.hostName == byHostName.hostName }.count == 1)

    let namesake = try one { if case .hostName = $0 { true } else { false } }.row
    #expect(known.filter { $0.hostName == namesake.hostName }.count > 1)
    #expect(!known.contains { $0.fullName == namesake.fullName || $0.hardwareUUID == namesake.hardwareUUID })

    let neighbour = try one { if case .privateAddress = $0 { true } else { false } }.row
    #expect(known.contains { Set($0.privateAddresses).isSuperset(of: neighbour.privateAddresses) })
    #expect(neighbour.privateAddresses.count == 1)
    #expect(!known.contains { $0.hostName == neighbour.hostName })

    let (spelling, original) = try one { if case .nameSpellsAddress = $0 { true } else { false } }
    let spelled = spelling.hostName.map { String($0.dropFirst(3)).replacing("-", with: ".") }
    #expect(first.state.day.facts.privateAddresses(of: original).first?.privateAddress == spelled)

    let placeholders = rows.values.filter { $0.serialNumber == ArcIdentity.placeholderSerial }
    #expect(placeholders.count == 2 && Set(placeholders.compactMap(\.hardwareUUID)).count == 2)
    let serials = rows.values.compactMap(\.serialNumber).filter { $0 != ArcIdentity.placeholderSerial }
    #expect(Set(serials).count == serials.count && serials.count > 100)
  }

  @Test("A shared machine is made anew and deleted on the same day in both tenants")
  func lives() throws {
    let first = try Self.client(hosts: 200, share: 1)
    let client = try first.inSecondTenant()
    var remade = 0
    var gone = 0
    var before: [Int: String] = [:]
    for day in stride(from: 0, through: 60, by: 6) {
      first.state.setDay(day)
      let secondDay = try #require(first.state.secondDay)
      let naming = ResourceNaming(fleet: secondDay.fleet)
      let rows = Dictionary(uniqueKeysWithValues: try HostIdentity.read(client).map { ($0.id, $0) })
      for host in secondDay.fleet.hosts {
        guard case .machine(let slot) = host.likeness else { continue }
        let original = first.state.day.fleet.hosts[slot]
        let row = rows[naming.id(of: host).lowercased()]
        #expect((row != nil) == original.lives(on: day))
        if row == nil, before[slot] != nil { gone += 1 }
        if let uuid = row?.hardwareUUID {
          #expect(uuid == first.state.day.facts.hardwareUUID(of: original))
          if let known = before[slot], known != uuid { remade += 1 }
        }
        before[slot] = row?.hardwareUUID
      }
    }
    #expect(remade > 0 && gone > 0)
  }

  @Test("Recommendations and their severities are the same in both tenants")
  func recommendations() throws {
    let first = try Self.client(hosts: 60, share: 0.5, day: 9)
    func severities(_ client: SimulatorClient) throws -> [String: String] {
      var severities: [String: String] = [:]
      for row in try client.rows("securityresources | where type =~ 'microsoft.security/assessments' | order by id asc")
      {
        severities[row.text("name") ?? ""] = row.text("properties", "metadata", "severity")
      }
      return severities
    }
    let (one, other) = (try severities(first), try severities(try first.inSecondTenant()))
    let common = Set(one.keys).intersection(other.keys)
    #expect(common.count > 30)
    for key in common { #expect(one[key] == other[key]) }
  }
}
