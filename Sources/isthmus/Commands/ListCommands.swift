import ArgumentParser
import IsthmusCore
import IsthmusStore

/// What all lists share.
struct ListOptions: ParsableArguments {
  @Option(help: "Rows to show: a number, or all.") var limit: String = "50"
  @Option(parsing: .unconditional, help: "Fields to sort by, comma-separated; a minus before one sorts it downwards.")
  var sort: String?
  @Option(help: "Fields to show, comma-separated.") var columns: String?
  @Flag(help: "Only the number of rows.") var count = false
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .table

  func listing(fields: [String]) throws -> Listing {
    var order: [Listing.Order] = []
    for term in split(sort) {
      let isDescending = term.hasPrefix("-")
      let field = isDescending ? String(term.dropFirst()) : term
      try Self.check(field, fields)
      order.append(Listing.Order(field, descending: isDescending))
    }
    if limit == "all" { return Listing(limit: nil, order: order) }
    guard let number = Int(limit), number >= 0 else {
      throw CommandError.usage("--limit takes a number or all, not \"\(limit)\".")
    }
    return Listing(limit: number, order: order)
  }

  func printer(fields: [String], standard: [String]) throws -> RowPrinter {
    let chosen = split(columns)
    for column in chosen { try Self.check(column, fields) }
    let whole = output == .csv ? fields : standard
    return RowPrinter(output, columns: chosen.isEmpty ? whole : chosen, isChosen: !chosen.isEmpty)
  }

  func printCount(_ number: Int) {
    let isJSON = output == .json || output == .jsonl
    Console.print(isJSON ? JSONValue.object(["count": .integer(Int64(number))]).text() : String(number))
  }

  private func split(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.description }.filter { !$0.isEmpty }
  }

  private static func check(_ field: String, _ fields: [String]) throws {
    guard fields.contains(field) else {
      let near = Spelling.nearest(to: field, among: fields).map { " Did you mean \($0)?" } ?? ""
      throw CommandError.usage(
        "There is no field \"\(field)\".\(near) Known: \(fields.joined(separator: ", ")).")
    }
  }
}

struct AssetsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "assets", abstract: "Lists hosts, riskiest first.")

  private static let standard = [
    "id", "assetName", "truRiskScore", "scoreBand", "criticality", "openFindings", "ipAddress", "operatingSystemName",
    "cloudRegion",
  ]

  @OptionGroup var options: GlobalOptions
  @OptionGroup var list: ListOptions

  func run() async throws {
    let list = list
    try await AppBuilder(options: options).openExistingStore().read { inventory in
      let listing = try list.listing(fields: inventory.assetFields)
      if list.count { return list.printCount(try inventory.countAssets()) }
      var printer = try list.printer(fields: inventory.assetFields, standard: Self.standard)
      try inventory.forEachAsset(listing) { printer.print($0) }
      printer.finish()
    }
  }
}

struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings", abstract: "Lists PASS and FAIL findings of present hosts, worst first.")

  private static let standard = [
    "id", "assetName", "findingDescription", "severity", "qds", "posture", "status", "updatedOn",
  ]

  @OptionGroup var options: GlobalOptions
  @OptionGroup var list: ListOptions

  func run() async throws {
    let list = list
    try await AppBuilder(options: options).openExistingStore().read { inventory in
      let listing = try list.listing(fields: inventory.findingFields)
      if list.count { return list.printCount(try inventory.countFindings()) }
      var printer = try list.printer(fields: inventory.findingFields, standard: Self.standard)
      try inventory.forEachFinding(listing) { printer.print($0) }
      printer.finish()
    }
  }
}
