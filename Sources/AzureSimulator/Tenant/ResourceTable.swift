/// A row of `resources`, `computeresources` or `resourcecontainers`; its values are made when asked for.
struct ResourceEntry: Sendable {
  enum Kind: Sendable {
    case virtualMachine, arcMachine, scaleSetInstance
    /// Number of the host's interface.
    case interface(Int)
    /// Number of the host's public address.
    case publicAddress(Int)
    case disk
    /// Index into ``Estate/resources``.
    case estate(Int)
    case subscription, resourceGroup
    /// Not of any subscription.
    case managementGroup
  }

  let kind: Kind
  /// Slot of the host it belongs to, or -1.
  let host: Int
  /// Index of the subscription, or -1.
  let subscription: Int
  /// Index of the resource group, or -1.
  let group: Int
  /// Lower case.
  let type: String
  let id: String
}

/// A table whose rows are few enough to be listed: about three for each host.
struct ResourceTable: TableSource {
  let name: String
  let columns = AzureColumns.names
  let entries: [ResourceEntry]
  private let subscriptions: [String]
  private let values: ResourceValues
  private let rowsOfType: [String: [RowID]]
  private let rowsOfHash: [UInt64: RowID]

  init(name: String, entries: [ResourceEntry], values: ResourceValues) {
    self.name = name
    self.values = values
    subscriptions = values.fleet.subscriptions.map(\.id)
    // Ids are ASCII, for which strings compare as their bytes do.
    self.entries = entries.sorted { $0.id < $1.id }
    var rowsOfType: [String: [RowID]] = [:]
    var rowsOfHash: [UInt64: RowID] = [:]
    for (row, entry) in self.entries.enumerated() {
      rowsOfType[entry.type, default: []].append(RowID(row))
      rowsOfHash[ResourceNaming.foldedHash(entry.id)] = RowID(row)
    }
    self.rowsOfType = rowsOfType
    self.rowsOfHash = rowsOfHash
  }

  func rows(in subscriptions: [String], hint: RowHint) -> [RowID] {
    let readable = Set(subscriptions)
    let isReadable = self.subscriptions.map(readable.contains)
    func isWanted(_ row: RowID) -> Bool {
      let subscription = entries[Int(row)].subscription
      return subscription < 0 || isReadable[subscription]
    }
    if let ids = hint.ids {
      return Set(ids.compactMap { rowsOfHash[ResourceNaming.foldedHash($0)] }).filter(isWanted).sorted()
    }
    if let types = hint.types {
      return types.flatMap { rowsOfType[$0] ?? [] }.filter(isWanted).sorted()
    }
    return (0..<RowID(entries.count)).filter(isWanted)
  }

  func value(column: Int, row: RowID) -> KQLValue {
    let entry = entries[Int(row)]
    switch column {
    case AzureColumns.id: return .string(entry.id)
    case AzureColumns.type: return .string(entry.type)
    case AzureColumns.tenantID: return .string(values.fleet.tenantID)
    case AzureColumns.subscriptionID:
      return .string(entry.subscription < 0 ? "" : subscriptions[entry.subscription])
    case AzureColumns.resourceGroup:
      guard entry.group >= 0 else { return .string("") }
      let name = values.fleet.groups[entry.group].name
      // Only the containers' table keeps the case in which the group was typed.
      return .string(self.name == "resourcecontainers" ? name : name.lowercased())
    case AzureColumns.kind, AzureColumns.managedBy: return .string("")
    default: return values.value(column: column, of: entry)
    }
  }

  func appendJSON(row: RowID, to buffer: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      buffer.append(UInt8(ascii: index == 0 ? "{" : ","))
      KQLValue.appendJSONString(column, to: &buffer)
      buffer.append(UInt8(ascii: ":"))
      value(column: index, row: row).appendJSON(to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Random bits of the row, the same on each day.
  func bits(of row: RowID) -> UInt64 { Dice.mix(ResourceNaming.foldedHash(entries[Int(row)].id)) }

  /// True for rows of the three kinds of host.
  func isHost(_ row: RowID) -> Bool {
    switch entries[Int(row)].kind {
    case .virtualMachine, .arcMachine, .scaleSetInstance: true
    default: false
    }
  }
}
