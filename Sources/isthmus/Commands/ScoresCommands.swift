import ArgumentParser
import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct ScoresCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scores", abstract: "How hosts are scored: the settings and each connector's score map.",
    subcommands: [ScoresShowCommand.self, ScoresPreviewCommand.self, ScoresApplyCommand.self])
}

struct ScoresShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows the settings and score maps by which the inventory is scored.")

  @OptionGroup var options: GlobalOptions
  @Option(help: "table or json.") var output: OutputFormat = .standard

  /// What the inventory says of one connector.
  private struct Connector {
    var name: String
    var map: ScoreMap
    /// Texts that no row expects, with how many findings the last run had of each.
    var unexpected: [String: Int]
  }

  func run() async throws {
    let (settings, connectors) = try await AppBuilder(options: options).openExistingStore().read { inventory in
      let connectors = try inventory.identities.connectorNumbers().sorted { $0.key < $1.key }
        .compactMap { name, number -> Connector? in
          guard let map = try inventory.scores.scoreMap(of: number) else { return nil }
          let last = try inventory.runs(connector: name, limit: 1).first
          let unexpected = last.map { RunCounters($0.counters).unexpectedSeverities } ?? [:]
          return Connector(name: name, map: map, unexpected: unexpected.filter { !map.lookUp($0.key).isExpected })
        }
      return (try inventory.scores.scoreSettings(), connectors)
    }
    if output == .table {
      Self.print(settings)
      for connector in connectors { Self.print(connector) }
    } else {
      let maps = connectors.map { connector in
        JSONValue.object([
          "connector": .string(connector.name), "scoreMap": connector.map.json,
          "unexpected": .object(
            connector.unexpected.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) }),
        ])
      }
      Console.print(
        JSONValue.object(["scoring": settings.json, "connectors": .array(maps)]).text(indentation: 2))
    }
  }

  private static func print(_ settings: ScoreSettings) {
    Console.print("score = min(1000, exposure × criticality × Σ over bands of weight × mean QDS × count^exponent)")
    Console.print("These numbers are this product's own; the key scoring of the configuration file changes them.")
    RecordPrinter.print(settings.json, indentation: 2)
  }

  private static func print(_ connector: Connector) {
    Console.print("")
    Console.print("\(connector.name): score map \(connector.map.name)")
    var printer = RowPrinter(.table, columns: ["severity", "QDS", "source values"], isChosen: true)
    for row in connector.map.rows.reversed() {
      printer.print(
        .object([
          "severity": .integer(Int64(row.severity)), "QDS": .integer(Int64(row.qds)),
          "source values": .array(row.expected.map(JSONValue.string)),
        ]))
    }
    printer.finish()
    Console.print("any other value, and none: severity \(connector.map.defaultSeverity)")
    if !connector.unexpected.isEmpty {
      let texts = connector.unexpected.sorted { $0.key < $1.key }.map { text, count in
        "\(text.isEmpty ? "(empty)" : "\"\(RowPrinter.text(.string(text)))\"") ×\(count)"
      }
      Console.print("seen but in no row: \(texts.joined(separator: ", "))")
    }
  }
}

struct ScoresPreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "Tells what the file's scoring and score maps would change; changes nothing.")

  @OptionGroup var options: GlobalOptions
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws { try await options.rescore(isPreview: true).print(output, isPreview: true) }
}

struct ScoresApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Scores what is stored by the file's scoring and score maps, without a pull.")

  @OptionGroup var options: GlobalOptions
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws { try await options.rescore(isPreview: false).print(output, isPreview: false) }
}

extension GlobalOptions {
  fileprivate func rescore(isPreview: Bool) async throws -> ScoreChange {
    let builder = AppBuilder(options: self)
    let file = try await builder.loadConfiguration(readsSecrets: false)
    let service = builder.inventoryService(try builder.openExistingStore())
    let maps = Dictionary(file.connectors.map { ($0.name, $0.scoreMap) }, uniquingKeysWith: { first, _ in first })
    return try await service.rescore(
      settings: file.scoring, maps: maps, isPreview: isPreview)
  }
}

extension ScoreChange {
  fileprivate func print(_ output: OutputFormat, isPreview: Bool) {
    if output != .table { return Console.print(json.text(indentation: 2)) }
    let moved = moves.values.reduce(0, +)
    let verb = isPreview ? "would have" : "have"
    Console.print("\(changed) of \(assets) hosts \(verb) another score, \(moved) \(verb) another band.")
    if moves.isEmpty { return }
    var printer = RowPrinter(.table, columns: ["from", "to", "hosts"], isChosen: true)
    let order = ScoreBand.allCases
    for (move, count) in moves.sorted(by: { Self.place($0.key, order) < Self.place($1.key, order) }) {
      printer.print(
        .object([
          "from": .string(move.from.rawValue), "to": .string(move.to.rawValue), "hosts": .integer(Int64(count)),
        ]))
    }
    printer.finish()
  }

  private static func place(_ move: Move, _ order: [ScoreBand]) -> Int {
    (order.firstIndex(of: move.from) ?? 0) * order.count + (order.firstIndex(of: move.to) ?? 0)
  }
}
