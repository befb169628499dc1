import Foundation
import IsthmusCore
import TestSupport
import Testing

@Suite("Interrupted runs")
struct InterruptionTests {
  /// All that the inventory shows, without its own numbers and clock times.
  private func inventory(_ program: Program) throws -> [String] {
    var lines: [String] = []
    let own: Set<String> = [
      "id", "assetId", "controlId", "firstFoundOn", "lastFoundOn", "lastSeenOn", "ingestedOn", "lastFixedOn",
      "reopenedOn", "status",
    ]
    for list in ["assets", "findings"] {
      for line in try program.run(list, "--limit", "all", "--output", "jsonl").output.split(separator: "\n") {
        guard case .object(let members) = try JSONValue(parsing: String(line)) else { continue }
        lines.append("\(list) \(JSONValue.object(members.filter { !own.contains($0.name) }).text())")
      }
    }
    return lines.sorted()
  }

  @Test("kill -9 at random points, then sync: the same inventory, and each run listed truthfully", arguments: [1, 2])
  func killed(seed: Int) throws {
    var program = try Program()
    var whole = try Program()
    defer {
      program.remove()
      whole.remove()
    }
    // Slow answers stretch the run, so that there is a middle to kill it in.
    let tenant = try SimulatedTenant(
      program, "--hosts", "40", "--findings-per-host", "60", "--seed", "\(seed)", "--quota", "off", "--fault", "slow=1",
      "--fault", "slow-seconds=0.05")
    for target in [program, whole] { try target.write("isthmus.yaml", tenant.configuration()) }
    // In a database, a killed process' right to run lasts until then.
    program.environment["ISTHMUS_RUN_LEASE"] = "2"
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    whole.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    #expect(try whole.run("sync").status == 0)

    var kills = 0
    for attempt in 0..<8 {
      let running = try program.start(["sync", "--output", "json"])
      usleep(UInt32(150_000 + (attempt * 37 + seed * 91) % 8 * 90_000))
      running.kill(SIGKILL)
      if running.wait().wasKilled { kills += 1 }
      if TestStore.isPostgreSQL { try waitForLease(program) }
    }
    #expect(kills > 0)
    let listed = try program.run("runs", "--output", "jsonl").output
    let last = try program.run("sync", "--output", "json")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try inventory(program) == inventory(whole))

    // Killed before its first row was written, or interrupted, or ended: never "running", never lost.
    #expect(!listed.contains("\"result\":\"running\""))
    let runs = try program.run("runs", "--output", "jsonl").output.split(separator: "\n").map {
      try JSONValue(parsing: String($0))
    }
    #expect(runs.allSatisfy { $0["result"] == .string("succeeded") })
    let created = try runs.map { try #require($0["counters"]?["findings"]?["created"]?.integer) }.reduce(0, +)
    let truth = try tenant.truth(program)["findings"]
    let expected = (truth?["pass"]?.integer ?? 0) + (truth?["fail"]?.integer ?? 0)
    #expect(created == expected, "nothing is counted twice over all runs")
  }

  /// Returns once no process has a right to run.
  private func waitForLease(_ program: Program) throws {
    for _ in 0..<100 {
      if try !program.run("runs", "--output", "jsonl").output.contains("\"result\":\"running\"") { return }
      usleep(100_000)
    }
    Issue.record("a killed process kept its right to run")
  }

  /// Returns once another process' run is on.
  private func waitForRun(_ program: Program) throws {
    for _ in 0..<600 {
      if try program.run("runs").output.contains("running") { return }
    }
    Issue.record("no run began")
  }

  @Test("SIGINT ends a sync at the next page with exit code 130, and the run says cancelled")
  func interrupted() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(
      program, "--hosts", "40", "--findings-per-host", "60", "--quota", "off", "--fault", "slow=1", "--fault",
      "slow-seconds=0.5")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let running = try program.start(["sync"])
    try waitForRun(program)
    running.kill(SIGINT)
    let ended = running.wait()
    #expect(ended.status == 130, "\(ended.errors)")
    #expect(try program.run("runs").output.contains("cancelled"))
  }

  @Test("A second sync of the same connector is refused while one is on")
  func overlap() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(
      program, "--hosts", "20", "--findings-per-host", "20", "--quota", "off", "--fault", "slow=1", "--fault",
      "slow-seconds=0.5")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let first = try program.start(["sync"])
    try waitForRun(program)
    let second = try program.run("sync")
    #expect(second.status == 1)
    #expect(second.errors.contains("is on already"))
    #expect(first.wait().status == 0)
  }
}
