import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// One finding: what, why it matters, how to fix it, and its life.
struct FindingPage: Sendable {
  /// What fixing it would do to its host's score.
  struct Effect: Sendable {
    let score: String
    let ifFixed: String

    /// - Returns: nil for a finding that does not count.
    init?(of record: JSONValue, _ inventory: any InventoryReader, at: Timestamp) throws {
      guard let asset = record["assetId"]?.string.flatMap({ AssetID(text: $0) }),
        let control = record["controlId"]?.string.flatMap({ ControlID(text: $0) }),
        record["posture"] == .string(Posture.fail.rawValue), record["decisionKind"]?.string == nil,
        let fixed = try ControlExplanation(inventory, at: at).scoreIfFixed(control, on: asset)
      else { return nil }
      score = Shown.number(try inventory.asset(asset)?["truRiskScore"]?.integer ?? 0)
      ifFixed = Shown.number(fixed)
    }
  }

  let id: String
  let title: String
  let severity: String
  let tone: String
  let status: String
  let statusTone: String
  let qds: String
  let host: Link?
  let control: Link?
  let description: String
  let remediation: String
  let effect: Effect?
  /// Of its fix.
  let fixing: [Fact]
  let facts: [Fact]
  let tactics: String
  let techniques: String
  let threats: String
  let dates: [Fact]
  let life: FindingLifeLine
  let portal: String
  let decision: String
  let canDecide: Bool
  let isDecided: Bool
  let form: DecisionForm

  init(_ record: JSONValue, _ effect: Effect?, role: Role, now: Timestamp, form: DecisionForm = DecisionForm()) {
    func text(_ name: String) -> String { Shown.member(name, of: record) }
    id = text("id")
    title = record["findingDescription"]?.string ?? id
    let number = record["severity"]?.integer ?? 0
    severity = Shown.severity(number)
    tone = "severity-\(number)"
    status = record["status"]?.string ?? record["posture"]?.string ?? ""
    statusTone = status.lowercased()
    qds = text("qds")
    host = record["assetId"]?.string.map { Link(title: record["assetName"]?.string ?? $0, path: "/assets/\($0)") }
    control = record["controlId"]?.string.map { Link(title: "All hosts that fail this", path: "/controls/\($0)") }
    description = text("policyDescription")
    remediation = Self.plain(text("remediationStrategy"))
    self.effect = effect
    fixing = [("Impact on users", "impact"), ("Effort", "implementationEffort")].map { Fact($0.0, text($0.1)) }
      .filter { !$0.text.isEmpty }
    let names: [(String, String)] = [
      ("What the source says of it", "statusCause"), ("Category", "recommendation"), ("Kinds", "categories"),
      ("Policy", "policyTitle"), ("Product", "vendorProductName"), ("Resource", "externalFindingId"),
    ]
    facts = names.map { Fact($0.0, text($0.1)) }.filter { !$0.text.isEmpty }
    tactics = text("tactics")
    techniques = text("techniques")
    threats = text("threats")
    let moments: [(String, String)] = [
      ("First found", "firstFoundOn"), ("Last found", "lastFoundOn"), ("Last fixed", "lastFixedOn"),
      ("Reopened", "reopenedOn"), ("Evaluated first at the source", "findingFirstFoundOn"),
      ("Changed at the source", "updatedOn"),
    ]
    dates = moments.map { Fact($0.0, text($0.1)) }.filter { !$0.text.isEmpty }
    life = FindingLifeLine(record, now: now)
    portal = Self.webAddress(record["policyFindingUrl"]?.string)
    let kind = record["decisionKind"]?.string ?? ""
    isDecided = !kind.isEmpty
    decision = Self.decision(record, kind)
    canDecide = role >= .operator
    self.form = form
  }

  private static func decision(_ record: JSONValue, _ kind: String) -> String {
    guard !kind.isEmpty else { return "" }
    let word = kind == "ignored" || kind == "ignore" ? "Ignored" : "Risk accepted"
    let decision = record["decision"]
    let until = Shown.time(decision?["until"]?.string)
    let reason = decision?["reason"]?.string ?? ""
    let by = decision?["decidedBy"]?.string.map { " by \($0)" } ?? ""
    let on = decision?["decidedOn"]?.string.map { " on \(Shown.time($0))" } ?? ""
    let end = until.isEmpty ? ", until it is taken back" : ", until \(until)"
    return word + by + on + end + (reason.isEmpty ? "" : ": \(reason)")
  }

  /// Only addresses of the web: the text comes from outside.
  static func webAddress(_ text: String?) -> String { text.map { $0.hasPrefix("https://") ? $0 : "" } ?? "" }

  /// Text of a source that writes marks of HTML in it: lines stay lines, and marks go.
  static func plain(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      result += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ">") else { return result + rest[start...] }
      let mark = rest[rest.index(after: start)..<end].lowercased()
      if mark.hasPrefix("br") || mark.hasPrefix("/p") || mark.hasPrefix("li") { result += "\n" }
      rest = rest[rest.index(after: end)...]
    }
    return (result + rest).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&nbsp;", with: " ").replacing("&amp;", with: "&")
  }
}
