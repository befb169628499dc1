import IsthmusCore
import IsthmusStore

/// Figures in Prometheus' text form, version 0.0.4. All but those of requests come from the inventory, so that each
/// process tells the same.
struct MetricsText {
  private var lines: [String] = []

  init(_ inventory: any InventoryReader, requests: [RequestMeter.Entry]) throws {
    try addRuns(inventory)
    let summary = try inventory.summary()
    family("isthmus_assets", "gauge", "Present hosts by score band.")
    for (band, count) in summary["scoreBands"].members { sample("isthmus_assets", [("band", band)], count.double ?? 0) }
    family("isthmus_open_findings", "gauge", "Open findings by severity, 1 to 5.")
    for (severity, count) in summary["openBySeverity"].members {
      sample("isthmus_open_findings", [("severity", severity)], count.double ?? 0)
    }
    family("isthmus_secret_expiry_timestamp_seconds", "gauge", "When a stored secret ends at its source, as was said.")
    for secret in try inventory.secrets.storedSecrets() {
      guard let end = secret.expiresAt else { continue }
      sample(
        "isthmus_secret_expiry_timestamp_seconds", [("owner", secret.place.owner), ("field", secret.place.field)],
        end.seconds)
    }
    family("isthmus_http_requests_total", "counter", "Requests that this process has answered.")
    for entry in requests {
      sample(
        "isthmus_http_requests_total", [("method", entry.method), ("status", "\(entry.status)")], Double(entry.count))
    }
  }

  var text: String { "\(lines.joined(separator: "\n"))\n" }

  private mutating func addRuns(_ inventory: any InventoryReader) throws {
    let connectors = try inventory.identities.connectorNumbers().keys.sorted()
    let last = try connectors.compactMap { name in
      try inventory.runs(connector: name, limit: 5).first { $0.result != nil }.map { (name, $0) }
    }
    let figures: [(name: String, help: String, value: (StoredRun) -> Double)] = [
      (
        "isthmus_last_run_timestamp_seconds", "When the connector's last run that is over ended.",
        { $0.finishedAt?.seconds ?? 0 }
      ),
      ("isthmus_last_run_success", "1 if it succeeded, else 0.", { $0.result == "succeeded" ? 1 : 0 }),
      ("isthmus_last_run_duration_seconds", "How long processes worked on it.", { $0.activeSeconds }),
      ("isthmus_last_run_requests", "Requests to the source.", { $0.counters["requests"]?.double ?? 0 }),
      (
        "isthmus_last_run_waited_seconds", "Waited for quota and retries.",
        { $0.counters["waitedSeconds"]?.double ?? 0 }
      ),
    ]
    for figure in figures {
      family(figure.name, "gauge", figure.help)
      for (connector, run) in last { sample(figure.name, [("connector", connector)], figure.value(run)) }
    }
    family("isthmus_last_run_rows", "gauge", "Rows of the last run, by stream and by what became of them.")
    for (connector, run) in last {
      for stream in ["assets", "findings"] {
        for (outcome, count) in run.counters[stream].members {
          guard let count = count.double else { continue }
          let labels = [("connector", connector), ("stream", stream), ("outcome", outcome)]
          sample("isthmus_last_run_rows", labels, count)
        }
      }
    }
  }

  private mutating func family(_ name: String, _ type: String, _ help: String) {
    lines.append("# HELP \(name) \(help)")
    lines.append("# TYPE \(name) \(type)")
  }

  private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
    let written = labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" }.joined(separator: ",")
    let number = Int64(exactly: value).map(String.init) ?? "\(value)"
    lines.append("\(name){\(written)} \(number)")
  }

  private static func escape(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

extension JSONValue? {
  fileprivate var members: [(name: String, value: JSONValue)] {
    guard case .object(let members)? = self else { return [] }
    return members.map { ($0.name, $0.value) }
  }
}

extension Timestamp {
  fileprivate var seconds: Double { Double(microseconds) / 1_000_000 }
}
