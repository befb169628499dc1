/// A table whose rows have bits of their own, and records that faults may spoil.
protocol SpoilableTable: TableSource {
  /// Random bits of the row, the same on each day.
  func bits(of row: RowID) -> UInt64
  func isSpoilable(_ row: RowID) -> Bool
}

extension SecurityResourcesTable: SpoilableTable {
  func isSpoilable(_ row: RowID) -> Bool { isAssessment(row) }
}

extension ResourceTable: SpoilableTable {
  func isSpoilable(_ row: RowID) -> Bool { isHost(row) }
}

/// A table in which some subscriptions are empty and some rows are rubbish, though still valid JSON.
struct FaultyTable: TableSource {
  let base: any SpoilableTable
  let emptied: Set<String>
  /// Share of records that are spoiled, 0...1.
  let malformed: Double

  var name: String { base.name }
  var columns: [String] { base.columns }

  func rows(in subscriptions: [String], hint: RowHint) -> [RowID] {
    base.rows(in: subscriptions.filter { !emptied.contains($0) }, hint: hint)
  }

  func value(column: Int, row: RowID) -> KQLValue {
    guard let damage = damage(of: row) else { return base.value(column: column, row: row) }
    return damage.value(base.value(column: column, row: row), column: column) ?? .null
  }

  func appendJSON(row: RowID, to buffer: inout [UInt8]) {
    guard let damage = damage(of: row) else { return base.appendJSON(row: row, to: &buffer) }
    var isFirst = true
    buffer.append(UInt8(ascii: "{"))
    for (index, column) in columns.enumerated() {
      guard let value = damage.value(base.value(column: index, row: row), column: index) else { continue }
      if !isFirst { buffer.append(UInt8(ascii: ",")) }
      isFirst = false
      KQLValue.appendJSONString(column, to: &buffer)
      buffer.append(UInt8(ascii: ":"))
      value.appendJSON(to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  private func damage(of row: RowID) -> RowDamage? {
    guard malformed > 0 else { return nil }
    let bits = base.bits(of: row)
    guard Double(bits >> 32) < malformed * 4_294_967_296, base.isSpoilable(row) else { return nil }
    let kinds = base.name == "securityresources" ? RowDamage.ofAssessments : RowDamage.ofHosts
    return kinds[Int(bits & 0xFFFF) % kinds.count]
  }
}

/// One way in which a row is rubbish.
enum RowDamage: Sendable {
  case nullProperties, nullID, numericID, missingID
  case textStatus, missingDetails, numericSeverity, rubbishDates
  case nullName, missingMachineID, textTags, listNetworkProfile

  static let ofAssessments: [RowDamage] = [
    .nullProperties, .nullID, .numericID, .missingID, .textStatus, .missingDetails, .numericSeverity, .rubbishDates,
  ]
  static let ofHosts: [RowDamage] = [
    .nullProperties, .nullID, .numericID, .missingID, .nullName, .missingMachineID, .textTags, .listNetworkProfile,
  ]

  /// The column's value after the damage; nil if the column is missing.
  func value(_ value: KQLValue, column: Int) -> KQLValue? {
    switch (self, column) {
    case (.nullProperties, AzureColumns.properties), (.nullID, AzureColumns.id), (.nullName, AzureColumns.name):
      return .null
    case (.numericID, AzureColumns.id): return .long(42)
    case (.missingID, AzureColumns.id): return nil
    case (.textTags, AzureColumns.tags): return .string("environment=prd")
    case (_, AzureColumns.properties): return properties(value)
    default: return value
    }
  }

  private func properties(_ value: KQLValue) -> KQLValue {
    switch self {
    case .textStatus: return value.replacing("status", with: .string("Unhealthy"))
    case .missingDetails: return value.replacing("resourceDetails", with: nil)
    case .missingMachineID: return value.replacing("vmId", with: nil)
    case .listNetworkProfile: return value.replacing("networkProfile", with: .array([.long(1)]))
    case .numericSeverity:
      guard case .object(let object) = value, let metadata = object["metadata"] else { return value }
      return value.replacing("metadata", with: metadata.replacing("severity", with: .long(7)))
    case .rubbishDates:
      guard case .object(let object) = value, let status = object["status"] else { return value }
      let dated = status.replacing("firstEvaluationDate", with: .string("yesterday"))
        .replacing("statusChangeDate", with: .string("2026-13-45T99:99:99Z"))
      return value.replacing("status", with: dated)
    default: return value
    }
  }
}

extension KQLValue {
  /// The bag with a member replaced, or removed where the replacement is nil.
  fileprivate func replacing(_ key: String, with replacement: KQLValue?) -> KQLValue {
    guard case .object(let object) = self else { return self }
    var members: [(String, KQLValue)] = []
    for (name, value) in zip(object.keys, object.values) {
      if name != key {
        members.append((name, value))
      } else if let replacement {
        members.append((name, replacement))
      }
    }
    return .bag(members)
  }
}
