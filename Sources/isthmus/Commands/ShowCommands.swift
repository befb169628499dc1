import ArgumentParser
import IsthmusCore
import IsthmusStore

enum RecordKind: String, ExpressibleByArgument, CaseIterable, Sendable { case asset, finding, control }

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows one record in full.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "asset, finding or control.") var kind: RecordKind
  @Argument(help: "Its id; for an asset also its name or resource id, for a control also its key.") var id: String
  @Option(help: "table or json.") var output: OutputFormat = .table

  func run() async throws {
    let (kind, id) = (kind, id)
    let record = try await AppBuilder(options: options).openExistingStore().read { inventory -> JSONValue? in
      switch kind {
      case .asset: try inventory.assetID(id).flatMap { try inventory.asset($0) }
      case .finding: try FindingID(text: id).flatMap { try inventory.finding($0) }
      case .control:
        try (ControlID(text: id) ?? inventory.control(key: id)).flatMap { try inventory.control($0) }
      }
    }
    guard let record else { throw CommandError.notFound("There is no \(kind.rawValue) \"\(id)\".") }
    if output == .table { RecordPrinter.print(record) } else { Console.print(record.text(indentation: 2)) }
  }
}

extension InventoryReader {
  /// The asset of this id or name.
  func assetID(_ text: String) throws -> AssetID? {
    if let id = AssetID(text: text), try asset(id) != nil { return id }
    let named = try assets(named: text)
    guard named.count < 2 else {
      let ids = named.prefix(10).map(\.description).joined(separator: ", ")
      throw CommandError.usage("\(named.count) assets are named \"\(text)\": \(ids). Give an id.")
    }
    return named.first
  }
}

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explains a score with its factors, and how an asset was identified.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "asset") var kind: RecordKind
  @Argument(help: "Its id or name.") var id: String
  @Option(help: "table or json.") var output: OutputFormat = .table

  func run() async throws {
    guard kind == .asset else { throw CommandError.usage("Only assets have a score to explain.") }
    let id = id
    let explanation = try await AppBuilder(options: options).openExistingStore().read { inventory in
      try inventory.assetID(id).flatMap { try inventory.explanation(of: $0) }
    }
    guard let explanation else { throw CommandError.notFound("There is no asset \"\(id)\".") }
    if output == .table { Self.print(explanation) } else { Console.print(explanation.text(indentation: 2)) }
  }

  private static func print(_ asset: JSONValue) {
    func text(_ name: String) -> String { RowPrinter.text(asset[name]) }
    Console.print("\(text("id"))  \(text("assetName"))")
    Console.print("score \(text("truRiskScore")) of 1000, \(text("scoreBand"))")
    Console.print("")
    printFactors(asset["factors"])
    let open = asset["openFindings"]?.array ?? []
    Console.print("")
    Console.print("\(open.count) open findings, worst first")
    var printer = RowPrinter(.table, columns: ["id", "qds", "severity", "title"], isChosen: true)
    for finding in open.prefix(20) { printer.print(finding) }
    printer.finish()
    if open.count > 20 { Console.print("… and \(open.count - 20) more") }
    Console.print("")
    Console.print("identification")
    for entry in asset["identificationLog"]?.array ?? [] {
      let (at, rule, outcome) = (
        RowPrinter.text(entry["at"]), RowPrinter.text(entry["rule"]), RowPrinter.text(entry["outcome"])
      )
      Console.print("  \(at)  \(rule): \(outcome)")
    }
  }

  private static func printFactors(_ factors: JSONValue?) {
    guard let factors, !factors.isNull else {
      Console.print("No finding was open yet: nothing adds to the score.")
      return
    }
    func number(_ value: JSONValue?) -> String {
      guard let number = value?.double else { return "" }
      let rounded = (number * 100).rounded() / 100
      return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
    var printer = RowPrinter(
      .table, columns: ["band", "findings", "mean QDS", "weight", "adds"], isChosen: true)
    var sum = 0.0
    for band in factors["bands"]?.array ?? [] {
      sum += band["value"]?.double ?? 0
      printer.print(
        .object([
          "band": band["band"] ?? .null, "findings": band["count"] ?? .null,
          "mean QDS": .string(number(band["meanQds"])), "weight": .string(number(band["weight"])),
          "adds": .string(number(band["value"])),
        ]))
    }
    printer.finish()
    let product = (factors["exposureFactor"]?.double ?? 1) * (factors["criticality"]?.double ?? 1) * sum
    Console.print(
      "exposure \(number(factors["exposureFactor"])) × criticality \(number(factors["criticality"])) × \(number(.number(sum))) = \(number(.number(product))), at most 1000"
    )
    Console.print("Weights, exponent and exposure factor are this product's own settings.")
  }
}
