import ArgumentParser
import IsthmusConfiguration
import IsthmusConnect
import IsthmusServer
import Logging

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves the pages and the interface, and runs connectors by their schedules.",
    discussion: """
      At the first start it prints a link by which the first admin makes their account.
      Of the configuration file it takes the mapping "server" alone; isthmus apply brings in the rest.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var server: ServerOptions

  func run() async throws {
    let builder = AppBuilder(options: options)
    let effective = try server.effective(options)
    let settings = ServerSettings(effective)
    if let problem = settings.problem {
      throw CommandError.usage("The server can't listen on \(settings.host): \(problem).")
    }
    let process = ServerProcess(
      builder: builder, store: try builder.openStore(mustWrite: true), settings: settings,
      allowed: try AllowedSecretReferences(effective), logger: Logger(effective))
    try await process.run { address, services in await Self.announce(address, services, settings.role) }
  }

  private static func announce(_ address: String, _ services: APIServices, _ role: ServerSettings.Role) async {
    if role == .worker {
      Console.print("Isthmus works on runs, and answers who watches it at \(address)/health")
      return Console.flush()
    }
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
