import ArgumentParser
import IsthmusCore
import IsthmusStore

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "The whole inventory day by day: hosts, score bands, open findings by severity.",
    discussion: "isthmus show asset and isthmus entity show have the days of one host and of one business entity.")

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let days = try await AppBuilder(options: options).openExistingStore().read { try $0.inventoryHistory() }
    if output == .json || output == .jsonl {
      var printer = RowPrinter(output, columns: [], isChosen: false)
      for day in days { printer.print(day) }
      return printer.finish()
    }
    let bands = ScoreBand.allCases.map(\.rawValue)
    let severities = (1...5).reversed().map(String.init)
    var printer = RowPrinter(
      output, columns: ["day", "assets"] + bands + severities.map { "severity \($0)" }, isChosen: true)
    for day in days {
      var cells = [
        JSONValue.Member("day", day["day"] ?? .null), JSONValue.Member("assets", day["assets"] ?? .null),
      ]
      cells += bands.map { JSONValue.Member($0, day["scoreBands"]?[$0] ?? .integer(0)) }
      cells += severities.map { JSONValue.Member("severity \($0)", day["openBySeverity"]?[$0] ?? .integer(0)) }
      printer.print(.object(cells))
    }
    printer.finish()
  }
}
