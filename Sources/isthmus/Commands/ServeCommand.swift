import ArgumentParser
import Foundation
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
    discussion: "At the first start it prints a link by which the first admin makes their account.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var server: ServerOptions

  func run() async throws {
    let builder = AppBuilder(options: options)
    let store = try builder.openStore()
    let logger = server.logger
    let settings = server.settings
    if let problem = settings.problem {
      throw CommandError.usage("The server can't listen on \(settings.host): \(problem).")
    }
    let host = RunHost(builder, store, logger: logger)
    let services = builder.apiServices(
      store, runs: host.control, cookie: SessionCookie(isSecure: settings.isSecure),
      allowed: try server.allowedReferences)
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

struct ServerOptions: ParsableArguments {
  @Option(help: "Where to listen.") var host: String = "127.0.0.1"
  @Option(help: "0 takes a free one.") var port: Int = 8080
  @Option(help: "A certificate chain in PEM: speaks TLS.") var tlsCertificate: String?
  @Option(help: "Its private key in PEM.") var tlsKey: String?
  @Flag(help: "Believes X-Forwarded-For: only behind a proxy that sets it and speaks TLS.") var trustProxy = false
  @Option(
    help: ArgumentHelp(
      "Variables, files and folders that connectors made over the interface may take secrets from "
        + "(ISTHMUS_ALLOWED_SECRET_REFERENCES), divided by commas; none by default.",
      valueName: "names-and-paths"))
  var allowedSecretReferences: String?
  @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: LogLevel = .info

  enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
  }

  var allowedReferences: AllowedSecretReferences {
    get throws {
      let variable = ProcessInfo.processInfo.environment["ISTHMUS_ALLOWED_SECRET_REFERENCES"]
      guard let allowed = AllowedSecretReferences(allowedSecretReferences ?? variable ?? "") else {
        throw CommandError.usage(
          "--allowed-secret-references takes names of variables and absolute paths, divided by commas, as in "
            + "AZURE_SECRET,/run/secrets.")
      }
      return allowed
    }
  }

  var settings: ServerSettings {
    var settings = ServerSettings()
    settings.host = host
    settings.port = port
    settings.certificateFile = tlsCertificate
    settings.keyFile = tlsKey
    settings.trustsProxy = trustProxy
    return settings
  }

  var logger: Logger {
    var logger = Logger(label: "isthmus", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .info
    return logger
  }
}
