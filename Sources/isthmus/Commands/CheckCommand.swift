import ArgumentParser
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks the connection of the configured connectors, in five steps.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "Names of connectors; all of them if none is given.") var names: [String] = []
  @Option(help: "table or json.") var output: OutputFormat = .standard

  func run() async throws {
    let builder = AppBuilder(options: options)
    let connectors = try await builder.loadConnectors().connectors(named: names)
    let pacers = PacerRegistry(for: builder.hasStore ? try builder.openStore() : nil)
    var isPassed = true
    for connector in connectors {
      let opened = try builder.connect(connector, pacers: pacers)
      let check = await opened.connection.check()
      await opened.close()
      isPassed = isPassed && check.isPassed
      if output == .json {
        Console.print(Self.json(connector.name, check).text())
      } else {
        Self.print(connector.name, check)
      }
    }
    if !isPassed { throw CommandError.failed }
  }

  private static func print(_ name: String, _ check: ConnectionCheck) {
    Console.print(name)
    for (index, step) in check.steps.enumerated() {
      Console.print("  \(index + 1). \(step.title): \(step.result.rawValue). \(step.detail)")
      if !step.remedy.isEmpty { Console.print("     → \(step.remedy)") }
    }
    guard let hosts = check.hosts, let findings = check.findings, let requests = check.requests,
      let seconds = check.seconds
    else { return }
    Console.print(
      "  A run reads \(hosts) hosts and \(findings) assessments in about \(requests) requests and \(seconds) s.")
  }

  private static func json(_ name: String, _ check: ConnectionCheck) -> JSONValue {
    func number(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    return .object([
      "connector": .string(name), "passed": .bool(check.isPassed),
      "steps": .array(
        check.steps.map { step in
          .object([
            "title": .string(step.title), "result": .string(step.result.rawValue), "detail": .string(step.detail),
            "remedy": .string(step.remedy),
          ])
        }),
      "hosts": number(check.hosts), "findings": number(check.findings), "requests": number(check.requests),
      "seconds": number(check.seconds),
    ])
  }
}
