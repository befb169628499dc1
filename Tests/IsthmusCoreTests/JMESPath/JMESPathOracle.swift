import Foundation
import IsthmusCore

/// What another implementation, held to the specification, makes of generated expressions and values.
struct JMESPathOracle: Sendable {
  struct Case: Sendable {
    var expression: String
    var value: JSONValue
    var expected: JMESPathOutcome
    /// Where the other implementation had to be corrected.
    var isCorrected: Bool
  }

  let interpreter: URL

  /// nil where no interpreter of the checkout has the package, which `Tests/JMESPathOracle/prepare` installs.
  static let found: JMESPathOracle? = {
    let environments = ["jmespath/", "", "microsoft-sdk/"]
    let interpreters = environments.map { checkout.appending(path: ".build-venv/\($0)bin/python3") }
    return interpreters.map(JMESPathOracle.init).first { $0.hasPackage }
  }()

  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")

  private var hasPackage: Bool {
    guard FileManager.default.isExecutableFile(atPath: interpreter.path) else { return false }
    // An interpreter that does not start has no package either.
    return (try? run(["-c", "import jmespath"])) != nil
  }

  func cases(seed: Int, count: Int) throws -> [Case] {
    let script = Self.checkout.appending(path: "Tests/JMESPathOracle/oracle.py").path
    let output = try run(["-B", "-W", "ignore", script, "\(seed)", "\(count)"])
    return try output.split(separator: "\n").map { line in
      let read = try JSONValue(parsing: String(line))
      let result: JMESPathOutcome? =
        read["error"]?.string.map(JMESPathOutcome.error) ?? read["result"].map(JMESPathOutcome.result)
      guard let expression = read["expression"]?.string, let value = read["value"], let expected = result else {
        throw Failure(text: "the oracle printed \(line)")
      }
      return Case(
        expression: expression, value: value, expected: expected, isCorrected: read["corrected"] != nil)
    }
  }

  struct Failure: Error { var text: String }

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
