import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct FindingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finding", abstract: "A person's decision on a finding: it then does not count in the score.",
    subcommands: [FindingIgnoreCommand.self, FindingAcceptCommand.self, FindingReopenCommand.self])
}

struct FindingIgnoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ignore", abstract: "Ignores a finding, which is wrong or does not matter.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var decision: DecisionOptions
  @OptionGroup var end: DecisionEnd

  func run() async throws { try await decision.carryOut(.ignored, until: end.moment, options) }
}

struct FindingAcceptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept-risk", abstract: "Accepts the risk of a finding, which is right but will not be fixed.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var decision: DecisionOptions
  @OptionGroup var end: DecisionEnd

  func run() async throws { try await decision.carryOut(.riskAccepted, until: end.moment, options) }
}

struct FindingReopenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reopen", abstract: "Takes a decision back: the finding counts again.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var decision: DecisionOptions

  func run() async throws { try await decision.carryOut(nil, until: nil, options) }
}

struct DecisionOptions: ParsableArguments {
  @Argument(help: "The finding's id.") var id: String
  @Option(help: "Why; kept in the finding's history.") var reason: String
  @Option(help: "table or json.") var output: OutputFormat = .table

  func carryOut(_ kind: FindingDecision.Kind?, until: Timestamp?, _ options: GlobalOptions) async throws {
    let finding = try FindingID(argument: id)
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    let (before, after) = try await service.decide(finding, kind, reason: reason, until: until)
    if output != .table {
      let record: JSONValue = .object([
        "id": .string(finding.description), "decision": kind.map { .string($0.rawValue) } ?? .null,
        "until": until.map { .string($0.description) } ?? .null,
        "scoreBefore": .integer(Int64(before.rounded())), "scoreAfter": .integer(Int64(after.rounded())),
      ])
      return Console.print(record.text(indentation: 2))
    }
    let what =
      switch kind {
      case .ignored: "is ignored"
      case .riskAccepted: "has its risk accepted"
      case nil: "counts again"
      }
    let end = until.map { " until \($0)" } ?? ""
    let score = "score of its host: \(Int(before.rounded())) → \(Int(after.rounded()))"
    Console.print("\(finding) \(what)\(end); \(score)")
  }
}

struct DecisionEnd: ParsableArguments {
  @Option(help: "When it ends: a date (its beginning) or a date and time, UTC. Without it, when it is taken back.")
  var until: String?

  var moment: Timestamp? {
    get throws {
      guard let until else { return nil }
      guard let moment = Timestamp(iso8601: until) else {
        throw CommandError.usage(
          "--until: \"\(until)\" is neither a date nor a date and time, such as 2026-12-31 or 2026-12-31T18:00Z.")
      }
      return moment
    }
  }
}
