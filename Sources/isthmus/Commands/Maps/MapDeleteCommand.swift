import ArgumentParser
import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

struct MapDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes a map of your own, if nothing uses it; its versions stay for earlier runs.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The map's name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .table

  func run() async throws {
    let builder = AppBuilder(options: options)
    if MapCatalog(ConnectorCatalog.kinds).isBuiltIn(name) {
      throw CommandError.usage("The map \"\(name)\" is built in and can't be deleted.")
    }
    let store = try builder.openExistingStore()
    let (name, key) = (name, ConfigurationItem.Key(.transformMap, name))
    // A file that is named may use it too.
    var users: [String] = []
    if options.configurationPath != nil {
      let file = try await builder.loadConfiguration(readsSecrets: false, needsConnectors: false)
      users = file.connectors.flatMap { $0.users(ofMap: name) }
    }
    let fromFile = users
    _ = try await builder.configurationService(store).change(by: builder.commandLine.actor) { snapshot in
      guard snapshot.items[key] != nil else {
        throw CommandError.notFound("There is no map \"\(name)\" of your own; isthmus map list shows what there is.")
      }
      let users = fromFile + snapshot.users(ofMap: name)
      guard users.isEmpty else {
        let named = Set(users).sorted().joined(separator: ", ")
        throw ChangeError.invalid("The map \"\(name)\" is used by \(named). Give them another map first.")
      }
      return snapshot.items(without: key)
    }
    let record = JSONValue.object(["name": .string(name), "deleted": .bool(true)])
    Console.print(output == .table ? "\(name) is deleted." : record.text(indentation: 2))
  }
}
