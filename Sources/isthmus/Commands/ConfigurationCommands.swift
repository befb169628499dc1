import ArgumentParser
import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows what apply would change in the inventory's configuration; changes nothing.")

  @OptionGroup var options: GlobalOptions
  @Flag(help: "What the file does not name would go.") var prune = false
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws { try await options.apply(prunes: prune, isPreview: true).print(output, isPreview: true) }
}

struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Makes the inventory's configuration what the file says, in one transaction.")

  @OptionGroup var options: GlobalOptions
  @Flag(help: "What the file does not name goes.") var prune = false
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws { try await options.apply(prunes: prune, isPreview: false).print(output, isPreview: false) }
}

extension GlobalOptions {
  fileprivate func apply(prunes: Bool, isPreview: Bool) async throws -> ConfigurationOutcome {
    let builder = AppBuilder(options: self)
    let file = try await builder.loadConfiguration(readsSecrets: false, needsConnectors: false)
    if !file.server.values.isEmpty {
      Console.error("The file's \"server\" is for isthmus serve --config: the inventory does not keep it.")
    }
    let service = builder.configurationService(try builder.openStore())
    return try await service.change(isPreview: isPreview, by: builder.commandLine.actor) {
      try $0.applying(file, prunes: prunes)
    }
  }
}

extension ConfigurationOutcome {
  fileprivate func print(_ output: OutputFormat, isPreview: Bool) {
    if output != .table { return Console.print(json.text(indentation: 2)) }
    if changes.isEmpty { return Console.print("Nothing to change: the inventory is configured as the file says.") }
    for change in changes {
      Console.print("\(Self.mark(change.action)) \(change.key)")
      guard change.action == .change else { continue }
      for difference in change.differences {
        let old = difference.before.map(Self.text) ?? "(none)"
        let new = difference.after.map(Self.text) ?? "(none)"
        Console.print("    \(difference.path): \(old) → \(new)")
      }
    }
    Console.print("")
    let would = isPreview ? "would be " : ""
    func count(_ action: ConfigurationChange.Action) -> Int { changes.filter { $0.action == action }.count }
    Console.print(
      "\(count(.create)) \(would)made, \(count(.change)) \(would)changed, \(count(.delete)) \(would)deleted.")
    printEffect(isPreview)
    for name in deferred {
      Console.print("\(name): a run is on; its score map and rules follow at its next run.")
    }
    if isPreview { Console.print("Nothing was changed. isthmus apply makes it so.") }
  }

  private func printEffect(_ isPreview: Bool) {
    let verb = isPreview ? "would " : ""
    if inventory.tags.assets > 0 {
      Console.print("\(inventory.tags.assets) hosts \(verb)get or lose tags, or bear them otherwise.")
    }
    if inventory.identified > 0 { Console.print("\(inventory.identified) hosts \(verb)be identified anew.") }
    if let scores = inventory.scores {
      let moved = scores.moves.values.reduce(0, +)
      Console.print("\(scores.changed) of \(scores.assets) hosts \(verb)have another score, \(moved) another band.")
    }
  }

  private static func mark(_ action: ConfigurationChange.Action) -> String {
    switch action {
    case .create: "+"
    case .change: "~"
    case .delete: "-"
    }
  }

  private static func text(_ value: JSONValue) -> String {
    let text = value.text()
    return text.count <= 80 ? text : "\(text.prefix(77))…"
  }
}
