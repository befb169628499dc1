import IsthmusCore
import IsthmusStore

/// A connector with one subscription, a run, and what a test adds to them.
struct SampleInventory: Sendable {
  struct Host: Sendable {
    var asset: AssetID
    var resource: Int64
    var source: Int64
  }

  let connector: ConnectorNumber
  let hosts: Int64
  let findings: Int64
  let run: RunID

  static func noon(_ day: Int64) -> Timestamp { Timestamp(microseconds: day * 86_400_000_000 + 43_200_000_000) }

  init(_ transaction: any InventoryTransaction, connector name: String = "Contoso", day: Int64 = 1) throws {
    connector = try transaction.connector(
      named: name, kind: "kind", productName: "Product of \(name)", vendorName: "Vendor")
    hosts = try transaction.scope(connector, stream: "hosts", name: "sub", title: "Sub").id
    findings = try transaction.scope(connector, stream: "findings", name: "sub", title: "Sub").id
    run = try transaction.insertRun(
      NewRun(
        connector: connector, profile: "nightly", startedAt: Self.noon(day), map: "map", mapVersion: 3,
        scoreMap: "default"))
  }

  /// A host with its resource, its source row and its asset.
  func host(
    _ name: String, _ attributes: [String: AttributeValue] = [:], isExposed: Bool = false,
    in transaction: any InventoryTransaction
  ) throws -> Host {
    let id = "/Subscriptions/sub/VMs/\(name)"
    let asset = try transaction.insertAsset(at: Self.noon(1))
    let resource = try transaction.insertResource(connector, foldedID: id.lowercased(), writtenID: id)
    var values = AttributeValues()
    values["externalAssetId"] = .string("vm-\(name)")
    values["assetName"] = .string(name)
    values["cloudResourceId"] = .string(id)
    for (name, value) in attributes { values[name] = value }
    let source = try transaction.insertSource(
      NewSource(
        connector: connector, externalAssetID: "vm-\(name)", resource: resource, asset: asset, scope: hosts,
        attributes: values.json.text(), digest: 1, at: Self.noon(1)))
    try transaction.attach(resource: resource, source: source, asset: asset)
    try transaction.setFindingScope(resource: resource, scope: findings, assessedID: id)
    try transaction.setAttributes(asset, values, hasPublicAddress: isExposed)
    try transaction.settleFactors(of: asset, defaultCriticality: 2)
    return Host(asset: asset, resource: resource, source: source)
  }

  static func variant(_ digest: Int64, title: String = "Title", severity: Int = 4, qds: Int = 80) -> NewVariant {
    let attributes = JSONValue.object([
      "findingName": .string("key"), "findingDescription": .string(title),
      "categories": .array([.string("Networking")]),
    ])
    return NewVariant(
      digest: digest, attributes: attributes.text(), category: "HostMisconfigurations", severityText: "High",
      severity: severity, qds: qds)
  }

  func control(
    _ key: String = "key", _ variant: NewVariant = variant(1), in transaction: any InventoryTransaction
  ) throws -> StoredControl {
    try transaction.insertControl(
      connector, key: key, findingSuffix: "/providers/Microsoft.Security/assessments/\(key)", variant: variant)
  }

  static let open = FindingLife(posture: .fail, openedInListing: 1, firstFound: noon(1))

  /// A finding that is not stored yet.
  static func finding(
    _ control: StoredControl, _ life: FindingLife = open, externalID: String? = nil, variant: Int64? = nil,
    detail: Int64? = nil, severity: Int = 4, qds: Int = 80
  ) -> StoredFinding {
    StoredFinding(
      id: FindingID(0), control: control.id, externalID: externalID, variant: variant, detail: detail,
      severity: severity, qds: qds, sourceFirst: nil, sourceUpdated: nil, life: life, digest: 7)
  }

  func insert(
    _ finding: StoredFinding, on host: Host, in transaction: any InventoryTransaction
  ) throws -> FindingID {
    try transaction.insertFinding(finding, resource: host.resource, scope: findings, ingested: Self.noon(1))
  }
}

extension InventoryStore {
  /// The inventory that `body` makes in one transaction.
  func sample<T: Sendable>(
    _ body: @escaping @Sendable (SampleInventory, any InventoryTransaction) throws -> T
  ) async throws -> T {
    try await write { try body(SampleInventory($0), $0) }
  }

  func assetRows(_ listing: Listing = Listing(limit: nil)) async throws -> [JSONValue] {
    try await read { reader in
      var rows: [JSONValue] = []
      try reader.forEachAsset(listing) { rows.append($0) }
      return rows
    }
  }

  func findingRows(_ listing: Listing = Listing(limit: nil)) async throws -> [JSONValue] {
    try await read { reader in
      var rows: [JSONValue] = []
      try reader.forEachFinding(listing) { rows.append($0) }
      return rows
    }
  }
}

extension JSONValue {
  var memberNames: Set<String> {
    guard case .object(let members) = self else { return [] }
    return Set(members.map(\.name))
  }
}
