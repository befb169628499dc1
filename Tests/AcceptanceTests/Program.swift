import Foundation
import IsthmusCore
import Synchronization
import TestSupport
import Testing

/// The built binary, run as its users run it.
struct Program {
  struct Ended {
    var status: Int32
    /// Whether a signal ended it.
    var wasKilled: Bool
    var output: String
    var errors: String
  }

  let folder: URL
  var environment: [String: String] = [:]
  /// Where its inventory is; nil for a file in the data folder.
  private let database: TestPostgreSQL?

  /// A folder of its own, gone with ``remove``, and an inventory where ``TestStore`` has them.
  ///
  /// - Parameter inFile: Whether the inventory is a file whatever ``TestStore`` says: what is tested is the file.
  init(inFile: Bool = false) throws {
    database = inFile || !TestStore.isPostgreSQL ? nil : try TestPostgreSQL()
    folder = FileManager.default.temporaryDirectory.appending(path: "isthmus-acceptance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    environment["ISTHMUS_DATA"] = path("data")
    environment["ISTHMUS_CONFIG"] = path("isthmus.yaml")
    environment["ISTHMUS_DATABASE"] = database?.url
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  /// ISTHMUS_BINARY, else the binary that was built beside these tests.
  static let binary: URL = {
    if let named = ProcessInfo.processInfo.environment["ISTHMUS_BINARY"] { return URL(filePath: named) }
    return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "isthmus")
  }()

  func start(_ arguments: [String]) throws -> Running { try Running(Self.binary, arguments, environment) }

  @discardableResult
  func run(_ arguments: String...) throws -> Ended { try start(arguments).wait() }

  /// What `isthmus doctor` says, by the checks' names; it must end with `status`.
  func doctor(_ arguments: String..., status: Int32) throws -> [String: JSONValue] {
    let ended = try start(["doctor", "--output", "json"] + arguments).wait()
    #expect(ended.status == status, "\(ended.output) \(ended.errors)")
    let report = try JSONValue(parsing: ended.output)
    #expect(report["passed"] == .bool(status == 0))
    let named = (report["checks"]?.array ?? []).map { ($0["name"]?.string ?? "", $0) }
    return Dictionary(named) { first, _ in first }
  }

  /// Runs a shell script with `$ISTHMUS` as the binary.
  func shell(_ script: String) throws -> Ended {
    var environment = environment
    environment["ISTHMUS"] = Self.binary.path(percentEncoded: false)
    return try Running(URL(filePath: "/bin/bash"), ["-c", script], environment).wait()
  }
}

/// A process with both outputs collected; ended by its pid.
final class Running {
  let process = Process()
  private let output = Collected()
  private let errors = Collected()

  init(_ binary: URL, _ arguments: [String], _ environment: [String: String]) throws {
    process.executableURL = binary
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.pipe
    process.standardError = errors.pipe
    output.collect()
    errors.collect()
    try process.run()
  }

  /// The first line of standard output.
  func firstLine() -> String { output.firstLine() }

  /// The first line of standard output that begins so; nil if the output ends without one.
  func line(beginning start: String) -> String? { output.line(beginning: start) }

  func kill(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

  func wait() -> Program.Ended {
    process.waitUntilExit()
    return Program.Ended(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: output.text(), errors: errors.text())
  }
}

/// Reads a pipe on a thread of its own until its end.
private final class Collected: Sendable {
  let pipe = Pipe()
  private let state = Mutex((text: [UInt8](), isEnded: false))
  private let changed = DispatchSemaphore(value: 0)

  func collect() {
    let handle = pipe.fileHandleForReading
    Thread.detachNewThread { [self] in
      while true {
        let data = handle.availableData
        state.withLock { state in
          state.text.append(contentsOf: data)
          if data.isEmpty { state.isEnded = true }
        }
        changed.signal()
        if data.isEmpty { return }
      }
    }
  }

  func firstLine() -> String {
    while true {
      let (text, isEnded) = state.withLock { $0 }
      if let end = text.firstIndex(of: 0x0A) { return String(decoding: text[..<end], as: UTF8.self) }
      if isEnded { return String(decoding: text, as: UTF8.self) }
      changed.wait()
    }
  }

  func line(beginning start: String) -> String? {
    while true {
      let (text, isEnded) = state.withLock { $0 }
      // The last one may not be whole.
      let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast()
      if let line = lines.first(where: { $0.hasPrefix(start) }) { return String(line) }
      if isEnded { return nil }
      changed.wait()
    }
  }

  /// All of it; the process has ended.
  func text() -> String {
    while !state.withLock({ $0.isEnded }) { changed.wait() }
    return String(decoding: state.withLock { $0.text }, as: UTF8.self)
  }
}

/// `isthmus simulate` on a port that the system gives, with a configuration file for it.
final class SimulatedTenant {
  let running: Running
  let facts: JSONValue

  convenience init(_ program: Program, _ arguments: String...) throws {
    try self.init(program, arguments: arguments)
  }

  init(_ program: Program, arguments: [String]) throws {
    running = try program.start(["simulate", "--port", "0"] + arguments)
    facts = try JSONValue(parsing: running.firstLine())
  }

  deinit {
    running.kill(SIGTERM)
    _ = running.wait()
  }

  func text(_ name: String) -> String { facts[name]?.string ?? "" }

  var subscriptions: [String] { facts["subscriptions"]?.array?.compactMap(\.string) ?? [] }

  /// The configuration file; `changes` replace connection settings, nil removes one.
  func configuration(changing changes: [String: String?] = [:]) -> String {
    var settings: [(String, String?)] = [
      ("cloud", "custom"), ("authority", text("authority")), ("resourceManager", text("resourceManager")),
      ("tenantId", text("tenantId")), ("clientId", text("clientId")),
      ("clientSecret", "{env: ISTHMUS_CLIENT_SECRET}"), ("subscriptions", "all"),
      ("caFile", facts["caFile"]?.string),
    ]
    for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
      if let place = settings.firstIndex(where: { $0.0 == key }) {
        settings[place].1 = value
      } else {
        settings.append((key, value))
      }
    }
    let lines = settings.compactMap { key, value in value.map { "      \(key): \($0)" } }
    return """
      connectors:
        - name: Contoso
          kind: defender-for-cloud
          connection:
      \(lines.joined(separator: "\n"))
      """
  }

  /// What a consumer must arrive at. Asked for by the shell: Foundation's own loader is not linked here.
  func truth(_ program: Program, overTLS: Bool = false) throws -> JSONValue {
    if overTLS {
      let script = """
        import ssl, sys, urllib.request
        context = ssl.create_default_context(cafile=sys.argv[2])
        print(urllib.request.urlopen(sys.argv[1] + "/simulator/truth", context=context).read().decode())
        """
      try program.write("truth.py", script)
      let command = "python3 truth.py \(text("resourceManager")) \(text("caFile"))"
      return try JSONValue(parsing: program.shell("cd \(program.path("")) && \(command)").output)
    }
    let address = text("resourceManager").split(separator: "/").last ?? ""
    let parts = address.split(separator: ":")
    let answer = try program.shell(
      """
      exec 3<>/dev/tcp/\(parts[0])/\(parts[1])
      printf 'GET /simulator/truth HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3
      tr -d '\\r' <&3 | grep -o '{"day".*}'
      """)
    return try JSONValue(parsing: answer.output)
  }
}
