import ArgumentParser
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct RunStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Runs one connector now, in the foreground.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The connector's name.") var name: String
  @OptionGroup var manner: RunManner
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    try await SyncSession.run([name], options, output: output, manner: manner)
  }
}

struct RunApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Says yes to a held run: what it did not see is closed.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, such as R12.") var id: String

  func run() async throws {
    let builder = AppBuilder(options: options)
    let store = try builder.openExistingStore()
    let service = builder.syncService(store, meter: .init()) { _ in }
    let run = try RunID(argument: id)
    let approval = try await service.approve(run)
    let (hosts, findings) = (approval.closed.assets.gone, approval.closed.findings)
    Console.print(
      "\(run): \(hosts) hosts are marked gone, \(findings.gone) findings are not listed any more, \(findings.fixed) of them were open."
    )
    if let failure = approval.failure { Console.print("\(failure.summary) \(failure.remedy)") }
  }
}

struct RunApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Brings in what a staged run listed.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, such as R12.") var id: String
  @Flag(help: "Also if another run has ended since, or the configuration has changed.") var anyway = false
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let run = try RunID(argument: id)
    let played = try await PlayedRun(run, map: nil, options: options, output: output)
    try await played.tags.bring(into: played.session.store, played.session.builder)
    let (plan, anyway) = (played.plan, anyway)
    try await played.perform { try await $0.apply(run, plan, anyway: anyway) }
  }
}

struct RunReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Plays the kept pages of the last whole run through the present map.",
    discussion: "Azure is not asked. The profile must keep its pages (keepPages: true).")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, such as R12.") var id: String
  @Option(help: "A transform map in place of the profile's own.") var map: String?
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let run = try RunID(argument: id)
    let played = try await PlayedRun(run, map: map, options: options, output: output)
    let plan = played.plan
    try await played.perform { try await $0.replay(run, plan) }
  }
}

struct RunCancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Asks a run to stop at its next page, in whichever process it is.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "A run's id or a connector's name; the one run that is on if none is given.") var name: String?

  func run() async throws {
    let builder = AppBuilder(options: options)
    let store = try builder.openExistingStore()
    let service = builder.syncService(store, meter: .init()) { _ in }
    let run = try await chosen(in: store)
    switch try await service.cancel(run) {
    case .asked: Console.print("\(run) stops at its next page.")
    case .ended: Console.print("\(run) was interrupted; it is cancelled.")
    }
  }

  private func chosen(in store: any InventoryStore) async throws -> RunID {
    if let name, let id = RunID(text: name) { return id }
    let runs = try await store.read { try $0.runs(connector: nil, limit: nil) }
    if let name, !runs.contains(where: { $0.connectorName == name }) {
      throw CommandError.notFound("No connector \"\(name)\" has run; see isthmus runs.")
    }
    let open = runs.filter { $0.result == nil && (name == nil || $0.connectorName == name) }
    guard let first = open.first else { throw CommandError.notFound("No run is on.") }
    guard open.count == 1 else {
      let names = open.map { "\($0.id) of \($0.connectorName)" }.joined(separator: ", ")
      throw CommandError.usage("Several runs are on: \(names). Name one.")
    }
    return first.id
  }
}

struct RunDiscardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "Throws a staged run away, or the kept pages of another one.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, such as R12.") var id: String

  func run() async throws {
    let run = try RunID(argument: id)
    let builder = AppBuilder(options: options)
    let service = builder.syncService(try builder.openExistingStore(), meter: .init()) { _ in }
    let isStaged = try await service.discard(run)
    Console.print(isStaged ? "\(run) is thrown away." : "\(run): its kept pages are deleted.")
  }
}

/// A run that is played from what another one kept, by the file's profile of that one.
private struct PlayedRun {
  let session: SyncSession
  let plan: RunPlan
  let tags: FileTags

  init(_ id: RunID, map name: String?, options: GlobalOptions, output: OutputFormat) async throws {
    let builder = AppBuilder(options: options)
    let store = try builder.openExistingStore()
    session = try SyncSession(builder: builder, store: store, output: output)
    guard let run = try await store.read({ try $0.run(id) }) else {
      throw CommandError.notFound("There is no run \(id).")
    }
    let loaded = try await builder.loadConnectors(readsSecrets: false)
    let file = loaded.file
    guard let connector = try file.connectors(named: [run.connectorName]).first,
      var plan = connector.plan(named: run.profile)
    else {
      throw CommandError.usage(
        "There is no profile \"\(run.profile)\" of \(run.connectorName) any more, by which \(id) ran.")
    }
    if let name { plan.map = try file.maps.map(named: name, for: plan.kind) }
    guard let kept = try await builder.keepMaps(of: [plan], file.maps, store).first else { throw CommandError.failed }
    self.plan = kept
    tags = try await FileTags(loaded.isStored ? nil : file.tags, known: store)
  }

  func perform(_ body: @escaping @Sendable (SyncService) async throws -> RunReport) async throws {
    let ended = await session.perform(plan.connector, meter: TrafficMeter()) {
      service -> Result<RunReport, any Error> in
      do {
        return .success(try await body(service))
      } catch {
        return .failure(error)
      }
    }
    let report = try ended.get()
    session.printer.print(report)
    switch report.result {
    case "succeeded": return
    case "cancelled": throw CommandError.interrupted
    default: throw report.run == nil && report.error?.kind == "configuration" ? CommandError.refused : .failed
    }
  }
}
