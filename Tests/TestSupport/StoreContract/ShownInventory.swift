import IsthmusCore
import IsthmusStore

/// What rows don't tell.
struct HiddenValues: Sendable {
  struct Connector: Sendable {
    var number: ConnectorNumber
    var name: String
    /// Empty: it has none.
    var vendor: String
  }

  struct Finding: Sendable {
    var connector: ConnectorNumber
    /// Empty: the source has no word for it.
    var severityText: String
    var decision: FindingDecision?
    var decidedAt: Timestamp
    /// Of its control's text, and its own; both may have one of a name.
    var custom: [AttributeValues]
  }

  var connectors: [Connector] = []
  var findings: [FindingID: Finding] = [:]
}

/// The inventory as its lists show it, for ``NaiveInventory`` to be asked.
///
/// Values come from the rows that the store exports, so that the answer of a query is compared with what is shown;
/// only what rows don't tell comes from what was written.
struct ShownInventory: Sendable {
  private(set) var naive = NaiveInventory(assets: [], findings: [], assetOfFinding: [])
  /// As rows name them, in the order of `naive`.
  private(set) var assetIDs: [String] = []
  private(set) var findingIDs: [String] = []
  /// Places of what lists leave out by themselves.
  private(set) var gone: Set<Int> = []
  private(set) var absent: Set<Int> = []
  /// By place.
  private(set) var openFindings: [Int] = []
  /// Of the merged host; its sources have their own.
  private(set) var externalAssetIDs: [String?] = []
  private(set) var isOpen: [Bool] = []

  init(_ hidden: HiddenValues, _ reader: any InventoryReader) throws {
    let everything = Listing(limit: nil, order: [.init("id", descending: false)], includesAbsent: true)
    try reader.forEachAsset(everything) { try add(asset: $0, hidden, reader) }
    try reader.forEachFinding(everything) { add(finding: $0, hidden) }
    naive.hidden = absent
  }

  /// The ids that a list of the query holds, by number.
  func ids(_ query: Query, includesAbsent: Bool = false) -> [String] {
    places(query, includesAbsent: includesAbsent).map { query.entity == .asset ? assetIDs[$0] : findingIDs[$0] }
  }

  func places(_ query: Query, includesAbsent: Bool = false) -> [Int] {
    var naive = naive
    if query.namesAbsent { naive.hidden = [] }
    let leftOut = includesAbsent || query.namesAbsent ? [] : query.entity == .asset ? gone : absent
    return naive.matches(query).filter { !leftOut.contains($0) }
  }

  /// Members of rows by the field that they show.
  private static func members(of entity: QueryEntity) -> [QueryListField] {
    QueryCatalogue.listFields(for: entity, use: .sort).filter { $0.field.scope == entity.scope }
  }

  // MARK: - Assets

  private mutating func add(
    asset row: JSONValue, _ hidden: HiddenValues, _ reader: any InventoryReader
  ) throws {
    var record = NaiveRecord()
    for member in Self.members(of: .asset) { record.values[member.field] = NaiveValue(row[member.name], member.field) }
    let isGone = row["goneOn"]?.string != nil
    record.values[.assetIsGone] = .truth(isGone)
    func elements(_ field: QueryField, _ name: String) -> [NaiveRecord] {
      (row[name]?.array ?? []).compactMap { $0.string.map { NaiveRecord([field: .text($0)]) } }
    }
    record.elements = [
      .tag: elements(.tagName, "tags"), .businessEntity: elements(.businessEntityName, "businessEntities"),
      .ipAddress: elements(.ipAddress, "ipAddresses"), .macAddress: elements(.macAddress, "macAddresses"),
      .publicIPAddress: elements(.publicIPAddress, "publicIpAddresses"),
      .cloudTag: (row["cloudTags"]?.array ?? []).compactMap { $0.string.map(Self.cloudTag) },
      .customAttribute: Self.custom(row).map { NaiveRecord([.customAttributeKey: $0.0, .customAttributeValue: $0.1]) },
    ]
    var said: [NaiveRecord] = []
    let id = row["id"]?.string ?? ""
    let records = try AssetID(text: id).flatMap { try reader.asset($0) }?["sourceRecords"]?.array ?? []
    for source in records where isGone || source["present"] == .bool(true) {
      guard let connector = hidden.connectors.first(where: { $0.name == source["connector"]?.string }) else {
        continue
      }
      record.elements[.source, default: []].append(Self.source(source, connector))
      for (key, value) in Self.custom(source["attributes"] ?? .null) {
        said.append(
          NaiveRecord([
            .customAttributeKey: key, .customAttributeValue: value,
            .customAttributeConnectorID: .number(connector.number.number),
          ]))
      }
    }
    record.customAttributesBySource = said
    if isGone { gone.insert(naive.assets.count) }
    openFindings.append(row["openFindings"]?.integer.map { Int($0) } ?? 0)
    assetIDs.append(id)
    externalAssetIDs.append(row["externalAssetId"]?.string)
    naive.assets.append(record)
  }

  private static func source(_ row: JSONValue, _ connector: HiddenValues.Connector) -> NaiveRecord {
    var record = NaiveRecord()
    record.values[.sourceProductName] = NaiveValue(row["source"], .sourceProductName)
    record.values[.sourceConnectorName] = NaiveValue(row["connector"], .sourceConnectorName)
    record.values[.sourceConnectorID] = .number(connector.number.number)
    record.values[.sourceExternalAssetID] = NaiveValue(row["externalAssetId"], .sourceExternalAssetID)
    record.values[.sourceFirstFound] = NaiveValue(row["firstFoundOn"], .sourceFirstFound)
    record.values[.sourceLastFound] = NaiveValue(row["lastSeenOn"], .sourceLastFound)
    return record
  }

  private static func cloudTag(_ tag: String) -> NaiveRecord {
    let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var record = NaiveRecord([.cloudTag: .text(tag)])
    if !parts[0].isEmpty { record.values[.cloudTagName] = .text(parts[0]) }
    if parts.count > 1, !parts[1].isEmpty { record.values[.cloudTagValue] = .text(parts[1]) }
    return record
  }

  /// Keys and values of custom attributes; a list has one for each element.
  private static func custom(_ row: JSONValue) -> [(NaiveValue, NaiveValue)] {
    guard case .object(let members) = row else { return [] }
    return members.flatMap { member -> [(NaiveValue, NaiveValue)] in
      guard let name = CustomAttribute.name(of: member.name) else { return [] }
      return (member.value.array ?? [member.value]).map { (.text(String(name)), .text($0.shown)) }
    }
  }

  // MARK: - Findings

  private mutating func add(finding row: JSONValue, _ hidden: HiddenValues) {
    var record = NaiveRecord()
    for member in Self.members(of: .finding) {
      record.values[member.field] = NaiveValue(row[member.name], member.field)
    }
    let status = row["status"]?.string
    let isOpen = ["NEW", "ACTIVE", "REOPENED"].contains(status)
    record.values[.isFound] = .truth(isOpen)
    if status == "FIXED", case .number(let from)? = record.values[.firstFound],
      case .number(let to)? = record.values[.lastFixed]
    {
      record.values[.timeToRemediate] = .number(max(0, (to - from) / 86_400_000_000))
    }
    for (scope, field, name) in Self.lists {
      record.elements[scope] = (row[name]?.array ?? []).compactMap { $0.string.map { NaiveRecord([field: .text($0)]) } }
    }
    let id = row["id"]?.string ?? ""
    if let number = FindingID(text: id), let own = hidden.findings[number] {
      Self.add(own, hidden, to: &record)
    }
    if !["PASS", "FAIL"].contains(row["posture"]?.string) { absent.insert(naive.findings.count) }
    findingIDs.append(id)
    self.isOpen.append(isOpen)
    naive.findings.append(record)
    naive.assetOfFinding.append(row["assetId"]?.string.flatMap(assetIDs.firstIndex(of:)))
  }

  private static let lists: [(QueryScope, QueryField, String)] = [
    (.category, .category, "categories"), (.threat, .threat, "threats"), (.tactic, .tacticName, "tactics"),
    (.technique, .techniqueName, "techniques"),
  ]

  private static func add(
    _ own: HiddenValues.Finding, _ hidden: HiddenValues, to record: inout NaiveRecord
  ) {
    if let connector = hidden.connectors.first(where: { $0.number == own.connector }) {
      record.values[.findingConnectorID] = .number(connector.number.number)
      record.values[.findingConnectorName] = .text(connector.name)
      if !connector.vendor.isEmpty { record.values[.vendorName] = .text(connector.vendor) }
    }
    if !own.severityText.isEmpty { record.values[.sourceSeverity] = .text(own.severityText) }
    record.values[.isIgnored] = .truth(own.decision?.kind == .ignored)
    if let decision = own.decision, decision.kind == .riskAccepted {
      record.values[.riskAccepted] = .number(own.decidedAt.microseconds)
      record.values[.riskAcceptanceEnd] = decision.until.map { .number($0.microseconds) }
      record.values[.riskAcceptanceReason] = .text(decision.reason)
    }
    record.elements[.findingCustomAttribute] = own.custom.flatMap { custom($0.json) }.map {
      NaiveRecord([.findingCustomAttributeKey: $0.0, .findingCustomAttributeValue: $0.1])
    }
  }
}

extension NaiveValue {
  /// What a row shows of the field; nil for null.
  init?(_ shown: JSONValue?, _ field: QueryField) {
    switch (shown, field.kind) {
    case (nil, _), (.null, _): return nil
    case (.string(let text)?, .date):
      guard let moment = Timestamp(iso8601: text) else { return nil }
      self = .number(moment.microseconds)
    case (.string(let text)?, .identifier(let prefix)):
      guard let number = Int64(text.dropFirst(prefix.count)) else { return nil }
      self = .number(number)
    case (.string(let text)?, _): self = .text(text)
    case (.integer(let number)?, _): self = .number(number)
    case (.bool(let truth)?, _): self = .truth(truth)
    default: return nil
    }
  }
}

extension JSONValue {
  /// As text, without quotation marks.
  fileprivate var shown: String { string ?? text() }
}
