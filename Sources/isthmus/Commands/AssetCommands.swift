import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct AssetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "asset", abstract: "Identities by hand: which sources are one asset.",
    subcommands: [
      AssetMergeCommand.self, AssetSplitCommand.self, AssetApartCommand.self, AssetUndoCommand.self,
    ])
}

struct AssetMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Two assets are one machine, now and in later runs.",
    discussion: "The older one of the two stays; the other rests in it and comes back if this is undone.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "An asset's id.") var asset: String
  @Argument(help: "The other one's id.") var other: String
  @Option(help: "Why; kept in the identification log.") var reason: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let (asset, other) = (try AssetID(argument: asset), try AssetID(argument: other))
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    try await service.merge(asset, with: other, reason: reason).print(output)
  }
}

struct AssetSplitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Some sources of an asset are other machines, now and in later runs.",
    discussion: "isthmus show asset lists an asset's sources. An asset number stays with the source it was made for.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The asset's id.") var asset: String
  @Option(
    help: ArgumentHelp(
      "A source that leaves: its external asset id, or \"ID of CONNECTOR\". Repeatable.", valueName: "external-id"))
  var source: [String]
  @Option(help: "Why; kept in the identification log.") var reason: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let asset = try AssetID(argument: asset)
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    try await service.split(asset, sources: source, reason: reason).print(output)
  }
}

struct AssetApartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apart", abstract: "Assets are different machines, whatever a rule finds.",
    discussion: "It settles an ambiguous case where nothing is to be merged.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "An asset's id.") var asset: String
  @Argument(help: "Ids of assets that are other machines than it.") var others: [String]
  @Option(help: "Why; kept in the identification log.") var reason: String
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let (asset, others) = (try AssetID(argument: asset), try others.map { try AssetID(argument: $0) })
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    try await service.keepApart(asset, from: others, reason: reason).print(output)
  }
}

struct AssetUndoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Takes back a merge, a split or an apart.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its step, as it was printed and as isthmus explain asset shows it.") var step: Int64
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let service = builder.inventoryService(try builder.openExistingStore())
    try await service.undo(step: step).print(output)
  }
}

extension IdentityChange {
  fileprivate func print(_ output: OutputFormat) {
    if output != .table { return Console.print(json.text(indentation: 2)) }
    for asset in assets {
      let sources = RowPrinter.text(.array(asset.sources.map(JSONValue.string)))
      Console.print(
        asset.mergedInto.map { "\(asset.id) is part of \($0)" }
          ?? "\(asset.id): \(sources); score \(Int(asset.score.rounded()))")
    }
    if assets.isEmpty { Console.print("No asset is another one than before.") }
    if let step { Console.print("Step \(step); isthmus asset undo \(step) takes it back.") }
  }
}

struct AmbiguousCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ambiguous", abstract: "Lists what no identification rule decides: cases that wait for a person.",
    discussion: """
      A rule found one source in two or more assets. isthmus asset merge joins it to one of them, isthmus asset apart
      says that they are different machines.
      """)

  private static let columns = [
    "asset", "assetName", "rule", "value", "candidates", "candidateNames", "source", "since",
  ]

  @OptionGroup var options: GlobalOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() async throws {
    let store = try AppBuilder(options: options).openExistingStore()
    let (output, seed) = (output, store.seed)
    try await store.read { inventory in
      var printer = RowPrinter(output, columns: Self.columns, isChosen: output == .csv)
      for row in try AssetExplanation(inventory, seed: seed, at: AppBuilder.now()).ambiguities() { printer.print(row) }
      printer.finish()
    }
  }
}
