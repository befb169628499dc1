import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore
import Synchronization

/// The one place where everything is put together.
struct AppBuilder: Sendable {
  let options: GlobalOptions
  /// What it takes for the present moment; the demo's past days have one of their own.
  var clock: @Sendable () -> Timestamp = AppBuilder.now

  /// The inventory that the options name; made if there is none.
  ///
  /// - Parameter mustWrite: Whether one that can only be read is refused.
  func openStore(mustWrite: Bool = false) throws -> any InventoryStore {
    let seed = UInt64.random(in: .min ... .max)
    if let address = try databaseAddress() {
      return try PostgreSQLStore(address, newSeed: seed, leaseSeconds: try options.runLease, mustWrite: mustWrite)
    }
    return try SQLiteStore(folder: options.dataFolder, newSeed: seed)
  }

  /// nil: the inventory is in the data folder.
  func databaseAddress() throws -> PostgreSQLAddress? {
    guard let url = options.database else { return nil }
    do {
      return try PostgreSQLAddress(url)
    } catch {
      throw CommandError.usage("\(error.summary) A folder for SQLite is named with --data.")
    }
  }

  /// The inventory's file, to be left as it is: a newer program brings nothing of it to its own schema.
  func inspectFile() throws -> DatabaseInspection {
    guard hasStore else { throw noStore }
    return try DatabaseInspection(folder: options.dataFolder)
  }

  /// The same of an inventory on a server.
  func inspectDatabase(_ address: PostgreSQLAddress) throws -> PostgreSQLInspection {
    let inspection = try PostgreSQLInspection(address)
    guard hasStore else { throw noStore }
    return inspection
  }

  /// - Parameters:
  ///   - readsSecrets: false for what makes no connection: its user need not have them.
  ///   - needsConnectors: Whether a file without any is an error.
  func loadConfiguration(
    readsSecrets: Bool = true, needsConnectors: Bool = true
  ) async throws -> ConfigurationFile {
    guard let path = options.configurationPath else {
      throw CommandError.usage("No configuration file: name one with --config FILE or ISTHMUS_CONFIG.")
    }
    let text = try Self.readText(path)
    var source: SecretSource?
    if readsSecrets {
      let environment = ProcessInfo.processInfo.environment
      source = hasStore ? try await secrets(try openStore()) : SecretSource(environment: environment)
    }
    return try ConfigurationFile(
      text, path: path, secrets: source,
      beside: try await known(), at: clock(), needsConnectors: needsConnectors)
  }

  static func readText(_ path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw CommandError.usage("\(path) can't be read as a text file. Check its name and that you may read it.")
    }
  }

  /// The plans, with that of an interrupted run first: it is the one that can go on.
  func inOrder(_ plans: [RunPlan], _ store: any InventoryStore) async throws -> [RunPlan] {
    guard let connector = plans.first?.connector, plans.count > 1 else { return plans }
    let service = syncService(store, meter: TrafficMeter()) { _ in }
    let interrupted = try await service.interruptedProfile(of: connector)
    return plans.filter { $0.profile == interrupted } + plans.filter { $0.profile != interrupted }
  }

  var hasStore: Bool {
    if options.database == nil { return FileManager.default.fileExists(atPath: "\(options.dataFolder)/isthmus.sqlite") }
    // What keeps it from being looked at is said by whatever opens it.
    return (try? databaseAddress().map(PostgreSQLStore.isThere) ?? true) ?? true
  }

  /// The inventory, to look into; there must be one.
  func openExistingStore() throws -> any InventoryStore {
    guard hasStore else { throw noStore }
    return try openStore()
  }

  private var noStore: CommandError {
    let place = (try? databaseAddress())??.description ?? options.dataFolder
    return .notFound(
      "There is no inventory in \(place). Run isthmus sync first, or name another folder with --data.")
  }

  /// A connection for one run or check. ``close`` ends what it holds.
  func connect(_ connector: ConnectorConfiguration, pacers: PacerRegistry) throws -> OpenConnection {
    let meter = TrafficMeter()
    let transports = TransportRegistry()
    let environment = ConnectionEnvironment(
      makeTransport: { settings throws(ConnectorError) in try transports.make(settings) }, time: .system,
      pacer: { pacers.pacer(for: $0, standard: $1) }, meter: meter)
    let connection = try connector.kind.connect(connector.connection, in: environment)
    return OpenConnection(connection: connection, meter: meter, transports: transports)
  }

  func syncService(
    _ store: any InventoryStore, meter: TrafficMeter, isShuttingDown: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (RunEvent) -> Void
  ) -> SyncService {
    var environment = RunEnvironment(now: clock, time: .system, meter: meter, report: report)
    environment.isShuttingDown = isShuttingDown
    return SyncService(store: store, environment: environment)
  }

  func inventoryService(_ store: any InventoryStore) -> InventoryService {
    InventoryService(store: store, by: commandLine.actor, now: clock)
  }

  @Sendable static func now() -> Timestamp {
    ClientTime.wallClock()
  }
}

struct OpenConnection: Sendable {
  let connection: any SourceConnection
  let meter: TrafficMeter
  fileprivate let transports: TransportRegistry

  func close() async { await transports.shutdown() }
}

/// The transports of one connection, so that they can be ended.
private final class TransportRegistry: Sendable {
  private let transports = Mutex<[AsyncHTTPTransport]>([])

  func make(_ settings: TransportSettings) throws(ConnectorError) -> any HTTPTransport {
    let transport = try AsyncHTTPTransport(settings)
    transports.withLock { $0.append(transport) }
    return transport
  }

  func shutdown() async {
    for transport in transports.withLock({ $0 }) { await transport.shutdown() }
  }
}
