import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// One recommendation: what, why, how to fix it, and the hosts that fail it.
struct ControlPage: Sendable {
  struct Host: Sendable {
    let name: String
    let path: String
    let score: String
    let band: String
    let tone: String
    /// Empty where no finding of it counts in the score.
    let ifFixed: String
    let change: String
  }

  let id: String
  let title: String
  let severity: String
  let tone: String
  let qds: String
  let failingHosts: String
  let openFindings: String
  let passed: String
  let reduction: String
  let description: String
  let remediation: String
  /// Of its fix.
  let fixing: [Fact]
  let facts: [Fact]
  let tactics: String
  let techniques: String
  let threats: String
  let hosts: [Host]
  let hostsShown: String
  let hostsPath: String
  let hasMoreHosts: Bool
  let findingsPath: String

  private static let hostsLimit = 50

  /// Of findings.
  static func openFilter(_ id: String) -> String {
    "\(QueryField.controlID.term(for: id)) and finding.status: [NEW, ACTIVE, REOPENED]"
  }

  /// To the hosts that fail it.
  static func hostsPath(_ id: String) -> String {
    ViewAddress("/assets", [("filter", "finding: (\(openFilter(id)))")]).text
  }

  static func findingsPath(_ id: String) -> String { ViewAddress("/findings", [("filter", openFilter(id))]).text }

  /// - Parameter query: Finds the hosts that fail it.
  init(_ id: ControlID, _ record: JSONValue, _ query: Query, _ inventory: any InventoryReader, at: Timestamp) throws {
    func text(_ name: String) -> String { Shown.member(name, of: record) }
    func number(_ name: String) -> String { record[name]?.integer.map { Shown.number($0) } ?? "" }
    self.id = id.description
    title = ControlsPage.title(record)
    let severity = record["severity"]?.integer ?? 0
    self.severity = Shown.severity(severity)
    tone = "severity-\(severity)"
    qds = text("qds")
    failingHosts = number("failingHosts")
    openFindings = number("openFindings")
    passed = number("passed")
    reduction = number("scoreReduction")
    description = text("policyDescription")
    remediation = FindingPage.plain(text("remediationStrategy"))
    fixing = [("Impact on users", "impact"), ("Effort", "implementationEffort")].map { Fact($0.0, text($0.1)) }
      .filter { !$0.text.isEmpty }
    let names: [(String, String)] = [
      ("Category", "recommendation"),
      ("Kinds", "categories"), ("Policy", "policyTitle"), ("Policy type", "policyType"), ("Key", "findingName"),
      ("Connector", "connector"), ("Product", "vendorProductName"),
    ]
    facts = names.map { Fact($0.0, text($0.1)) }.filter { !$0.text.isEmpty }
    tactics = text("tactics")
    techniques = text("techniques")
    threats = text("threats")
    let page = try APIRoutes.page(.asset, Listing(query, limit: Self.hostsLimit), inventory)
    let explanation = try ControlExplanation(inventory, at: at)
    hosts = try page.rows.map { try Self.host($0, id, explanation) }
    hostsShown = Shown.number(Int64(page.rows.count))
    hasMoreHosts = page.next != nil
    hostsPath = Self.hostsPath(self.id)
    findingsPath = Self.findingsPath(self.id)
  }

  private static func host(
    _ row: JSONValue, _ control: ControlID, _ explanation: ControlExplanation
  ) throws -> Host {
    let id = row["id"]?.string ?? ""
    let (score, band) = (row["truRiskScore"]?.integer ?? 0, row["scoreBand"]?.string ?? "")
    let fixed = try AssetID(text: id).flatMap { try explanation.scoreIfFixed(control, on: $0) }
    return Host(
      name: row["assetName"]?.string ?? id, path: "/assets/\(id)", score: Shown.number(score), band: band,
      tone: band.lowercased(), ifFixed: fixed.map { Shown.number($0) } ?? "",
      change: fixed.map { $0 > score ? "+\($0 - score)" : Shown.number($0 - score) } ?? "")
  }
}
