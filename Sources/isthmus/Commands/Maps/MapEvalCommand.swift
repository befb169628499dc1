import ArgumentParser
import Foundation
import IsthmusCore

struct MapEvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Evaluates a JMESPath expression on a JSON value, and prints the result as JSON.",
    discussion: "Example: isthmus map eval \"tags.owner || 'nobody'\" --input record.json")

  @Argument(help: "The expression, see https://jmespath.org.") var expression: String
  @Option(help: "A file with the JSON value; standard input if none is given.") var input: String?

  func run() throws {
    // A wrong expression is told before anything is read.
    let path = try Self.telling(in: expression) { () throws(JMESPathError) in try JMESPath(expression) }
    let value = try readInput()
    let result = try Self.telling(in: expression) { () throws(JMESPathError) in try path.evaluate(value) }
    Console.print(result.text(indentation: 2))
  }

  private static func telling<T>(in expression: String, _ body: () throws(JMESPathError) -> T) throws -> T {
    do throws(JMESPathError) {
      return try body()
    } catch {
      throw CommandError.usage(error.rendered(in: expression))
    }
  }

  private func readInput() throws -> JSONValue {
    let name = input ?? "standard input"
    let data: Data?
    do {
      let handle = try input.map { try FileHandle(forReadingFrom: URL(filePath: $0)) } ?? .standardInput
      data = try handle.readToEnd()
    } catch {
      throw CommandError.usage("\(name) can't be read. Check its name and that you may read it.")
    }
    let bytes = data ?? Data()
    do throws(JSONError) {
      return try JSONDocument(parsing: ByteStore(bytes)).withRoot { JSONValue($0) }
    } catch {
      throw CommandError.usage(error.rendered(in: String(decoding: bytes, as: UTF8.self), path: name))
    }
  }
}

extension JMESPathError {
  /// Kind, place and reason, with the place marked below the expression.
  func rendered(in expression: String) -> String {
    let lines = expression.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var (line, column) = (0, position)
    while line < lines.count - 1, column > lines[line].count {
      column -= lines[line].count + 1
      line += 1
    }
    let mark = "\(String(repeating: " ", count: max(column, 0)))^"
    let reason = problem.hasSuffix(",") ? String(problem.dropLast()) : problem
    return "\(kind.rawValue) at position \(position): \(reason)\n  \(lines[line])\n  \(mark)"
  }
}
