import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// How a run ended, for people or programs.
struct ReportPrinter {
  let output: OutputFormat

  func print(_ report: RunReport) {
    if output == .json {
      Console.print(report.json.text())
    } else if report.run != nil {
      Self.printTable(report)
    }
    if let error = report.error { Console.error("\(report.connector): \(error.summary) \(error.remedy)") }
  }

  private static func printTable(_ report: RunReport) {
    let run = report.run.map { " (\($0))" } ?? ""
    let traffic = report.counters.traffic
    let waited = String(format: "%.1f", traffic.waited.seconds)
    let seconds = String(format: "%.1f", report.seconds)
    let what = report.mode == .delta ? " (changes alone)" : ""
    Console.print("\(report.connector)\(run): \(report.result) in \(seconds) s\(what)")
    Console.print("\(traffic.requests) requests, \(traffic.retries) retries, \(waited) s of waiting")
    printCounters(report)
    if let preview = report.preview, let run = report.run { PreviewPrinter.print(preview, of: run) }
  }

  private static func printCounters(_ report: RunReport) {
    let columns = ["fetched", "created", "updated", "unchanged", "merged", "rejected", "fixed", "reopened", "gone"]
    var printer = RowPrinter(.table, columns: [" "] + columns, isChosen: false)
    let json = report.counters.json
    for stream in ["assets", "findings"] {
      let counts = columns.map { JSONValue.Member($0, json[stream]?[$0] ?? .null) }
      printer.print(.object([JSONValue.Member(" ", .string(stream))] + counts))
    }
    printer.finish()
    if case .object(let members)? = json["leftOut"] {
      let left = members.filter { $0.value != .integer(0) }.map { "\($0.value.text()) \($0.name)" }
      if !left.isEmpty { Console.print("left out: \(left.joined(separator: ", "))") }
    }
    let rejected = report.counters.assets.rejected + report.counters.findings.rejected
    if rejected > 0, report.preview == nil, let run = report.run {
      Console.print("rejected rows: isthmus rejects \(run)")
    }
    if !report.counters.unexpectedSeverities.isEmpty {
      let texts = report.counters.unexpectedSeverities.sorted { $0.key < $1.key }.map { "\"\($0.key)\" ×\($0.value)" }
      Console.print("severities that the score map does not expect: \(texts.joined(separator: ", "))")
    }
  }
}
