import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// A connector as one card of the list, and at the top of its own page.
struct ConnectorCard: Sendable {
  let name: String
  let path: String
  let kind: String
  let state: String
  let result: String
  let tone: String
  let progress: ShownProgress?
  let lastRun: String
  let nextRun: String
  let failure: ShownFailure?

  init(_ status: ConnectorStatus, kind: String) {
    let json = status.json
    name = status.name
    path = ConnectorLink.path(status.name)
    self.kind = kind
    state = Shown.capitalized(json["state"]?.string ?? "")
    result = status.lastRun?["result"]?.string ?? ""
    tone = "result-\(result)"
    progress = ShownProgress(json["progress"])
    lastRun = Shown.time(status.lastRun?["finishedAt"]?.string ?? status.lastRun?["startedAt"]?.string)
    nextRun = Shown.time(json["nextRuns"]?.array?.first?["at"]?.string)
    failure = ShownFailure(status.lastRun?["error"])
  }
}

struct ConnectorsPage: Sendable {
  struct Kind: Sendable {
    let title: String
    let description: String
  }

  let connectors: [ConnectorCard]
  let hasConnectors: Bool
  let canConfigure: Bool
  let kinds: [Kind]
}

struct ConnectorDeletePage: Sendable {
  let name: String
  let path: String
  let problem: String
}

/// One connector: how it stands, what it is made of, its runs.
struct ConnectorPage: Sendable {
  struct Planned: Sendable {
    let at: String
    let profile: String
  }

  struct Profile: Sendable {
    let name: String
    let status: String
    let schedule: String
  }

  let name: String
  let description: String
  let status: ConnectorCard
  let check: ShownCheck?
  let isDraft: Bool
  let events: String
  let canRun: Bool
  let canConfigure: Bool
  /// Empty where no run is on, or the reader may not cancel it.
  let cancelPath: String
  let nextRuns: [Planned]
  let hasNextRuns: Bool
  let profiles: [Profile]
  let facts: [Fact]
  let runs: ShownTable
  let hasRuns: Bool
  let runsPath: String
  let log: [LogLine]
  /// The states that a connector goes through, in their order; none for a draft.
  let states: [State]
  /// To what it has brought in; none before its first run.
  let brought: [Link]

  struct State: Sendable {
    let title: String
    let meaning: String
    let isCurrent: Bool
  }

  private static let states: KeyValuePairs<String, String> = [
    "registered": "saved and in order", "scheduled": "a run is to come", "processing": "hosts are coming in",
    "processed": "hosts are in; findings may still be arriving",
  ]

  /// - Parameters:
  ///   - document: As it is configured; a secret is never in it, only where it is.
  ///   - profiles: As they are read; none for a draft.
  init(
    _ status: ConnectorStatus, _ document: JSONValue, kind: String, profiles: [Profile], runs: [JSONValue],
    log: [JSONValue], check: ConnectionCheck?, role: Role
  ) {
    name = status.name
    description = document["description"]?.string ?? ""
    self.status = ConnectorCard(status, kind: kind)
    self.check = check.map(ShownCheck.init)
    isDraft = status.json["state"]?.string == "draft"
    events = "/api/v1/connectors/\(PercentText.encoded(name))/events"
    canRun = !isDraft && role >= .operator
    canConfigure = role >= .admin
    self.runs = RunColumns.table(runs, RunColumns.ofConnector)
    let open = runs.first.map(RunLine.init).flatMap { ["running", "interrupted"].contains($0.result) ? $0 : nil }
    cancelPath = role >= .operator ? open.map { "\($0.path)/cancel" } ?? "" : ""
    nextRuns = (status.json["nextRuns"]?.array ?? []).map {
      Planned(at: Shown.time($0["at"]?.string), profile: $0["profile"]?.string ?? "")
    }
    hasNextRuns = !nextRuns.isEmpty
    self.profiles = profiles
    facts = Self.facts(document, kind: kind)
    hasRuns = !runs.isEmpty
    runsPath = ViewAddress("/runs", [("connector", name)]).text
    self.log = log.map(LogLine.init)
    let state = status.json["state"]?.string
    states =
      isDraft
      ? []
      : Self.states.map { State(title: Shown.capitalized($0.key), meaning: $0.value, isCurrent: $0.key == state) }
    let (hosts, findings) = (QueryField.sourceConnectorName, QueryField.findingConnectorName)
    brought =
      runs.isEmpty
      ? []
      : [
        Link(
          title: "Its hosts", path: ViewAddress("/assets", [("query", hosts.term(for: name))]).text),
        Link(
          title: "Its findings", path: ViewAddress("/findings", [("query", findings.term(for: name))]).text),
      ]
  }

  private static func facts(_ document: JSONValue, kind: String) -> [Fact] {
    var facts = [Fact("Kind", kind)]
    if case .object(let settings)? = document["connection"] {
      facts += settings.map { Fact(ListColumns.title($0.name), setting($0.value)) }
    }
    facts.append(Fact("Transform map", document["transformMap"]?.string ?? "the kind's own"))
    facts.append(Fact("Score map", document["scoreMap"]?.string ?? "default"))
    let off = Shown.text(document["identificationRules"]?["disabled"])
    facts.append(Fact("Identification rules turned off", off.isEmpty ? "none" : off))
    return facts
  }

  /// Of a secret: where it is.
  static func setting(_ value: JSONValue) -> String {
    if let variable = value["env"]?.string { return "in the variable \(variable)" }
    if let file = value["file"]?.string { return "in the file \(file)" }
    return value["stored"] == .bool(true) ? "stored, and not shown" : Shown.text(value)
  }
}

/// What a connection test found.
struct ShownCheck: Sendable {
  struct Step: Sendable {
    let title: String
    let result: String
    let tone: String
    let detail: String
    let remedy: String
  }

  let verdict: String
  let steps: [Step]
  /// What a run would bring; empty where that is not known.
  let figures: String

  init(_ check: ConnectionCheck) {
    verdict = check.isPassed ? "passed" : "failed"
    steps = check.steps.map { step in
      let tones: [ConnectionCheck.Step.Result: String] = [.passed: "pass", .warning: "medium", .failed: "severe"]
      return Step(
        title: step.title, result: step.result.rawValue, tone: tones[step.result] ?? "severity-1", detail: step.detail,
        remedy: step.remedy)
    }
    guard let hosts = check.hosts, let findings = check.findings else {
      figures = ""
      return
    }
    let requests = check.requests.map { ", in about \(Shown.number(Int64($0))) requests" } ?? ""
    let seconds = check.seconds.map { " and \(RunLine.duration(Double(max(1, $0))))" } ?? ""
    figures =
      "A run would bring \(Shown.number(Int64(hosts))) hosts and up to \(Shown.number(Int64(findings))) findings\(requests)\(seconds)."
  }
}
