import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// `isthmus`, the command line.
@main
struct Isthmus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "isthmus",
    abstract: "Brings hosts and misconfiguration findings of Microsoft Defender for Cloud into a risk inventory.",
    version: "0.1.0",
    subcommands: [
      SyncCommand.self, CheckCommand.self, PlanCommand.self, ApplyCommand.self, AssetsCommand.self,
      FindingsCommand.self, ExportCommand.self, ShowCommand.self,
      ExplainCommand.self, RunsCommand.self, RunCommand.self, RejectsCommand.self, AssetCommand.self,
      AmbiguousCommand.self, FindingCommand.self, TagCommand.self, EntityCommand.self, ScoresCommand.self,
      HistoryCommand.self, ModelCommand.self, MapCommand.self, UserCommand.self, TokenCommand.self,
      SecretCommand.self, ServeCommand.self, SettingsCommand.self, BackupCommand.self, MigrateStoreCommand.self,
      DoctorCommand.self,
      AuditCommand.self, SimulateCommand.self, DemoCommand.self,
    ])

  static func main() async {
    // A file that may not grow is then an error of the write that meets it, not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    // And a reader that goes away an error of the write that it does not take.
    signal(SIGPIPE, SIG_IGN)
    // The inventory is a picture of risk: nobody else of the machine reads what this process makes.
    umask(0o077)
    do {
      try OutputFormat.checkVariable()
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(error)
    }
    Console.flush()
  }

  /// Ends the process with the exit code that cli.md gives the error's kind.
  private static func end(_ error: any Error) -> Never {
    Console.flush()
    switch error {
    case let error as CommandError:
      if let message = error.message { Console.error("isthmus: \(message)") }
      Foundation.exit(error.exitCode)
    case let error as ConfigurationProblem:
      Console.error("isthmus: \(error)")
      Foundation.exit(2)
    case let error as ConfigurationConflict:
      Console.error("isthmus: \(error)")
      Foundation.exit(1)
    case let error as ConfigurationError:
      Console.error("isthmus: \(error)")
      Foundation.exit(2)
    case let error as ChangeError:
      Console.error("isthmus: \(error)")
      Foundation.exit(error.kind == .notFound ? 1 : 2)
    case let error as AccessError:
      Console.error("isthmus: \(error)")
      Foundation.exit(error.exitCode)
    case let error as FileError:
      Console.error("isthmus: \(error)")
      Foundation.exit(1)
    case let error as SecretError:
      Console.error("isthmus: \(error)")
      Foundation.exit(1)
    case let error as StoreError:
      Console.error("isthmus: \(error)")
      Foundation.exit(1)
    case let error as ConnectorError:
      Console.error("isthmus: \(error)")
      Foundation.exit(error.kind == .configuration ? 2 : 1)
    case let error as QueryError:
      Console.error("isthmus: \(error.message)")
      Foundation.exit(2)
    default:
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      if code == .success {
        if !message.isEmpty { Console.print(message) }
        Console.flush()
        Foundation.exit(0)
      }
      Console.error(message)
      // The parser's own code for a wrong command line is 64; ours is 2.
      Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }
}

/// Why a command ends early.
enum CommandError: Error {
  /// The command or its input is wrong: exit code 2.
  case usage(String)
  /// It ran and something failed, which was reported already: exit code 1.
  case failed
  /// The input is wrong, which was reported already: exit code 2.
  case refused
  /// What was asked for does not exist: exit code 1.
  case notFound(String)
  /// Exit code 130.
  case interrupted

  var message: String? {
    switch self {
    case .usage(let text), .notFound(let text): text
    case .failed, .refused, .interrupted: nil
    }
  }

  var exitCode: Int32 {
    switch self {
    case .usage, .refused: 2
    case .failed, .notFound: 1
    case .interrupted: 130
    }
  }
}

/// Options of every command that touches the inventory or the configuration.
struct GlobalOptions: ParsableArguments {
  @Option(name: .of(.data), help: .of(.data)) var data: String?
  @Option(name: .of(.database), help: .of(.database)) var databaseOption: String?
  @Option(name: .of(.runLease), help: .of(.runLease)) var runLeaseOption: String?
  @Option(name: .of(.config), help: .of(.config)) var config: String?

  var dataFolder: String { Self.text(.data, data) ?? "" }
  var database: String? { Self.text(.database, databaseOption) }
  /// For how long the right to run a connector lasts in PostgreSQL, in seconds.
  var runLease: Int {
    get throws {
      let given = [Setting.runLease.name: runLeaseOption].compactMapValues { $0 }
      let environment = ProcessInfo.processInfo.environment.filter { $0.key == Setting.runLease.variable }
      return try EffectiveSettings(flags: given, environment: environment).integer(.runLease)
    }
  }
  var configurationPath: String? { Self.text(.config, config) }

  private static func text(_ setting: Setting, _ flag: String?) -> String? {
    EffectiveSettings.text(setting, flag: flag, environment: ProcessInfo.processInfo.environment)
  }
}
