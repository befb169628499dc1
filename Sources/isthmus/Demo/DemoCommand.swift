import ArgumentParser
import AzureSimulator
import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore
import Logging

/// `isthmus demo`: a simulated tenant, an inventory of it over some days, and the server on it.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Shows Isthmus on a simulated tenant: pages, interface and runs, without Azure.",
    discussion: """
      A tenant is simulated in this process, and one connector run on it for some days that end today, without Azure's
      quota. Then the server answers on 127.0.0.1, until it is interrupted. The inventory is in a folder of its own,
      which goes with the demo; settings of the environment are not used.
      """)

  @Option(help: "Hosts on the first day, 1 to 200000.") var hosts = 200
  @Option(help: "Assessments of each host, 1 to 200.") var findingsPerHost = 40
  @Option(help: "Simulated days, 1 to 365.") var days = 10
  @Option(help: "Port to listen on; 0 takes a free one.") var port = 0

  func run() async throws {
    guard (1...365).contains(days) else { throw CommandError.usage("--days takes 1 to 365, not \(days).") }
    guard (0...65_535).contains(port) else { throw CommandError.usage("--port takes 0 to 65535, not \(port).") }
    // The caller's inventory and key have nothing to do with the demo's.
    for setting in Setting.all { unsetenv(setting.variable) }
    let calendar = DemoCalendar(days: days, today: AppBuilder.now())
    let simulator = try await startSimulator(calendar)
    let folder = FileManager.default.temporaryDirectory.appending(path: "isthmus-demo-\(UUID().uuidString)")
    do {
      try await show(simulator, calendar, in: folder.path(percentEncoded: false))
    } catch {
      await Self.end(simulator, folder)
      throw error
    }
    await Self.end(simulator, folder)
  }

  private func startSimulator(_ calendar: DemoCalendar) async throws -> Simulator {
    var configuration = SimulatorConfiguration()
    configuration.tenant.hosts = hosts
    configuration.tenant.findingsPerHost = findingsPerHost
    configuration.tenant.firstDate = calendar.firstDate
    configuration.quota = nil
    do {
      return try await Simulator.start(configuration)
    } catch let error as SimulatorError {
      throw CommandError.usage(error.summary)
    }
  }

  private static func end(_ simulator: Simulator, _ folder: URL) async {
    await simulator.stop()
    // What can't be removed is in the folder for temporary files.
    try? FileManager.default.removeItem(at: folder)
  }

  private func show(_ simulator: Simulator, _ calendar: DemoCalendar, in folder: String) async throws {
    let builder = AppBuilder(options: try GlobalOptions.parse(["--data", folder]))
    let store = try builder.openStore()
    let filling = DemoFilling(builder: builder, store: store, simulator: simulator, calendar: calendar)
    Console.print(
      "A simulated tenant of \(hosts) hosts with \(findingsPerHost) assessments each, over \(days) days up to today.")
    Console.flush()
    try await Interruption.cancelling { await filling.result() }.get()
    let password = try await makeAccount(builder, store)

    var settings = ServerSettings()
    settings.port = port
    var logger = Logger(label: "isthmus") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    let process = ServerProcess(
      builder: builder, store: store, settings: settings, allowed: AllowedSecretReferences(), logger: logger)
    try await process.run { address, _ in
      Console.print(
        """

        Isthmus answers at \(address)/
        Sign in as \(Self.account) with the password \(password).
        Ctrl-C ends the demo; nothing of it stays.
        """)
      Console.flush()
    }
  }

  private static let account = "demo"

  /// An admin's account with a password that nobody else knows.
  private func makeAccount(_ builder: AppBuilder, _ store: any InventoryStore) async throws -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    let password = String((0..<16).map { _ in letters[Int.random(in: letters.indices)] })
    _ = try await builder.accessServices(store).accounts
      .create(Self.account, role: .admin, password: Secret(password), by: builder.commandLine)
    return password
  }
}
