import ArgumentParser
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "runs", abstract: "Lists runs, newest first.")

  private static let columns = [
    "run", "connector", "profile", "mode", "result", "stage", "startedAt", "seconds", "assets", "findings", "created",
    "updated", "fixed", "reopened", "rejected", "requests",
  ]

  @OptionGroup var options: GlobalOptions
  @Argument(help: "A connector's name.") var name: String?
  @Option(help: "Runs to show: a number, or all.") var limit: String = "50"
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    guard limit == "all" || Int(limit).map({ $0 >= 0 }) == true else {
      throw CommandError.usage("--limit takes a number or all, not \"\(limit)\".")
    }
    let (name, limit) = (name, Int(limit))
    let store = try AppBuilder(options: options).openExistingStore()
    let runs = try await store.read { try $0.runs(connector: name, limit: limit) }
    var printer = RowPrinter(output, columns: Self.columns, isChosen: output == .csv)
    for run in runs { printer.print(try run.row(in: store)) }
    printer.finish()
  }
}

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "One run: start it, show it, say yes to a held one, apply a staged one, play it again.",
    subcommands: [
      RunStartCommand.self, RunShowCommand.self, RunLogCommand.self, RunCancelCommand.self, RunApproveCommand.self,
      RunApplyCommand.self, RunDiscardCommand.self, RunReplayCommand.self,
    ])
}

struct RunShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a run with its counters and the proof of what it covered.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, such as R12.") var id: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let store = try AppBuilder(options: options).openExistingStore()
    let run = try RunID(argument: id)
    let (stored, coverage, preview) = try await store.read {
      (try $0.run(run), try $0.coverage(of: run), try $0.preview(of: run))
    }
    guard let stored, case .object(var members) = try stored.row(in: store) else {
      throw CommandError.notFound("There is no run \(run).")
    }
    members.append(.init("coverage", .array(coverage)))
    guard output == .table else {
      if let preview { members.append(.init("preview", preview)) }
      return Console.print(JSONValue.object(members).text(indentation: 2))
    }
    RecordPrinter.print(.object(members))
    if let preview { PreviewPrinter.print(preview, of: run) }
  }
}

struct RunLogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "log", abstract: "Prints a run's log.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, such as R12.") var id: String
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let run = try RunID(argument: id)
    let lines = try await AppBuilder(options: options).openExistingStore().read { inventory in
      guard try inventory.run(run) != nil else { throw CommandError.notFound("There is no run \(run).") }
      return try inventory.log(of: run)
    }
    var printer = RowPrinter(output, columns: ["at", "level", "message"], isChosen: true)
    for line in lines { printer.print(line) }
    printer.finish()
  }
}

extension RunID {
  init(argument: String) throws {
    guard let id = RunID(text: argument) else {
      throw CommandError.usage("\"\(argument)\" is no run's id; see isthmus runs.")
    }
    self = id
  }
}

struct RejectsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejects", abstract: "Lists the rows and values that a run could not use, with the reason.")

  private static let columns = ["kind", "stream", "subscription", "recordId", "target", "reason"]

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The run's id, such as R12.") var run: String
  @Option(help: "table, json, jsonl or csv; json and jsonl hold the raw rows too.") var output: OutputFormat = .standard

  func run() async throws {
    let (id, output) = (try RunID(argument: run), output)
    try await AppBuilder(options: options).openExistingStore().read { inventory in
      guard try inventory.run(id) != nil else { throw CommandError.notFound("There is no run \(id).") }
      var printer = RowPrinter(output, columns: Self.columns, isChosen: output == .csv)
      try inventory.forEachReject(id) { printer.print($0) }
      printer.finish()
    }
  }
}
