import ArgumentParser
import IsthmusConfiguration
import IsthmusCore
import IsthmusStore

/// What all lists share.
struct ListOptions: ParsableArguments {
  @Option(help: "Rows to show: a number, or all.") var limit: String = "50"
  @Option(parsing: .unconditional, help: "Fields to sort by, comma-separated; a minus before one sorts it downwards.")
  var sort: String?
  @Option(help: "Fields to show, comma-separated.") var columns: String?
  @Flag(help: "Only the number of rows.") var count = false
  @Option(help: "Also how many rows each value of these fields has, comma-separated.") var facet: String?
  @Option(name: .customLong("group-by"), help: "How many rows each value of the field has, instead of the rows.")
  var groupBy: String?
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func listing(_ query: String?, for entity: QueryEntity, fields: [String]) throws -> Listing {
    let parsed = try Self.query(query, for: entity)
    var order: [Listing.Order] = []
    for term in Self.split(sort) {
      let isDescending = term.hasPrefix("-")
      let field = isDescending ? String(term.dropFirst()) : term
      if !fields.contains(field) {
        do throws(QueryError) {
          _ = try QueryCatalogue.listField(field, for: entity, use: .sort)
        } catch {
          throw CommandError.usage("--sort: \(error.message)")
        }
      }
      order.append(Listing.Order(field, descending: isDescending))
    }
    if limit == "all" { return Listing(parsed, limit: nil, order: order) }
    guard let number = Int(limit), number >= 0 else {
      throw CommandError.usage("--limit takes a number or all, not \"\(limit)\".")
    }
    return Listing(parsed, limit: number, order: order)
  }

  func printer(fields: [String], standard: [String]) throws -> RowPrinter {
    let chosen = Self.split(columns)
    for column in chosen { try Self.check(column, fields) }
    let whole = output == .csv ? fields : standard
    return RowPrinter(output, columns: chosen.isEmpty ? whole : chosen, isChosen: !chosen.isEmpty)
  }

  func printCount(_ number: Int) {
    let isJSON = output == .json || output == .jsonl
    Console.print(isJSON ? JSONValue.object(["count": .integer(Int64(number))]).text() : String(number))
  }

  static func query(_ text: String?, for entity: QueryEntity) throws -> Query? {
    guard let text else { return nil }
    do throws(QueryError) {
      return try Query(text, for: entity, now: AppBuilder.now())
    } catch {
      throw CommandError.usage(error.rendered(in: text))
    }
  }

  static func split(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.description }.filter { !$0.isEmpty }
  }

  private static func check(_ field: String, _ fields: [String]) throws {
    let isCustom = CustomAttribute.name(of: field).map(CustomAttribute.isValid) ?? false
    guard fields.contains(field) || isCustom else {
      let near = Spelling.nearest(to: field, among: fields).map { " Did you mean \($0)?" } ?? ""
      throw CommandError.usage(
        "There is no field \"\(field)\".\(near) Known: \(fields.joined(separator: ", ")).")
    }
  }
}

struct AssetsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assets", abstract: "Lists hosts, riskiest first.",
    discussion: "Example: isthmus assets 'operatingSystem: win* and finding: (severity: 5 and status: NEW)'")

  private static let standard = [
    "id", "assetName", "truRiskScore", "scoreBand", "criticality", "openFindings", "ipAddress", "operatingSystemName",
    "cloudRegion",
  ]

  @OptionGroup var options: GlobalOptions
  @OptionGroup var list: ListOptions
  @Argument(help: "Which hosts; all that are present if none is given.") var query: String?

  func run() async throws {
    let (list, query) = (list, query)
    try await AppBuilder(options: options).openExistingStore().read { inventory in
      let listing = try list.listing(query, for: .asset, fields: inventory.assetFields)
      if list.count { return list.printCount(try inventory.countAssets(listing)) }
      if try list.printCounts(of: .asset, listing, inventory) { return }
      var printer = try list.printer(fields: inventory.assetFields, standard: Self.standard)
      try inventory.forEachAsset(listing) { printer.print($0) }
      printer.finish()
    }
  }
}

struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings", abstract: "Lists PASS and FAIL findings of present hosts, worst first.",
    discussion: "Example: isthmus findings 'finding.status: NEW and asset.tag.name: production'")

  private static let standard = [
    "id", "assetName", "findingDescription", "severity", "qds", "posture", "status", "updatedOn",
  ]

  @OptionGroup var options: GlobalOptions
  @OptionGroup var list: ListOptions
  @Argument(help: "Which findings; all that the source lists if none is given.") var query: String?

  func run() async throws {
    let (list, query) = (list, query)
    try await AppBuilder(options: options).openExistingStore().read { inventory in
      let listing = try list.listing(query, for: .finding, fields: inventory.findingFields)
      if list.count { return list.printCount(try inventory.countFindings(listing)) }
      if try list.printCounts(of: .finding, listing, inventory) { return }
      var printer = try list.printer(fields: inventory.findingFields, standard: Self.standard)
      try inventory.forEachFinding(listing) { printer.print($0) }
      printer.finish()
    }
  }
}

extension ListOptions {
  /// Prints what `--facet` or `--group-by` ask for in place of the rows; false if neither is given.
  fileprivate func printCounts(
    of entity: QueryEntity, _ listing: Listing, _ inventory: any InventoryReader
  ) throws -> Bool {
    guard facet != nil || groupBy != nil else { return false }
    let facets = Self.split(facet)
    let names = groupBy.map { [$0] } ?? facets
    let fields = try names.map { name throws -> QueryListField in
      do throws(QueryError) {
        return try QueryCatalogue.listField(name, for: entity, use: groupBy == nil ? .facet : .group)
      } catch {
        throw CommandError.usage("--\(groupBy == nil ? "facet" : "group-by"): \(error.message)")
      }
    }
    let counted = try inventory.facets(fields.map(\.field), of: entity, listing)
    let shown = listing.limit ?? .max
    let open = entity == .finding ? "open" : "openFindings"
    var printer = RowPrinter(
      output, columns: groupBy == nil ? ["field", "value", "count", open] : ["value", "count", open], isChosen: true)
    for (field, facet) in zip(fields, counted) {
      for value in facet.values.prefix(shown) {
        printer.print(
          .object([
            "field": .string(field.name), "value": value.value.map(JSONValue.string) ?? .null,
            "count": .integer(Int64(value.count)), open: .integer(Int64(value.open)),
          ]))
      }
    }
    printer.finish()
    return true
  }
}
