import ArgumentParser
import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

struct SecretCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secret", abstract: "Connectors' secrets, kept encrypted in the inventory; and the key to them.",
    subcommands: [
      SecretListCommand.self, SecretSetCommand.self, SecretDeleteCommand.self, SecretRotateKeyCommand.self,
    ])
}

struct SecretListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists which secrets are set, never what they are.")

  private static let columns = ["connector", "field", "setAt", "setBy", "expiresAt", "key"]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let secrets = try await builder.secretVault(try builder.openExistingStore()).list()
    var printer = RowPrinter(output, columns: Self.columns, isChosen: false)
    for secret in secrets { printer.print(secret.row) }
    printer.finish()
  }
}

struct SecretSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Keeps a secret; it is asked for, or read from standard input.",
    discussion: """
      Examples: isthmus secret set 'Contoso production' clientSecret --expires 2027-12-31
      cat certificate.pem key.pem | isthmus secret set 'Contoso production' clientCertificate
      A certificate says itself when it ends.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The connector's name.") var connector: String
  @Argument(help: "Which of its settings: clientSecret or clientCertificate.") var field: String
  @Option(help: "When the other side stops to take it: a date, or a date and time, UTC.") var expires: String?
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let said = try expires.map { text -> Timestamp in
      guard let moment = Timestamp(iso8601: text) else {
        throw CommandError.usage("--expires: \"\(text)\" is neither a date nor a date and time, such as 2027-12-31.")
      }
      return moment
    }
    let store = try builder.openStore()
    let secret = try SecretPrompt.read("\(field) of \(connector)", twice: false)
    let own = try ConnectorCatalog.kinds.end(of: secret, for: field)
    let end = said ?? own
    let vault = builder.secretVault(store)
    let owner = StoredSecret.owner(connector: connector)
    try await vault.set(owner: owner, field: field, secret, expiresAt: end, by: builder.commandLine.actor)
    if output == .table {
      Console.print("\(field) of \(connector) is set\(end.map { ", until \($0)" } ?? "").")
    } else if let stored = try await vault.list().first(where: { $0.place.owner == owner && $0.place.field == field }) {
      Console.print(stored.row.text(indentation: 2))
    }
  }
}

struct SecretDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Deletes a secret.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The connector's name.") var connector: String
  @Argument(help: "Which of its settings.") var field: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let vault = builder.secretVault(try builder.openExistingStore())
    let owner = StoredSecret.owner(connector: connector)
    guard try await vault.delete(owner: owner, field: field, by: builder.commandLine.actor) else {
      throw CommandError.notFound("There is no secret \"\(field)\" of \"\(connector)\".")
    }
    let record: JSONValue = .object(["connector": .string(connector), "field": .string(field), "deleted": .bool(true)])
    Console.print(output == .table ? "\(field) of \(connector) is deleted." : record.text(indentation: 2))
  }
}

struct SecretRotateKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-key", abstract: "Seals all secrets with a new key.",
    discussion: """
      With the key file, a new key takes the old one's place there. With ISTHMUS_SECRET_KEY, put the new key before the \
      old one, divided by a comma, and run this; then the old one can go.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let change = try await builder.secretVault(try builder.openExistingStore()).rotate(by: builder.commandLine.actor)
    if output != .table {
      let record: JSONValue = .object(["key": .string(change.keyID), "resealed": .integer(Int64(change.resealed))])
      return Console.print(record.text(indentation: 2))
    }
    let secrets = "\(change.resealed) secret\(change.resealed == 1 ? " was" : "s were")"
    Console.print("\(secrets) sealed anew; key \(change.keyID) opens all.")
    if change.isFromEnvironment {
      Console.print("The keys after the first one in ISTHMUS_SECRET_KEY, and the key file, are not needed any more.")
    }
  }
}

extension StoredSecret {
  private static let ofConnector = "connector:"

  fileprivate static func owner(connector: String) -> String { "\(ofConnector)\(connector)" }

  fileprivate var row: JSONValue {
    let isConnectors = place.owner.hasPrefix(Self.ofConnector)
    let owner = isConnectors ? String(place.owner.dropFirst(Self.ofConnector.count)) : place.owner
    return .object([
      "connector": .string(owner), "field": .string(place.field), "setAt": .string(setAt.description),
      "setBy": .string(setBy), "expiresAt": expiresAt.map { .string($0.description) } ?? .null,
      "key": .string(box.keyID),
    ])
  }
}
