import IsthmusConnect
import IsthmusCore

/// Host rows with two members more: `networkInterfaces`, the rows of its interfaces, the primary one first,
/// and `derived`, what follows from several places of them.
struct HostRecords {
  private let parsed: Result<JSONDocument, JSONError>
  /// Where the records stand in ``document()``.
  let places: [Int]
  /// Interfaces that hosts name and that could not be read.
  let warnings: [String]

  init(_ page: ResourceGraphPage, interfaces: KnownInterfaces) {
    var missing = 0
    page.forEachRow { row in
      missing += Self.interfaceReferences(of: row).count { interfaces.interfaces[$0.foldedID] == nil }
    }
    warnings =
      missing == 0
      ? []
      : [
        "\(missing) network interfaces that hosts name can't be read: their addresses are missing. The Reader role shows them."
      ]
    var rows: [String] = []
    page.forEachRow { row in rows.append(Self.joined(row, interfaces: interfaces)) }
    let text = "[\(rows.joined(separator: ","))]"
    parsed = Result { () throws(JSONError) in try JSONDocument(text) }
    // Without a document there are no places; `document()` says why.
    places = (try? parsed.get())?.withRoot { $0.elements.map(\.index) } ?? []
  }

  func document() throws(ResourceGraphError) -> JSONDocument {
    switch parsed {
    case .success(let document): return document
    case .failure(let error):
      throw .failed(
        ConnectorError(.unexpected, "A page of hosts could not be joined: \(error).", remedy: "Report this."))
    }
  }

  struct Reference {
    var foldedID: String
    var isPrimary: Bool
  }

  /// `properties.networkProfile.networkInterfaces[]` of a virtual machine or scale-set instance.
  static func interfaceReferences(of host: JSONSlice) -> [Reference] {
    guard let list = host["properties"]?["networkProfile"]?["networkInterfaces"] else { return [] }
    return list.elements.compactMap { item in
      guard let id = item["id"]?.string, !id.isEmpty else { return nil }
      return Reference(foldedID: id.lowercased(), isPrimary: item["properties"]?["primary"]?.bool ?? false)
    }
  }

  private static func joined(_ host: JSONSlice, interfaces known: KnownInterfaces) -> String {
    guard host.kind == .object, host["id"]?.string != nil else { return host.jsonText }
    let found = interfaceReferences(of: host).compactMap { reference in
      known.interfaces[reference.foldedID].map { (reference: reference, interface: $0) }
    }
    let ordered = found.sorted { a, b in
      let (first, second) = (
        a.reference.isPrimary || a.interface.isPrimary, b.reference.isPrimary || b.interface.isPrimary
      )
      return first == second ? a.reference.foldedID < b.reference.foldedID : first
    }.map(\.interface)
    let rows = ordered.map(\.json).joined(separator: ",")
    let derived = derived(of: host, interfaces: ordered, publicAddresses: known.publicAddresses).text()
    return "\(ownMembers(of: host)),\"networkInterfaces\":[\(rows)],\"derived\":\(derived)}"
  }

  /// The row without its last brace, and without interfaces that came with it (``HostProjection/interfaces``).
  private static func ownMembers(of host: JSONSlice) -> String {
    guard host[HostProjection.interfaces] != nil else { return String(host.jsonText.dropLast()) }
    var members: [String] = []
    host.forEachMember { name, value in
      if name != HostProjection.interfaces { members.append("\(JSONValue.string(name).text()):\(value.jsonText)") }
    }
    return "{\(members.joined(separator: ","))"
  }

  private static func derived(
    of host: JSONSlice, interfaces: [KnownInterfaces.Interface], publicAddresses known: [String: String]
  ) -> JSONValue {
    let properties = host["properties"]
    let isArc = host["type"]?.string?.lowercased() == HostType.arcMachine.rawValue
    let publicAddresses = interfaces.flatMap { $0.publicAddresses + $0.publicAddressIDs.compactMap { known[$0] } }
    let own = isArc ? arcAddresses(of: properties) : []
    let privateAddresses = interfaces.flatMap(\.privateAddresses) + own
    let macAddresses = interfaces.compactMap(\.macAddress) + (isArc ? arcMACs(of: properties) : [])
    var members: [JSONValue.Member] = []
    func add(_ name: String, _ list: [String]) {
      members.append(.init(name, .array(list.uniqued().map(JSONValue.string))))
    }
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { members.append(.init(name, .string(text))) }
    }
    add("publicIpAddresses", publicAddresses)
    add("ipAddresses", publicAddresses + privateAddresses)
    add("macAddresses", macAddresses)
    add("fqdn", fqdn(of: properties, interfaces: interfaces))
    add("hardwareUuid", hardwareUUID(of: properties, isArc: isArc))
    add("operatingSystemVersion", operatingSystemVersion(of: properties))
    add("cloudProvider", cloudProvider(of: properties, isArc: isArc))
    return .object(members)
  }

  /// The suffix alone is no host name: the computer name stands before it.
  private static func fqdn(of properties: JSONSlice?, interfaces: [KnownInterfaces.Interface]) -> String? {
    if let own = properties?["machineFqdn"]?.string ?? properties?["dnsFqdn"]?.string { return own }
    let name = properties?["osProfile"]?["computerName"]?.string
    guard let name, !name.isEmpty, let suffix = interfaces.lazy.compactMap(\.domainSuffix).first, !suffix.isEmpty else {
      return nil
    }
    return "\(name).\(suffix)"
  }

  /// The UUID in the machine's SMBIOS, as the source writes it.
  ///
  /// Azure stores `vmId` of its own machines there. An Arc machine's `vmId` is only the agent's, and `vmUuid` what the
  /// agent read. Firmware before SMBIOS 2.6 says in no way how the first three fields are ordered, so that an agent may
  /// report them with their bytes turned: which of the two it did can't be seen, and nothing is turned back.
  /// <https://learn.microsoft.com/dotnet/api/azure.resourcemanager.compute.models.virtualmachinepatch.vmid>
  /// <https://learn.microsoft.com/dotnet/api/microsoft.azure.powershell.cmdlets.connectedmachine.models.imachineproperties.vmuuid>
  private static func hardwareUUID(of properties: JSONSlice?, isArc: Bool) -> String? {
    properties?[isArc ? "vmUuid" : "vmId"]?.string
  }

  /// `latest` is no version: the exact one, else what the instance view says.
  private static func operatingSystemVersion(of properties: JSONSlice?) -> String? {
    let image = properties?["storageProfile"]?["imageReference"]
    if let exact = image?["exactVersion"]?.string, !exact.isEmpty { return exact }
    if let version = image?["version"]?.string, !version.isEmpty, version.lowercased() != "latest" { return version }
    return properties?["extended"]?["instanceView"]?["osVersion"]?.string ?? properties?["osVersion"]?.string
  }

  private static func cloudProvider(of properties: JSONSlice?, isArc: Bool) -> String? {
    guard isArc else { return "Azure" }
    return properties?["cloudMetadata"]?["provider"]?.string
      ?? properties?["detectedProperties"]?["cloudprovider"]?.string
  }

  /// What the Arc agent saw on the machine itself: whether the internet reaches it, it does not tell.
  private static func arcAddresses(of properties: JSONSlice?) -> [String] {
    arcInterfaces(of: properties).flatMap { interface in
      (interface["ipAddresses"].map { Array($0.elements) } ?? []).compactMap { $0["address"]?.string }
    }
  }

  private static func arcMACs(of properties: JSONSlice?) -> [String] {
    arcInterfaces(of: properties).compactMap { $0["macAddress"]?.string }
  }

  private static func arcInterfaces(of properties: JSONSlice?) -> [JSONSlice] {
    properties?["networkProfile"]?["networkInterfaces"].map { Array($0.elements) } ?? []
  }
}

extension Array where Element: Hashable {
  /// Each element once, at its first place.
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
