import ArgumentParser
import IsthmusCore
import IsthmusServer
import IsthmusStore

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Lists who changed what and who signed in, the latest first.",
    discussion: "json and jsonl also hold how the thing was before and after.")

  private static let columns = ["number", "at", "actor", "address", "action", "subject"]

  @OptionGroup var options: GlobalOptions
  @Option(help: "Entries to show: a number, or all.") var limit: String = "50"
  @Option(help: "From then on: a date, or a date and time, UTC.") var since: String?
  @Option(help: "Of this actor alone, as the log names them.") var actor: String?
  @Option(help: "Of this thing alone: connector:NAME, account:NAME.") var subject: String?
  @Option(help: "account.create, or the kind of thing alone: account.") var action: String?
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .table

  func run() async throws {
    guard limit == "all" || Int(limit).map({ $0 >= 0 }) == true else {
      throw CommandError.usage("--limit takes a number or all, not \"\(limit)\".")
    }
    let start = try since.map { text -> Timestamp in
      guard let moment = Timestamp(iso8601: text) else {
        throw CommandError.usage("--since: \"\(text)\" is neither a date nor a date and time, such as 2027-12-31.")
      }
      return moment
    }
    let builder = AppBuilder(options: options)
    let log = builder.accessServices(try builder.openExistingStore()).audit
    var printer = RowPrinter(output, columns: Self.columns, isChosen: output == .csv)
    var filter = AuditFilter(actor: actor, subject: subject, action: action, since: start, limit: 0)
    var left = Int(limit) ?? .max
    while left > 0 {
      filter.limit = min(left, AuditLog.longestPage)
      let page = try await log.entries(filter, by: builder.commandLine)
      for entry in page { printer.print(entry.json) }
      guard page.count == filter.limit else { break }
      left -= page.count
      filter.below = page.last?.number
    }
    printer.finish()
  }
}
