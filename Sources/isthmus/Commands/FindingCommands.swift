import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct FindingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finding", abstract: "A person's decision on findings: they then do not count in the score.",
    subcommands: [FindingIgnoreCommand.self, FindingAcceptCommand.self, FindingReopenCommand.self])
}

struct FindingIgnoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ignore", abstract: "Ignores findings, which are wrong or do not matter.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var decision: DecisionOptions
  @OptionGroup var end: DecisionEnd

  func run() async throws { try await decision.carryOut(.ignored, until: end.moment, options) }
}

struct FindingAcceptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept-risk", abstract: "Accepts the risk of findings, which are right but will not be fixed.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var decision: DecisionOptions
  @OptionGroup var end: DecisionEnd

  func run() async throws { try await decision.carryOut(.riskAccepted, until: end.moment, options) }
}

struct FindingReopenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reopen", abstract: "Takes decisions back: the findings count again.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var decision: DecisionOptions

  func run() async throws { try await decision.carryOut(nil, until: nil, options) }
}

struct DecisionOptions: ParsableArguments {
  /// Without --all: a query that is wider than was thought must not decide on everything.
  private static let most = 100

  @Argument(help: "The findings' ids: all are decided on, or none.") var ids: [String] = []
  @Option(help: "Instead of ids: the findings that the query finds, if they are not more than 100.")
  var query: String?
  @Flag(help: "However many findings the query finds.") var all = false
  @Option(help: "Why; kept in the findings' history.") var reason: String
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func carryOut(_ kind: FindingDecision.Kind?, until: Timestamp?, _ options: GlobalOptions) async throws {
    let subject = try subject
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    let change = try await service.decide(subject, kind, reason: reason, until: until)
    if output == .table { return print(change, kind, until: until) }
    let columns = ["id", "assetId", "decision", "until", "changed", "scoreBefore", "scoreAfter"]
    var printer = RowPrinter(output, columns: columns, isChosen: true)
    for finding in change.findings {
      let scores = finding.asset.flatMap { change.scores[$0] }
      printer.print(
        .object([
          "id": .string(finding.id.description), "assetId": finding.asset.map { .string($0.description) } ?? .null,
          "decision": kind.map { .string($0.rawValue) } ?? .null,
          "until": until.map { .string($0.description) } ?? .null, "changed": .bool(finding.isChanged),
          "scoreBefore": scores.map { .integer(Int64($0.before.rounded())) } ?? .null,
          "scoreAfter": scores.map { .integer(Int64($0.after.rounded())) } ?? .null,
        ]))
    }
    printer.finish()
  }

  private var subject: DecidedFindings {
    get throws {
      guard let query else {
        if all { throw CommandError.usage("--all goes with --query.") }
        if ids.isEmpty { throw CommandError.usage("Name findings by their ids, such as F17, or by --query.") }
        return .listed(try ids.map { try FindingID(argument: $0) })
      }
      guard ids.isEmpty else { throw CommandError.usage("Name findings by their ids or by --query, not by both.") }
      do throws(QueryError) {
        return .found(try Query(query, for: .finding, now: AppBuilder.now()), most: all ? nil : Self.most)
      } catch {
        throw CommandError.usage(error.rendered(in: query))
      }
    }
  }

  private func print(_ change: DecisionChange, _ kind: FindingDecision.Kind?, until: Timestamp?) {
    let what =
      switch kind {
      case .ignored: "is ignored"
      case .riskAccepted: "has its risk accepted"
      case nil: "counts again"
      }
    let end = until.map { " until \($0)" } ?? ""
    for finding in change.findings {
      var line = "\(finding.id) \(what)\(end)"
      if !finding.isChanged { line = kind == nil ? "\(finding.id) counts as before" : "\(line) as before" }
      if let asset = finding.asset, let scores = change.scores[asset] {
        line += "; score of its host \(asset): \(Int(scores.before.rounded())) → \(Int(scores.after.rounded()))"
      }
      Console.print(line)
    }
    if change.findings.count == 1 { return }
    let changed = change.findings.count(where: \.isChanged)
    Console.print("\(change.findings.count) findings, \(changed) of them changed")
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
