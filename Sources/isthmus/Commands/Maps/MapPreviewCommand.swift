import ArgumentParser
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore

enum StreamChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case hosts, findings

  var stream: SourceStream { self == .hosts ? .hosts : .findings }
}

struct MapPreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Tries a map on records: source value → typed value → target, and what is rejected.",
    discussion: """
      The sample is a JSON array of records, one record, or a record a line. What a run could not use is a good \
      sample: isthmus rejects R12 --output jsonl > sample.jsonl, and the file can be given as it is.
      """)

  private static let columns = [
    "record", "stream", "source", "sourceValue", "type", "value", "target", "level", "outcome",
  ]
  private static let tableColumns = ["source", "source value", "value", "target", "outcome"]

  @OptionGroup var options: GlobalOptions
  @OptionGroup var choice: MapChoice
  @Option(help: "A file with records.") var sample: String
  @Option(help: "hosts or findings; without it, each record's id tells.") var stream: StreamChoice?
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  private struct Counts {
    var kept = 0
    var rejected = 0
    var dropped = 0
    var unusable = 0
  }

  func run() async throws {
    let entry = try await choice.load(AppBuilder(options: options))
    let records = try MapSample(try AppBuilder.readText(sample), path: sample).records
    let trial = try MapTrial(entry.map, ConnectorCatalog.kinds)
    var printer = output == .table ? nil : RowPrinter(output, columns: Self.columns, isChosen: true)
    var counts = Counts()
    for (index, record) in records.enumerated() {
      let stream = stream?.stream ?? record.stream(of: trial.kind)
      if let problem = record.problem {
        counts.unusable += 1
        Console.error("isthmus: record \(index + 1): \(problem); it is left out.")
        continue
      }
      let preview = try trial.preview(record.value, as: stream)
      let rejection = MapTrial.rejection(preview, in: stream)
      if rejection == nil { counts.kept += 1 } else { counts.rejected += 1 }
      // A record that is rejected loses all of its values.
      if rejection == nil {
        counts.dropped += preview.rows.count { if case .dropped = $0.outcome { true } else { false } }
      }
      if printer == nil {
        Self.printTable(preview, index + 1, stream, id: record.value["id"], rejection)
      } else {
        for row in Self.rows(preview, index + 1, stream, rejection) { printer?.print(row) }
      }
    }
    printer?.finish()
    let summary = "\(counts.kept) brought in, \(counts.rejected) rejected, \(counts.dropped) values dropped"
    if output == .table { Console.print("\(records.count) records: \(summary)") } else { Console.error(summary) }
    if counts.unusable > 0 { Console.error("\(counts.unusable) left out") }
  }

  private static func printTable(
    _ preview: MapPreview, _ number: Int, _ stream: SourceStream, id: JSONValue?, _ rejection: String?
  ) {
    Console.print("record \(number), of \(stream.rawValue): \(RowPrinter.text(id))")
    var printer = RowPrinter(.table, columns: tableColumns, isChosen: true)
    for row in preview.rows {
      printer.print(
        .object([
          "source": .string(row.source), "source value": .string(row.sourceValue?.text() ?? ""),
          "value": row.outcome.value?.json ?? .null, "target": .string(row.target),
          "outcome": .string(row.outcome.text),
        ]))
    }
    printer.finish()
    Console.print(rejection.map { "→ the record is rejected: \($0)" } ?? "→ the record is brought in")
    Console.print("")
  }

  private static func rows(
    _ preview: MapPreview, _ number: Int, _ stream: SourceStream, _ rejection: String?
  ) -> [JSONValue] {
    func row(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
      let own: [JSONValue.Member] = [
        .init("record", .integer(Int64(number))), .init("stream", .string(stream.rawValue)),
      ]
      return .object(own + members.map { JSONValue.Member($0.key, $0.value) })
    }
    var rows = preview.rows.map { shown in
      row([
        "source": .string(shown.source), "sourceValue": shown.sourceValue ?? .null, "type": .string(shown.type.name),
        "value": shown.outcome.value?.json ?? .null, "target": .string(shown.target),
        "level": .string(shown.level.rawValue), "outcome": .string(shown.outcome.text),
      ])
    }
    if let rejection { rows.append(row(["outcome": .string("the record is rejected: \(rejection)")])) }
    return rows
  }
}
