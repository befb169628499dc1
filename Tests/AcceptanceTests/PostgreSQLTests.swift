import Foundation
import IsthmusCore
import TestSupport
import Testing

@Suite(
  "The command line over PostgreSQL", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLTests {
  @Test("Commands of their own processes share one inventory, and none makes it only to look into it")
  func everyday() throws {
    let database = try TestPostgreSQL()
    var program = try Program()
    defer { program.remove() }
    program.environment["ISTHMUS_DATABASE"] = database.url
    let empty = try program.run("assets")
    #expect(empty.status == 1 && empty.errors.contains("There is no inventory in database"), "\(empty.errors)")
    let tenant = try SimulatedTenant(program, faults: [])
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let first = try program.run("sync", "--output", "json")
    #expect(first.status == 0, "\(first.errors)")
    let created = try JSONValue(parsing: first.output)["counters"]?["findings"]?["created"]?.integer ?? 0
    #expect(created > 0)
    #expect(try program.run("findings", "--count").output == "\(created)\n")
    let again = try JSONValue(parsing: program.run("sync", "--output", "json").output)["counters"]?["findings"]
    #expect(again?["created"]?.integer == 0 && again?["unchanged"]?.integer == created)
    #expect(try program.shell("ls \"$ISTHMUS_DATA\" 2>/dev/null").output.contains("sqlite") == false)
    let refused = try program.run("backup", "the copy")
    #expect(refused.status == 2 && refused.errors.contains("--file='the copy'"), "\(refused.errors)")
  }

  @Test("The doctor looks at an inventory on a server while a server process uses it, and changes nothing")
  func doctor() throws {
    let database = try TestPostgreSQL()
    var program = try Program()
    defer { program.remove() }
    program.environment["ISTHMUS_DATABASE"] = database.url
    let none = try program.run("doctor")
    #expect(none.status == 1 && none.errors.contains("There is no inventory in database"), "\(none.errors)")
    let tenant = try SimulatedTenant(program, "--hosts", "5", "--findings-per-host", "3")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    #expect(try program.run("sync").status == 0)
    try program.write("secret", "an invented secret")
    let kept = try program.shell("\"$ISTHMUS\" secret set Contoso clientSecret < \"\(program.path("secret"))\"")
    #expect(kept.status == 0, "\(kept.errors)")
    let server = try program.start(["serve", "--port", "0"])
    #expect(server.line(beginning: "Isthmus answers at") != nil)
    defer {
      server.kill(SIGTERM)
      _ = server.wait()
    }
    let inOrder = try program.doctor("--full", status: 0)
    // The tests' own server writes nothing down for good.
    #expect(
      inOrder.filter { $0.value["result"] != .string("ok") }.keys.sorted() == ["safety in a crash"], "\(inOrder)")
    #expect(inOrder["key to the secrets"]?["detail"]?.string?.contains("opens the secret") == true)
    #expect(inOrder["processes"]?["detail"]?.string?.contains("have it open; no connector runs") == true, "\(inOrder)")
    #expect(inOrder["database server"]?["detail"]?.string?.contains("over a socket or loopback") == true, "\(inOrder)")
  }

  @Test("The password of the database's URL is told by no command")
  func hidesPassword() throws {
    var program = try Program()
    defer { program.remove() }
    program.environment["ISTHMUS_DATABASE"] = "postgres://isthmus:hunter2@127.0.0.1:1/x"
    for command in [["settings"], ["settings", "--output", "json"], ["assets"], ["sync"], ["doctor"], ["runs"]] {
      let ended = try program.start(command).wait()
      #expect(!ended.output.contains("hunter2") && !ended.errors.contains("hunter2"), "\(command)")
    }
    let refused = try program.run("assets")
    #expect(refused.status == 1 && refused.errors.contains("Check host and port"), "\(refused.errors)")
  }
}
