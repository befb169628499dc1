import Foundation
import IsthmusCore
import Testing

@Suite("Runs that are tried, applied and played again")
struct StagedRunCommandTests {
  private func tenant(_ program: inout Program, profile: String = "") throws -> SimulatedTenant {
    let tenant = try SimulatedTenant(program, "--hosts", "12", "--findings-per-host", "10", "--quota", "off")
    let profiles = profile.isEmpty ? "" : "\n    profiles:\n      - {name: nightly, \(profile)}"
    try program.write("isthmus.yaml", tenant.configuration() + profiles + "\n")
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    return tenant
  }

  @Test("A dry run tells counts and samples and changes nothing; a staged run is applied or thrown away")
  func dryRunAndStage() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try tenant(&program)
    let dry = try program.run("sync", "--dry-run", "--output", "json")
    #expect(dry.status == 0, "\(dry.errors)")
    let report = try JSONValue(parsing: dry.output)
    #expect(report["result"] == .string("staged") && report["preview"]?["result"] == .string("succeeded"))
    #expect(report["preview"]?["samples"]?["assets"]?["created"]?.array?.count == 12)
    #expect(try program.run("assets", "--count").output == "0\n")
    #expect(try program.run("run", "apply", "R1").status == 2)
    let left = try program.shell("ls \"$ISTHMUS_DATA\" | grep rehearsal-")
    #expect(left.output == "")

    let staged = try program.run("run", "start", "Contoso", "--stage")
    #expect(staged.status == 0 && staged.output.contains("isthmus run apply R2"), "\(staged.output) \(staged.errors)")
    #expect(staged.output.contains("assets created: 12"))
    #expect(try program.run("run", "show", "R2").output.contains("assets created: 12"))
    let shown = try JSONValue(parsing: program.run("run", "show", "R2", "--output", "json").output)
    #expect(shown["mode"] == .string("staged") && shown["preview"]?["counters"] != nil)
    let applied = try program.run("run", "apply", "R2", "--output", "json")
    #expect(applied.status == 0, "\(applied.errors)")
    let counters = try JSONValue(parsing: applied.output)["counters"]
    #expect(counters?["assets"] == shown["preview"]?["counters"]?["assets"])
    #expect(counters?["findings"] == shown["preview"]?["counters"]?["findings"])
    #expect(counters?["requests"] == .integer(0))
    #expect(try program.run("assets", "--count").output == "12\n")

    #expect(try program.run("sync", "--stage").status == 0)
    #expect(try program.run("run", "discard", "R4").output == "R4 is thrown away.\n")
    #expect(try program.run("run", "apply", "R4").status == 2)
    #expect(try program.run("sync", "--stage", "--dry-run").status == 2)
    withExtendedLifetime(tenant) {}
  }

  @Test("A run is cancelled from another process, by its connector's name")
  func cancel() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "60", "--findings-per-host", "60", "--quota", "1/1s")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let sync = try program.start(["sync", "--output", "json"])
    var isOn = false
    // Each look is a process of its own, so this ends within the seconds that the quota gives.
    while !isOn, sync.process.isRunning { isOn = try program.run("runs").output.contains("running") }
    #expect(isOn)
    let cancelled = try program.run("run", "cancel", "Contoso")
    #expect(cancelled.status == 0 && cancelled.output == "R1 stops at its next page.\n", "\(cancelled.errors)")
    let ended = sync.wait()
    #expect(ended.status == 130)
    #expect(try JSONValue(parsing: ended.output)["result"] == .string("cancelled"))
    #expect(try program.run("run", "cancel").status == 1)
    #expect(try program.run("run", "cancel", "R1").status == 2)
    #expect(try program.run("run", "cancel", "Nobody").status == 1)
  }

  @Test("A run whose pages are kept is played again through another map, without Azure")
  func replay() throws {
    var program = try Program()
    defer { program.remove() }
    var tenant: SimulatedTenant? = try tenant(&program, profile: "keepPages: true")
    #expect(try program.run("sync").status == 0)
    tenant = nil
    _ = tenant
    #expect(try program.run("map", "clone", "defender-for-cloud/default", "mine").status == 0)
    program.environment["ISTHMUS_CLIENT_SECRET"] = nil
    let replay = try program.run("run", "replay", "R1", "--map", "mine", "--output", "json")
    #expect(replay.status == 0, "\(replay.errors)")
    #expect(try JSONValue(parsing: replay.output)["counters"]?["assets"]?["fetched"] == .integer(12))
    let shown = try JSONValue(parsing: program.run("run", "show", "R2", "--output", "json").output)
    #expect(shown["transformMap"] == .string("mine") && shown["replayOf"] == .string("R1"))
    let unknown = try program.run("run", "replay", "R1", "--map", "mien")
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean \"mine\"?"))
    #expect(try program.run("run", "replay", "R7").status == 1)
    #expect(try program.run("run", "discard", "R1").output == "R1: its kept pages are deleted.\n")
    #expect(try program.run("run", "replay", "R1").status == 2)
  }
}
