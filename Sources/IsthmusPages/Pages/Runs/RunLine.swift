import IsthmusCore
import IsthmusServer

/// A run as one line of a list.
struct RunLine: Sendable {
  let id: String
  let path: String
  let connector: String
  let connectorPath: String
  let profile: String
  let mode: String
  let result: String
  let tone: String
  let started: String
  let duration: String
  let hosts: String
  let findings: String
  let created: String
  let updated: String
  let fixed: String
  let rejected: String

  /// - Parameter row: As `GET /runs` gives it.
  init(_ row: JSONValue) {
    func text(_ name: String) -> String { row[name]?.string ?? "" }
    func number(_ name: String) -> String { Shown.number(row[name]?.integer ?? 0) }
    id = text("run")
    path = "/runs/\(id)"
    connector = text("connector")
    connectorPath = ConnectorLink.path(connector)
    profile = text("profile")
    mode = text("mode")
    result = text("result")
    tone = "result-\(result)"
    started = Shown.time(row["startedAt"]?.string)
    duration = Self.duration(row["seconds"]?.double ?? 0)
    hosts = number("assets")
    findings = number("findings")
    created = number("created")
    updated = number("updated")
    fixed = number("fixed")
    rejected = number("rejected")
  }

  /// `42 s`, `3 min 5 s`, `1 h 4 min`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int64(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

/// Addresses of a connector's pages.
enum ConnectorLink {
  static func path(_ name: String, _ rest: String = "") -> String {
    "/connectors/\(PercentText.encoded(name))\(rest.isEmpty ? "" : "/\(rest)")"
  }
}

/// How far a listing has come.
struct ShownProgress: Sendable {
  let text: String
  /// Of 100; empty where the source did not say how many there are.
  let percent: String

  /// - Parameter progress: Of a connector's status; null if none is under way.
  init?(_ progress: JSONValue?) {
    guard let progress, let stream = progress["stream"]?.string else { return nil }
    let received = Shown.number(progress["received"]?.integer ?? 0)
    let expected = progress["expected"]?.integer.map { " of \(Shown.number($0))" } ?? ""
    text = "\(received)\(expected) \(stream)"
    percent = progress["share"]?.double.map { String(Int(($0 * 100).rounded(.down))) } ?? ""
  }
}

/// Why something did not work, and what to do.
struct ShownFailure: Sendable {
  let cause: String
  let remedy: String

  /// - Parameter error: Of a run; null if it has none.
  init?(_ error: JSONValue?) {
    guard let summary = error?["summary"]?.string, !summary.isEmpty else { return nil }
    cause = summary
    remedy = error?["remedy"]?.string ?? ""
  }
}

struct LogLine: Sendable {
  let at: String
  let level: String
  let message: String

  init(_ line: JSONValue) {
    at = Shown.time(line["at"]?.string)
    level = line["level"]?.string ?? ""
    message = line["message"]?.string ?? ""
  }
}
