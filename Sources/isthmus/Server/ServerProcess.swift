import ArgumentParser
import IsthmusConfiguration
import IsthmusIngest
import IsthmusPages
import IsthmusServer
import IsthmusStore
import Logging
import ServiceLifecycle
import UnixSignals

/// The server in this process: what its role says of pages, interface, and runs by their schedules, until a signal ends
/// it.
struct ServerProcess {
  let builder: AppBuilder
  let store: any InventoryStore
  let settings: ServerSettings
  let allowed: AllowedSecretReferences
  let logger: Logger

  /// - Parameter announce: Called with the server's address once it answers.
  /// - Throws: An error of usage if it can't listen.
  func run(announce: @escaping @Sendable (String, APIServices) async -> Void) async throws {
    let pacers = PacerRegistry(for: store)
    let host = settings.role == .web ? nil : RunHost(builder, store, pacers: pacers, logger: logger)
    let desk = host?.desk(builder) ?? RunDesk(builder: builder, store: store)
    let services = builder.apiServices(
      store, pacers: pacers, runs: desk.control, cookie: SessionCookie(isSecure: settings.isSecure), allowed: allowed)
    let application = ServerApplication(
      settings: settings, services: services, version: Isthmus.configuration.version, logger: logger,
      pages: try PageServer(services: services, version: Isthmus.configuration.version, logger: logger).answer)
    let settings = settings
    let service = try application.service { port in await announce(settings.address(port: port), services) }
    var parts: [any Service] = [service]
    if let host { parts.insert(host, at: 0) }
    let group = ServiceGroup(
      configuration: .init(
        services: parts.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger))
    do {
      try await group.run()
    } catch let error as ServerError {
      throw CommandError.usage("\(error)")
    }
  }
}

extension ServerSettings {
  /// As browsers take it, without a path.
  fileprivate func address(port: Int) -> String {
    let host = host.contains(":") ? "[\(host)]" : host
    return "\(certificateFile == nil ? "http" : "https")://\(host):\(port)"
  }
}
