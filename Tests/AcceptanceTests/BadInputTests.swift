import Foundation
import IsthmusCore
import Testing

@Suite("Bad input")
struct BadInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var changes: [String: String?] = [:]
    /// `secret` or `expired-secret` or another text.
    var secret: String?
    var faults: [String] = []
    var command = ["sync"]
    var status: Int32
    /// What the message must say.
    var says: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "a wrong secret", secret: "wrong", status: 1, says: ["client secret", "AADSTS7000215", "Value"]),
    Case(
      name: "the secret's id for the secret", secret: "4f0c6f1e-2b5e-4c59-8d4b-6f1e2b5e4c59", status: 1,
      says: ["ID, not its Value"]),
    Case(name: "an expired secret", secret: "expired-secret", status: 1, says: ["expired", "new client secret"]),
    Case(
      name: "an unknown tenant", changes: ["tenantId": "00000000-0000-0000-0000-00000000dead"], status: 1,
      says: ["no tenant", "AADSTS90002"]),
    Case(
      name: "an unknown client", changes: ["clientId": "00000000-0000-0000-0000-00000000dead"], status: 1,
      says: ["no application", "AADSTS700016"]),
    Case(name: "no role", faults: ["forbid=1", "forbid=2", "forbid=3"], status: 1, says: ["Reader", "subscription"]),
    Case(
      name: "an unreachable host",
      changes: ["authority": "http://127.0.0.1:1/", "resourceManager": "http://127.0.0.1:1"], status: 1,
      says: ["127.0.0.1:1", "can't be reached"]),
    Case(name: "a bad GUID", changes: ["tenantId": "contoso"], status: 2, says: ["isthmus.yaml:8:17", "not a GUID"]),
    Case(
      name: "a bad URL", changes: ["authority": "login.example/path"], status: 2,
      says: ["authority", "scheme and host"]),
    Case(
      name: "a misspelt key", changes: ["tennantId": "x"], status: 2, says: ["unknown key \"tennantId\"", "tenantId?"]),
    Case(name: "a missing key", changes: ["clientId": nil as String?], status: 2, says: ["\"clientId\" is missing"]),
    Case(
      name: "a secret in plain text", changes: ["clientSecret": "hunter2"], status: 2,
      says: ["a secret does not stand in the file"]),
    Case(
      name: "a subscription that is no GUID", changes: ["subscriptions": "[prod]"], status: 2, says: ["\"prod\""]),
  ]

  @Test("Each is refused with a clear sentence and the right exit code", arguments: cases)
  func refused(_ bad: Case) throws {
    var program = try Program()
    defer { program.remove() }
    let faults = bad.faults.flatMap { ["--fault", $0] }
    let tenant = try SimulatedTenant(program, faults: faults)
    try program.write("isthmus.yaml", tenant.configuration(changing: bad.changes))
    program.environment["ISTHMUS_CLIENT_SECRET"] = bad.secret ?? tenant.text("clientSecret")
    let ended = try program.start(bad.command).wait()
    #expect(ended.status == bad.status, "\(ended.output) \(ended.errors)")
    for text in bad.says { #expect(ended.errors.contains(text), "\"\(text)\" is not in: \(ended.errors)") }
    #expect(!ended.errors.contains("hunter2"), "a secret in the wrong place is not repeated")
  }

  @Test("A check that fails names its step, with exit code 1")
  func failedCheck() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, faults: [])
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = "wrong"
    let ended = try program.run("check")
    #expect(ended.status == 1)
    #expect(ended.output.contains("2. Get a token: failed"))
    #expect(ended.output.contains("3. Reach Resource Graph: skipped"))
  }

  @Test("A YAML error names line and column")
  func brokenYAML() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("isthmus.yaml", "connectors:\n  - name: [unclosed\n    kind: x\n")
    let ended = try program.run("sync")
    #expect(ended.status == 2)
    #expect(ended.errors.contains("isthmus.yaml:3:"), "\(ended.errors)")
  }

  @Test("Wrong command lines end with 2 and say what is known")
  func usage() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, faults: [])
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    #expect(try program.run("sync").status == 0)
    #expect(try program.run("frobnicate").status == 2)
    let sort = try program.run("assets", "--sort", "truRiskScor")
    #expect(sort.status == 2 && sort.errors.contains("truRiskScore"))
    #expect(try program.run("assets", "--limit", "many").status == 2)
    #expect(try program.run("assets", "--database", "mysql://x").status == 2)
    #expect(try program.run("show", "asset", "A99").status == 1)
    #expect(try program.run("simulate", "--fault", "boredom=1").status == 2)
    #expect(try program.run("--help").status == 0)
  }

  @Test("A database of a newer version is refused and not changed")
  func newerDatabase() throws {
    var program = try Program(inFile: true)
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, faults: [])
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    #expect(try program.run("sync").status == 0)
    let changed = try program.shell(
      "python3 -c \"import sqlite3,os; d=sqlite3.connect(os.environ['ISTHMUS_DATA']+'/isthmus.sqlite'); d.execute('pragma user_version=999'); d.commit(); d.execute('pragma wal_checkpoint(truncate)')\"; sha256sum < \"$ISTHMUS_DATA/isthmus.sqlite\""
    )
    let ended = try program.run("assets")
    #expect(ended.status == 1)
    #expect(ended.errors.contains("newer"))
    #expect(try program.shell("sha256sum < \"$ISTHMUS_DATA/isthmus.sqlite\"").output == changed.output)
  }

  @Test("A file that is no database, and a folder that can't be made, are told apart")
  func notADatabase() throws {
    var program = try Program(inFile: true)
    defer { program.remove() }
    _ = try program.shell(
      "mkdir -p \"$ISTHMUS_DATA\"; head -c 9000 /dev/zero | tr '\\0' x > \"$ISTHMUS_DATA/isthmus.sqlite\"")
    let ended = try program.run("assets")
    #expect(ended.status == 1 && ended.errors.contains("no Isthmus database"), "\(ended.errors)")
    program.environment["ISTHMUS_DATA"] = "/dev/null/inventory"
    let tenant = try SimulatedTenant(program, faults: [])
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let folder = try program.run("sync")
    #expect(folder.status == 1 && folder.errors.contains("can't be made"), "\(folder.errors)")
    let lists = try program.run("assets")
    #expect(lists.status == 1 && lists.errors.contains("no inventory"), "\(lists.errors)")
  }

  @Test("A full disk stops the run with a sentence; with room again it goes on and nothing is lost")
  func fullDisk() throws {
    var program = try Program(inFile: true)
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "150", "--findings-per-host", "40", "--quota", "off")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let full = try program.shell("ulimit -f 600; \"$ISTHMUS\" sync")
    #expect(full.status == 1, "\(full.output) \(full.errors)")
    #expect(full.errors.contains("disk"), "\(full.errors)")
    let again = try program.run("sync")
    #expect(again.status == 0, "\(again.errors)")
    let truth = try tenant.truth(program)
    #expect(try program.run("assets", "--count").output == "\(truth["assets"]?.text() ?? "")\n")
    let findings = truth["findings"]
    let expected = (findings?["pass"]?.integer ?? 0) + (findings?["fail"]?.integer ?? 0)
    #expect(try program.run("findings", "--count").output == "\(expected)\n")
  }
}

extension SimulatedTenant {
  /// A small tenant without a quota.
  convenience init(_ program: Program, faults: [String]) throws {
    try self.init(program, arguments: ["--hosts", "6", "--findings-per-host", "5", "--quota", "off"] + faults)
  }
}
