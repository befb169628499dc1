import Foundation
import IsthmusCore
import Testing

@Suite("Exports, by command")
struct ExportTests {
  private static func estate() throws -> Program {
    var program = try Program()
    let tenant = try SimulatedTenant(program, "--hosts", "60", "--findings-per-host", "40", "--quota", "off")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let sync = try program.run("sync")
    #expect(sync.status == 0, "\(sync.errors)")
    return program
  }

  private func lines(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("An export holds the rows that the list holds, in each format", arguments: ["assets", "findings"])
  func rows(noun: String) throws {
    let program = try Self.estate()
    defer { program.remove() }
    for query in ["", "cloud.region: westeurope"] {
      let listed = try program.run(noun, query, "--limit", "all", "--sort", "id", "--output", "jsonl")
      let exported = try program.run("export", noun, query, "--format", "jsonl")
      #expect(exported.status == 0 && exported.errors.isEmpty)
      #expect(exported.output == listed.output)
      let rows = try lines(listed.output)
      #expect(rows.count > 3)
      let csv = try program.run("export", noun, query, "--format", "csv", "--columns", "id,assetName")
      let cells = csv.output.components(separatedBy: "\r\n")
      #expect(cells.first == "id,assetName" && cells.last == "")
      #expect(
        cells.dropFirst().dropLast().map { $0 }
          == rows.map { "\($0["id"]?.string ?? ""),\($0["assetName"]?.string ?? "")" })
      let events = try lines(try program.run("export", noun, query, "--format", "ocsf").output)
      #expect(events.map { $0["unmapped"]?["id"] } == rows.map { $0["id"] })
      let kind: Int64 = noun == "assets" ? 5001 : 2003
      #expect(events.allSatisfy { $0["class_uid"] == .integer(kind) })
    }
  }

  @Test("A file is in its place when it is whole, for its owner alone, and a failure leaves the one that was there")
  func file() throws {
    let program = try Self.estate()
    defer { program.remove() }
    try program.write("out.jsonl", "old\n")
    func files() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: program.path("")).filter { $0.hasPrefix("out") }.sorted()
    }
    let refused = try program.run(
      "export", "findings", "--format", "jsonl", "--columns", "nonsense", "--file", program.path("out.jsonl"))
    #expect(refused.status == 2 && refused.errors.contains("There is no field \"nonsense\""))
    // No file may grow over 100 KiB.
    let full = try program.shell(
      "ulimit -f 100; $ISTHMUS export findings --format jsonl --file \(program.path("out.jsonl"))")
    #expect(full.status == 1 && full.errors.contains("out.jsonl can't be written"), "\(full.errors)")
    #expect(try String(contentsOfFile: program.path("out.jsonl"), encoding: .utf8) == "old\n")
    #expect(try files() == ["out.jsonl"])

    let written = try program.run("export", "findings", "--format", "jsonl", "--file", program.path("out.jsonl"))
    let count = try program.run("findings", "--count").output.trimmingCharacters(in: .newlines)
    #expect(written.status == 0 && written.output.isEmpty)
    #expect(written.errors == "\(count) findings written to \(program.path("out.jsonl")).\n")
    let text = try String(contentsOfFile: program.path("out.jsonl"), encoding: .utf8)
    #expect(text == (try program.run("export", "findings", "--format", "jsonl").output))
    #expect(try files() == ["out.jsonl"])
    let attributes = try FileManager.default.attributesOfItem(atPath: program.path("out.jsonl"))
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)

    try FileManager.default.createSymbolicLink(
      atPath: program.path("out.link"), withDestinationPath: program.path("out.jsonl"))
    #expect(try program.run("export", "assets", "--format", "jsonl", "--file", program.path("out.link")).status == 0)
    #expect(try String(contentsOfFile: program.path("out.jsonl"), encoding: .utf8).contains("truRiskScore"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: program.path("out.link")).hasSuffix("out.jsonl"))
    for place in ["", "nowhere/out.csv"] {
      let ended = try program.run("export", "assets", "--format", "csv", "--file", program.path(place))
      #expect(ended.status == 2 && !ended.errors.isEmpty)
    }
  }

  @Test("A reader that goes away ends the export quietly")
  func brokenPipe() throws {
    let program = try Self.estate()
    defer { program.remove() }
    let ended = try program.shell("$ISTHMUS export findings --format jsonl | head -1 >/dev/null; echo ${PIPESTATUS[0]}")
    #expect(ended.output == "0\n" && ended.errors.isEmpty, "\(ended.errors)")
  }

  @Test("A wrong export is refused with what can be asked for")
  func refusals() throws {
    let program = try Program()
    defer { program.remove() }
    for (arguments, part) in [
      (["assets"], "--format"), (["hosts", "--format", "csv"], "assets"), (["assets", "--format", "xlsx"], "jsonl"),
      (["findings", "finding.sevrity: 5", "--format", "csv"], "finding.severity"),
    ] {
      let ended = try program.start(["export"] + arguments).wait()
      #expect(ended.status == 2 && ended.errors.contains(part), "\(arguments): \(ended.errors)")
    }
    let none = try program.run("export", "assets", "--format", "csv")
    #expect(none.status == 1 && none.errors.contains("There is no inventory"))
  }
}
