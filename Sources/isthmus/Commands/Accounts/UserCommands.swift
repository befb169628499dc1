import ArgumentParser
import IsthmusCore
import IsthmusServer
import IsthmusStore

struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Accounts of people who use the server.",
    subcommands: [
      UserListCommand.self, UserAddCommand.self, UserRoleCommand.self, UserDisableCommand.self, UserEnableCommand.self,
      UserPasswordCommand.self, UserDeleteCommand.self,
    ])
}

extension Role: ExpressibleByArgument {}

struct UserListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the accounts.")

  private static let columns = ["name", "role", "status", "signsInBy", "madeAt", "lastSignIn"]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let accounts = try await builder.accessServices(try builder.openExistingStore()).accounts
      .list(by: builder.commandLine)
    var printer = RowPrinter(output, columns: Self.columns, isChosen: false)
    for account in accounts { printer.print(account.json) }
    printer.finish()
  }
}

struct UserAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Makes an account; its password is asked for, or read from standard input.",
    discussion: "A password has at least 12 characters. Example: isthmus user add alice --role operator")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The new account's name.") var name: String
  @Option(help: "viewer, operator or admin.") var role: Role
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    // Before somebody types a password for nothing.
    try AccountRules.check(name: name)
    let store = try builder.openStore()
    let password = try SecretPrompt.read("Password of \(name)", twice: true)
    let account = try await builder.accessServices(store).accounts
      .create(name, role: role, password: password, by: builder.commandLine)
    account.show(output, "\(account.name) can sign in, as \(account.role.rawValue).")
  }
}

struct UserRoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "role", abstract: "Gives an account another role.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The account's name.") var name: String
  @Argument(help: "viewer, operator or admin.") var role: Role
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let account = try await builder.accessServices(try builder.openExistingStore()).accounts
      .setRole(of: name, to: role, by: builder.commandLine)
    account.show(output, "\(account.name) has the role \(account.role.rawValue).")
  }
}

struct UserDisableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Keeps an account from signing in; its sessions end, its tokens open nothing.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The account's name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let account = try await builder.accessServices(try builder.openExistingStore()).accounts
      .setDisabled(name, true, by: builder.commandLine)
    account.show(output, "\(account.name) is disabled.")
  }
}

struct UserEnableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "enable", abstract: "Lets a disabled account sign in.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The account's name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let account = try await builder.accessServices(try builder.openExistingStore()).accounts
      .setDisabled(name, false, by: builder.commandLine)
    account.show(output, "\(account.name) can sign in.")
  }
}

struct UserPasswordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Gives an account another password; its sessions end.",
    discussion: "The password is asked for, or read from standard input. It has at least 12 characters.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The account's name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let store = try builder.openExistingStore()
    let password = try SecretPrompt.read("New password of \(name)", twice: true)
    let account = try await builder.accessServices(store).accounts
      .setPassword(of: name, to: password, by: builder.commandLine)
    account.show(output, "\(account.name) has another password; its sessions have ended.")
  }
}

struct UserDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Deletes an account with its sessions and tokens; the audit log keeps its name.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The account's name.") var name: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let account = try await builder.accessServices(try builder.openExistingStore()).accounts
      .delete(name, by: builder.commandLine)
    account.show(output, "\(account.name) is deleted.")
  }
}

extension StoredAccount {
  fileprivate func show(_ output: OutputFormat, _ sentence: String) {
    Console.print(output == .table ? sentence : json.text(indentation: 2))
  }
}
