import Foundation
import IsthmusCore
import Testing

@Suite("docs/transform-maps.md")
struct MapDocumentationTests {
  /// A fenced block: what stands after the fence, and its lines.
  private struct Block {
    var words: [String]
    var lines: [String] = []
  }

  private static func blocks() throws -> [Block] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let text = try String(contentsOf: root.appending(path: "docs/transform-maps.md"), encoding: .utf8)
    var blocks: [Block] = []
    var open: Block?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(block) }
        open = open == nil ? Block(words: line.dropFirst(3).split(separator: " ").map(String.init)) : nil
      } else {
        open?.lines.append(String(line))
      }
    }
    return blocks
  }

  @Test("The worked example does what it says, command by command")
  func workedExample() throws {
    var program = try Program()
    defer { program.remove() }
    program.environment["ISTHMUS_CONFIG"] = ""
    var commands = 0
    for block in try Self.blocks() {
      let text = "\(block.lines.joined(separator: "\n"))\n"
      switch block.words {
      case ["yaml", "append", "mine.yaml"]:
        let before = try String(contentsOfFile: program.path("mine.yaml"), encoding: .utf8)
        try program.write("mine.yaml", before + text)
      case ["json", "write", "sample.json"]: try program.write("sample.json", text)
      case ["console"]:
        for step in Self.steps(block.lines) {
          let script = "cd '\(program.path(""))'; isthmus() { \"$ISTHMUS\" \"$@\"; }; { \(step.command); } 2>&1"
          let ended = try program.shell(script)
          #expect(ended.status == 0, "\(step.command)")
          #expect(ended.output == step.output, "\(step.command)")
          commands += 1
        }
      default: continue
      }
    }
    #expect(commands >= 6, "the example is there")
  }

  private static func steps(_ lines: [String]) -> [(command: String, output: String)] {
    var steps: [(command: String, output: String)] = []
    for line in lines {
      if line.hasPrefix("$ ") {
        steps.append((String(line.dropFirst(2)), ""))
      } else if !steps.isEmpty {
        steps[steps.count - 1].output += "\(line)\n"
      }
    }
    return steps
  }
}
