import Testing

@testable import AzureSimulator

/// The three queries that the vendor's connector guide prints, their shell and JSON escapes undone.
@Suite("The guide's queries")
struct GuideQueryTests {
  private let fixture = KQLFixture()

  @Test("Machines made since a time: the dynamic text is compared as a datetime")
  func machines() throws {
    let query = """
      Resources | where type =~ 'microsoft.compute/virtualmachines' \
      | where properties.timeCreated >= datetime(2024-10-16T07:25:23.1360003Z)
      """
    let result = try fixture.run(query)
    #expect(result.count == 1)
    #expect(result.value(row: 0, column: 1) == .string("vm-a"))
    #expect(result.keepsID && !result.isLimited && !result.hasOnlyDynamicColumns)
  }

  @Test("Assessments of one machine: parse_json of a text that is no JSON gives the text")
  func assessments() throws {
    let id = "\(KQLFixture.group("Web"))/Microsoft.Compute/virtualMachines/vm-a"
    let query = """
      securityresources | where type == "microsoft.security/assessments" \
      | extend resourceId = parse_json(properties["resourceDetails"]["Id"]) | where resourceId == "\(id)"
      """
    let result = try fixture.run(query)
    #expect(result.count == 2)
    #expect(result.columns.last?.name == "resourceId")
    #expect(result.columns.last?.type == "object")
    let hint = try #require(fixture.security.counts.hints.last)
    #expect(hint.types == ["microsoft.security/assessments"])
    #expect(hint.assessedResources == [id.lowercased()])
    var text: [UInt8] = []
    result.appendObjects(0..<1, to: &text)
    #expect(String(decoding: text, as: UTF8.self).hasSuffix(#","resourceId":"\#(id)"}"#))
    // The comparison is case-sensitive, as in Azure: another spelling of the id finds nothing.
    #expect(try fixture.run(query.replacing("vm-a", with: "VM-A")).count == 0)
  }

  @Test("Network interfaces of one machine: one without a public address comes back with nulls")
  func interfaces() throws {
    let id = "\(KQLFixture.group("Web"))/Microsoft.Compute/virtualMachines/vm-a"
    let query = """
      Resources | where type == "microsoft.compute/virtualmachines" and id == "\(id)" \
      | extend nics = properties.networkProfile.networkInterfaces | mv-expand nic = nics \
      | extend nicId = tostring(nic.id) | join kind=leftouter (Resources \
      | where type == "microsoft.network/networkinterfaces" | project nicId = id, nicName = name, \
      nicGuid = properties.resourceGuid, macAddress = properties.macAddress, ipConfigs = properties.ipConfigurations, \
      fqdn = properties.dnsSettings.internalDomainNameSuffix | mv-expand ipConfig = ipConfigs \
      | extend privateIP = tostring(ipConfig.properties.privateIPAddress), \
      publicIPRef = ipConfig.properties.publicIPAddress, \
      publicIPId = tostring(ipConfig.properties.publicIPAddress.id) | where isnotempty(publicIPId)) on nicId \
      | join kind=leftouter (Resources | where type =~ "microsoft.network/publicipaddresses" \
      | project publicIPId = id, publicIPName = name, publicIP = properties.ipAddress) on publicIPId \
      | project vmName = name, resourceGroup, nicName, nicGuid, macAddress, privateIP, publicIPName, publicIP, fqdn
      """
    let first = """
      {"vmName":"vm-a","resourceGroup":"web","nicName":"nic-a","nicGuid":"g-a","macAddress":"00-0D-3A-00-00-01",\
      "privateIP":"10.0.0.4","publicIPName":"ip-a","publicIP":"203.0.113.7","fqdn":"x.internal"}
      """
    let second = """
      {"vmName":"vm-a","resourceGroup":"web","nicName":"","nicGuid":null,"macAddress":null,"privateIP":"",\
      "publicIPName":"","publicIP":null,"fqdn":null}
      """
    #expect(try fixture.json(query) == "[\(first),\(second)]")
    #expect(try !fixture.run(query).keepsID)
  }
}
