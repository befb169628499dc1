import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct TagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Tags: given to the hosts that a query finds, with a criticality.",
    subcommands: [TagListCommand.self, TagSetCommand.self, TagDeleteCommand.self])
}

struct TagListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the tags with the number of their hosts.")

  private static let columns = ["name", "criticality", "internetExposed", "colour", "assets", "query"]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let rows = try await AppBuilder(options: options).openExistingStore().read { try $0.tagRows() }
    var printer = RowPrinter(output, columns: Self.columns, isChosen: false)
    for row in rows { printer.print(row) }
    printer.finish()
  }
}

struct TagSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Makes a tag, or changes what is named of one.",
    discussion: "Example: isthmus tag set Production --query 'cloudTags: `env=prod`' --criticality 5")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its name.") var name: String
  @Option(help: "The hosts that bear it; a new tag needs one.") var query: String?
  @Option(help: "1 to 5, or none: it says nothing of criticality.") var criticality: String?
  @Option(help: "Such as #c0392b, or none.") var colour: String?
  @Flag(inversion: .prefixedNo, help: "Whether its hosts count as exposed to the internet.")
  var internetExposed: Bool?
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    var tag: StoredTag
    if let known = try await service.tag(named: name) {
      tag = known
    } else if let query {
      tag = StoredTag(name: name, query: query, criticality: nil, colour: nil, isExposed: false)
    } else {
      throw CommandError.usage("There is no tag \"\(name)\" yet: give it a --query.")
    }
    if let query { tag.query = query }
    if let criticality { tag.criticality = try Self.criticality(criticality) }
    if let colour { tag.colour = colour == "none" ? nil : colour.lowercased() }
    if let internetExposed { tag.isExposed = internetExposed }
    let change = try await service.setTag(tag)
    if output == .table {
      Console.print(change.sentence(of: name))
    } else {
      Console.print(change.json.text(indentation: 2))
    }
  }

  private static func criticality(_ text: String) throws -> Int? {
    if text == "none" { return nil }
    guard let number = Int(text), (1...5).contains(number) else {
      throw CommandError.usage("--criticality takes 1 to 5 or none, not \"\(text)\".")
    }
    return number
  }
}

struct TagDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Deletes a tag; business entities that have it go on without it.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let change = try await builder.inventoryService(try builder.openExistingStore()).deleteTag(name)
    if output == .table {
      Console.print(change.sentence(of: name))
    } else {
      Console.print(change.json.text(indentation: 2))
    }
  }
}

extension TagChange {
  fileprivate func sentence(of name: String) -> String {
    "\(name): \(assets) hosts got it, lost it or bear it otherwise; \(changedScores) have another score."
  }
}
