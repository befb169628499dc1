import ArgumentParser
import IsthmusCore
import IsthmusStore

struct MigrateStoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate-store", abstract: "Moves an inventory from SQLite to PostgreSQL, or back.",
    discussion: """
      All rows are read back and compared before anything of it is kept. Nobody else may use the two meanwhile, and no \
      inventory may be at the target yet. The source stays as it was. Secrets are moved as they are sealed: their key is \
      yours to bring (secret.key, or ISTHMUS_SECRET_KEY).
      """)

  @Option(help: "The inventory to move: a folder, or postgres://…") var from: String
  @Option(help: "Where to: a folder, or postgres://…") var to: String
  @Option(help: "table or json.") var output: OutputFormat = .table

  func run() throws {
    guard output == .table || output == .json else {
      throw CommandError.usage("A move is told as table or json, not \(output.rawValue).")
    }
    let (source, target) = (try Self.location(from), try Self.location(to))
    let tables = try StoreMove(from: source, to: target).perform()
    let rows: [JSONValue] = tables.map { table in
      .object(["table": .string(table.name), "rows": .integer(Int64(table.rows)), "digest": .string(table.digest)])
    }
    if output == .json {
      let record: JSONValue = .object([
        "from": .string("\(source)"), "to": .string("\(target)"), "tables": .array(rows),
      ])
      Console.print(record.text(indentation: 2))
    } else {
      let width = tables.map(\.name.count).max() ?? 0
      for table in tables {
        let name = table.name + String(repeating: " ", count: width - table.name.count)
        let count = "\(table.rows)"
        Console.print("\(name)  \(String(repeating: " ", count: max(0, 10 - count.count)))\(count)  \(table.digest)")
      }
    }
    Console.error(
      "All is in \(target). \(source) is as it was: use only one of the two from now on, with the same secret key.")
  }

  private static func location(_ text: String) throws -> StoreLocation {
    guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
      if text.isEmpty || text.contains("://") {
        throw CommandError.usage("An inventory is in a folder or at postgres://…; --from and --to name one each.")
      }
      return .folder(text)
    }
    do {
      return .database(try PostgreSQLAddress(text))
    } catch {
      throw CommandError.usage(error.summary)
    }
  }
}
