import ArgumentParser
import IsthmusCore
import IsthmusIngest
import IsthmusStore

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a score with its factors and what would change it, and how an asset was identified.",
    discussion: "Example: isthmus explain asset web-01 --fix F17 --fix F18")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "asset") var kind: RecordKind
  @Argument(help: "Its id or name.") var id: String
  @Option(help: "A finding: what the score would be if it were fixed. Repeatable: all of them together.")
  var fix: [String] = []
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    guard kind == .asset else { throw CommandError.usage("Only assets have a score to explain.") }
    let (id, fixed) = (id, try fix.map { try FindingID(argument: $0) })
    let store = try AppBuilder(options: options).openExistingStore()
    let seed = store.seed
    let explanation = try await store.read { inventory in
      try inventory.assetID(id).flatMap {
        try AssetExplanation(inventory, seed: seed, at: AppBuilder.now()).explanation(of: $0, fixing: fixed)
      }
    }
    guard let explanation else { throw CommandError.notFound("There is no asset \"\(id)\".") }
    if output == .table {
      ExplanationPrinter(explanation).print()
    } else {
      Console.print(explanation.text(indentation: 2))
    }
  }
}

/// An asset's explanation for people.
private struct ExplanationPrinter {
  private static let findingsShown = 20

  private let asset: JSONValue

  init(_ asset: JSONValue) { self.asset = asset }

  func print() {
    Console.print("\(text(asset["id"]))  \(text(asset["assetName"]))")
    if let other = asset["mergedInto"]?.string {
      Console.print("It was merged into \(other): see isthmus explain asset \(other).")
    } else {
      Console.print("score \(text(asset["truRiskScore"])) of 1000, \(text(asset["scoreBand"]))")
      if let due = asset["scoreDue"] {
        Console.print("Decisions on findings have run out since: the next run makes it \(text(due)).")
      }
      Console.print("")
      printFactors()
      printFindings()
      printWhatIf()
    }
    printIdentification()
  }

  private func text(_ value: JSONValue?) -> String { RowPrinter.text(value) }

  private func number(_ value: JSONValue?) -> String {
    guard let number = value?.double else { return "" }
    let rounded = (number * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }

  // MARK: - The score

  private func printFactors() {
    guard let factors = asset["factors"], !factors.isNull else {
      return Console.print("No finding was open yet: nothing adds to the score.")
    }
    var printer = RowPrinter(.table, columns: ["band", "findings", "mean QDS", "weight", "adds"], isChosen: true)
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
    let (exposure, criticality) = (number(factors["exposureFactor"]), number(factors["criticality"]))
    Console.print(
      "exposure \(exposure) × criticality \(criticality) × \(number(.number(sum))) = \(number(.number(product))), at most 1000"
    )
    let causes = text(asset["exposedBy"])
    Console.print(
      causes.isEmpty ? "not exposed: no public address, no tag that says so" : "exposed to the internet by \(causes)")
    Console.print("criticality by \(text(asset["criticalityBy"]))")
    Console.print("Weights, exponent and exposure factor are this product's own settings: isthmus scores show.")
  }

  private func printFindings() {
    let open = asset["openFindings"]?.array ?? []
    let counting = open.filter { $0["counts"] == .bool(true) }
    Console.print("")
    Console.print("\(counting.count) open findings count, worst first; \"if fixed\" is the score without that one")
    var printer = RowPrinter(
      .table, columns: ["id", "band", "qds", "severity", "if fixed", "title"], isChosen: true)
    for finding in counting.prefix(Self.findingsShown) {
      printer.print(
        .object([
          "id": finding["id"] ?? .null, "band": finding["band"] ?? .null, "qds": finding["qds"] ?? .null,
          "severity": finding["severity"] ?? .null, "if fixed": finding["scoreIfFixed"] ?? .null,
          "title": finding["title"] ?? .null,
        ]))
    }
    printer.finish()
    if counting.count > Self.findingsShown { Console.print("… and \(counting.count - Self.findingsShown) more") }
    for finding in open where finding["counts"] != .bool(true) {
      let until = finding["until"]?.string.map { " until \($0)" } ?? ""
      let why =
        finding["sameAs"]?.string.map { "shown and counted as \($0)" } ?? "\(text(finding["decision"]))\(until)"
      Console.print("not counted: \(text(finding["id"])) (\(why))  \(text(finding["title"]))")
    }
  }

  private func printWhatIf() {
    guard let whatIf = asset["whatIf"], let change = whatIf["change"]?.integer else { return }
    Console.print("")
    let turn = change == 0 ? "the same" : change < 0 ? "\(-change) less" : "\(change) more: a band's mean rises"
    Console.print(
      "with \(text(whatIf["fixed"])) fixed: score \(text(whatIf["truRiskScore"])), \(text(whatIf["scoreBand"])) (\(turn))"
    )
  }

  // MARK: - Identification

  private func printIdentification() {
    Console.print("")
    Console.print("identification log")
    for entry in asset["identificationLog"]?.array ?? [] {
      Console.print("  \(text(entry["at"]))  \(text(entry["rule"])): \(text(entry["outcome"]))")
    }
    let decisions = asset["identification"]?["decisions"]?.array ?? []
    if !decisions.isEmpty { Console.print("people's decisions") }
    for decision in decisions {
      let state = decision["inForce"] == .bool(true) ? "" : " (not in force any more)"
      Console.print(
        "  \(text(decision["at"]))  step \(text(decision["step"])), \(text(decision["kind"])): \(text(decision["reason"]))\(state)"
      )
    }
    for source in asset["identification"]?["sources"]?.array ?? [] {
      let state = source["present"] == .bool(true) ? "" : " (gone)"
      Console.print("what the rules say now of \(text(source["assetName"])), \(text(source["source"]))\(state)")
      for trial in source["trials"]?.array ?? [] {
        let value = trial["value"]?.string.map { " \(RowPrinter.text(.string($0)))" } ?? ""
        Console.print("  \(text(trial["rule"]))\(value): \(text(trial["outcome"]))")
      }
    }
  }
}
