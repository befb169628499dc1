import Foundation
import IsthmusCore
import Testing

/// The cases of the specification's own suite, where they lie beside the checkout.
@Suite("JMESPath's compliance cases", .enabled(if: !ComplianceFile.all.isEmpty, "no compliance cases here"))
struct JMESPathComplianceTests {
  @Test("Every case gives the result or the error that the suite states", arguments: ComplianceFile.all)
  func passes(_ file: ComplianceFile) throws {
    let groups = try #require(try JSONValue(parsing: file.text).array)
    var count = 0
    for group in groups {
      let given = try #require(group["given"])
      for one in try #require(group["cases"]?.array) {
        let expression = try #require(one["expression"]?.string)
        let outcome = JMESPathOutcome(of: expression, on: given)
        if let error = one["error"]?.string {
          #expect(outcome.agrees(with: .error(error)), "\(expression) on \(given.text()): \(outcome), not \(error)")
        } else if let result = one["result"] {
          #expect(outcome.agrees(with: .result(result)), "\(expression) on \(given.text()): \(outcome)")
        } else {
          // A case for measuring promises no more than that it can be evaluated.
          guard case .error = outcome else { continue }
          Issue.record("\(expression): \(outcome)")
        }
        count += 1
      }
    }
    #expect(count > 0)
  }
}

struct ComplianceFile: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var testDescription: String { name }

  static let all: [ComplianceFile] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../../shared/data/jmespath")
    // Without the folder there are no cases, and the suite says so.
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let cases = (files ?? []).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    return cases.compactMap { url in
      (try? String(contentsOf: url, encoding: .utf8)).map { ComplianceFile(name: url.lastPathComponent, text: $0) }
    }
  }()
}
