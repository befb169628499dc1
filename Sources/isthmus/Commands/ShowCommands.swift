import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

enum RecordKind: String, ExpressibleByArgument, CaseIterable, Sendable { case asset, finding, control }

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows one record in full.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "asset, finding or control.") var kind: RecordKind
  @Argument(help: "Its id; for an asset also its name or resource id, for a control also its key.") var id: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let (kind, id) = (kind, id)
    let store = try AppBuilder(options: options).openExistingStore()
    let seed = store.seed
    let record = try await store.read { inventory -> JSONValue? in
      switch kind {
      case .asset:
        try inventory.assetID(id).flatMap {
          try AssetExplanation(inventory, seed: seed, at: AppBuilder.now()).record(of: $0)
        }
      case .finding: try FindingID(text: id).flatMap { try inventory.finding($0) }
      case .control:
        try (ControlID(text: id) ?? inventory.control(key: id)).flatMap { try inventory.control($0) }
      }
    }
    guard let record else { throw CommandError.notFound("There is no \(kind.rawValue) \"\(id)\".") }
    if let other = record["mergedInto"]?.string {
      Console.error("\(RowPrinter.text(record["id"])) was merged into \(other); that one shows its sources now.")
    }
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

extension AssetID {
  init(argument: String) throws {
    guard let id = AssetID(text: argument) else {
      throw CommandError.usage("\"\(argument)\" is no asset's id, such as A17; see isthmus assets.")
    }
    self = id
  }
}

extension FindingID {
  init(argument: String) throws {
    guard let id = FindingID(text: argument) else {
      throw CommandError.usage("\"\(argument)\" is no finding's id, such as F17; see isthmus findings.")
    }
    self = id
  }
}
