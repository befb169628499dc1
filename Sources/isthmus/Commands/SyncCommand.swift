import ArgumentParser
import IsthmusConnect
import IsthmusStore

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Runs the connectors of the configuration file, or of the inventory, now, in the foreground.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Names of connectors; all of them if none is given.") var names: [String] = []
  @OptionGroup var manner: RunManner
  @Option(help: "table or json; json prints the run as one object a connector.") var output: OutputFormat = .standard

  func run() async throws {
    try await SyncSession.run(names, options, output: output, manner: manner)
  }
}

/// What is done with what a run brings.
struct RunManner: ParsableArguments {
  @Flag(help: "Only tells what the run would do: it is tried on a copy of the inventory.") var dryRun = false
  @Flag(help: "Tells what the run would do, and keeps it for isthmus run apply.") var stage = false

  @Flag(help: "Lists everything, whatever the profile says.") var full = false
  @Flag(help: "Brings what changed since the last run alone, where that is possible.") var delta = false

  @Option(help: "How records are asked for: packed, projected or whole; as the profile says if it is not given.")
  var fetch: FetchForm?

  func validate() throws {
    if full, delta { throw ValidationError("--full and --delta exclude each other.") }
    if dryRun, stage { throw ValidationError("--dry-run and --stage exclude each other.") }
  }

  /// nil: as the profile says.
  var mode: RunMode? { full ? .full : delta ? .delta : nil }

  var value: SyncSession.Manner { dryRun ? .dryRun : stage ? .stage : .run }
}

extension FetchForm: ExpressibleByArgument {}
