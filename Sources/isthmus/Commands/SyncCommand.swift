import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Runs the connectors of the configuration file, or of the inventory, now, in the foreground.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Names of connectors; all of them if none is given.") var names: [String] = []
  @Option(help: "table or json; json prints the run as one object a connector.") var output: OutputFormat = .table

  func run() async throws {
    guard output == .table || output == .json else {
      throw CommandError.usage("sync prints table or json, not \(output.rawValue).")
    }
    let builder = AppBuilder(options: options)
    let loaded = try await builder.loadConnectors()
    let connectors = try loaded.connectors(named: names)
    let store = try builder.openStore()
    if !loaded.isStored { try await bring(loaded.file.tags, builder, store) }
    let pacers = PacerRegistry()
    var isClean = true
    var hasBadSettings = false
    for connector in connectors {
      if connector.plans.isEmpty { Console.error("\(connector.name): no profile is active; nothing to run.") }
      let plans = try await builder.keepMaps(of: connector.plans, loaded.file.maps, store)
      for plan in try await builder.inOrder(plans, store) {
        let result = try await run(plan, of: connector, builder, store, pacers)
        Console.flush()
        isClean = isClean && result == "succeeded"
        hasBadSettings = hasBadSettings || result == Self.refused
        if result == "cancelled" { throw CommandError.interrupted }
        if result == "held", connector.plans.count > 1 {
          // A later run would take the place of the one that waits for a yes.
          Console.error("\(connector.name): its other profiles wait until that run is approved or run again.")
          break
        }
      }
    }
    if hasBadSettings { throw CommandError.refused }
    if !isClean { throw CommandError.failed }
  }

  /// The inventory has the file's tags and entities from now on; those that it has beside them stay.
  private func bring(_ file: TagConfiguration, _ builder: AppBuilder, _ store: any InventoryStore) async throws {
    if file.tags.isEmpty, file.entities.isEmpty { return }
    try file.check(known: try await store.read { try $0.labels.tags() })
    _ = try await builder.inventoryService(store).bring(tags: file.tags, entities: file.entities)
  }

  /// The connector's settings can't work.
  private static let refused = "refused"

  /// One run; a connector that can't even begin does not keep the others from running.
  private func run(
    _ plan: RunPlan, of connector: ConnectorConfiguration, _ builder: AppBuilder, _ store: any InventoryStore,
    _ pacers: PacerRegistry
  ) async throws -> String {
    let opened: OpenConnection
    do {
      opened = try builder.connect(connector, pacers: pacers)
    } catch let error as ConnectorError {
      show(RunReport(refused: connector.name, error))
      return Self.refused
    }
    let progress = ProgressLine(connector.name, meter: opened.meter)
    let service = builder.syncService(store, meter: opened.meter) { progress.show($0) }
    let report = await Interruption.cancelling { await service.run(plan, over: opened.connection) }
    progress.end()
    show(report)
    await opened.close()
    return report.result
  }

  private func show(_ report: RunReport) {
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
    Console.print("\(report.connector)\(run): \(report.result) in \(seconds) s")
    Console.print("\(traffic.requests) requests, \(traffic.retries) retries, \(waited) s of waiting")
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
    if rejected > 0, let run = report.run { Console.print("rejected rows: isthmus rejects \(run)") }
    if !report.counters.unexpectedSeverities.isEmpty {
      let texts = report.counters.unexpectedSeverities.sorted { $0.key < $1.key }.map { "\"\($0.key)\" ×\($0.value)" }
      Console.print("severities that the score map does not expect: \(texts.joined(separator: ", "))")
    }
  }
}
