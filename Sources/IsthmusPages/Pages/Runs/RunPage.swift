import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// One run: how far it is, what it did, the proof of what it covered, and what a person may decide.
struct RunPage: Sendable {
  struct Stage: Sendable {
    let title: String
    /// `done`, `current` or `ahead`.
    let state: String
    let isCurrent: Bool
  }

  struct Count: Sendable {
    let name: String
    let hosts: String
    let findings: String
  }

  struct Scope: Sendable {
    let stream: String
    let name: String
    let received: String
    let total: String
    let word: String
    let tone: String
    let meaning: String
  }

  struct Reject: Sendable {
    let stream: String
    let record: String
    let target: String
    let reason: String
  }

  /// All that is read of a run for its page.
  struct Content: Sendable {
    var row: JSONValue
    var coverage: [JSONValue]
    var log: [JSONValue]
    /// The first of them.
    var rejects: [JSONValue]
    var preview: JSONValue?
    var hasKeptPages: Bool
  }

  /// Rejects that the page itself shows; the interface has all.
  static let mostRejects = 20

  let line: RunLine
  let isOver: Bool
  let stages: [Stage]
  let progress: ShownProgress?
  let failure: ShownFailure?
  let facts: [Fact]
  let counts: [Count]
  let leftOut: [Fact]
  let hasLeftOut: Bool
  let unexpected: [Fact]
  let hasUnexpected: Bool
  let coverage: [Scope]
  let hasCoverage: Bool
  let rejects: [Reject]
  let hasRejects: Bool
  let rejectCount: String
  let rejectsPath: String
  let log: [LogLine]
  let preview: RunPreviewShown?
  let events: String
  let isHeld: Bool
  let canCancel: Bool
  let canApprove: Bool
  let canApply: Bool
  let canDiscardKept: Bool
  let canReplay: Bool

  init(_ content: Content, role: Role) {
    let row = content.row
    line = RunLine(row)
    isOver = line.result != "running"
    stages = Self.stages(row["stage"]?.string ?? "", isOver: isOver)
    progress = isOver ? nil : Self.progress(row)
    failure = ShownFailure(row["error"])
    facts = Self.facts(row)
    let counters = row["counters"]
    counts = Self.counts(counters)
    leftOut = Self.numbers(counters?["leftOut"], Self.leftOutTitles)
    unexpected = Self.numbers(counters?["unexpectedSeverities"])
    (hasLeftOut, hasUnexpected) = (!leftOut.isEmpty, !unexpected.isEmpty)
    // A dry run's is a part of what it would do.
    let proof = content.coverage.isEmpty ? content.preview?["coverage"]?.array ?? [] : content.coverage
    coverage = proof.map(Self.scope)
    (hasCoverage, hasRejects) = (!coverage.isEmpty, !content.rejects.isEmpty)
    rejects = content.rejects.map { reject in
      Reject(
        stream: reject["stream"]?.string == "hosts" ? "host" : "finding",
        record: reject["recordId"]?.string ?? "", target: reject["target"]?.string ?? "",
        reason: reject["reason"]?.string ?? "")
    }
    func sum(_ name: String) -> Int64 {
      (counters?["assets"]?[name]?.integer ?? 0) + (counters?["findings"]?[name]?.integer ?? 0)
    }
    rejectCount = Shown.number(sum("rejected") + sum("droppedValues"))
    rejectsPath = "/api/v1/runs/\(line.id)/rejects?limit=1000"
    log = content.log.map(LogLine.init)
    preview = content.preview.map(RunPreviewShown.init)
    events = "/api/v1/runs/\(line.id)/events"
    let mayRun = role >= .operator
    isHeld = line.result == "held"
    canCancel = mayRun && (line.result == "running" || line.result == "interrupted")
    canApprove = mayRun && isHeld
    canApply = mayRun && line.result == "staged" && content.preview != nil
    let isWhole = line.mode == "full" && (line.result == "succeeded" || line.result == "partial")
    canReplay = mayRun && content.hasKeptPages && isWhole
    canDiscardKept = canReplay
  }

  // MARK: - Parts

  private static func stages(_ stage: String, isOver: Bool) -> [Stage] {
    let all = [
      ("hosts", "Hosts and their network interfaces"), ("findings", "Findings"), ("reconcile", "Reconcile and score"),
    ]
    let reached = stage == "done" ? all.count : all.firstIndex { $0.0 == stage } ?? 0
    return all.enumerated().map { index, named in
      let isCurrent = index == reached && !isOver
      let state = index < reached ? "done" : isCurrent ? "now" : isOver ? "not reached" : "ahead"
      return Stage(title: named.1, state: state, isCurrent: isCurrent)
    }
  }

  private static func progress(_ row: JSONValue) -> ShownProgress? {
    let isHosts = row["stage"]?.string == "hosts"
    let received = (isHosts ? row["assets"] : row["findings"])?.integer ?? 0
    let expected = row["expected"]?.integer
    let share = expected.flatMap { $0 > 0 ? min(1, Double(received) / Double($0)) : nil }
    return ShownProgress(
      .object([
        "stream": .string(isHosts ? "hosts" : "findings"), "received": .integer(received),
        "expected": expected.map { .integer($0) } ?? .null, "share": share.map(JSONValue.number) ?? .null,
      ]))
  }

  private static func facts(_ row: JSONValue) -> [Fact] {
    let counters = row["counters"]
    let map = row["transformMap"]?.string ?? ""
    let version = row["transformMapVersion"]?.integer ?? 1
    let waited = counters?["waitedSeconds"]?.double ?? 0
    let modes = [
      "full": "full: lists everything", "delta": "delta: what changed since an earlier run",
      "replay": "replay of kept pages", "staged": "staged: tried on a copy",
    ]
    let mode = row["mode"]?.string ?? ""
    var facts = [
      Fact("Started", Shown.time(row["startedAt"]?.string)), Fact("Ended", Shown.time(row["finishedAt"]?.string)),
      Fact("Took", RunLine.duration(row["seconds"]?.double ?? 0)), Fact("Mode", modes[mode] ?? mode),
      Fact("Transform map", "\(map), version \(version)"),
      Fact("Requests", Shown.number(counters?["requests"]?.integer ?? 0)),
      Fact("Tried again", Shown.number(counters?["retries"]?.integer ?? 0)),
      Fact("Waited for quota", RunLine.duration(waited)),
    ]
    if let replayOf = row["replayOf"]?.string {
      facts.append(Fact("Plays what this run kept", replayOf, path: "/runs/\(replayOf)"))
    }
    let resumptions = row["resumptions"]?.integer ?? 0
    if resumptions > 0 { facts.append(Fact("Resumed", "\(resumptions)×")) }
    return facts.filter { !$0.text.isEmpty }
  }

  private static func counts(_ counters: JSONValue?) -> [Count] {
    let names: [(String, String)] = [
      ("fetched", "Fetched"), ("created", "Created"), ("updated", "Updated"), ("unchanged", "Unchanged"),
      ("merged", "Merged"), ("fixed", "Fixed"), ("reopened", "Reopened"), ("gone", "Gone"),
      ("rejected", "Rejected rows"), ("droppedValues", "Dropped values"),
    ]
    return names.map { name, title in
      Count(
        name: title, hosts: Shown.number(counters?["assets"]?[name]?.integer ?? 0),
        findings: Shown.number(counters?["findings"]?[name]?.integer ?? 0))
    }
  }

  private static let leftOutTitles = [
    "notApplicable": "Not applicable", "nonHost": "Not about a host", "deletedHost": "Of a deleted host",
    "updates": "Software and system updates", "keptAside": "Kept for the next run: the host is not known for sure",
    "unselected": "Not selected by the profile",
  ]

  /// Members that are not 0.
  private static func numbers(_ counts: JSONValue?, _ titles: [String: String] = [:]) -> [Fact] {
    guard case .object(let members)? = counts else { return [] }
    return members.compactMap { member in
      guard let number = member.value.integer, number > 0 else { return nil }
      let name = titles[member.name] ?? (member.name.isEmpty ? "(empty)" : member.name)
      return Fact(name, Shown.number(number))
    }
  }

  private static let meanings = [
    "whole": "listed whole: absence is acted on", "short": "rows are missing: nothing is closed here",
    "blind": "rows without a readable id: nothing is closed here",
    "empty": "nothing came where records were known: it takes a person's approval",
    "unreadable": "can't be read now: left as it is", "failed": "the listing failed: left as it is",
  ]

  private static func scope(_ scope: JSONValue) -> Scope {
    let coverage = scope["coverage"]?.string ?? ""
    let (id, name) = (scope["subscription"]?.string ?? "", scope["name"]?.string ?? "")
    return Scope(
      stream: scope["stream"]?.string ?? "", name: name.isEmpty ? id : name,
      received: Shown.number(scope["received"]?.integer ?? 0), total: scope["total"]?.integer.map(Shown.number) ?? "",
      word: coverage, tone: coverage == "whole" ? "pass" : "high", meaning: meanings[coverage] ?? "")
  }
}
