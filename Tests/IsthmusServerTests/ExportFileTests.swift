import Foundation
import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusServer

/// Whole files, as people and programs get them.
@Suite("Export files")
struct ExportFileTests {
  private static let here = URL(filePath: #filePath).deletingLastPathComponent()
  private static let checkout = here.appending(path: "../..")
  private static let interpreter = checkout.appending(path: ".build-venv/ocsf/bin/python3")

  private func export(
    _ entity: QueryEntity, _ format: ExportFormat, _ query: Query? = nil,
    of fill: @escaping @Sendable (any InventoryTransaction) throws -> Void
  ) async throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let store = try TestStore.open(in: folder.path, newSeed: 1)
    try await store.write(fill)
    var bytes: [UInt8] = []
    try await ExportStream(entity, of: store, query, as: format).write { bytes += $0 }
    return bytes
  }

  /// Renewed by `ISTHMUS_UPDATE_GOLDEN=1 swift test --filter ExportFileTests`.
  @Test(
    "The example's hosts and findings are written as before", arguments: QueryEntity.allCases, ExportFormat.allCases)
  func golden(entity: QueryEntity, format: ExportFormat) async throws {
    let name = "\(entity.rawValue)s.\(format == .ocsf ? "ocsf.jsonl" : format.fileExtension)"
    let file = Self.here.appending(path: "Golden/\(name)")
    let bytes = try await export(entity, format) { _ = try ExampleWriter($0) }
    if ProcessInfo.processInfo.environment["ISTHMUS_UPDATE_GOLDEN"] == "1" { try Data(bytes).write(to: file) }
    let expected = try Data(contentsOf: file)
    #expect(Data(bytes) == expected, "\(name) differs: \(String(decoding: bytes, as: UTF8.self))")
  }

  @Test(
    "OCSF events are what the schema's models expect",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: interpreter.path),
      "Tests/OCSFSchema/prepare makes the environment that this needs"),
    arguments: QueryEntity.allCases)
  func schema(entity: QueryEntity) async throws {
    let everything =
      entity == .asset ? "asset.isGone: true or asset.isGone: false" : "finding.posture is null or finding.id > 0"
    for seed in SeededGenerator.seeds(5) {
      let query = try Query(everything, for: entity, now: RandomInventory.now)
      let bytes = try await export(entity, .ocsf, query) { _ = try RandomInventory(seed: 900 + seed, hosts: 20, $0) }
      let output = try check(bytes)
      #expect(output.status == 0, "seed \(seed): \(output.text)")
      #expect(bytes.count > 1000)
    }
    let complete = try await export(
      entity, .ocsf, try Query("asset.name: web*", for: entity, now: ExampleInventory.now)
    ) { _ = try ExampleWriter($0) }
    let output = try check(complete, "--complete")
    #expect(output.status == 0 && output.text.hasPrefix(entity == .asset ? "1 event" : "2 event"), "\(output.text)")
  }

  @Test(
    "The check of events refuses others",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: interpreter.path),
      "Tests/OCSFSchema/prepare makes the environment that this needs"),
    arguments: [
      ("\"severity_id\":4", "\"severity_id\":7"), ("\"status_id\":1", "\"status_id\":8"), ("\"time\":", "\"when\":"),
      ("\"finding_info\":", "\"finding\":"), ("\"desc\":", "\"description\":"),
      ("\"type_uid\":200301", "\"type_uid\":200302"),
    ])
  func refusesOthers(part: String, replacement: String) async throws {
    let query = try Query("finding.status: NEW", for: .finding, now: ExampleInventory.now)
    let bytes = try await export(.finding, .ocsf, query) { _ = try ExampleWriter($0) }
    let text = String(decoding: bytes, as: UTF8.self)
    try #require(text.contains(part))
    #expect(try check(Array(text.replacing(part, with: replacement).utf8)).status == 1)
  }

  private func check(_ bytes: [UInt8], _ arguments: String...) throws -> (status: Int32, text: String) {
    let folder = try TemporaryFolder()
    try Data(bytes).write(to: folder.file("events.jsonl"))
    let process = Process()
    process.executableURL = Self.interpreter
    process.arguments = ["-B", Self.checkout.appending(path: "Tests/OCSFSchema/check.py").path] + arguments
    process.standardInput = try FileHandle(forReadingFrom: folder.file("events.jsonl"))
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}

@Suite("The page on exports")
struct ExportDocumentTests {
  @Test("It lists the columns of each list, in their order", arguments: QueryEntity.allCases)
  func columns(entity: QueryEntity) async throws {
    let folder = try TemporaryFolder()
    let store = try TestStore.open(in: folder.path, newSeed: 1)
    let fields = try await store.read { entity == .asset ? $0.assetFields : $0.findingFields }
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/exports.md")
    let text = try String(contentsOf: page, encoding: .utf8).replacing("\n", with: " ")
    #expect(text.contains("\(fields.map { "`\($0)`" }.joined(separator: ", "))."))
  }
}
