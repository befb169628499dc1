import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusCore

struct MapListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the built-in maps, those of the configuration file and your own.")

  private static let columns = [
    "name", "version", "origin", "sourceModel", "targetModel", "rows", "examples", "madeOn",
  ]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let maps = try await AppBuilder(options: options).maps()
    var printer = RowPrinter(output, columns: Self.columns, isChosen: true)
    for entry in maps.entries { printer.print(entry.json) }
    printer.finish()
    for (name, error) in maps.unreadable.sorted(by: { $0.key < $1.key }) where !maps.isInFile(name) {
      Console.error("isthmus: the map \"\(name)\" can't be read: \(error)")
    }
  }
}

struct MapShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a map's rows; isthmus map export gives it as YAML.")

  private static let columns = [
    "source", "type", "target", "level", "identifier", "required", "default", "values",
  ]

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The map's name.") var name: String
  @Option(help: "An earlier version; the latest if none is given.") var version: Int?
  @Option(help: "table, json (the whole map as one object), jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let entry = try await AppBuilder(options: options).map(named: name, version: version)
    let rows = entry.map.rows.map { $0.json(in: entry.map) }
    if output == .json {
      guard case .object(var members) = entry.json else { return }
      members.removeAll { $0.name == "rows" || $0.name == "examples" }
      members.append(.init("rows", .array(rows)))
      members.append(.init("examples", .array(entry.examples.map(\.json))))
      return Console.print(JSONValue.object(members).text(indentation: 2))
    }
    if output == .table {
      let made = entry.madeAt.map { ", made on \($0)" } ?? ""
      Console.print("\(entry.name), version \(entry.map.version) (\(entry.origin.rawValue)\(made))")
      Console.print("\(entry.map.sourceModel) → \(entry.map.targetModel), examples: \(entry.examples.count)")
      Console.print("")
    }
    var printer = RowPrinter(output, columns: Self.columns, isChosen: output == .csv)
    for row in rows { printer.print(output == .table ? Self.shown(row) : row) }
    printer.finish()
  }

  /// A value table as a person reads it.
  private static func shown(_ row: JSONValue) -> JSONValue {
    guard case .object(let members) = row else { return row }
    return .object(
      members.map { member in
        guard member.name == "values", case .object(let entries) = member.value else { return member }
        let texts = entries.map { "\($0.name.isEmpty ? "(empty)" : $0.name) → \(RowPrinter.text($0.value))" }
        return JSONValue.Member("values", .string(texts.joined(separator: ", ")))
      })
  }
}

struct MapExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Prints a map as YAML, the form that import and the configuration file take.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The map's name.") var name: String
  @Option(help: "An earlier version; the latest if none is given.") var version: Int?
  @Option(help: "A file to write, instead of standard output.") var output: String?

  func run() async throws {
    let entry = try await AppBuilder(options: options).map(named: name, version: version)
    guard let output else { return Console.write(entry.document) }
    do {
      try entry.document.write(toFile: output, atomically: true, encoding: .utf8)
    } catch {
      throw CommandError.usage("\(output) can't be written. Check the folder and that you may write there.")
    }
  }
}

extension TransformRow {
  func json(in map: TransformMap) -> JSONValue {
    var table: [JSONValue.Member] = []
    if let values {
      table = values.entries.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        .map { JSONValue.Member($0.key, .string($0.value)) }
      if let other = values.anythingElse { table.append(.init(MapRowReader.anythingElse, .string(other))) }
    }
    return .object([
      "source": .string(source), "type": .string(type.name), "target": .string(target),
      "level": MapWriter.level(of: self, in: map, ConnectorCatalog.kinds).map { .string($0.rawValue) } ?? .null,
      "identifier": .bool(isIdentifier),
      "required": .bool(isRequired), "default": defaultValue.map(JSONValue.string) ?? .null,
      "values": table.isEmpty ? .null : .object(table),
    ])
  }
}

extension MapExample {
  var json: JSONValue {
    .object(["name": .string(name), "record": record, "expected": .object(expected)])
  }
}
