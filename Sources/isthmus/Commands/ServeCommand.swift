import ArgumentParser
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusPages
import IsthmusServer
import IsthmusStore
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves the interface, and runs connectors by their schedules.",
    discussion: """
      At the first start it prints a link by which the first admin makes their account.
      Of the configuration file it takes the mapping "server" alone; isthmus apply brings in the rest.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var server: ServerOptions

  func run() async throws {
    let builder = AppBuilder(options: options)
    let effective = try server.effective(options)
    let logger = Logger(effective)
    let settings = ServerSettings(effective)
    if let problem = settings.problem {
      throw CommandError.usage("The server can't listen on \(settings.host): \(problem).")
    }
    let store = try builder.openStore()
    let host = RunHost(builder, store, logger: logger)
    let services = builder.apiServices(
      store, runs: host.control, cookie: SessionCookie(isSecure: settings.isSecure),
      allowed: try AllowedSecretReferences(effective))
    let application = ServerApplication(
      settings: settings, services: services, version: Isthmus.configuration.version, logger: logger,
      pages: try PageServer(services: services, version: Isthmus.configuration.version, logger: logger).answer)
    let service = try application.service { port in
      await Self.announce(settings, port, services)
    }
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: host), .init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger))
    do {
      try await group.run()
    } catch let error as ServerError {
      throw CommandError.usage("\(error)")
    }
  }

  private static func announce(_ settings: ServerSettings, _ port: Int, _ services: APIServices) async {
    let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
    let address = "\(settings.certificateFile == nil ? "http" : "https")://\(host):\(port)"
    Console.print("Isthmus answers at \(address)/")
    do {
      if let link = try await services.access.setupLink.make() {
        Console.print("Make the first admin's account, within 24 hours: \(address)/setup?link=\(link.reveal())")
      }
    } catch {
      Console.error("isthmus: no link for the first admin could be made: \(error)")
    }
    Console.flush()
  }
}
