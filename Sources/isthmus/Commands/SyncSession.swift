import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// Runs of connectors in the foreground, one after the other.
struct SyncSession {
  enum Manner: Sendable {
    /// Brings in what comes.
    case run
    /// Tries it on a copy, and keeps the pages so that it can be applied.
    case stage
    /// Tries it on a copy and throws it away.
    case dryRun
  }

  let builder: AppBuilder
  let store: any InventoryStore
  let printer: ReportPrinter
  var manner = Manner.run
  /// nil: as the profiles say.
  var mode: RunMode?
  /// nil: as the profiles say.
  var fetch: FetchForm?
  private let pacers: PacerRegistry

  /// Runs the file's connectors of these names, all if there are none. Nothing is made before the file is read.
  static func run(
    _ names: [String], _ options: GlobalOptions, output: OutputFormat, manner: RunManner
  ) async throws {
    try check(output)
    let builder = AppBuilder(options: options)
    let loaded = try await builder.loadConnectors()
    let connectors = try loaded.connectors(named: names)
    var session = try SyncSession(builder: builder, store: try builder.openStore(), output: output)
    (session.manner, session.mode, session.fetch) = (manner.value, manner.mode, manner.fetch)
    try await session.run(connectors, of: loaded)
  }

  init(builder: AppBuilder, store: any InventoryStore, output: OutputFormat) throws {
    try Self.check(output)
    self.builder = builder
    self.store = store
    printer = ReportPrinter(output: output)
    pacers = PacerRegistry(for: store)
  }

  private static func check(_ output: OutputFormat) throws {
    guard output == .table || output == .json else {
      throw CommandError.usage("A run is printed as table or json, not \(output.rawValue).")
    }
  }

  func run(_ connectors: [ConnectorConfiguration], of loaded: LoadedConfiguration) async throws {
    // What is configured in the inventory is there already.
    let tags = try await FileTags(loaded.isStored ? nil : loaded.file.tags, known: store)
    if manner == .run { try await tags.bring(into: store, builder) }
    var isClean = true
    var hasBadSettings = false
    for connector in connectors {
      if connector.plans.isEmpty { Console.error("\(connector.name): no profile is active; nothing to run.") }
      var plans = try await builder.keepMaps(of: connector.plans, loaded.file.maps, store)
      for index in plans.indices {
        if let mode { plans[index].mode = mode }
        if let fetch { plans[index].fetch = fetch }
      }
      for plan in try await builder.inOrder(plans, store) {
        let result = try await run(plan, of: connector, tags)
        Console.flush()
        isClean = isClean && (result == "succeeded" || result == "staged")
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

  /// The connector's settings can't work.
  private static let refused = "refused"

  /// One run; a connector that can't even begin does not keep the others from running.
  private func run(
    _ plan: RunPlan, of connector: ConnectorConfiguration, _ tags: FileTags
  ) async throws -> String {
    let opened: OpenConnection
    do {
      opened = try builder.connect(connector, pacers: pacers)
    } catch let error as ConnectorError {
      printer.print(RunReport(refused: connector.name, error))
      return Self.refused
    }
    let (manner, builder) = (manner, builder)
    let report = await perform(connector.name, meter: opened.meter) { service in
      switch manner {
      case .run: await service.run(plan, over: opened.connection)
      case .stage, .dryRun:
        await service.stage(plan, over: opened.connection, keepsPages: manner == .stage) { copy in
          try await tags.bring(into: copy, builder)
        }
      }
    }
    await opened.close()
    try await conclude(report)
    return report.result
  }

  /// Shows how a run goes on; a signal ends it at the next page.
  func perform<T: Sendable>(
    _ connector: String, meter: TrafficMeter, _ body: @escaping @Sendable (SyncService) async -> T
  ) async -> T {
    let progress = ProgressLine(connector, meter: meter)
    let service = builder.syncService(store, meter: meter) { progress.show($0) }
    let ended = await Interruption.cancelling { await body(service) }
    progress.end()
    return ended
  }

  private func conclude(_ report: RunReport) async throws {
    printer.print(report)
    guard report.result == "staged", let run = report.run else { return }
    if manner == .dryRun {
      _ = try await builder.syncService(store, meter: TrafficMeter()) { _ in }.discard(run)
    } else if printer.output == .table {
      Console.print("To bring it in: isthmus run apply \(run). To throw it away: isthmus run discard \(run).")
    }
  }
}

/// Tags and entities of the file: an inventory has them from the next run on; those that it has beside them stay.
struct FileTags: Sendable {
  private let tags: [StoredTag]
  private let entities: [StoredEntity]

  /// - Parameter inventory: Whose tags the file's entities may name as well.
  init(_ file: TagConfiguration?, known inventory: any InventoryStore) async throws {
    (tags, entities) = (file?.tags ?? [], file?.entities ?? [])
    guard let file else { return }
    if !entities.isEmpty { try file.check(known: try await inventory.read { try $0.labels.tags() }) }
  }

  func bring(into inventory: any InventoryStore, _ builder: AppBuilder) async throws {
    if tags.isEmpty, entities.isEmpty { return }
    _ = try await builder.inventoryService(inventory).bring(tags: tags, entities: entities)
  }
}
