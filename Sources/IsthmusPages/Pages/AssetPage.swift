import IsthmusCore
import IsthmusServer
import IsthmusStore

/// One host: its score worked out, findings, sources, identification, history.
struct AssetPage: Sendable {
  struct Band: Sendable {
    let name: String
    let count: String
    let mean: String
    let weight: String
    let value: String
  }

  struct Finding: Sendable {
    let id: String
    let title: String
    let path: String
    let qds: String
    let severity: String
    let tone: String
    /// Why it does not count; empty if it does.
    let note: String
    let ifFixed: String
    let change: String
    /// Of those that would be fixed together.
    let isChosen: Bool
  }

  /// What it would score if all that was chosen were fixed.
  struct Together: Sendable {
    let count: String
    let score: String
    let band: String
    let tone: String
    let change: String
  }

  struct Source: Sendable {
    let connector: String
    let isPresent: Bool
    let facts: [Fact]
  }

  struct Trial: Sendable {
    let rule: String
    let value: String
    let outcome: String
    let assets: [Link]
  }

  struct Identified: Sendable {
    let source: String
    let trials: [Trial]
  }

  struct LogEntry: Sendable {
    let at: String
    let rule: String
    let outcome: String
    let run: String
    let runPath: String
  }

  let id: String
  let name: String
  let mergedInto: Link?
  let score: String
  let band: String
  let tone: String
  let summary: [Fact]
  let attributes: [Fact]
  let bands: [Band]
  let exposureFactor: String
  let exposedBy: String
  let criticality: String
  let criticalityBy: String
  let sum: String
  let product: String
  let isCapped: Bool
  let findings: [Finding]
  let findingsPath: String
  let sources: [Source]
  let identified: [Identified]
  let log: [LogEntry]
  let trend: TrendChart?
  let history: AssetHistory
  let canChange: Bool
  let identity: IdentityPart
  let together: Together?

  init(_ record: JSONValue, _ explanation: JSONValue, role: Role, identity: IdentityPart) {
    id = record["id"]?.string ?? ""
    let name = record["assetName"]?.string ?? id
    self.name = name
    mergedInto = explanation["mergedInto"]?.string.map { Link(title: $0, path: "/assets/\($0)") }
    let score = explanation["truRiskScore"]?.integer ?? 0
    self.score = String(score)
    band = explanation["scoreBand"]?.string ?? ""
    tone = band.lowercased()
    canChange = role >= .operator
    self.identity = identity
    let fixed = Set((explanation["whatIf"]?["fixed"]?.array ?? []).compactMap(\.string))
    together = explanation["whatIf"].map { whatIf in
      let band = whatIf["scoreBand"]?.string ?? ""
      return Together(
        count: Shown.number(Int64(fixed.count)), score: Shown.text(whatIf["truRiskScore"]), band: band,
        tone: band.lowercased(), change: Self.change(whatIf["change"]?.integer ?? 0))
    }
    summary = Self.summary(record)
    attributes = Self.attributes(record)
    findings = (explanation["openFindings"]?.array ?? []).map { Self.finding($0, score, fixed) }
    findingsPath = ViewAddress("/findings", [("query", QueryField.assetID.term(for: id))]).text
    let factors = explanation["factors"]
    let parts = factors?["bands"]?.array ?? []
    bands = parts.map { part in
      Band(
        name: part["band"]?.string.map(Shown.capitalized) ?? "", count: Shown.number(part["count"]?.integer ?? 0),
        mean: Self.decimal(part["meanQds"]), weight: Self.decimal(part["weight"]), value: Self.decimal(part["value"]))
    }
    let sum = parts.reduce(0) { $0 + ($1["value"]?.double ?? 0) }
    let exposure = factors?["exposureFactor"]?.double ?? 1
    let acs = factors?["criticality"]?.double ?? 0
    exposureFactor = Self.decimal(exposure)
    exposedBy = Shown.text(explanation["exposedBy"])
    criticality = Self.decimal(acs)
    criticalityBy = Shown.text(explanation["criticalityBy"])
    self.sum = Self.decimal(sum)
    product = Self.decimal(sum * exposure * acs)
    isCapped = sum * exposure * acs > 1000
    sources = (record["sourceRecords"]?.array ?? []).map(Self.source)
    identified = (explanation["identification"]?["sources"]?.array ?? []).map(Self.identified)
    log = (record["identificationLog"]?.array ?? []).map { entry in
      let run = entry["run"]?.string ?? ""
      return LogEntry(
        at: Shown.time(entry["at"]?.string), rule: entry["rule"]?.string ?? "",
        outcome: entry["outcome"]?.string ?? "", run: run, runPath: run.isEmpty ? "" : "/runs/\(run)")
    }
    history = AssetHistory(record)
    trend = TrendChart(
      "Score by day",
      [
        .init(
          name: "Score", tone: "accent",
          points: (record["scoreHistory"]?.array ?? []).map {
            ($0["day"]?.string ?? "", Double($0["truRiskScore"]?.integer ?? 0))
          })
      ])
  }

  private static func summary(_ record: JSONValue) -> [Fact] {
    [
      Fact("Operating system", Shown.member("operatingSystemName", of: record)),
      Fact("Addresses", Shown.member("ipAddresses", of: record)),
      Fact("Region", Shown.member("cloudRegion", of: record)),
      Fact("On the internet", Shown.member("internetExposed", of: record)),
      Fact("Tags", Shown.member("tags", of: record)),
      Fact("Business entities", Shown.member("businessEntities", of: record)),
      Fact("First found", Shown.member("firstFoundOn", of: record)),
      Fact("Last seen", Shown.member("lastSeenOn", of: record)),
    ].filter { !$0.text.isEmpty }
  }

  private static let shownElsewhere: Set<String> = [
    "id", "truRiskScore", "scoreBand", "sourceRecords", "identificationLog", "scoreHistory", "valueOrigins",
  ]

  private static func attributes(_ record: JSONValue) -> [Fact] {
    guard case .object(let members) = record else { return [] }
    return members.filter { !shownElsewhere.contains($0.name) }.map { member in
      let text = Shown.member(member.name, of: record)
      let origin = record["valueOrigins"]?[member.name]?.string.map { " (from \($0))" } ?? ""
      return Fact(member.name, text + (text.isEmpty ? "" : origin))
    }.filter { !$0.text.isEmpty }
  }

  private static func finding(_ finding: JSONValue, _ score: Int64, _ chosen: Set<String>) -> Finding {
    let severity = finding["severity"]?.integer ?? 0
    var note = ""
    if let same = finding["sameAs"]?.string {
      note = "counted as \(same)"
    } else if let decision = finding["decision"]?.string, finding["counts"] != .bool(true) {
      let until = Shown.time(finding["until"]?.string)
      note = decision + (until.isEmpty ? "" : " until \(until)")
    }
    let fixed = finding["scoreIfFixed"]?.integer
    let change = fixed.map { $0 - score }
    let id = finding["id"]?.string ?? ""
    return Finding(
      id: id, title: finding["title"]?.string ?? id, path: "/findings/\(id)", qds: Shown.text(finding["qds"]),
      severity: Shown.severity(severity), tone: "severity-\(severity)", note: note,
      ifFixed: fixed.map(String.init) ?? "", change: change.map(Self.change) ?? "",
      isChosen: chosen.contains(id))
  }

  private static func change(_ change: Int64) -> String { change > 0 ? "+\(change)" : Shown.number(change) }

  private static func source(_ source: JSONValue) -> Source {
    var facts = [
      Fact("First found", Shown.member("firstFoundOn", of: source)),
      Fact("Last seen", Shown.member("lastSeenOn", of: source)), Fact("Gone", Shown.member("goneOn", of: source)),
      Fact("Resource", Shown.member("cloudResourceId", of: source)),
    ]
    if let attributes = source["attributes"], case .object(let members) = attributes {
      facts += members.filter { $0.name != "cloudResourceId" }.map {
        Fact($0.name, Shown.member($0.name, of: attributes))
      }
    }
    return Source(
      connector: source["connector"]?.string ?? "", isPresent: source["present"] == .bool(true),
      facts: facts.filter { !$0.text.isEmpty })
  }

  private static func identified(_ source: JSONValue) -> Identified {
    let trials = (source["trials"]?.array ?? []).map { trial in
      Trial(
        rule: trial["rule"]?.string ?? "", value: trial["value"]?.string ?? "", outcome: trial["outcome"]?.string ?? "",
        assets: (trial["assets"]?.array ?? []).compactMap(\.string).map { Link(title: $0, path: "/assets/\($0)") })
    }
    return Identified(source: source["source"]?.string ?? "", trials: trials)
  }

  private static func decimal(_ value: JSONValue?) -> String { decimal(value?.double ?? 0) }

  /// With at most two places.
  private static func decimal(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
  }
}
