import ArgumentParser
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens by which programs use the API.",
    subcommands: [TokenListCommand.self, TokenCreateCommand.self, TokenRevokeCommand.self])
}

struct TokenListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the tokens, never their texts.")

  private static let columns = ["id", "name", "role", "madeBy", "madeAt", "expiresAt", "lastUsed"]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let tokens = try await builder.accessServices(try builder.openExistingStore()).tokens.list(by: builder.commandLine)
    var printer = RowPrinter(output, columns: Self.columns, isChosen: false)
    for token in tokens { printer.print(token.json) }
    printer.finish()
  }
}

struct TokenCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes a token; standard output is its text, which is shown this once.",
    discussion: "Example: isthmus token create nightly-export --role viewer --days 30")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "What it is for.") var name: String
  @Option(help: "viewer, operator or admin.") var role: Role
  @Option(help: "Days until it ends, 1 to 366.") var days: Int = 90
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    guard (1...366).contains(days) else {
      throw CommandError.usage("--days takes 1 to 366, not \(days).")
    }
    let builder = AppBuilder(options: options)
    let (token, text) = try await builder.accessServices(try builder.openStore()).tokens
      .create(name, role: role, lifetime: .seconds(days * 86_400), by: builder.commandLine)
    if output == .table {
      Console.print(text.reveal())
      Console.flush()
      Console.error("\(token.id) \(token.name): role \(token.role.rawValue), until \(token.expiresAt). Keep it now:")
      Console.error("it is not shown again.")
    } else if case .object(let members) = token.json {
      let shown = JSONValue.object(members + [JSONValue.Member("token", .string(text.reveal()))])
      Console.print(shown.text(indentation: 2))
    }
  }
}

struct TokenRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Ends a token.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its id, as isthmus token list shows it.") var id: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    guard let number = TokenID(text: id) else {
      // A token that was pasted for its id is not repeated.
      throw CommandError.usage("That is no token's id: ids look like T3, and isthmus token list shows them.")
    }
    let builder = AppBuilder(options: options)
    let token = try await builder.accessServices(try builder.openExistingStore()).tokens
      .revoke(number, by: builder.commandLine)
    Console.print(
      output == .table ? "\(token.id) \(token.name) opens nothing any more." : token.json.text(indentation: 2))
  }
}
