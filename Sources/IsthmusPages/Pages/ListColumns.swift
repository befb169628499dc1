import IsthmusCore
import IsthmusStore

/// What a list shows of a record, and how.
struct ListColumns: Sendable {
  let entity: QueryEntity

  static let usual: [QueryEntity: [String]] = [
    .asset: [
      "assetName", "truRiskScore", "scoreBand", "criticality", "openFindings", "operatingSystemName", "ipAddress",
      "cloudRegion", "internetExposed",
    ],
    .finding: [
      "findingDescription", "assetName", "severity", "qds", "status", "firstFoundOn", "lastFoundOn",
    ],
  ]

  static let facets: [QueryEntity: [String]] = [
    .asset: ["scoreBand", "operatingSystemName", "cloudRegion", "tags"],
    .finding: ["severity", "status", "recommendation", "cloudRegion"],
  ]

  static let numbers: Set<String> = ["truRiskScore", "criticality", "openFindings", "qds", "count", "open"]

  /// As the column's heading: `operatingSystemName` → `Operating system name`.
  static func title(_ name: String) -> String {
    let special = [
      "truRiskScore": "Score", "scoreBand": "Band", "qds": "QDS", "assetName": "Host", "openFindings": "Open findings",
      "findingDescription": "Finding", "firstFoundOn": "First found", "lastFoundOn": "Last found",
      "ipAddress": "IP address", "macAddress": "MAC address", "internetExposed": "On the internet",
      "operatingSystemName": "Operating system", "cloudRegion": "Region", "vmSize": "VM size", "fqdn": "FQDN",
      "cloudAccountId": "Subscription", "cloud.region": "Region", "recommendation": "Category",
      "tenantId": "Tenant ID", "clientId": "Client ID",
      "authority": "Authentication URL", "resourceManager": "Resource manager URL", "caFile": "CA file",
    ]
    if let title = special[name] { return title }
    var words = ""
    for character in name {
      if character.isUppercase { words += " " }
      words += character.lowercased()
    }
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  func cell(_ name: String, of row: JSONValue) -> ShownTable.Cell {
    var (text, path, tone) = (Shown.member(name, of: row), "", "")
    switch name {
    case "assetName":
      let id = entity == .asset ? row["id"]?.string : row["assetId"]?.string
      path = id.map { "/assets/\($0)" } ?? ""
      if text.isEmpty { text = id ?? "" }
    case "findingDescription":
      path = row["id"]?.string.map { "/findings/\($0)" } ?? ""
      if text.isEmpty { text = row["id"]?.string ?? "" }
    case "scoreBand": tone = text.lowercased()
    case "severity":
      tone = "severity-\(text)"
      text = Shown.severity(row["severity"]?.integer ?? 0)
    case "status": tone = text.lowercased()
    default: break
    }
    return ShownTable.Cell(
      text: text, path: path, tone: tone, isNumber: Self.numbers.contains(name), isHeading: !path.isEmpty,
      label: Self.title(name))
  }
}
