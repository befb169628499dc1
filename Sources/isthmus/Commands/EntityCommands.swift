import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct EntityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entity", abstract: "Business entities: the hosts that bear any of some tags, with scores.",
    subcommands: [
      EntityListCommand.self, EntityShowCommand.self, EntitySetCommand.self, EntityDeleteCommand.self,
    ])
}

struct EntityListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the entities with the mean score and that of the worst tenth.")

  private static let columns = ["name", "assets", "meanScore", "worstScore", "scoreBand", "tags", "description"]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let rows = try await AppBuilder(options: options).openExistingStore().read { try $0.entityRows() }
    var printer = RowPrinter(output, columns: Self.columns, isChosen: false)
    for row in rows { printer.print(row) }
    printer.finish()
  }
}

struct EntityShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows an entity with its worst hosts and its scores by day.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let name = name
    let record = try await AppBuilder(options: options).openExistingStore().read { try $0.entity(named: name) }
    guard let record else { throw CommandError.notFound("There is no entity \"\(name)\"; see isthmus entity list.") }
    if output == .table { RecordPrinter.print(record) } else { Console.print(record.text(indentation: 2)) }
  }
}

struct EntitySetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Makes an entity, or changes what is named of one.",
    discussion: "Example: isthmus entity set 'Web shop' --tag Production --tag Payments")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its name.") var name: String
  @Option(help: "A tag of it, repeatable; together they take the place of its tags.") var tag: [String] = []
  @Option(help: "What it is.") var description: String?

  func run() async throws {
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    var entity: StoredEntity
    if let known = try await service.entity(named: name) {
      entity = known
    } else if tag.isEmpty {
      throw CommandError.usage("There is no entity \"\(name)\" yet: give it at least one --tag.")
    } else {
      entity = StoredEntity(name: name, description: "", tags: [])
    }
    if !tag.isEmpty { entity.tags = tag }
    if let description { entity.description = description }
    try await service.setEntity(entity)
    Console.print("\(name): the hosts with \(entity.tags.joined(separator: ", ")).")
  }
}

struct EntityDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes an entity; its tags stay.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its name.") var name: String

  func run() async throws {
    let builder = AppBuilder(options: options)
    try await builder.inventoryService(try builder.openExistingStore()).deleteEntity(name)
    Console.print("\(name) is deleted.")
  }
}
