import Foundation
import IsthmusCore

/// When generated schedules run by Python's own zone rules: `Tests/ScheduleOracle/oracle.py`.
struct ScheduleOracle: Sendable {
  struct Case: Sendable {
    var schedule: WrittenSchedule
    var after: Timestamp
    var runs: [Timestamp]
    /// There are no more.
    var isAll: Bool
  }

  struct Failure: Error { var text: String }

  private let interpreter: URL

  /// nil where there is no python3 at all.
  static let found: ScheduleOracle? = {
    let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
    let places = folders.map { URL(filePath: String($0)).appending(path: "python3") }
    let interpreter = places.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return interpreter.map(ScheduleOracle.init)
  }()

  func cases(_ arguments: String...) throws -> [Case] {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../ScheduleOracle/oracle.py")
    return try run(["-B", script.path] + arguments).split(separator: "\n").map { line in
      let read = try JSONValue(parsing: String(line))
      let runs = read["runs"]?.array?.compactMap { $0.string.flatMap { Timestamp(iso8601: $0) } }
      guard let schedule = read["schedule"], let after = read["after"]?.string.flatMap({ Timestamp(iso8601: $0) }),
        let runs, runs.count == read["runs"]?.array?.count
      else { throw Failure(text: "the oracle printed \(line)") }
      return Case(
        schedule: try WrittenSchedule(schedule), after: after, runs: runs, isAll: read["isAll"] == .bool(true))
    }
  }

  private func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = interpreter
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Little is ever written to the second pipe: it can't fill while the first one is read.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(text: String(decoding: complaint, as: UTF8.self)) }
    return String(decoding: text, as: UTF8.self)
  }
}
