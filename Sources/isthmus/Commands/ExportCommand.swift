import ArgumentParser
import Foundation
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// What `isthmus export` can be asked for.
enum ExportNoun: String, ExpressibleByArgument, CaseIterable, Sendable {
  case assets, findings

  var entity: QueryEntity { self == .assets ? .asset : .finding }
}

extension ExportFormat: ExpressibleByArgument {}

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes all hosts or findings that a query finds, as many as there are.",
    discussion: """
      Example: isthmus export findings 'finding.severity: [4, 5]' --format csv --file findings.csv
      CSV is for spreadsheets, jsonl and ocsf for programs; see docs/exports.md.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: "assets or findings.") var noun: ExportNoun
  @Argument(help: "Which ones; all that lists show if none is given.") var query: String?
  @Option(help: "csv, jsonl or ocsf.") var format: ExportFormat
  @Option(help: "Fields to write, comma-separated; all if none are given. Not for ocsf.") var columns: String?
  @Option(help: "File to write instead of standard output; in its place only when it is whole.") var file: String?

  func run() async throws {
    let query = try ListOptions.query(query, for: noun.entity)
    let store = try AppBuilder(options: options).openExistingStore()
    let stream: ExportStream
    do {
      stream = try await ExportStream(
        noun.entity, of: store, query, as: format, columns: ListOptions.split(columns))
    } catch let error as ExportError {
      throw CommandError.usage("--columns: \(error)")
    }
    guard let path = file else {
      try await stream.write { Console.write($0) }
      return
    }
    let target = try FileInMaking(path)
    // An interrupted export leaves the file that was there.
    let rows = await Interruption.cancelling { () async -> Result<Int, any Error> in
      do {
        return .success(try await stream.write { try target.write($0) })
      } catch {
        return .failure(error)
      }
    }
    switch rows {
    case .success(let count):
      try target.finish()
      Console.error("\(count) \(count == 1 ? String(noun.rawValue.dropLast()) : noun.rawValue) written to \(path).")
    case .failure(let error):
      target.abandon()
      throw error is CancellationError ? CommandError.interrupted : error
    }
  }
}
