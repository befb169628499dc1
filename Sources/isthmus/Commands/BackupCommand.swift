import ArgumentParser
import Foundation
import IsthmusCore
import IsthmusStore

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copies the inventory into a file, also while a server writes to it.",
    discussion: """
      The copy is of one moment and checked before it gets its name; no file is replaced. The key to the secrets is not \
      in it. docs/operations.md says how to go back to a copy. Of an inventory in PostgreSQL it tells the command that \
      makes one.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The file to make, readable by its owner only.") var file: String
  @Option(help: "table or json.") var output: OutputFormat = .table

  func run() async throws {
    guard output == .table || output == .json else {
      throw CommandError.usage("A backup is told as table or json, not \(output.rawValue).")
    }
    let builder = AppBuilder(options: options)
    if let address = try builder.databaseAddress() { throw CommandError.usage(Self.dump(address, to: file)) }
    let inventory = try builder.inspectFile()
    let target = try FileInMaking(file, replaces: false)
    let ended = await Interruption.cancelling { () async -> Result<DatabaseInspection.Copy, any Error> in
      do {
        return .success(try await inventory.copy(to: target.place))
      } catch {
        return .failure(error)
      }
    }
    switch ended {
    case .success(let copy):
      try target.finish()
      report(copy, key: builder.keySource.place)
    case .failure(let error):
      target.abandon()
      throw error is CancellationError ? CommandError.interrupted : error
    }
  }

  /// What to do for an inventory on a server, whose own program copies it as well as it can be done.
  private static func dump(_ address: PostgreSQLAddress, to file: String) -> String {
    func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
    return """
      The inventory is in \(address), not in a file. PostgreSQL's own program copies it, also while servers write; it \
      takes the password from PGPASSFILE or asks for it, and docs/operations.md says how to go back: \
      pg_dump --schema=\(address.schema) --format=custom --file=\(quoted(file)) \(quoted(address.shownURL))
      """
  }

  private func report(_ copy: DatabaseInspection.Copy, key: String) {
    var members: [JSONValue.Member] = [.init("file", .string(file))]
    members.append(.init("schemaVersion", .integer(Int64(copy.schemaVersion))))
    for (name, rows) in copy.counts { members.append(.init(name, .integer(Int64(rows)))) }
    members.append(.init("bytes", .integer(Int64(copy.bytes))))
    members.append(.init("sha256", .string(copy.sha256)))
    members.append(.init("holdsKey", .bool(false)))
    let record = JSONValue.object(members)
    if output == .json { Console.print(record.text(indentation: 2)) } else { RecordPrinter.print(record) }
    let secrets = copy.counts.first { $0.name == "secrets" }?.rows ?? 0
    if secrets > 0 {
      Console.error(
        "The key to the \(secrets == 1 ? "secret" : "\(secrets) secrets") in it is left out: keep \(key) apart from it."
      )
    }
  }
}
