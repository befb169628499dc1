import Synchronization

@testable import AzureSimulator

/// A table of a few rows in memory that counts what the engine asks of it.
final class MemoryTable: TableSource {
  let name: String
  let columns: [String]
  private let values: [[KQLValue]]
  private let counters = Mutex(Counters())

  struct Counters {
    var wholeRows = 0
    var valuesByColumn: [String: Int] = [:]
    var hints: [RowHint] = []
  }

  static let outerColumns = [
    "id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku", "plan",
    "properties", "tags", "identity", "zones", "extendedLocation",
  ]

  init(name: String, columns: [String], rows: [[KQLValue]]) {
    self.name = name
    self.columns = columns
    values = rows
  }

  /// Rows with Azure's outer columns, each from JSON text that gives some of them; the others are null.
  convenience init(name: String, json: [String]) {
    let rows = json.map { text in
      let object = JSONTextParser.parse(text)
      return Self.outerColumns.map { object?.member($0) ?? .null }
    }
    let sorted = rows.sorted { $0[0].text < $1[0].text }
    self.init(name: name, columns: Self.outerColumns, rows: sorted)
  }

  var counts: Counters { counters.withLock { $0 } }

  func rows(in subscriptions: [String], hint: RowHint) -> [RowID] {
    counters.withLock { $0.hints.append(hint) }
    let place = columns.firstIndex(of: "subscriptionId")
    return values.indices.compactMap { index in
      guard let place, !values[index][place].isNull else { return RowID(index) }
      return subscriptions.contains(values[index][place].text) ? RowID(index) : nil
    }
  }

  func value(column: Int, row: RowID) -> KQLValue {
    counters.withLock { $0.valuesByColumn[columns[column], default: 0] += 1 }
    return values[Int(row)][column]
  }

  func appendJSON(row: RowID, to buffer: inout [UInt8]) {
    counters.withLock { $0.wholeRows += 1 }
    KQLValue.object(KQLObject(Array(zip(columns, values[Int(row)])))).appendJSON(to: &buffer)
  }
}

/// A small invented tenant: two machines, one with a public address, and their assessments.
struct KQLFixture {
  static let subscription = "11111111-0000-0000-0000-000000000001"
  static let otherSubscription = "11111111-0000-0000-0000-000000000002"
  /// 2025-01-02T03:04:05Z.
  static let now: Int64 = 17_357_870_450_000_000

  let resources: MemoryTable
  let security: MemoryTable
  let containers: MemoryTable
  let engine: KQLEngine

  init() {
    resources = MemoryTable(name: "resources", json: Self.resourceRows)
    security = MemoryTable(name: "securityresources", json: Self.assessmentRows)
    containers = MemoryTable(name: "resourcecontainers", json: Self.containerRows)
    engine = KQLEngine(tables: [resources, security, containers]) { Self.now }
  }

  func run(_ query: String) throws(KQLError) -> KQLResult {
    try engine.run(query, subscriptions: [Self.subscription, Self.otherSubscription])
  }

  /// The rows as JSON objects in an array.
  func json(_ query: String) throws(KQLError) -> String {
    let result = try run(query)
    var buffer: [UInt8] = []
    result.appendObjects(0..<result.count, to: &buffer)
    return "[\(String(decoding: buffer, as: UTF8.self))]"
  }

  /// The value of one scalar expression, as JSON.
  func evaluate(_ expression: String) throws(KQLError) -> String {
    let result = try run("resources | take 1 | project x = \(expression)")
    var buffer: [UInt8] = []
    result.value(row: 0, column: 0).appendJSON(to: &buffer)
    return String(decoding: buffer, as: UTF8.self)
  }

  func error(_ query: String) -> KQLError? {
    do {
      _ = try run(query)
      return nil
    } catch {
      return error
    }
  }

  static func group(_ name: String) -> String { "/subscriptions/\(subscription)/resourceGroups/\(name)/providers" }

  private static let resourceRows: [String] = [
    """
    {"id":"\(group("Web"))/Microsoft.Compute/virtualMachines/vm-a","name":"vm-a",
     "type":"microsoft.compute/virtualmachines","location":"westeurope","resourceGroup":"web",
     "subscriptionId":"\(subscription)","tags":{"env":"prod","Owner":"ann"},
     "properties":{"vmId":"A1","timeCreated":"2024-10-16T07:25:23.1360003Z",
      "storageProfile":{"osDisk":{"osType":"Linux","diskSizeGB":30}},"odata.type":"vm",
      "networkProfile":{"networkInterfaces":[
       {"id":"\(group("Web"))/Microsoft.Network/networkInterfaces/nic-a"},
       {"id":"\(group("Web"))/Microsoft.Network/networkInterfaces/nic-b"}]}}}
    """,
    """
    {"id":"\(group("Web"))/Microsoft.Compute/virtualMachines/vm-b","name":"vm-b",
     "type":"microsoft.compute/virtualmachines","location":"northeurope","resourceGroup":"web",
     "subscriptionId":"\(otherSubscription)","tags":{},
     "properties":{"vmId":"B2","timeCreated":"2023-01-01T00:00:00Z",
      "storageProfile":{"osDisk":{"osType":"Windows","diskSizeGB":127}},
      "networkProfile":{"networkInterfaces":[]}}}
    """,
    """
    {"id":"\(group("Web"))/Microsoft.Network/networkInterfaces/nic-a","name":"nic-a",
     "type":"microsoft.network/networkinterfaces","location":"westeurope","resourceGroup":"web",
     "subscriptionId":"\(subscription)",
     "properties":{"macAddress":"00-0D-3A-00-00-01","resourceGuid":"g-a",
      "dnsSettings":{"internalDomainNameSuffix":"x.internal"},
      "ipConfigurations":[{"properties":{"privateIPAddress":"10.0.0.4",
       "publicIPAddress":{"id":"\(group("Web"))/Microsoft.Network/publicIPAddresses/ip-a"}}}]}}
    """,
    """
    {"id":"\(group("Web"))/Microsoft.Network/networkInterfaces/nic-b","name":"nic-b",
     "type":"microsoft.network/networkinterfaces","location":"westeurope","resourceGroup":"web",
     "subscriptionId":"\(subscription)",
     "properties":{"macAddress":"00-0D-3A-00-00-02","resourceGuid":"g-b",
      "ipConfigurations":[{"properties":{"privateIPAddress":"10.0.0.5"}}]}}
    """,
    """
    {"id":"\(group("Web"))/Microsoft.Network/publicIPAddresses/ip-a","name":"ip-a",
     "type":"microsoft.network/publicipaddresses","location":"westeurope","resourceGroup":"web",
     "subscriptionId":"\(subscription)","properties":{"ipAddress":"203.0.113.7"}}
    """,
  ]

  private static func assessment(
    _ machine: String, _ key: String, _ code: String, _ severity: String, in subscription: String
  ) -> String {
    let resource = "\(group("Web"))/Microsoft.Compute/virtualMachines/\(machine)"
    return """
      {"id":"\(resource)/providers/Microsoft.Security/assessments/\(key)","name":"\(key)",
       "type":"microsoft.security/assessments","subscriptionId":"\(subscription)",
       "properties":{"resourceDetails":{"Source":"Azure","Id":"\(resource)"},
        "status":{"code":"\(code)","firstEvaluationDate":"2024-05-01T00:00:00Z"},
        "displayName":"Title \(key)","metadata":{"severity":"\(severity)","categories":["Compute","Data"]}}}
      """
  }

  private static let assessmentRows: [String] = [
    assessment("vm-a", "k1", "Unhealthy", "High", in: subscription),
    assessment("vm-a", "k2", "Healthy", "Low", in: subscription),
    assessment("vm-b", "k1", "Unhealthy", "High", in: otherSubscription),
    assessment("vm-b", "k3", "NotApplicable", "Medium", in: otherSubscription),
    """
    {"id":"/subscriptions/\(subscription)/providers/Microsoft.Security/secureScores/ascScore","name":"ascScore",
     "type":"microsoft.security/securescores","subscriptionId":"\(subscription)",
     "properties":{"score":{"max":10,"current":7.5}}}
    """,
  ]

  private static let containerRows: [String] = [
    """
    {"id":"/subscriptions/\(subscription)","name":"One","type":"microsoft.resources/subscriptions",
     "subscriptionId":"\(subscription)","properties":{"state":"Enabled"}}
    """,
    """
    {"id":"/subscriptions/\(otherSubscription)","name":"Two","type":"microsoft.resources/subscriptions",
     "subscriptionId":"\(otherSubscription)","properties":{"state":"Enabled"}}
    """,
  ]
}
