import IsthmusConnect
import IsthmusCore
import Testing

@testable import DefenderForCloud

@Suite("Hosts with their interfaces")
struct HostRecordsTests {
  private func page(_ rows: String...) throws -> ResourceGraphPage {
    let text = #"{"totalRecords":\#(rows.count),"count":\#(rows.count),"data":[\#(rows.joined(separator: ","))]}"#
    return try ResourceGraphPage(JSONDocument(text))
  }

  private func derived(_ host: String, interfaces: [String] = [], addresses: [String] = []) throws -> JSONValue {
    var known = KnownInterfaces()
    if !interfaces.isEmpty { try page(interfaces.joined(separator: ",")).forEachRow { known.add(interface: $0) } }
    if !addresses.isEmpty { try page(addresses.joined(separator: ",")).forEachRow { known.add(publicAddress: $0) } }
    let records = HostRecords(try page(host), interfaces: known)
    let document = try records.document()
    return document.withRoot { root in JSONValue(root.at(records.places[0])["derived"] ?? root) }
  }

  private func host(interfaces: String = "", properties: String = "") -> String {
    let profile = #""networkProfile":{"networkInterfaces":[\#(interfaces)]}"#
    return #"{"id":"/vm","type":"microsoft.compute/virtualmachines","properties":{\#(profile)\#(properties)}}"#
  }

  private func interface(_ id: String, mac: String, address: String, publicID: String = "") -> String {
    let reference = publicID.isEmpty ? "" : #","publicIPAddress":{"id":"\#(publicID)"}"#
    let configuration = #"{"properties":{"privateIPAddress":"\#(address)"\#(reference)}}"#
    return #"{"id":"\#(id)","properties":{"macAddress":"\#(mac)","ipConfigurations":[\#(configuration)]}}"#
  }

  @Test("The primary interface comes first, whatever the case of the ids")
  func primaryFirst() throws {
    let references =
      #"{"id":"/NIC/a","properties":{"primary":false}},{"id":"/nic/B","properties":{"primary":true}}"#
    let found = try derived(
      host(interfaces: references),
      interfaces: [
        interface("/nic/A", mac: "00-0D-3A-00-00-0A", address: "10.0.0.1"),
        interface("/nic/b", mac: "00-0D-3A-00-00-0B", address: "10.0.0.2"),
      ])
    #expect(found["macAddresses"] == .array([.string("00-0D-3A-00-00-0B"), .string("00-0D-3A-00-00-0A")]))
    #expect(found["ipAddresses"] == .array([.string("10.0.0.2"), .string("10.0.0.1")]))
    #expect(found["publicIpAddresses"] == .array([]))
  }

  @Test("Without a primary mark the smallest id comes first; public addresses stand before private ones")
  func publicFirst() throws {
    let found = try derived(
      host(interfaces: #"{"id":"/nic/b"},{"id":"/nic/a"}"#),
      interfaces: [
        interface("/nic/b", mac: "00-0D-3A-00-00-0B", address: "10.0.0.2", publicID: "/PIP/1"),
        interface("/nic/a", mac: "00-0D-3A-00-00-0A", address: "10.0.0.1", publicID: "/pip/none"),
      ], addresses: [#"{"id":"/pip/1","properties":{"ipAddress":"20.1.2.3"}}"#, #"{"id":"/pip/none","properties":{}}"#])
    #expect(found["ipAddresses"] == .array(["20.1.2.3", "10.0.0.1", "10.0.0.2"].map(JSONValue.string)))
    #expect(found["publicIpAddresses"] == .array([.string("20.1.2.3")]))
    #expect(found["macAddresses"]?.array?.first == .string("00-0D-3A-00-00-0A"))
  }

  @Test(
    "The version is exact where it can be",
    arguments: [
      (#","storageProfile":{"imageReference":{"version":"latest","exactVersion":"20.1"}}"#, "20.1"),
      (#","storageProfile":{"imageReference":{"version":"19.7"}}"#, "19.7"),
      (
        #","storageProfile":{"imageReference":{"version":"latest"}},"extended":{"instanceView":{"osVersion":"10.0"}}"#,
        "10.0"
      ),
    ])
  func version(properties: String, version: String) throws {
    #expect(try derived(host(properties: properties))["operatingSystemVersion"] == .string(version))
  }

  @Test("The domain suffix alone is no host name")
  func fqdn() throws {
    let nic = #"{"id":"/nic/a","properties":{"dnsSettings":{"internalDomainNameSuffix":"x.internal"}}}"#
    let reference = #"{"id":"/nic/a"}"#
    #expect(try derived(host(interfaces: reference), interfaces: [nic])["fqdn"] == nil)
    let named = host(interfaces: reference, properties: #","osProfile":{"computerName":"web"}"#)
    #expect(try derived(named, interfaces: [nic])["fqdn"] == .string("web.x.internal"))
  }

  private func mapped(_ host: String) throws -> AttributeValues {
    let kind = DefenderForCloud.descriptor
    let mapper = try RecordMapper(
      kind.defaultMap, from: kind.sourceModel, to: .inventory, levels: [.asset], keys: kind.hosts.keys, shape: [],
      seed: 1)
    let records = HostRecords(try page(host), interfaces: KnownInterfaces())
    return try records.document().withRoot { root in
      let reader = mapper.makeReader()
      reader.read(root.at(records.places[0]))
      return reader.values(of: .asset).values
    }
  }

  private func machine(_ type: String, _ properties: String) -> String {
    #"{"id":"/m","name":"m","type":"\#(type)","properties":{\#(properties)}}"#
  }

  @Test(
    "Azure's own machines have their vmId in the firmware",
    arguments: [
      "microsoft.compute/virtualmachines", "microsoft.compute/virtualmachinescalesets/virtualmachines",
    ])
  func hardwareUUID(type: String) throws {
    let values = try mapped(machine(type, #""vmId":"0D1B6D6C-94a8-4f2e-9a51-5b3f1a1c7e55""#))
    #expect(values["hardwareUuid"] == .string("0D1B6D6C-94a8-4f2e-9a51-5b3f1a1c7e55"), "as the source writes it")
    #expect(values["hardwareUuid"] == values["externalAssetId"])
    #expect(values["serialNumber"] == nil)
  }

  @Test("Of an Arc machine vmUuid and the serial number identify the hardware; its vmId is only the agent's")
  func arcHardware() throws {
    let type = "Microsoft.HybridCompute/machines"
    let detected = #""detectedProperties":{"serialNumber":"0000-0011-4217-5912-6044-9275-33"}"#
    let values = try mapped(machine(type, #""vmId":"agent","vmUuid":"firmware",\#(detected)"#))
    #expect(values["externalAssetId"] == .string("agent"))
    #expect(values["hardwareUuid"] == .string("firmware"))
    #expect(values["serialNumber"] == .string("0000-0011-4217-5912-6044-9275-33"))
    let old = try mapped(machine(type, #""vmId":"agent","detectedProperties":{"model":"VMware7,1"}"#))
    #expect(old["hardwareUuid"] == nil && old["serialNumber"] == nil)
    #expect(try mapped(machine(type, #""vmId":"agent","vmUuid":"""#))["hardwareUuid"] == nil)
    #expect(try mapped(machine(type, #""vmId":"agent","vmUuid":7"#))["hardwareUuid"] == nil)
  }

  @Test("Rows of another shape go on as they came")
  func rubbish() throws {
    let records = HostRecords(try page("null", "[1]", #"{"id":7}"#, #"{"id":"/x"}"#), interfaces: KnownInterfaces())
    let document = try records.document()
    let kinds = document.withRoot { root in records.places.map { root.at($0).kind } }
    #expect(kinds == [.null, .array, .object, .object])
  }
}
