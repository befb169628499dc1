import ArgumentParser
import IsthmusConfiguration
import IsthmusCore

struct MapTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Tries a map on its own examples; exit code 1 if one gives something else.")

  private static let columns = ["example", "result", "target", "expected", "found", "reason"]

  @OptionGroup var options: GlobalOptions
  @OptionGroup var choice: MapChoice
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let entry = try await choice.load(AppBuilder(options: options))
    let trial = try MapTrial(entry.map, ConnectorCatalog.kinds, isLenient: true)
    var printer = output == .table ? nil : RowPrinter(output, columns: Self.columns, isChosen: true)
    var failed = 0
    for example in entry.examples {
      let differences = try example.differences(by: try trial.mapper(try trial.stream(of: example)))
      failed += differences.isEmpty ? 0 : 1
      if printer == nil {
        Console.print("\(differences.isEmpty ? "passed" : "FAILED")  \(example.name)")
        for difference in differences { Console.print("        \(difference)") }
      } else {
        if differences.isEmpty { printer?.print(Self.row(example, nil)) }
        for difference in differences { printer?.print(Self.row(example, difference)) }
      }
    }
    printer?.finish()
    if entry.examples.isEmpty { Console.error("\(entry.name) has no examples.") }
    if failed > 0 {
      Console.error("\(failed) of \(entry.examples.count) examples give something else.")
      throw CommandError.failed
    }
  }

  private static func row(_ example: MapExample, _ difference: MapExample.Difference?) -> JSONValue {
    .object([
      "example": .string(example.name), "result": .string(difference == nil ? "passed" : "failed"),
      "target": difference?.target.map(JSONValue.string) ?? .null, "expected": difference?.expected ?? .null,
      "found": difference?.found ?? .null, "reason": difference?.reason.map(JSONValue.string) ?? .null,
    ])
  }
}
